"""Transactions: what a service decides, what it announces and what it arms commit together."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol, TypeVar

import asyncpg
from google.protobuf.message import Message
from sqlalchemy.exc import DBAPIError

from common import telemetry
from common.announcing import ANNOUNCE_ONE, ANNOUNCE_SEVERAL, Told, rows_of
from common.errors import Unavailable
from common.pool import Pool, Pooled, StatementOutdated, pooling
from common.principal import Principal

# Long enough for any use case, short enough that a stuck one frees its locks.
STATEMENT_TIMEOUT_MILLISECONDS = 10_000
# Connections of one process: for use cases, and for relay, timers and sweepers.
POOL_SIZE = 14
SYSTEM_POOL_SIZE = 6
POOL_WAIT_SECONDS = 5.0
# Who fires timers is told of those due within this; of the others it learns by looking.
SOON = timedelta(seconds=5)
CONNECT_SECONDS = 5.0
# For a server that is gone without a word: more than any statement may take.
COMMAND_SECONDS = 15.0

T = TypeVar("T", bound="Transaction")


class DatabaseUnavailable(Unavailable):
    def __init__(self) -> None:
        super().__init__("the database does not answer; try again", retry_after=1)


class Errand(Protocol):
    """What must commit together with the next transaction: an inbox row, an idempotency row."""

    # Whether the errand itself commits, once it knows the answer.
    commits: bool

    async def join(self, tx: "Transaction") -> None: ...

    async def touch(self, tx: "Transaction", keys: Sequence[str]) -> None:
        """What it does before *tx* arms or disarms the timers with these *keys*."""
        ...

    async def finish(self, tx: "Transaction") -> None:
        """What it writes last, when the block ended well: it locks after everything else."""
        ...

    def take(self, db: "Database", tx: "Transaction") -> None: ...


errand: ContextVar[Errand | None] = ContextVar("errand", default=None)
# The event being answered, for the events that answer it.
cause: ContextVar[str] = ContextVar("cause", default="")


# What the driver itself raises while the server starts, stops or has no room.
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
)


class Alarm(NamedTuple):
    """A timer to be: which *kind* fires when, by which *key* it is moved, what it is told."""

    kind: str
    key: str
    due_at: datetime
    payload: Mapping[str, Any]
    continues: bool = False


class Transaction:
    """One open transaction. Stores subclass it to add their own reads and writes.

    *now* is the workspace's time when the transaction began; *undone* says that it ended without
    a commit.
    """

    def __init__(self, connection: Pooled, caller: Principal, now: datetime) -> None:
        self.connection = connection
        self.caller = caller
        self.now = now
        self.announced = False
        self.armed = False
        self.undone = False
        self._rung: set[str] = set()

    async def run(self, sql: str, **values: Any) -> Any:
        """Execute one statement with bound *values*; returns SQLAlchemy's result."""
        with answering():
            return await self.connection.execute(sql, values)

    async def announce(
        self, fact: Message, *, aggregate: str, meeting: str, session: str = ""
    ) -> None:
        """Put *fact* in the outbox; it reaches NATS if and only if this commits."""
        await self.announce_all([Told(fact, aggregate, meeting, session)])

    async def announce_all(self, several: Sequence[Told]) -> None:
        """Put several facts in the outbox by one statement; an aggregate's keep their order."""
        if not several:
            return
        rows = rows_of(several, self.caller, self.now, cause.get())
        if len(several) == 1:
            only = {name: column[0] for name, column in rows.items()}
            await self.run(ANNOUNCE_ONE, w=self.caller.workspace_id, **only)
        else:
            await self.run(ANNOUNCE_SEVERAL, w=self.caller.workspace_id, **rows)
        self.announced = True

    def ring(self, name: str) -> None:
        """Have whoever works on *name* look once this has committed."""
        self._rung.add(name)

    @property
    def rung(self) -> frozenset[str]:
        return frozenset(self._rung)

    async def arm(
        self,
        kind: str,
        key: str,
        due_at: datetime,
        payload: Mapping[str, Any] | None = None,
        *,
        continues: bool = False,
    ) -> None:
        """Have the *kind* of timer fire at *due_at*, workspace time; the same *key* moves it.

        A firing begins a trace that links to this one, unless it *continues* the same story.
        """
        await self.arm_all([Alarm(kind, key, due_at, payload or {}, continues)])

    async def arm_all(self, alarms: Sequence[Alarm]) -> None:
        """Arm several timers, each with a key of its own, in one statement."""
        # In the order in which others lock them.
        alarms = sorted(alarms, key=lambda one: one.key)
        await self._touch([one.key for one in alarms])
        await self.run(
            """
            insert into timers (workspace_id, key, kind, due_at, payload, continues, traceparent,
                                test)
            select :w, a.*, :trace, :test
            from unnest(cast(:keys as text[]), cast(:kinds as text[]), cast(:dues as timestamptz[]),
                        cast(:payloads as jsonb[]), cast(:continued as boolean[])) as a
            on conflict (workspace_id, key) do update set kind = excluded.kind,
                due_at = excluded.due_at, payload = excluded.payload,
                traceparent = excluded.traceparent, test = excluded.test,
                continues = excluded.continues,
                attempts = 0, token = '', leased_until = null""",
            w=self.caller.workspace_id,
            keys=[one.key for one in alarms],
            kinds=[one.kind for one in alarms],
            dues=[one.due_at for one in alarms],
            payloads=[json.dumps(one.payload) for one in alarms],
            continued=[one.continues for one in alarms],
            trace=telemetry.traceparent(),
            test=self.caller.test,
        )
        self.armed = self.armed or any(one.due_at - self.now < SOON for one in alarms)

    async def disarm(self, *keys: str) -> None:
        """Forget timers; one that is firing right now finds itself gone and does nothing."""
        await self._touch(keys)
        await self.run(
            """
            with gone as (
                select key from timers where workspace_id = :w and key = any(:keys)
                order by key for update)
            delete from timers t using gone where t.workspace_id = :w and t.key = gone.key""",
            w=self.caller.workspace_id,
            keys=list(keys),
        )

    async def _touch(self, keys: Sequence[str]) -> None:
        if pending := errand.get():
            await pending.touch(self, keys)


