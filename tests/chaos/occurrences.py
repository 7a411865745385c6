"""Three schedulers, killed and stopped at random while occurrences are due: each starts once.

The replicas are ``python -m scheduler`` as it is deployed. One has a clock that is an hour ahead,
one an hour behind.
"""

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime

import asyncpg
from nats.aio.client import Client

from benchmarks.measures import percentile
from common.timers.running import LEASE_SECONDS
from tests.chaos.planned import LEFT, Plan, outcome, time_of
from tests.chaos.troop import REPLICAS, Troop
from tests.support.eventually import eventually
from tests.support.facts import SOURCE, bus_at
from tests.support.servers import Database as Made
from tests.support.services import sqlalchemy_url
from tests.support.wrong_clock import seen_ahead, wrong_clock

AN_HOUR = 3600
# Whose clock is how wrong: the first of three, the second, the third.
SKEWS = (0, AN_HOUR, -AN_HOUR)
READY_SECONDS = 12.0
# Longer than a lease, so that others take over what a stopped replica holds.
LONGEST_STOP_SECONDS = LEASE_SECONDS + 3
RECOVERY_SECONDS = 600.0


@dataclass
class Starts:
    """How a run went; everything from *missed* on has to be zero."""

    seed: int
    seconds: float
    occurrences: int
    skews_seconds: tuple[int, ...] = SKEWS
    kills: int = 0
    stops: int = 0
    recovery_seconds: float = 0.0
    lateness_p50_seconds: float = 0.0
    lateness_p99_seconds: float = 0.0
    lateness_max_seconds: float = 0.0
    missed: int = 0
    doubled: int = 0
    early: int = 0
    not_open: int = 0
    facts_missing_in_stream: int = 0
    facts_doubled_in_stream: int = 0

    @property
    def faults(self) -> dict[str, int]:
        """What went wrong, by name."""
        names = list(asdict(self))
        found = {name: getattr(self, name) for name in names[names.index("missed") :]}
        return {name: count for name, count in found.items() if count}


async def play_starts(
    made: Made, superuser_url: str, nats_url: str, *, occurrences: int, seconds: float, seed: int
) -> Starts:
    """Let *occurrences* be due within *seconds* among kills and stops, and judge."""
    dice, verdict = random.Random(seed), Starts(seed, seconds, occurrences)
    for skew in SKEWS:
        assert abs(await seen_ahead(skew) - skew) < AN_HOUR / 60
    owner = await asyncpg.connect(superuser_url)
    troop = Troop(lambda number: scheduler(number, made, nats_url), dice)
    try:
        async with bus_at(nats_url) as client:
            plan = Plan(occurrences, seconds)
            first, until = await plan.write(made, await time_of(owner), ahead=READY_SECONDS)
            await troop.fill()
            await asyncio.sleep((first - await time_of(owner)).total_seconds())
            await _torment(troop, dice, verdict, seconds)
            await _recover(owner, until, verdict)
            await _judge(owner, client, until, verdict)
    finally:
        await troop.close()
        await owner.close()
    return verdict


@asynccontextmanager
async def scheduler(
    number: int, made: Made, nats_url: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The replica born as *number*; whoever takes the place of another has its clock."""
    env = {
        **os.environ,
        "CONVENE_ENV": "dev",
        "CONVENE_NATS_URL": nats_url,
        "CONVENE_INTERNAL_KEY": "a signing key for chaos and for nothing else",
        "CONVENE_LINK_KEY": "a key of links for chaos and for nothing else",
        "CONVENE_REPLICA": f"scheduler-{number}",
        "CONVENE_SESSION_ADDRESS": "127.0.0.1:1",
        "SCHEDULER_LISTEN": "127.0.0.1:0",
        "SCHEDULER_DATABASE_URL": sqlalchemy_url(made.app_url),
        **wrong_clock(SKEWS[number % REPLICAS]),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "scheduler"), env=env, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _torment(troop: Troop, dice: random.Random, verdict: Starts, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    until = loop.time() + seconds
    # Each at least once, however slow the machine is.
    while loop.time() < until or not (verdict.kills and verdict.stops):
        await asyncio.sleep(dice.uniform(0.5, 6))
        if dice.random() < 0.5:
            await troop.kill()
            verdict.kills += 1
        else:
            longest = min(LONGEST_STOP_SECONDS, until - loop.time())
            await troop.stop(dice.uniform(0.3, max(longest, 0.3)))
            verdict.stops += 1


async def _recover(owner: asyncpg.Connection, until: datetime, verdict: Starts) -> None:
    """Wait until all is started and published; what is missing after the ceiling is judged."""
    began = asyncio.get_running_loop().time()

    async def everything() -> bool:
        await asyncio.sleep(0.5)
        left = await owner.fetchval(LEFT, until)
        waiting = await owner.fetchval("select count(*) from outbox where published_at is null")
        return bool(left == 0 and waiting == 0)

    try:
        await eventually(everything, RECOVERY_SECONDS)
    except AssertionError:
        return
    finally:
        verdict.recovery_seconds = round(asyncio.get_running_loop().time() - began, 2)


async def _judge(
    owner: asyncpg.Connection, client: Client, until: datetime, verdict: Starts
) -> None:
    found = await outcome(owner, until)
    verdict.occurrences = found.occurrences
    verdict.missed, verdict.doubled = found.missed, found.doubled
    verdict.early, verdict.not_open = found.early, found.not_open
    if found.lateness:
        verdict.lateness_p50_seconds = round(percentile(found.lateness, 0.5), 3)
        verdict.lateness_p99_seconds = round(percentile(found.lateness, 0.99), 3)
        verdict.lateness_max_seconds = round(found.lateness[-1], 3)
    announced = await owner.fetchval("select count(*) from outbox")
    placed = await owner.fetchval("select count(distinct stream_sequence) from outbox")
    stored = (await client.jetstream().stream_info(SOURCE)).state.messages
    verdict.facts_missing_in_stream = announced - placed
    verdict.facts_doubled_in_stream = max(stored - announced, 0)
