"""One holder at a time: replaced when it dies, refused when it comes back."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable

import pytest

from common import leases
from common.db import Database, Transaction
from common.leases import Lease, LeaseLost, Leases, Placement
from tests.support.eventually import CEILING_SECONDS, eventually
from tests.support.facts import expire_leases
from tests.support.services import a_caller

# Longer than a test: a replica that stood still for a moment is not taken for dead.
LONG = 60.0
THINGS = [f"thing {number}" for number in range(10)]


class MortalLeases(Leases):
    """The leases of a replica that dies without letting anything go."""

    async def release(self, lease: Lease) -> None:
        return


async def test_a_lease_has_one_holder_and_every_change_raises_its_epoch(db: Database) -> None:
    one, other = Leases(db, "a", "a:1"), Leases(db, "b", "b:1")
    first = await one.acquire("thing")
    assert first is not None
    assert await other.acquire("thing") is None
    assert await other.find("thing") == first

    await one.release(first)
    second = await other.acquire("thing")
    assert second == Lease("thing", "b", first.epoch + 1, "b:1")
    assert not await one.renew(first)


async def test_a_write_under_a_lease_that_somebody_else_took_is_refused(db: Database) -> None:
    stale = await Leases(db, "a").acquire("thing")
    await expire_leases(db)
    assert await Leases(db, "b").acquire("thing") is not None
    assert stale is not None

    async with db.begin(a_caller(), Transaction) as tx:
        with pytest.raises(LeaseLost):
            await leases.fence(tx, stale)


async def test_a_holder_that_was_paused_goes_on_when_nobody_took_its_place(db: Database) -> None:
    mine = Leases(db, "a", ttl=0.3)
    lease = await mine.acquire("thing")
    assert lease is not None

    async with mine.held(lease):
        # As a stopped process, or one on a machine that sleeps.
        asyncio.get_running_loop().call_soon(time.sleep, 0.5)
        await asyncio.sleep(0)
        async with db.begin(a_caller(), Transaction) as tx:
            await leases.fence(tx, lease)
        await eventually(lambda: mine.find("thing"))


async def test_a_lease_that_was_let_go_is_nobodys(db: Database) -> None:
    mine = Leases(db, "a")
    lease = await mine.acquire("thing")
    assert lease is not None
    await mine.release(lease)

    assert not await mine.renew(lease)
    async with db.begin(a_caller(), Transaction) as tx:
        with pytest.raises(LeaseLost):
            await leases.fence(tx, lease)


async def test_nobody_takes_a_lease_between_a_fenced_write_and_its_commit(db: Database) -> None:
    held = await Leases(db, "a", ttl=0.3).acquire("thing")
    assert held is not None
    taker = Leases(db, "b")
    async with db.begin(a_caller(), Transaction) as tx:
        await leases.fence(tx, held)
        await asyncio.sleep(0.3)
        taking = asyncio.create_task(taker.acquire("thing"))
        done, _ = await asyncio.wait([taking], timeout=0.3)
        assert not done
    assert await taking is not None


async def test_work_ends_when_its_lease_is_lost(db: Database) -> None:
    mine = Leases(db, "a", ttl=0.3)
    lease = await mine.acquire("thing")
    assert lease is not None

    async def work() -> None:
        async with mine.held(lease):
            await asyncio.Event().wait()

    async def taken() -> Lease | None:
        # The holder may renew it just before it is asked for.
        await expire_leases(db)
        return await Leases(db, "b").acquire("thing")

    working = asyncio.create_task(work())
    await eventually(taken)

    with pytest.raises(LeaseLost):
        await asyncio.wait_for(working, CEILING_SECONDS)


class UnreachableLeases(Leases):
    """A replica whose database is away."""

    async def renew(self, lease: Lease) -> bool:
        raise OSError("away")


async def test_work_ends_when_its_lease_cannot_be_renewed_in_time(db: Database) -> None:
    mine = UnreachableLeases(db, "a", ttl=0.3)
    lease = await mine.acquire("thing")
    assert lease is not None

    async def work() -> None:
        async with mine.held(lease):
            await asyncio.Event().wait()

    with pytest.raises(LeaseLost):
        await asyncio.wait_for(asyncio.create_task(work()), CEILING_SECONDS)


async def test_work_that_is_cancelled_from_outside_lets_its_lease_go(db: Database) -> None:
    mine = Leases(db, "a")
    working = asyncio.create_task(leases.hold(mine, "thing", _for_ever))
    await eventually(lambda: mine.find("thing"))

    working.cancel()

    with pytest.raises(asyncio.CancelledError):
        await working
    assert await mine.find("thing") is None


async def test_things_are_shared_out_and_taken_over_when_their_replica_dies(db: Database) -> None:
    running: Counter[tuple[str, str]] = Counter()

    def replica(name: str, kind: Callable[..., Leases]) -> Placement:
        async def work(thing: str, _: Lease) -> None:
            running[name, thing] += 1
            try:
                await asyncio.Event().wait()
            finally:
                running[name, thing] -= 1

        async def unplaced() -> list[str]:
            return THINGS

        mine = kind(db, name, ttl=LONG)
        return Placement(mine, unplaced, work, capacity=10 if name == "b" else 5)

    def held_by(name: str) -> list[str]:
        return sorted(thing for (owner, thing), count in running.items() if count and owner == name)

    doomed = asyncio.create_task(replica("a", MortalLeases).run())
    await eventually(lambda: len(held_by("a")) == 5)
    other = asyncio.create_task(replica("b", Leases).run())
    await eventually(lambda: len(held_by("b")) == 5)
    assert sorted(held_by("a") + held_by("b")) == THINGS

    doomed.cancel()
    await expire_leases(db)
    await eventually(lambda: held_by("b") == THINGS)
    other.cancel()
    await asyncio.wait([doomed, other])


async def _for_ever(_: Lease) -> None:
    await asyncio.Event().wait()
