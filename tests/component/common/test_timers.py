"""Timers on a real database."""

import asyncio
from datetime import timedelta

import pytest

from common import clock
from common.db import Database, Transaction
from common.principal import Principal
from common.timers import Timer, Timers
from tests.support.eventually import eventually
from tests.support.services import OpenDatabase, a_caller


class Fired:
    """A firing that counts its committed effects."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.keys: list[str] = []
        self.failures = 0

    async def fire(self, caller: Principal, timer: Timer) -> None:
        async with self._db.begin(caller, Transaction) as tx:
            assert tx.now >= timer.due_at
            if self.failures:
                self.failures -= 1
                raise RuntimeError("told to fail")
        self.keys.append(timer.key)


@pytest.fixture
async def db(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


async def arm(db: Database, caller: Principal, key: str, seconds: float) -> None:
    async with db.begin(caller, Transaction) as tx:
        await tx.arm("bell", key, tx.now + timedelta(seconds=seconds), {"n": 1})


async def run_until(fired: Fired, count: int, *runners: Timers) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one.run()) for one in runners]
        await eventually(lambda: len(fired.keys) >= count)
        for task in running:
            task.cancel()


async def test_three_replicas_fire_every_timer_once(db: Database) -> None:
    fired, caller = Fired(db), a_caller()
    for number in range(60):
        await arm(db, caller, f"k{number}", 0.2)
    await run_until(fired, 60, *(Timers(db, {"bell": fired.fire}) for _ in range(3)))
    assert sorted(fired.keys) == sorted(f"k{number}" for number in range(60))


async def test_a_timer_of_a_test_workspace_follows_its_clock(db: Database) -> None:
    fired, caller = Fired(db), a_caller()
    await arm(db, caller, "far", 3600)
    await arm(db, a_caller(), "other", 3600)
    await clock.advance(db, caller, 3601, "once")
    assert await clock.advance(db, caller, 3601, "once") == 3601
    await run_until(fired, 1, Timers(db, {"bell": fired.fire}))
    assert fired.keys == ["far"]


async def test_a_timer_that_fails_is_tried_again(db: Database) -> None:
    fired = Fired(db)
    fired.failures = 1
    await arm(db, a_caller(), "k", 0)
    await run_until(fired, 1, Timers(db, {"bell": fired.fire}))
    assert fired.keys == ["k"]


async def test_a_leased_timer_that_is_cancelled_does_not_fire(db: Database) -> None:
    fired, caller = Fired(db), a_caller()
    await arm(db, caller, "k", 0)
    timers = Timers(db, {"bell": fired.fire})
    leased = await timers.lease()
    async with db.begin(caller, Transaction) as tx:
        await tx.disarm("k")
    for timer, _ in leased:
        await timers.fire(timer)
    assert len(leased) == 1
    assert fired.keys == []
