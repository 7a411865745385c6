"""Series whose occurrences are due among faults, planned as users plan them, and how they went."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import asyncpg

from common import db
from common.ids import new_id
from common.principal import Principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import OccurrenceDue
from scheduler.domain.definitions import Definition, Policy
from scheduler.domain.recurrence import Recurrence
from tests.support.schedulers import SchedulerHouse, a_scheduler
from tests.support.servers import Database as Made
from tests.support.services import a_caller, sqlalchemy_url

AN_HOUR = 3600
SERVICE = "scheduler"
WORKSPACES = 20
LONGEST_SERIES = 100
# Between the occurrences of a series, whose times are whole seconds.
LEAST_APART_SECONDS = 2
ABREAST = 8
# On a machine with other work.
SERIES_A_SECOND = 8
# All of a series is armed at once when its windows open this early.
EARLY_SECONDS = 250

LEFT = "select count(*) from timers where kind = 'occurrence-start'"
_DUE = "select envelope, written_at from outbox where message = $1"
_OCCURRENCES = "select id, state, start_time from occurrences"


@dataclass(frozen=True)
class Outcome:
    occurrences: int
    missed: int
    doubled: int
    early: int
    not_open: int
    lateness: Sequence[float]


class Plan:
    """*count* occurrences evenly within *seconds*, in series of at most a hundred."""

    def __init__(self, count: int, seconds: float) -> None:
        self.length = max(min(LONGEST_SERIES, int(seconds // LEAST_APART_SECONDS)), 1)
        self.series = -(-count // self.length)
        self.planning_seconds = self.series / SERIES_A_SECOND
        self._apart = seconds / self.length

    async def write(self, made: Made, first: datetime) -> None:
        """Create the series; the first occurrences are due at *first* and soon after."""
        callers = [a_caller(workspace_id=new_id("wsp"), test=False) for _ in range(WORKSPACES)]
        free = asyncio.Semaphore(ABREAST)
        async with db.connected(sqlalchemy_url(made.app_url), SERVICE) as database:
            house = a_scheduler(database)

            async def create(number: int) -> None:
                async with free:
                    await self._create(house, callers[number % WORKSPACES], first, number)

            async with asyncio.TaskGroup() as tasks:
                for number in range(self.series):
                    tasks.create_task(create(number))

    async def _create(
        self, house: SchedulerHouse, caller: Principal, first: datetime, number: int
    ) -> None:
        begins = first + timedelta(seconds=self._apart * number / self.series)
        starts = [
            (begins + timedelta(seconds=self._apart * place)).replace(microsecond=0, tzinfo=None)
            for place in range(self.length)
        ]
        definition = Definition(
            "Series",
            start_time=starts[0].isoformat(),
            time_zone="UTC",
            duration_seconds=AN_HOUR,
            recurrence=Recurrence("", tuple(one.isoformat() for one in starts[1:])),
            # Whoever was down for a while still starts what was due meanwhile.
            policy=Policy(early_join_seconds=EARLY_SECONDS, catch_up_seconds=AN_HOUR, reminders=()),
        )
        await house.meetings.create(caller, definition)


async def outcome(owner: asyncpg.Connection) -> Outcome:
    """How the starts went; one is as late as its fact was written."""
    planned = await owner.fetch(_OCCURRENCES)
    starts = {row["id"]: row["start_time"] for row in planned}
    states = Counter(row["state"] for row in planned)
    times: Counter[str] = Counter()
    lateness = []
    for row in await owner.fetch(_DUE, OccurrenceDue.DESCRIPTOR.full_name):
        fact = OccurrenceDue.FromString(Envelope.FromString(row["envelope"]).payload)
        times[fact.snapshot.occurrence_id] += 1
        late = row["written_at"] - starts[fact.snapshot.occurrence_id]
        lateness.append(late.total_seconds())
    return Outcome(
        occurrences=len(starts),
        missed=sum(name not in times for name in starts),
        doubled=sum(times.values()) - len(times),
        early=sum(one < 0 for one in lateness),
        not_open=len(starts) - states["OPEN"],
        lateness=sorted(lateness),
    )


async def time_of(owner: asyncpg.Connection) -> datetime:
    """The database's clock, by which everything is due."""
    now: datetime = await owner.fetchval("select clock_timestamp()")
    return now.astimezone(UTC)
