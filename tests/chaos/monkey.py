"""Replicas that are killed and stopped at random while a writer writes, and what must hold."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta

import asyncpg
from sqlalchemy import text

from common import db
from common.db import Database, Transaction
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from tests.chaos.troop import Troop
from tests.support.eventually import eventually
from tests.support.facts import SOURCE, WORKSPACE, bus_at, sequences, stored
from tests.support.fault_proxy import FaultProxy, proxy_to
from tests.support.replica import EFFECTS, Plan, replica
from tests.support.servers import Database as Made
from tests.support.services import a_caller, sqlalchemy_url

MEETINGS = [f"mtg_{number}" for number in range(12)]
LONGEST_STOP_SECONDS = 4.0
RECOVERY_SECONDS = 60.0
WRITER = a_caller(workspace_id=WORKSPACE)


@dataclass
class Written:
    """What was committed: how many facts of each meeting, and which timers have to ring."""

    facts: Counter[str] = field(default_factory=Counter)
    undone: int = 0
    timers: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)


@dataclass
class Verdict:
    """How a run went; everything from *lost* on has to be zero."""

    seed: int
    seconds: float
    facts: int = 0
    undone: int = 0
    timers: int = 0
    cancelled: int = 0
    kills: int = 0
    stops: int = 0
    cuts: int = 0
    recovery_seconds: float = 0.0
    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    not_in_stream: int = 0
    doubled_in_stream: int = 0
    timers_lost: int = 0
    timers_doubled: int = 0
    timers_early: int = 0
    timers_after_cancel: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """What went wrong, by name."""
        names = list(asdict(self))
        found = {name: getattr(self, name) for name in names[names.index("lost") :]}
        return {name: count for name, count in found.items() if count}


@dataclass(frozen=True)
class Stage:
    """Where a run plays: two databases of one service, the first one's owner apart, one broker."""

    source_url: str
    target_url: str
    target_owner_url: str
    nats_url: str


async def play(stage: Stage, seconds: float, seed: int) -> Verdict:
    """Write for *seconds* among kills, stops and cuts, let it heal, and judge."""
    dice, verdict = random.Random(seed), Verdict(seed, seconds)
    async with _opened(stage) as (source, target, proxy):
        plan = Plan("", stage.source_url, stage.target_url, proxy.url(stage.nats_url))

        def start(number: int) -> AbstractAsyncContextManager[asyncio.subprocess.Process]:
            linger = dice.choice((0.0, 0.0, 0.05))
            return replica(replace(plan, name=f"replica-{number}", linger=linger))

        troop, written = Troop(start, dice), Written()
        try:
            await troop.fill()
            async with (
                asyncio.timeout(seconds * 3 + RECOVERY_SECONDS),
                asyncio.TaskGroup() as tasks,
            ):
                writing = tasks.create_task(_write(source, target, written, seed))
                await _torment(troop, proxy, dice, verdict, seconds)
                writing.cancel()
            healed = asyncio.get_running_loop().time()
            await _settled(target, written)
            verdict.recovery_seconds = round(asyncio.get_running_loop().time() - healed, 2)
        finally:
            await troop.close()
        await _judge(stage, target, written, verdict)
    return verdict


async def _torment(
    troop: Troop, proxy: FaultProxy, dice: random.Random, verdict: Verdict, seconds: float
) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    while loop.time() < until:
        await asyncio.sleep(dice.uniform(0.2, 1.5))
        what = dice.choice(("kill", "stop", "cut"))
        if what == "kill":
            await troop.kill()
            verdict.kills += 1
        elif what == "stop":
            await troop.stop(dice.uniform(0.3, LONGEST_STOP_SECONDS))
            verdict.stops += 1
        else:
            proxy.swallow = dice.random() < 0.5
            await asyncio.sleep(dice.uniform(0, 0.3))
            proxy.swallow = False
            proxy.cut()
            verdict.cuts += 1


class _Regretted(Exception):
    """The writer takes a transaction back."""


async def _write(source: Database, target: Database, written: Written, seed: int) -> None:
    dice, number = random.Random(seed + 1), 0
    while True:
        number += 1
        await asyncio.sleep(dice.uniform(0, 0.03))
        await _announce(source, written, dice, number)
        if number % 3 == 0:
            await asyncio.shield(_arm(target, written, dice, f"bell {number}"))
        if number % 10 == 0:
            await asyncio.shield(_cancel(target, written, dice))