class Database:
    """One service's database. *service* names its roles."""

    def __init__(self, pool: Pool, system_pool: Pool, service: str) -> None:
        self._pool = pool
        # Use cases that wait for one another must not keep a lease from being held.
        self._system_pool = system_pool
        self.service = service
        self.announced = asyncio.Event()
        self.armed = asyncio.Event()
        # Called by the name of each bell that a transaction rang, once it has committed.
        self.bell: Callable[[str], None] = _silent

    @asynccontextmanager
    async def begin(self, caller: Principal, kind: type[T]) -> AsyncIterator[T]:
        """A transaction of *caller*'s workspace: commits when the block ends, or not at all."""
        pending = errand.get()
        with answering():
            connection = await self._pool.take()
        tx: T | None = None
        kept = False
        try:
            tx = kind(connection, caller, await self._enter(connection, caller.workspace_id))
            if pending is not None:
                await pending.join(tx)
            yield tx
            if pending is not None:
                await pending.finish(tx)
            if pending is not None and pending.commits:
                pending.take(self, tx)
            else:
                with answering():
                    await connection.commit()
                self.wake(tx)
            kept = True
        finally:
            if tx is not None:
                tx.undone = not kept
            if not kept or pending is None or not pending.commits:
                await asyncio.shield(connection.close())

    @asynccontextmanager
    async def begin_system(self) -> AsyncIterator[Pooled]:
        """A transaction over all workspaces, for relay, timers and sweepers."""
        with answering():
            connection = await self._system_pool.take()
        try:
            with answering():
                await connection.begin(f'begin; set local role "{self.service}_system"')
            yield connection
            with answering():
                await connection.commit()
        finally:
            await asyncio.shield(connection.close())

    def wake(self, tx: Transaction) -> None:
        """Let relay, timers and whom *tx* rang look at once instead of at their next turn."""
        if tx.announced:
            self.announced.set()
        if tx.armed:
            self.armed.set()
        for name in tx.rung:
            self.bell(name)

    async def probe(self) -> None:
        """Ask the database for a sign of life; raises ``DatabaseUnavailable``."""
        async with self.begin_system():
            pass

    async def _enter(self, connection: Pooled, workspace_id: str) -> datetime:
        with answering():
            await connection.begin()
            row = await connection.execute(
                "select set_config('convene.workspace', :w, true), convene_now(:w) as now",
                {"w": workspace_id},
            )
        now: datetime = row.one().now
        return now


def _silent(name: str) -> None:
    """A bell that nobody has hung up."""


@contextmanager
def answering() -> Iterator[None]:
    """Raises ``DatabaseUnavailable`` where the database is away; other failures pass."""
    try:
        yield
    except DBAPIError as error:
        if error.connection_invalidated:
            raise DatabaseUnavailable from error
        raise
    except (OSError, StatementOutdated, *_AWAY) as error:
        raise DatabaseUnavailable from error


@asynccontextmanager
async def connected(url: str, service: str) -> AsyncIterator[Database]:
    """The database at *url* (``postgresql+asyncpg://…``) while the block runs."""
    options: dict[str, Any] = {
        "timeout": CONNECT_SECONDS,
        "command_timeout": COMMAND_SECONDS,
        "server_settings": {
            "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
            "idle_in_transaction_session_timeout": str(3 * STATEMENT_TIMEOUT_MILLISECONDS),
            "timezone": "UTC",
        },
    }
    async with (
        pooling(url, POOL_SIZE, POOL_WAIT_SECONDS, options) as pool,
        pooling(url, SYSTEM_POOL_SIZE, POOL_WAIT_SECONDS, options) as system_pool,
    ):
        yield Database(pool, system_pool, service)
