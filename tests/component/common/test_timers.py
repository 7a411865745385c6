"""Timers on a real database: each takes effect once, never early, whoever dies or sleeps."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import asyncpg
from sqlalchemy import text

from common import clock
from common import db as databases
from common.db import Database, Transaction
from common.principal import Principal
from common.timers import Timer, Timers
from convene_cli.nats import NatsServer
from tests.support.eventually import eventually
from tests.support.facts import running
from tests.support.replica import EFFECTS, Plan, replica
from tests.support.servers import MakeDatabase
from tests.support.services import PREPARATIONS, a_caller, sqlalchemy_url


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


async def test_a_timer_that_is_moved_later_fires_at_its_new_time_only(db: Database) -> None:
    fired, caller = Fired(db), a_caller()
    await arm(db, caller, "k", 0)
    timers = Timers(db, {"bell": fired.fire})
    leased = await timers.lease()
    await arm(db, caller, "k", 0.6)
    for timer, _ in leased:
        await timers.fire(timer)
    assert fired.keys == []

    await run_until(fired, 1, timers)
    assert fired.keys == ["k"]


async def test_a_timer_fired_before_its_time_by_the_clock_of_the_database_waits(
    db: Database,
) -> None:
    early: list[bool] = []

    async def ring(caller: Principal, timer: Timer) -> None:
        async with db.begin(caller, Transaction) as tx:
            early.append(tx.now < timer.due_at)

    await arm(db, a_caller(), "k", 0)
    timers = Timers(db, {"bell": ring})
    for timer, _ in await timers.lease():
        await timers.fire(replace(timer, due_at=timer.due_at + timedelta(hours=1)))
    assert early == []

    async with running(timers.run):
        await eventually(lambda: early == [False])


async def test_a_timer_whose_lease_ran_out_is_fired_elsewhere_and_its_late_effect_is_refused(
    db: Database,
) -> None:
    late, prompt = Fired(db), Fired(db)
    await arm(db, a_caller(), "k", 0)
    slow = Timers(db, {"bell": late.fire}, lease=0.2)
    (timer, _), *_ = await slow.lease()
    await run_until(prompt, 1, Timers(db, {"bell": prompt.fire}))

    await slow.fire(timer)

    assert prompt.keys == ["k"]
    assert late.keys == []


async def test_a_late_effect_that_arms_its_own_timer_again_is_refused_too(db: Database) -> None:
    effects: list[str] = []
    gate = asyncio.Event()

    def ringing(name: str, wait: Callable[[], Awaitable[object]]) -> Timers:
        async def ring(caller: Principal, timer: Timer) -> None:
            async with db.begin(caller, Transaction) as tx:
                await wait()
                await tx.arm("bell", timer.key, tx.now + timedelta(hours=1))
            effects.append(name)

        return Timers(db, {"bell": ring}, lease=5)

    await arm(db, a_caller(), "k", 0)
    stopped, awake = ringing("stopped", gate.wait), ringing("awake", lambda: asyncio.sleep(0))
    (timer, _), *_ = await stopped.lease()
    firing = asyncio.create_task(stopped.fire(timer))
    async with db.begin_system() as connection:
        await connection.execute(text("update timers set leased_until = clock_timestamp()"))
    (again, _), *_ = await awake.lease()
    await awake.fire(again)
    gate.set()
    await firing

    assert effects == ["awake"]


async def test_a_firing_that_hangs_is_given_up_and_tried_again(db: Database) -> None:
    keys: list[str] = []
    hung = asyncio.Event()

    async def hang_once(caller: Principal, timer: Timer) -> None:
        if not hung.is_set():
            hung.set()
            await asyncio.Event().wait()
        async with db.begin(caller, Transaction):
            keys.append(timer.key)

    await arm(db, a_caller(), "k", 0)
    timers = Timers(db, {"bell": hang_once}, lease=0.3)
    async with asyncio.TaskGroup() as tasks:
        firing = tasks.create_task(timers.run())
        await eventually(lambda: keys == ["k"])
        firing.cancel()


async def test_what_a_timer_of_a_test_workspace_does_is_marked_as_a_test(db: Database) -> None:
    callers: list[Principal] = []

    async def note(caller: Principal, _: Timer) -> None:
        callers.append(caller)

    await arm(db, a_caller(test=True), "test", 0)
    await arm(db, a_caller(test=False), "real", 0)
    timers = Timers(db, {"bell": note})
    for timer, _ in await timers.lease():
        await timers.fire(timer)

    assert sorted(caller.test for caller in callers) == [False, True]


async def test_a_replica_stopped_in_the_middle_of_a_firing_is_replaced_and_comes_too_late(
    database: MakeDatabase, own_nats_server: NatsServer
) -> None:
    made = await database("scheduler", PREPARATIONS["scheduler"])
    await _make_effects(made.owner_url)
    url = sqlalchemy_url(made.app_url)
    plan = Plan("stopped", url, url, own_nats_server.url, timer_lease=2.0, linger=1.2)
    async with databases.connected(url, "scheduler") as db, replica(plan) as process:
        await arm(db, a_caller(), "k", 0.1)
        await eventually(lambda: _is_leased(db))
        process.send_signal(signal.SIGSTOP)
        fired = Fired(db)
        await run_until(fired, 1, Timers(db, {"bell": fired.fire}))
        process.send_signal(signal.SIGCONT)
        await arm(db, a_caller(), "proof that it woke", 0)
        await eventually(lambda: _effects(db))

        assert await _effects(db) == ["proof that it woke"]
        assert fired.keys == ["k"]


async def _make_effects(owner_url: str) -> None:
    owner = await asyncpg.connect(owner_url)
    await owner.execute(EFFECTS)
    await owner.close()


async def _is_leased(db: Database) -> bool:
    async with db.begin_system() as connection:
        found = await connection.execute(text("select 1 from timers where token != ''"))
        return found.first() is not None


async def _effects(db: Database) -> list[str]:
    async with db.begin_system() as connection:
        return list((await connection.execute(text("select name from effects"))).scalars())
