"""One holder at a time for a thing that must have one; a stale holder changes nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import text

from common.db import Database, Transaction
from common.errors import Conflict

log = structlog.get_logger()

# A crashed holder is replaced within this long; it renews three times in between.
TTL_SECONDS = 6.0
LOOK_SECONDS = 1.0


class LeaseLost(Conflict):
    """Another replica holds the lease now."""


@dataclass(frozen=True, slots=True)
class Lease:
    """*epoch* grows with every change of holder; a write that names it is refused afterwards."""

    name: str
    owner: str
    epoch: int
    address: str = ""


class Leases:
    """The leases of one service's database, as replica *owner* sees them.

    A holder that dies is replaced within *ttl* seconds.
    """

    def __init__(
        self, db: Database, owner: str, address: str = "", ttl: float = TTL_SECONDS
    ) -> None:
        self._db = db
        self.owner = owner
        self._address = address
        self._ttl = ttl

    async def acquire(self, name: str) -> Lease | None:
        """The lease, if it is free or ran out; every acquiring raises its epoch."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    insert into leases (name, owner, epoch, address, expires_at)
                    values (:name, :owner, 1, :address,
                            clock_timestamp() + make_interval(secs => :ttl))
                    on conflict (name) do update set
                        epoch = leases.epoch + 1, owner = :owner, address = :address,
                        expires_at = clock_timestamp() + make_interval(secs => :ttl)
                    where leases.expires_at < clock_timestamp()
                    returning epoch"""),
                {
                    "name": name,
                    "owner": self.owner,
                    "address": self._address,
                    "ttl": self._ttl,
                },
            )
            epoch = found.scalar_one_or_none()
        return Lease(name, self.owner, epoch, self._address) if epoch is not None else None

    async def renew(self, lease: Lease) -> bool:
        """Hold it longer; false when somebody else has it, or it was let go.

        One that ran out is still its holder's until somebody takes it: a process that was paused,
        or a clock that was put forward, costs nothing that nobody else has begun.
        """
        async with self._db.begin_system() as connection:
            kept = await connection.execute(
                text("""
                    update leases set
                        expires_at = clock_timestamp() + make_interval(secs => :ttl)
                    where name = :name and epoch = :epoch and owner = :owner
                      and expires_at > '-infinity'"""),
                {
                    "name": lease.name,
                    "epoch": lease.epoch,
                    "owner": lease.owner,
                    "ttl": self._ttl,
                },
            )
            return bool(kept.rowcount == 1)

    async def release(self, lease: Lease) -> None:
        """Let another replica have it at once."""
        async with self._db.begin_system() as connection:
            await connection.execute(
                text(
                    "update leases set expires_at = '-infinity' "
                    "where name = :name and epoch = :epoch and owner = :owner"
                ),
                {"name": lease.name, "epoch": lease.epoch, "owner": lease.owner},
            )

    async def find(self, name: str) -> Lease | None:
        """Who holds *name* now."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text(
                    "select name, owner, epoch, address from leases "
                    "where name = :name and expires_at > clock_timestamp()"
                ),
                {"name": name},
            )
            row = found.one_or_none()
        return Lease(row.name, row.owner, row.epoch, row.address) if row else None

    @asynccontextmanager
    async def held(self, lease: Lease) -> AsyncIterator[None]:
        """Renew *lease* while the block runs; the block is cancelled when the lease is lost.

        It is lost when another replica has it, or when it could not be renewed for that long.
        """
        block = asyncio.current_task()
        assert block is not None
        lost = 0

        async def renew() -> None:
            nonlocal lost
            await self._keep(lease)
            # Again and again: a library may swallow a cancellation.
            while True:
                lost += 1
                block.cancel()
                await asyncio.sleep(LOOK_SECONDS)

        renewing = asyncio.create_task(renew(), name=f"renew {lease.name}")
        try:
            yield
        except asyncio.CancelledError:
            # Somebody else's cancellation goes on, whatever became of the lease.
            if not lost or not _forgiven(block, lost):
                raise
            raise LeaseLost(f"lease {lease.name} is held by another replica") from None
        finally:
            renewing.cancel()
            if not lost:
                await asyncio.shield(self._let_go(lease))

    async def _keep(self, lease: Lease) -> None:
        """Renew *lease* for as long as it surely is held."""
        loop = asyncio.get_running_loop()
        until = loop.time() + self._ttl
        while loop.time() < until:
            await asyncio.sleep(min(self._ttl / 3, max(until - loop.time(), 0)))
            # Counted from before the question: the answer may be long on its way.
            asked = loop.time()
            try:
                async with asyncio.timeout_at(max(until, asked + self._ttl / 3)):
                    if not await self.renew(lease):
                        return
                until = asked + self._ttl
            except Exception as error:
                # The database may come back before the lease runs out.
                log.warning("lease not renewed", name=lease.name, error=str(error))

    async def _let_go(self, lease: Lease) -> None:
        try:
            async with asyncio.timeout(2):
                await self.release(lease)
        except Exception as error:
            log.warning("lease not released", name=lease.name, error=str(error))


