"""Series whose occurrences are due among faults, planned as users plan them, and how they went."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
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
# Planned for another day, to see how fast this machine plans.
SAMPLE = 30
MARGIN = 1.4
LONGEST_PLANNING_SECONDS = 200
# Of a long series, windows open and more is armed while it goes on.
EARLY_SECONDS = 150

LEFT = "select count(*) from timers where kind = 'occurrence-start' and due_at < $1"
_DUE = "select envelope, written_at from outbox where message = $1"
_OCCURRENCES = "select id, state, start_time from occurrences where start_time < $1"


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
        self._seconds = seconds
        self._apart = seconds / self.length
        self._callers = [
            a_caller(workspace_id=new_id("wsp"), test=False) for _ in range(WORKSPACES)
        ]

    async def write(self, made: Made, now: datetime, ahead: float) -> tuple[datetime, datetime]:
        """Create the series, the first due *ahead* seconds later; answers when it is, and all are.

        Raises ``TimeoutError`` where the machine is too busy to plan that many.
        """
        async with db.connected(sqlalchemy_url(made.app_url), SERVICE) as database:
            house, loop = a_scheduler(database), asyncio.get_running_loop()
            began = loop.time()
            await self._create_all(house, now + timedelta(days=1), range(SAMPLE))
            took = loop.time() - began
            needed = MARGIN * took * self.series / SAMPLE
            if needed > LONGEST_PLANNING_SECONDS:
                raise TimeoutError(f"planning would take {needed:.0f} s; try with fewer, or later")
            first = now + timedelta(seconds=took + needed + ahead)
            await self._create_all(house, first, range(self.series))
            return first, first + timedelta(seconds=self._seconds + 1)

    async def _create_all(
        self, house: SchedulerHouse, first: datetime, numbers: Iterable[int]
    ) -> None:
        free = asyncio.Semaphore(ABREAST)

        async def create(number: int) -> None:
            async with free:
                await self._create(house, self._callers[number % WORKSPACES], first, number)

        async with asyncio.TaskGroup() as tasks:
            for number in numbers:
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


async def outcome(owner: asyncpg.Connection, until: datetime) -> Outcome:
    """How the starts before *until* went; one is as late as its fact was written."""
    planned = await owner.fetch(_OCCURRENCES, until)
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
