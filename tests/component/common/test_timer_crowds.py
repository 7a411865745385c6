"""Crowds of timers on a real database: groups, fair shares, lanes, and what a stop gives back."""

import asyncio
import zlib
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text

from common.db import Alarm, Database, Transaction
from common.errors import Unavailable
from common.principal import Principal
from common.timers import Timer, Timers, alone, leave, together
from common.timers.running import ROOM
from tests.support.eventually import eventually
from tests.support.facts import running
from tests.support.services import a_caller


class Effects:
    """Firings that note what was committed, group by group."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.groups: list[list[str]] = []
        self.poison = ""
        self.error: Exception = RuntimeError("told to fail")
        self.gate = asyncio.Event()

    @property
    def keys(self) -> list[str]:
        return [key for group in self.groups for key in group]

    async def fire(self, caller: Principal, timers: Sequence[Timer]) -> None:
        keys = [one.key for one in timers]
        async with self._db.begin(caller, Transaction) as tx:
            assert all(tx.now >= one.due_at for one in timers)
            if self.poison in keys:
                raise self.error
        self.groups.append(keys)

    async def fire_one(self, caller: Principal, timer: Timer) -> None:
        await self.fire(caller, [timer])

    async def hang(self, caller: Principal, timer: Timer) -> None:
        await self.gate.wait()
        await self.fire_one(caller, timer)


async def arm(
    db: Database, caller: Principal, *keys: str, kind: str = "bell", seconds: float = 0
) -> None:
    async with db.begin(caller, Transaction) as tx:
        due = tx.now + timedelta(seconds=seconds)
        await tx.arm_all([Alarm(kind, key, due, {}) for key in keys])


async def waiting(db: Database) -> dict[str, int]:
    """The timers that are left, and how often each has failed."""
    async with db.begin_system() as connection:
        found = await connection.execute(text("select key, attempts from timers"))
        return {row.key: row.attempts for row in found}


async def failed(db: Database) -> list[str]:
    return [key for key, attempts in (await waiting(db)).items() if attempts]


def many(count: int) -> list[str]:
    return [f"k{number:04}" for number in range(count)]


async def test_three_replicas_fire_groups_of_timers_and_each_timer_once(db: Database) -> None:
    effects = Effects(db)
    await arm(db, a_caller(), *many(900), seconds=0.5)
    replicas = [Timers(db, {"bell": together(effects.fire)}) for _ in range(3)]
    async with running(*(one.run for one in replicas)):
        await eventually(lambda: len(effects.keys) >= 900)
    assert sorted(effects.keys) == many(900)
    assert len(effects.groups) < 900
    assert await waiting(db) == {}


async def test_one_that_fails_in_a_group_is_put_off_alone(db: Database) -> None:
    effects = Effects(db)
    effects.poison = "k0007"
    await arm(db, a_caller(), *many(20))
    async with running(Timers(db, {"bell": together(effects.fire)}).run):
        await eventually(lambda: len(effects.keys) >= 19)
        left = await eventually(lambda: failed(db))
    assert sorted(effects.keys) == [key for key in many(20) if key != "k0007"]
    assert left == ["k0007"]


async def test_one_that_waits_for_a_part_that_is_away_holds_up_none_of_its_group(
    db: Database,
) -> None:
    effects = Effects(db)
    effects.poison, effects.error = "k0004", Unavailable("away")
    await arm(db, a_caller(), *many(10))
    async with running(Timers(db, {"bell": together(effects.fire)}).run):
        await eventually(lambda: len(effects.keys) >= 9)
        assert await waiting(db) == {"k0004": 0}
        effects.poison = ""
        await eventually(lambda: sorted(effects.keys) == many(10))


async def test_one_that_is_cancelled_or_moved_leaves_its_group(db: Database) -> None:
    effects, caller = Effects(db), a_caller()
    entered, gate = asyncio.Event(), asyncio.Event()

    async def stall(suite: Principal, timers: Sequence[Timer]) -> None:
        entered.set()
        await gate.wait()
        await effects.fire(suite, timers)

    await arm(db, caller, *many(10))
    async with running(Timers(db, {"bell": together(stall)}).run):
        await entered.wait()
        async with db.begin(caller, Transaction) as tx:
            await tx.disarm("k0003")
        await arm(db, caller, "k0005", seconds=3600)
        gate.set()
        await eventually(lambda: len(effects.keys) >= 8)
        left = await waiting(db)
    assert sorted(effects.keys) == [key for key in many(10) if key not in ("k0003", "k0005")]
    assert left == {"k0005": 0}


async def test_a_group_whose_leases_were_taken_over_changes_nothing(db: Database) -> None:
    late, prompt, gate = Effects(db), Effects(db), asyncio.Event()
    entered = asyncio.Event()

    async def stall(caller: Principal, timers: Sequence[Timer]) -> None:
        entered.set()
        await gate.wait()
        await late.fire(caller, timers)

    await arm(db, a_caller(), *many(5))
    async with running(Timers(db, {"bell": together(stall)}).run):
        await entered.wait()
        async with db.begin_system() as connection:
            await connection.execute(text("update timers set leased_until = clock_timestamp()"))
        async with running(Timers(db, {"bell": together(prompt.fire)}).run):
            await eventually(lambda: len(prompt.keys) == 5)
        gate.set()
    assert sorted(prompt.keys) == many(5)
    assert late.keys == []


async def test_a_backlog_of_one_workspace_that_hangs_does_not_delay_another(db: Database) -> None:
    effects, crowded = Effects(db), a_caller()
    async with db.begin(crowded, Transaction) as tx:
        await tx.run(
            """
            insert into timers (workspace_id, key, kind, due_at)
            select :w, 'crowd ' || n, 'stuck', clock_timestamp() - interval '1 hour'
            from generate_series(1, cast(:count as int)) n""",
            w=crowded.workspace_id,
            count=ROOM + 500,
        )
    await arm(db, a_caller(), "start")
    firings = {"stuck": effects.hang, "bell": effects.fire_one}
    async with running(Timers(db, firings).run):
        await eventually(lambda: effects.keys == ["start"])


async def test_slow_kinds_with_a_lane_of_their_own_hold_up_no_others(db: Database) -> None:
    effects = Effects(db)
    for number in range(20):
        await arm(db, a_caller(), f"slow {number}", kind="slow")
    await arm(db, a_caller(), "start", seconds=0.5)
    firings = {"slow": alone(effects.hang, lane="reminders"), "bell": alone(effects.fire_one)}
    async with running(Timers(db, firings).run):
        await eventually(lambda: effects.keys == ["start"])
        effects.gate.set()
        await eventually(lambda: len(effects.keys) == 21)


async def test_a_replica_that_is_stopped_gives_back_what_it_holds(db: Database) -> None:
    effects, stuck = Effects(db), Effects(db)
    await arm(db, a_caller(), "in mid firing")
    await arm(db, a_caller(), "still waiting", seconds=1.5)

    async def held() -> bool:
        async with db.begin_system() as connection:
            found = await connection.execute(
                text("select count(*) from timers where leased_until > clock_timestamp()")
            )
            count: int = found.scalar_one()
            return count == 2

    async with running(Timers(db, {"bell": stuck.hang}, lease=600).run):
        await eventually(held)
    async with running(Timers(db, {"bell": effects.fire_one}).run):
        await eventually(lambda: sorted(effects.keys) == ["in mid firing", "still waiting"])


async def test_a_spread_gives_timers_due_at_once_places_of_their_own(db: Database) -> None:
    after: dict[str, float] = {}

    async def fire(caller: Principal, timer: Timer) -> None:
        async with db.begin(caller, Transaction) as tx:
            after[timer.key] = (tx.now - timer.due_at).total_seconds()

    keys = ["timer far", "timer near", "timer middle"]
    await arm(db, a_caller(), *keys)
    async with running(Timers(db, {"bell": alone(fire, spread=2)}).run):
        await eventually(lambda: len(after) == 3)
    # Late at will, on a busy machine, but none before its place.
    for key in keys:
        assert after[key] >= 2 * zlib.crc32(key.encode()) / 2**32


async def test_a_kind_that_a_replica_does_not_know_waits_for_one_that_does(db: Database) -> None:
    effects = Effects(db)
    await arm(db, a_caller(), "new", kind="of the next release")
    await arm(db, a_caller(), "old")
    async with running(Timers(db, {"bell": effects.fire_one}).run):
        await eventually(lambda: effects.keys == ["old"])
    assert await waiting(db) == {"new": 0}
    async with running(Timers(db, {"of the next release": effects.fire_one}).run):
        await eventually(lambda: effects.keys == ["old", "new"])


async def test_only_a_timer_that_is_due_soon_wakes_who_fires_it(db: Database) -> None:
    await arm(db, a_caller(), "next year", seconds=365 * 86400)
    assert not db.armed.is_set()
    await arm(db, a_caller(), "now")
    assert db.armed.is_set()


async def test_one_that_somebody_else_holds_is_left_by_its_group_and_fires_later(
    db: Database,
) -> None:
    effects, held = Effects(db), {"k0003", "k0007"}

    async def fire(caller: Principal, timers: Sequence[Timer]) -> None:
        async with db.begin(caller, Transaction):
            leave([one for one in timers if one.key in held])
        effects.groups.append([one.key for one in timers if one.key not in held])

    await arm(db, a_caller(), *many(10))
    async with running(Timers(db, {"bell": together(fire)}).run):
        await eventually(lambda: len(effects.keys) == 8)
        assert await waiting(db) == {"k0003": 0, "k0007": 0}
        held.clear()
        await eventually(lambda: sorted(effects.keys) == many(10))
    assert len(effects.groups[0]) == 8
    assert await waiting(db) == {}
