"""What the second migration makes of meetings that the first release planned."""

from datetime import UTC, datetime

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from common import db
from common.principal import Principal
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import OccurrenceState
from tests.support.planning import armed_timers, run_timers
from tests.support.schedulers import a_scheduler
from tests.support.servers import MakeDatabase
from tests.support.services import sqlalchemy_url

START = datetime(2090, 7, 1, 8, tzinfo=UTC)
DEFINITION = """{"title": "Kick-off", "agenda": "", "start_time": "2090-07-01T09:00:00",
    "time_zone": "Europe/Lisbon", "duration_seconds": 1800, "host_roles": [], "invitees": [],
    "tags": [], "metadata": {}, "custom_fields": {}, "external_refs": [], "bots": [],
    "policy": {"scheduled_end": "SOFT"}}"""
PLANNED = (
    """
    insert into meetings (workspace_id, id, state, definition, create_time, update_time)
    values ('{w}', 'mtg_old', 'SCHEDULED', '{definition}', now(), now())""",
    """
    insert into occurrences (workspace_id, id, meeting_id, state, start_time, end_time)
    values ('{w}', 'occ_old', 'mtg_old', 'PENDING', '{start}', '{start}')""",
)


def to_revision(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "scheduler:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


async def first_release(owner_url: str, workspace: str) -> None:
    """A database of the first release with one planned meeting, brought to the newest."""
    engine = create_async_engine(sqlalchemy_url(owner_url))
    async with engine.begin() as connection:
        await connection.run_sync(to_revision, "0001")
        await connection.execute(
            text("select set_config('convene.workspace', :w, true)"), {"w": workspace}
        )
        for statement in PLANNED:
            values = {"w": workspace, "definition": DEFINITION, "start": START.isoformat()}
            await connection.exec_driver_sql(statement.format_map(values))
        await connection.run_sync(to_revision, "head")
    await engine.dispose()


async def test_what_the_first_release_planned_goes_on_under_its_id(
    database: MakeDatabase, caller: Principal
) -> None:
    async def prepare(owner_url: str) -> None:
        await first_release(owner_url, caller.workspace_id)

    made = await database("scheduler", prepare)
    async with db.connected(sqlalchemy_url(made.app_url), "scheduler") as opened:
        scheduler = a_scheduler(opened)
        assert await scheduler.due.renew_zones() == 1

        async def is_planned() -> bool:
            return "series-renew mtg_old" not in await armed_timers(opened)

        await run_timers(opened, scheduler, is_planned)
        found, _ = await scheduler.occurrences.list(caller, MeetingId("mtg_old"), 10, "")
        (one,) = (each.occurrence for each in found)
        assert await armed_timers(opened) == [
            f"occurrence-{kind} occ_old" for kind in ("open", "start", "close")
        ]
    assert (one.id, one.state, one.start_time) == ("occ_old", OccurrenceState.PENDING, START)
    assert (one.civil_start, one.original_start_time) == ("2090-07-01T09:00:00", START)