async def _announce(source: Database, written: Written, dice: random.Random, number: int) -> None:
    meetings, regrets = dice.sample(MEETINGS, dice.randint(1, 3)), dice.random() < 0.1

    async def commit() -> None:
        try:
            async with source.begin(WRITER, Transaction) as tx:
                for meeting in sorted(meetings):
                    fact = MeetingCancelled(meeting_id=meeting, reason=str(number))
                    await tx.announce(fact, aggregate=meeting, meeting=meeting)
                if regrets:
                    raise _Regretted
        except _Regretted:
            written.undone += 1
        else:
            written.facts.update(meetings)

    await asyncio.shield(commit())


async def _arm(target: Database, written: Written, dice: random.Random, key: str) -> None:
    async with target.begin(WRITER, Transaction) as tx:
        due = tx.now + timedelta(seconds=dice.choice((0.0, 0.5, 1.0, 3.0)))
        await tx.arm("bell", key, due)
    written.timers.add(key)


async def _cancel(target: Database, written: Written, dice: random.Random) -> None:
    key = dice.choice(sorted(written.timers))
    async with target.begin(WRITER, Transaction) as tx:
        gone = await tx.run("delete from timers where key = :key returning key", key=key)
        was_waiting = gone.one_or_none() is not None
    if was_waiting:
        written.timers.discard(key)
        written.cancelled.add(key)


async def _effects(target: Database, kind: str) -> Sequence[tuple[str, int, bool]]:
    """Committed effects in order: of what, its sequence, whether it came before it was due."""
    async with target.begin_system() as connection:
        found = await connection.execute(
            text(
                "select name, sequence, coalesce(at < due_at, false) as early from effects "
                "where kind = :kind order by position"
            ),
            {"kind": kind},
        )
        return [(row.name, row.sequence, row.early) for row in found]


async def _settled(target: Database, written: Written) -> None:
    """Wait until everything had its effect; what is missing after the ceiling is judged."""

    async def everything() -> bool:
        heard = {(name, sequence) for name, sequence, _ in await _effects(target, "fact")}
        rung = {name for name, _, _ in await _effects(target, "timer")}
        await asyncio.sleep(0.2)
        return len(heard) >= written.facts.total() and rung >= written.timers

    try:
        await eventually(everything, RECOVERY_SECONDS)
    except AssertionError:
        return


async def _judge(stage: Stage, target: Database, written: Written, verdict: Verdict) -> None:
    verdict.facts, verdict.undone = written.facts.total(), written.undone
    verdict.timers, verdict.cancelled = len(written.timers), len(written.cancelled)
    heard: dict[str, list[int]] = {}
    for name, sequence, _ in await _effects(target, "fact"):
        heard.setdefault(name, []).append(sequence)
    async with bus_at(stage.nats_url) as client:
        in_stream = sequences(await stored(client))
    for meeting, count in written.facts.items():
        found, kept = heard.get(meeting, []), in_stream.get(meeting, [])
        wanted = set(range(1, count + 1))
        verdict.lost += len(wanted - set(found))
        verdict.doubled += len(found) - len(set(found))
        verdict.out_of_order += found != sorted(found)
        verdict.not_in_stream += len(wanted - set(kept))
        verdict.doubled_in_stream += len(kept) - len(set(kept))
    rings = await _effects(target, "timer")
    times = Counter(name for name, _, _ in rings)
    verdict.timers_lost = len(written.timers - times.keys())
    verdict.timers_doubled = sum(count - 1 for count in times.values())
    verdict.timers_early = sum(early for _, _, early in rings)
    verdict.timers_after_cancel = len(written.cancelled & times.keys())


@asynccontextmanager
async def _opened(stage: Stage) -> AsyncIterator[tuple[Database, Database, FaultProxy]]:
    async with (
        db.connected(stage.source_url, SOURCE) as source,
        db.connected(stage.target_url, SOURCE) as target,
        proxy_to(stage.nats_url) as proxy,
        bus_at(stage.nats_url),
    ):
        owner = await asyncpg.connect(stage.target_owner_url)
        await owner.execute(EFFECTS)
        await owner.close()
        yield source, target, proxy


def a_stage(source: Made, target: Made, nats_url: str) -> Stage:
    """The stage that two databases of the fixtures and a broker make."""
    return Stage(
        sqlalchemy_url(source.app_url),
        sqlalchemy_url(target.app_url),
        target.owner_url,
        nats_url,
    )
