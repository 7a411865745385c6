"""A timer that fires while its thing is changed: neither waits for the other in a circle."""

import asyncio

import pytest
from sqlalchemy import text

from common.db import Database, Transaction
from common.principal import Principal
from common.timers import Timer, Timers
from convene.scheduler.v1.events_pb2 import MeetingCompleted
from tests.support.services import OpenDatabase, a_caller

THING = "select pg_advisory_xact_lock(7)"


@pytest.fixture
async def db(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


async def count(db: Database, table: str) -> int:
    async with db.begin_system() as connection:
        found = await connection.execute(text(f"select count(*) from {table}"))
        rows: int = found.scalar_one()
        return rows


async def test_a_change_that_disarms_a_firing_timer_goes_through(db: Database) -> None:
    caller = a_caller()
    firing_began = asyncio.Event()

    async def fire(suite: Principal, timer: Timer) -> None:
        async with db.begin(suite, Transaction) as tx:
            firing_began.set()
            await tx.run(THING)
            await tx.announce(MeetingCompleted(), aggregate="thing", meeting="thing")

    timers = Timers(db, {"end": fire})
    async with db.begin(caller, Transaction) as tx:
        await tx.arm("end", "thing/end", tx.now)
    [(timer, _)] = await timers.lease()

    async with asyncio.TaskGroup() as tasks, db.begin(caller, Transaction) as tx:
        await tx.run(THING)
        tasks.create_task(timers.fire(timer))
        await firing_began.wait()
        await tx.disarm("thing/end")

    # The firing went on once it could, found its timer gone, and undid what it had done.
    assert await count(db, "timers") == 0
    assert await count(db, "outbox") == 0


async def test_a_firing_may_arm_its_own_timer_again(db: Database) -> None:
    async def fire(suite: Principal, timer: Timer) -> None:
        async with db.begin(suite, Transaction) as tx:
            await tx.arm("again", timer.key, tx.now)

    timers = Timers(db, {"again": fire})
    async with db.begin(a_caller(), Transaction) as tx:
        await tx.arm("again", "thing/again", tx.now)
    [(timer, _)] = await timers.lease()
    await timers.fire(timer)

    [(again, _)] = await timers.lease()
    assert again.key == timer.key
    assert again.token != timer.token
