"""What the clock and live sessions make of planned meetings."""

import asyncio
from datetime import timedelta

from sqlalchemy import text

from common import clock
from common.db import Database, Transaction
from common.principal import Principal
from common.timers import Timers
from convene.common.v1.meeting_pb2 import Policy
from convene.scheduler.v1.meeting_pb2 import MeetingDraft
from convene.session.v1.session_pb2 import Session
from scheduler.domain.definitions import Definition
from scheduler.domain.meetings import MeetingId, MeetingState
from scheduler.domain.occurrences import OccurrenceState
from scheduler.service.announcing import View
from tests.support.eventually import eventually
from tests.support.schedulers import SchedulerHouse
from tests.support.services import a_caller

AN_HOUR = 3600


async def in_an_hour(db: Database, scheduler: SchedulerHouse, caller: Principal) -> View:
    async with db.begin(caller, Transaction) as tx:
        start = (tx.now + timedelta(seconds=AN_HOUR)).replace(microsecond=0)
    definition = Definition(
        "Kick-off",
        start_time=start.replace(tzinfo=None).isoformat(),
        time_zone="UTC",
        duration_seconds=1800,
    )
    return await scheduler.meetings.create(caller, definition)


async def facts(db: Database) -> list[str]:
    async with db.begin_system() as connection:
        rows = await connection.execute(text("select message from outbox order by position"))
        return [row.message.rsplit(".", 1)[1] for row in rows]


async def state_of(
    scheduler: SchedulerHouse, caller: Principal, meeting: MeetingId
) -> OccurrenceState:
    found, _ = await scheduler.occurrences.list(caller, meeting, 1, "")
    return found[0].occurrence.state


async def run_timers(db: Database, scheduler: SchedulerHouse, until: str) -> None:
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(Timers(db, scheduler.firings).run())

        async def announced() -> bool:
            return until in await facts(db)

        await eventually(announced)
        running.cancel()


async def test_a_meeting_opens_early_and_is_due_at_its_start(
    db: Database, scheduler: SchedulerHouse
) -> None:
    caller = a_caller()
    meeting = (await in_an_hour(db, scheduler, caller)).meeting
    await clock.advance(db, caller, AN_HOUR - 300, "early")
    await run_timers(db, scheduler, "OccurrenceOpened")
    assert await state_of(scheduler, caller, meeting.id) is OccurrenceState.OPEN
    assert "OccurrenceDue" not in await facts(db)

    await clock.advance(db, caller, 301, "start")
    await run_timers(db, scheduler, "OccurrenceDue")
    assert (await facts(db)).count("OccurrenceDue") == 1


async def test_a_start_that_comes_too_late_leaves_the_occurrence_open_then_missed(
    db: Database, scheduler: SchedulerHouse
) -> None:
    caller = a_caller()
    meeting = (await in_an_hour(db, scheduler, caller)).meeting
    await clock.advance(db, caller, AN_HOUR + 600, "late")
    await run_timers(db, scheduler, "OccurrenceOpened")
    await clock.advance(db, caller, 1800, "over")
    await run_timers(db, scheduler, "MeetingCompleted")

    assert await state_of(scheduler, caller, meeting.id) is OccurrenceState.MISSED
    assert "OccurrenceDue" not in await facts(db)
    assert "OccurrenceMissed" in await facts(db)


async def test_a_cancelled_meeting_is_never_due(db: Database, scheduler: SchedulerHouse) -> None:
    caller = a_caller()
    cancelled = (await in_an_hour(db, scheduler, caller)).meeting
    await in_an_hour(db, scheduler, caller)
    await scheduler.meetings.cancel(caller, cancelled.id, "", "")
    await clock.advance(db, caller, AN_HOUR + 1, "start")
    await run_timers(db, scheduler, "OccurrenceDue")

    assert (await facts(db)).count("OccurrenceDue") == 1
    assert await state_of(scheduler, caller, cancelled.id) is OccurrenceState.CANCELLED


async def test_a_change_of_policy_keeps_an_occurrence_whose_start_has_passed(
    db: Database, scheduler: SchedulerHouse
) -> None:
    caller = a_caller()
    meeting = (await in_an_hour(db, scheduler, caller)).meeting
    await clock.advance(db, caller, AN_HOUR + 600, "late")
    await run_timers(db, scheduler, "OccurrenceOpened")
    draft = MeetingDraft(policy=Policy(no_show_seconds=99))
    await scheduler.meetings.update(caller, meeting.id, draft, ["policy"], "")
    await clock.advance(db, caller, 1800, "over")
    await run_timers(db, scheduler, "OccurrenceMissed")

    assert await state_of(scheduler, caller, meeting.id) is OccurrenceState.MISSED


async def test_a_session_that_starts_for_a_cancelled_meeting_is_told_to_end(
    db: Database, scheduler: SchedulerHouse
) -> None:
    caller = a_caller()
    meeting = (await in_an_hour(db, scheduler, caller)).meeting
    await scheduler.meetings.cancel(caller, meeting.id, "", "")
    await scheduler.runs.session_started(caller, Session(id="ses_1", meeting_id=meeting.id))
    assert (await facts(db)).count("MeetingCancelled") == 2


async def test_what_happens_to_a_meeting_leaves_an_editors_version_good(
    db: Database, scheduler: SchedulerHouse
) -> None:
    caller = a_caller()
    meeting = (await in_an_hour(db, scheduler, caller)).meeting
    await scheduler.runs.session_started(caller, Session(id="ses_1", meeting_id=meeting.id))
    draft = MeetingDraft(title="Renamed")
    renamed = await scheduler.meetings.update(caller, meeting.id, draft, ["title"], meeting.etag)
    assert renamed.meeting.definition.title == "Renamed"


async def test_a_held_occurrence_completes_its_meeting_when_the_session_ends(
    db: Database, scheduler: SchedulerHouse
) -> None:
    caller = a_caller()
    view = await in_an_hour(db, scheduler, caller)
    session = Session(id="ses_1", meeting_id=view.meeting.id, occurrence_id=view.upcoming[0].id)
    await scheduler.runs.session_started(caller, session)
    live = await scheduler.meetings.get(caller, view.meeting.id)
    assert live.meeting.active_session_id == "ses_1"
    assert await state_of(scheduler, caller, view.meeting.id) is OccurrenceState.LIVE

    await scheduler.runs.session_over(caller, view.meeting.id, "ses_other")
    assert await state_of(scheduler, caller, view.meeting.id) is OccurrenceState.LIVE
    await scheduler.runs.session_over(caller, view.meeting.id, "ses_1")
    over = (await scheduler.meetings.get(caller, view.meeting.id)).meeting
    assert (over.state, over.active_session_id) == (MeetingState.COMPLETED, "")
