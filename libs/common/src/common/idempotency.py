"""A call that is retried with its key happens once, and answers what it answered."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import text

from common.db import Database, Transaction, answering, errand
from common.errors import Conflict, InvalidInput

KEPT = "72 hours"


class IdempotencyKeyReused(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "this Idempotency-Key was used for another request; use a new one",
            field="Idempotency-Key",
        )


class RequestInFlight(Conflict):
    def __init__(self) -> None:
        super().__init__("the first request with this Idempotency-Key still runs", retry_after=1)


class Replayed(Exception):
    """The call was made before; *answer* is what it answered then, as bytes."""

    def __init__(self, answer: bytes) -> None:
        super().__init__("answered before")
        self.answer = answer


@dataclass
class OnceOnly:
    """The errand of a call with a key: its row and its answer commit with the call's effect.

    Each transaction of the call locks and looks up the key, and stays open until ``settle`` has
    written the answer beside the effect. Where a call needs more transactions, each commits when
    the next begins: a retry then runs the call again, whose steps are keyed.
    """

    caller: str
    method: str
    key: str
    fingerprint: str
    commits: bool = True
    _open: tuple[Database, Transaction] | None = field(default=None, init=False)
    _workspace: str = field(default="", init=False)

    async def join(self, tx: Transaction) -> None:
        await self.settle(None)
        self._workspace = tx.caller.workspace_id
        lock = f"{self._workspace}\0{self.caller}\0{self.method}\0{self.key}"
        # A row that is committed between the snapshot and the lock shows only to `settle`.
        found = await tx.run(
            """
            select mine, fingerprint, answer
            from (select pg_try_advisory_xact_lock(hashtextextended(:name, 0)) as mine) as locked
            left join idempotency on workspace_id = :w
                and caller = :caller and method = :method and key = :key""",
            name=lock.replace("\0", "/"),
            **self._names(),
        )
        row = found.one()
        if not row.mine:
            raise RequestInFlight
        if row.fingerprint is None:
            return
        if row.fingerprint != self.fingerprint:
            raise IdempotencyKeyReused
        if row.answer is not None:
            raise Replayed(bytes(row.answer))

    async def touch(self, tx: Transaction, keys: Sequence[str]) -> None:
        return

    async def finish(self, tx: Transaction) -> None:
        return

    def take(self, db: Database, tx: Transaction) -> None:
        self._open = db, tx

    async def settle(self, answer: bytes | None) -> None:
        """Write *answer* and commit; ``None`` when the call goes on in another transaction."""
        if self._open is None:
            return
        (db, tx), self._open = self._open, None
        try:
            written = await tx.run(
                """
                insert into idempotency (workspace_id, caller, method, key, fingerprint, answer)
                values (:w, :caller, :method, :key, :fingerprint, :answer)
                on conflict (workspace_id, caller, method, key)
                do update set answer = excluded.answer where idempotency.answer is null""",
                **self._names(),
                fingerprint=self.fingerprint,
                answer=answer,
            )
            if written.rowcount == 0:
                raise RequestInFlight
            with answering():
                await tx.connection.commit()
            db.wake(tx)
        finally:
            await asyncio.shield(tx.connection.close())

    async def abandon(self) -> None:
        """Undo what is open: the call failed after its transaction ended well."""
        if self._open is not None:
            (_, tx), self._open = self._open, None
            tx.undone = True
            await asyncio.shield(tx.connection.close())

    def _names(self) -> dict[str, str]:
        return {
            "w": self._workspace,
            "caller": self.caller,
            "method": self.method,
            "key": self.key,
        }


async def forget_old(db: Database) -> int:
    """Drop keys past their time; returns how many."""
    async with db.begin_system() as connection:
        gone = await connection.execute(
            text(
                f"delete from idempotency where written_at < clock_timestamp() - interval '{KEPT}'"
            )
        )
        return gone.rowcount


def current_key() -> str:
    """The key of the call that runs now, or empty."""
    pending = errand.get()
    return pending.key if isinstance(pending, OnceOnly) else ""
