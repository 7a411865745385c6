"""Keys, workspaces and the audit log in SQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import text

from common import clock, telemetry
from common.db import Database, Transaction
from common.ids import new_id
from common.pages import page_size
from common.principal import Principal
from gateway.domain.audit import FIRST_HASH, AuditRecord
from gateway.domain.keys import ApiKey

_KEY_COLUMNS = (
    "id, workspace_id, acts_in, name, prefix, hash, scopes, test, expire_time, create_time, revoked"
)


class AuditedTransaction(Transaction):
    """A transaction whose changes can be put on record where they happen."""

    async def record(self, action: str, target: str) -> None:
        """Add to the workspace's audit log that the caller did *action* to *target*."""
        head = await self.run(
            """
            insert into audit_heads (workspace_id, sequence, hash) values (:w, 0, :first)
            on conflict (workspace_id) do update set hash = audit_heads.hash
            returning sequence, hash""",
            w=self.caller.workspace_id,
            first=FIRST_HASH,
        )
        before = head.one()
        entry = AuditRecord(
            id=new_id("aud"),
            workspace_id=self.caller.workspace_id,
            sequence=before.sequence + 1,
            actor_kind=self.caller.kind.name,
            actor_id=self.caller.id,
            action=action,
            target=target,
            trace_id=telemetry.trace_id(),
            time=self.now,
            previous_hash=before.hash,
        )
        await self._append(entry)

    async def _append(self, entry: AuditRecord) -> None:
        await self.run(
            """
            with head as (
                update audit_heads set sequence = :n, hash = :hash where workspace_id = :w)
            insert into audit_log (workspace_id, sequence, id, actor_kind, actor_id, action,
                                   target, trace_id, time, previous_hash, hash)
            values (:w, :n, :id, :kind, :actor, :action, :target, :trace, :time, :before, :hash)
            """,
            w=entry.workspace_id,
            n=entry.sequence,
            id=entry.id,
            kind=entry.actor_kind,
            actor=entry.actor_id,
            action=entry.action,
            target=entry.target,
            trace=entry.trace_id,
            time=entry.time,
            before=entry.previous_hash,
            hash=entry.hash,
        )


class AccessTransaction(AuditedTransaction):
    async def found_workspace(self) -> None:
        """Have the caller's workspace, if it is not there yet."""
        await self.run(
            """
            insert into workspaces (workspace_id, create_time) values (:w, :now)
            on conflict do nothing""",
            w=self.caller.workspace_id,
            now=self.now,
        )

    async def count_keys(self) -> int:
        found = await self.run(
            "select count(*) from api_keys where workspace_id = :w and not revoked",
            w=self.caller.workspace_id,
        )
        count: int = found.scalar_one()
        return count

    async def add_key(self, key: ApiKey) -> bool:
        """Whether *key* was new; a hash that is there already stays as it is."""
        added = await self.run(
            """
            insert into api_keys (workspace_id, id, acts_in, name, prefix, hash, scopes, test,
                                  expire_time, create_time)
            values (:w, :id, :acts_in, :name, :prefix, :hash, :scopes, :test, :expires, :created)
            on conflict (hash) do nothing""",
            w=key.workspace_id,
            id=key.id,
            acts_in=key.acts_in,
            name=key.name,
            prefix=key.prefix,
            hash=key.hash,
            scopes=list(key.scopes),
            test=key.test,
            expires=key.expire_time,
            created=key.create_time,
        )
        return bool(added.rowcount)

    async def find_key(self, key_id: str) -> ApiKey | None:
        found = await self.run(
            f"select {_KEY_COLUMNS} from api_keys where workspace_id = :w and id = :id for update",
            w=self.caller.workspace_id,
            id=key_id,
        )
        row = found.one_or_none()
        return _key(row) if row else None

    async def save_key(self, key: ApiKey) -> None:
        await self.run(
            "update api_keys set revoked = :revoked where workspace_id = :w and id = :id",
            w=key.workspace_id,
            id=key.id,
            revoked=key.revoked,
        )

    async def list_keys(
        self, size: int, after: tuple[datetime, str] | None
    ) -> tuple[Sequence[ApiKey], bool]:
        """A page of keys, newest first, and whether more follow."""
        limit = page_size(size)
        found = await self.run(
            f"""
            select {_KEY_COLUMNS} from api_keys where workspace_id = :w
            and (cast(:at as timestamptz) is null or (create_time, id) < (:at, :id))
            order by create_time desc, id desc limit :limit""",
            w=self.caller.workspace_id,
            at=after[0] if after else None,
            id=after[1] if after else "",
            limit=limit + 1,
        )
        rows = found.all()
        return [_key(row) for row in rows[:limit]], len(rows) > limit

    async def finish_clock_move(self, key: str, seconds: int) -> tuple[datetime, int]:
        """Move this service's clock too and forget the move; the time then, and the offset."""
        ahead = await clock.move(self, seconds, key)
        found = await self.run(
            """
            with done as (delete from clock_moves where workspace_id = :w and key = :key)
            select convene_now(:w)""",
            w=self.caller.workspace_id,
            key=key,
        )
        return found.scalar_one(), ahead


class AccessStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def begin(self, caller: Principal) -> AsyncIterator[AccessTransaction]:
        async with self._db.begin(caller, AccessTransaction) as tx:
            yield tx

    async def find_by_hash(self, hash_: str) -> tuple[ApiKey, datetime] | None:
        """The key that has *hash_*, of whichever workspace, and the time there."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text(
                    f"select {_KEY_COLUMNS}, convene_now(acts_in) as now "
                    "from api_keys where hash = :hash"
                ),
                {"hash": hash_},
            )
            row = found.one_or_none()
        return (_key(row), row.now) if row else None

    async def claim_clock_move(
        self, caller: Principal, key: str, seconds: int, lease_seconds: float
    ) -> tuple[str, int] | None:
        """The key and seconds of the move to make now, or None while another call makes one.

        That is an earlier move that did not reach every service, or else the given one.
        """
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    insert into clock_moves (workspace_id, key, seconds, lease, leased_until)
                    values (:w, :key, :seconds, :lease,
                            clock_timestamp() + make_interval(secs => :span))
                    on conflict (workspace_id) do update set lease = :lease,
                        leased_until = clock_timestamp() + make_interval(secs => :span)
                    where clock_moves.leased_until < clock_timestamp()
                    returning key, seconds"""),
                {
                    "w": caller.workspace_id,
                    "key": key,
                    "seconds": seconds,
                    "lease": new_id("tok"),
                    "span": lease_seconds,
                },
            )
            row = found.one_or_none()
        return (row.key, row.seconds) if row else None

    async def release_clock_move(self, caller: Principal) -> None:
        """Let the next call finish a move that failed half-way, at once."""
        async with self._db.begin_system() as connection:
            await connection.execute(
                text("update clock_moves set leased_until = '-infinity' where workspace_id = :w"),
                {"w": caller.workspace_id},
            )


def _key(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        workspace_id=row.workspace_id,
        acts_in=row.acts_in,
        name=row.name,
        prefix=row.prefix,
        hash=row.hash,
        scopes=tuple(row.scopes),
        test=row.test,
        expire_time=row.expire_time,
        create_time=row.create_time,
        revoked=row.revoked,
    )
