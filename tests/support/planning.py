"""A scheduler on a database whose clock is moved: what it announces, and time passing."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from google.protobuf.message import Message
from sqlalchemy import text

from common import clock
from common.db import Database, Transaction
from common.ids import new_id
from common.principal import Principal
from common.timers import Timers
from convene.common.v1.envelope_pb2 import Envelope
from scheduler.domain.definitions import Definition
from scheduler.domain.recurrence import Recurrence
from scheduler.domain.zones import ZoneDatabase
from tests.support.eventually import eventually
from tests.support.schedulers import SchedulerHouse

Fact = TypeVar("Fact", bound=Message)

LISBON = "Europe/Lisbon"


def utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def a_series(rrule: str, start_time: str, **changes: object) -> Definition:
    """Half an hour, in Lisbon; changes named as in `Recurrence` go there."""
    names = ("rdates", "exdates", "gap_policy", "overlap_policy")
    repeats = {name: changes.pop(name) for name in names if name in changes}
    fields: dict[str, object] = {
        "title": "Stand-up",
        "start_time": start_time,
        "time_zone": LISBON,
        "duration_seconds": 1800,
        "recurrence": Recurrence(rrule, **repeats),  # type: ignore[arg-type]
    }
    return Definition(**(fields | changes))  # type: ignore[arg-type]


def zones_where_lisbon_is_madrid(folder: Path, release: str) -> ZoneDatabase:
    madrid = files("tzdata") / "zoneinfo" / "Europe" / "Madrid"
    (folder / "Europe").mkdir()
    (folder / "Europe" / "Lisbon").write_bytes(madrid.read_bytes())
    return ZoneDatabase(release, folder)


async def now_of(db: Database, caller: Principal) -> datetime:
    async with db.begin(caller, Transaction) as tx:
        return tx.now


async def move_clock(db: Database, caller: Principal, to: datetime) -> None:
    """Move the workspace's clock to *to*, or at most a second past it."""
    ahead = (to - await now_of(db, caller)).total_seconds()
    assert ahead > 0, f"the clock only goes forward: it is past {to}"
    await clock.advance(db, caller, int(ahead) + 1, new_id("key"))


async def announced(db: Database, kind: type[Fact]) -> Sequence[Fact]:
    """The facts of this kind, in the order they were announced."""
    async with db.begin_system() as connection:
        rows = await connection.execute(text("select envelope from outbox order by position"))
        envelopes = [Envelope.FromString(bytes(row.envelope)) for row in rows]
    name = kind.DESCRIPTOR.full_name
    return [kind.FromString(one.payload) for one in envelopes if one.message == name]


async def armed_timers(db: Database) -> Sequence[str]:
    """The keys of the timers that wait, by when they are due."""
    async with db.begin_system() as connection:
        rows = await connection.execute(text("select key from timers order by due_at, key"))
        return [row.key for row in rows]


async def run_timers(
    db: Database, scheduler: SchedulerHouse, until: Callable[[], Awaitable[object]]
) -> None:
    """Let a replica fire what is due until *until* holds."""
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(Timers(db, scheduler.firings).run())
        try:
            await eventually(until)
        finally:
            running.cancel()