def _forgiven(block: "asyncio.Task[object]", times: int) -> bool:
    """Take *times* cancellations of *block* back; false when somebody else's is left."""
    return [block.uncancel() for _ in range(times)][-1] == 0


async def fence(tx: Transaction, lease: Lease) -> None:
    """Raise ``LeaseLost`` unless *lease* is still the holder's; holds off a taker until commit.

    It is until somebody else takes it, which raises the epoch, or until it is let go.
    """
    found = await tx.run(
        "select 1 from leases where name = :name and epoch = :epoch "
        "and expires_at > '-infinity' for share",
        name=lease.name,
        epoch=lease.epoch,
    )
    if found.one_or_none() is None:
        raise LeaseLost(f"lease {lease.name} is held by another replica")


async def hold(leases: Leases, name: str, work: Callable[[Lease], Awaitable[None]]) -> None:
    """Do *work* whenever this replica holds *name*, until cancelled."""
    while True:
        lease = await _try(leases.acquire(name))
        if lease is None:
            await asyncio.sleep(LOOK_SECONDS)
            continue
        try:
            async with leases.held(lease):
                await work(lease)
        except LeaseLost:
            log.warning("lease lost", name=name)
        except Exception:
            log.exception("work under lease failed", name=name)
            await asyncio.sleep(LOOK_SECONDS)


class Placement:
    """Shares things out over replicas: each is worked on by one, and taken over when it dies.

    *unplaced* lists the names that want a holder; *work* runs under the lease and returns when
    the thing needs nobody any more. At most *capacity* run here at once.
    """

    def __init__(
        self,
        leases: Leases,
        unplaced: Callable[[], Awaitable[Sequence[str]]],
        work: Callable[[str, Lease], Awaitable[None]],
        *,
        capacity: int = 100,
    ) -> None:
        self._leases = leases
        self._unplaced = unplaced
        self._work = work
        self._capacity = capacity
        self._running: dict[str, asyncio.Task[None]] = {}
        self.look = asyncio.Event()

    async def run(self) -> None:
        """Place and work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self.look.clear()
                for name in await _try(self._unplaced()) or ():
                    if name not in self._running and len(self._running) < self._capacity:
                        await self._place(name, tasks)
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await self.look.wait()
                except TimeoutError:
                    continue

    async def _place(self, name: str, tasks: asyncio.TaskGroup) -> None:
        lease = await _try(self._leases.acquire(name))
        if lease is None:
            return
        task = tasks.create_task(self._hold(name, lease), name=name)
        self._running[name] = task
        task.add_done_callback(lambda _: self._running.pop(name, None))

    async def _hold(self, name: str, lease: Lease) -> None:
        try:
            async with self._leases.held(lease):
                await self._work(name, lease)
        except LeaseLost:
            log.warning("lease lost", name=name)
        except Exception:
            log.exception("placed work failed", name=name)


async def _try(attempt: Awaitable[Any]) -> Any:
    try:
        return await attempt
    except Exception as error:
        log.warning("lease table not reached", error=str(error) or type(error).__name__)
        return None
