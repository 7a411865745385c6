"""Series as time passes: sessions at the right instants, overlaps, horizons, zone releases."""

from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from common.db import Database
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from convene.session.v1.session_pb2 import Session
from scheduler.domain.definitions import Policy, ScheduledEnd
from scheduler.domain.meetings import MeetingState
from scheduler.domain.occurrences import Occurrence, OccurrenceState, SkipReason
from scheduler.domain.planning import ARMED_AHEAD, MOST_AHEAD
from scheduler.domain.recurrence import GapPolicy, OverlapPolicy
from scheduler.service.announcing import View
from scheduler.service.occurrences import OccurrenceEdit
from tests.support.planning import (
    a_series,
    announced,
    armed_timers,
    move_clock,
    now_of,
    run_timers,
    utc,
    zones_where_lisbon_is_madrid,
)
from tests.support.schedulers import SchedulerHouse, a_scheduler

A_SECOND = timedelta(seconds=1)


async def planned(scheduler: SchedulerHouse, caller: Principal, view: View) -> list[Occurrence]:
    found, _ = await scheduler.occurrences.list(caller, view.meeting.id, 366, "")
    return [one.occurrence for one in found]


async def in_state(
    scheduler: SchedulerHouse, caller: Principal, view: View, place: int, state: OccurrenceState
) -> bool:
    return (await planned(scheduler, caller, view))[place].state is state


async def hold(
    db: Database, scheduler: SchedulerHouse, caller: Principal, view: View, place: int
) -> str:
    """Let an occurrence's time come and its session start; answers the session's id."""
    occurrence = (await planned(scheduler, caller, view))[place]
    await move_clock(db, caller, occurrence.start_time)

    async def is_due() -> bool:
        return bool([one for one in await due_of(db) if one.occurrence_id == occurrence.id])

    await run_timers(db, scheduler, is_due)
    session = Session(id=f"ses_{place}", meeting_id=view.meeting.id, occurrence_id=occurrence.id)
    await scheduler.runs.session_started(caller, session)
    return session.id


async def due_of(db: Database) -> Sequence[MeetingSnapshot]:
    return [one.snapshot for one in await announced(db, facts.OccurrenceDue)]


async def a_daily(
    db: Database, scheduler: SchedulerHouse, caller: Principal, **changes: object
) -> View:
    """Every day at nine in Lisbon, from 29 March 2030 on: the clock goes forward on the 31st."""
    await move_clock(db, caller, utc("2030-03-28T12:00:00"))
    definition = a_series("FREQ=DAILY;COUNT=5", "2030-03-29T09:00:00", **changes)
    return await scheduler.meetings.create(caller, definition)


async def test_a_series_over_a_clock_change_is_due_at_nine_each_day(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view = await a_daily(db, scheduler, caller)
    starts = ["29T09", "30T09", "31T08"]
    for place, start in enumerate(starts):
        instant = utc(f"2030-03-{start}:00:00")
        await move_clock(db, caller, instant - 30 * A_SECOND)

        async def is_open(place: int = place) -> bool:
            return await in_state(scheduler, caller, view, place, OccurrenceState.OPEN)

        await run_timers(db, scheduler, is_open)
        assert len(await due_of(db)) == place

        session_id = await hold(db, scheduler, caller, view, place)
        assert len(await due_of(db)) == place + 1
        await scheduler.runs.session_over(caller, view.meeting.id, session_id)


async def test_a_meeting_is_completed_after_its_last_occurrence_and_not_before(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    await move_clock(db, caller, utc("2030-03-28T12:00:00"))
    definition = a_series("FREQ=DAILY;COUNT=2", "2030-03-29T09:00:00")
    view = await scheduler.meetings.create(caller, definition)
    for place, state in enumerate((MeetingState.SCHEDULED, MeetingState.COMPLETED)):
        session_id = await hold(db, scheduler, caller, view, place)
        await scheduler.runs.session_over(caller, view.meeting.id, session_id)
        assert (await scheduler.meetings.get(caller, view.meeting.id)).meeting.state is state
    assert len(await announced(db, facts.MeetingCompleted)) == 1


async def test_an_endless_series_is_planned_further_and_never_completed(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    start = (await now_of(db, caller) + timedelta(days=1)).replace(microsecond=0, tzinfo=None)
    definition = a_series("FREQ=DAILY", start.isoformat(), time_zone="UTC")
    view = await scheduler.meetings.create(caller, definition)
    first = await planned(scheduler, caller, view)
    assert len(first) == MOST_AHEAD
    # Three for each of the next few, and one that plans further: not a thousand.
    assert len(await armed_timers(db)) == 3 * ARMED_AHEAD + 1

    await move_clock(db, caller, first[ARMED_AHEAD // 2 + 1].start_time)

    async def is_planned_further() -> bool:
        return f"occurrence-start {first[ARMED_AHEAD].id}" in await armed_timers(db)

    await run_timers(db, scheduler, is_planned_further)
    again, _ = await scheduler.occurrences.list(caller, view.meeting.id, 1000, "")
    assert len(again) >= MOST_AHEAD + ARMED_AHEAD // 2
    assert [one.occurrence.id for one in again[:MOST_AHEAD]] == [one.id for one in first]
    assert await announced(db, facts.MeetingCompleted) == []
    assert await announced(db, facts.MeetingUpdated) == []


async def test_what_a_stopped_replica_left_another_one_goes_on_with(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view = await a_daily(db, scheduler, caller)
    session_id = await hold(db, scheduler, caller, view, 0)
    await scheduler.runs.session_over(caller, view.meeting.id, session_id)
    await hold(db, a_scheduler(db), caller, view, 1)
    assert [one.occurrence_id for one in await due_of(db)] == [
        one.id for one in (await planned(scheduler, caller, view))[:2]
    ]


async def overrun(
    db: Database, scheduler: SchedulerHouse, caller: Principal, **changes: object
) -> tuple[View, str]:
    """The first occurrence is still live when the second's time comes."""
    view = await a_daily(db, scheduler, caller, **changes)
    session_id = await hold(db, scheduler, caller, view, 0)
    second = (await planned(scheduler, caller, view))[1]
    await move_clock(db, caller, second.start_time)
    return view, session_id


async def test_an_occurrence_is_skipped_while_the_one_before_is_live(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view, session_id = await overrun(db, scheduler, caller)

    async def is_skipped() -> bool:
        return await in_state(scheduler, caller, view, 1, OccurrenceState.SKIPPED)

    await run_timers(db, scheduler, is_skipped)
    (fact,) = await announced(db, facts.OccurrenceSkipped)
    second = (await planned(scheduler, caller, view))[1]
    assert (fact.occurrence_id, fact.reason) == (second.id, "OVERLAP")
    assert not [key for key in await armed_timers(db) if second.id in key]
    await scheduler.runs.session_over(caller, view.meeting.id, session_id)
    assert len(await due_of(db)) == 1


async def test_an_occurrence_that_may_overlap_is_held_in_the_live_session(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view, session_id = await overrun(db, scheduler, caller, overlap_policy=OverlapPolicy.ALLOW)

    async def is_live() -> bool:
        return await in_state(scheduler, caller, view, 1, OccurrenceState.LIVE)

    await run_timers(db, scheduler, is_live)
    assert len(await due_of(db)) == 1
    await scheduler.runs.session_over(caller, view.meeting.id, session_id)
    held = await planned(scheduler, caller, view)
    assert [(one.state, one.session_id) for one in held[:2]] == [
        (OccurrenceState.ENDED, session_id)
    ] * 2


async def test_an_occurrence_may_end_the_one_before_and_starts_when_that_is_over(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view, session_id = await overrun(
        db, scheduler, caller, overlap_policy=OverlapPolicy.END_PREVIOUS
    )

    async def is_revoked() -> bool:
        return bool(await announced(db, facts.SessionRevoked))

    await run_timers(db, scheduler, is_revoked)
    (revoked,) = await announced(db, facts.SessionRevoked)
    assert (revoked.session_id, revoked.cancelled) == (session_id, False)
    assert len(await due_of(db)) == 1

    await scheduler.runs.session_ending(caller, view.meeting.id, session_id)
    await scheduler.runs.session_over(caller, view.meeting.id, session_id)
    second = (await planned(scheduler, caller, view))[1]
    assert [one.occurrence_id for one in await due_of(db)][1:] == [second.id]


async def test_an_occurrence_waits_for_a_session_that_is_ending(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view, session_id = await overrun(db, scheduler, caller)
    await scheduler.runs.session_ending(caller, view.meeting.id, session_id)

    async def is_waiting() -> bool:
        return bool((await planned(scheduler, caller, view))[1].waits_for)

    await run_timers(db, scheduler, is_waiting)
    await scheduler.runs.session_over(caller, view.meeting.id, session_id)
    assert len(await due_of(db)) == 2


async def test_back_to_back_occurrences_that_end_on_time_are_all_held(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view, session_id = await overrun(
        db,
        scheduler,
        caller,
        duration_seconds=86_400,
        policy=Policy(scheduled_end=ScheduledEnd.HARD),
    )

    async def is_waiting() -> bool:
        return bool((await planned(scheduler, caller, view))[1].waits_for)

    await run_timers(db, scheduler, is_waiting)
    await scheduler.runs.session_over(caller, view.meeting.id, session_id)
    assert len(await due_of(db)) == 2


async def test_a_session_started_by_hand_becomes_the_occurrence_whose_time_comes(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view = await a_daily(db, scheduler, caller)
    by_hand = Session(id="ses_hand", meeting_id=view.meeting.id)
    await scheduler.runs.session_started(caller, by_hand)
    first = (await planned(scheduler, caller, view))[0]
    await move_clock(db, caller, first.start_time)

    async def is_live() -> bool:
        return await in_state(scheduler, caller, view, 0, OccurrenceState.LIVE)

    await run_timers(db, scheduler, is_live)
    assert await due_of(db) == []


async def test_an_occurrence_cancelled_while_it_starts_has_its_session_ended(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view = await a_daily(db, scheduler, caller)
    first = (await planned(scheduler, caller, view))[0]
    await scheduler.occurrences.cancel(caller, view.meeting.id, first.id, "")
    late = Session(id="ses_late", meeting_id=view.meeting.id, occurrence_id=first.id)
    await scheduler.runs.session_started(caller, late)
    (revoked,) = await announced(db, facts.SessionRevoked)
    assert (revoked.session_id, revoked.cancelled) == ("ses_late", True)


async def test_a_moved_occurrence_is_due_at_its_new_time_only(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view = await a_daily(db, scheduler, caller)
    first = (await planned(scheduler, caller, view))[0]
    edit = OccurrenceEdit(pb.OccurrenceDraft(start_time="2030-03-29T17:00:00"), ["start_time"])
    await scheduler.occurrences.change(caller, view.meeting.id, first.id, edit)
    await move_clock(db, caller, utc("2030-03-29T16:55:00"))

    async def is_open() -> bool:
        return await in_state(scheduler, caller, view, 0, OccurrenceState.OPEN)

    await run_timers(db, scheduler, is_open)
    assert await due_of(db) == []
    await hold(db, scheduler, caller, view, 0)


async def test_a_time_that_the_clock_skips_is_told_when_it_is_planned_and_not_held(
    db: Database, scheduler: SchedulerHouse, caller: Principal
) -> None:
    await move_clock(db, caller, utc("2030-03-28T12:00:00"))
    definition = a_series("FREQ=DAILY;COUNT=4", "2030-03-29T01:30:00", gap_policy=GapPolicy.SKIP)
    view = await scheduler.meetings.create(caller, definition)
    found = await planned(scheduler, caller, view)
    (fact,) = await announced(db, facts.OccurrenceSkipped)
    assert (fact.reason, fact.occurrence_id) == ("GAP", found[2].id)
    assert [one.skip_reason for one in found] == [None, None, SkipReason.GAP, None, None]
    assert [f"{one.start_time:%d %H:%M}" for one in found if not one.skip_reason] == [
        "29 01:30",
        "30 01:30",
        "01 00:30",
        "02 00:30",
    ]


@pytest.fixture
async def series(db: Database, scheduler: SchedulerHouse, caller: Principal) -> View:
    """Five days, of which the second was moved and the third cancelled."""
    view = await a_daily(db, scheduler, caller)
    _, second, third, *_ = await planned(scheduler, caller, view)
    edit = OccurrenceEdit(pb.OccurrenceDraft(start_time="2030-03-30T15:00:00"), ["start_time"])
    await scheduler.occurrences.change(caller, view.meeting.id, second.id, edit)
    await scheduler.occurrences.cancel(caller, view.meeting.id, third.id, "")
    return view


async def test_another_zone_release_moves_the_future_and_says_what_moved(
    db: Database, scheduler: SchedulerHouse, caller: Principal, series: View, tmp_path: Path
) -> None:
    before = await planned(scheduler, caller, series)
    newer = a_scheduler(db, zones=zones_where_lisbon_is_madrid(tmp_path, "2099z"))
    assert await newer.due.renew_zones() == 1
    assert await newer.due.renew_zones() == 0

    async def is_renewed() -> bool:
        return bool(
            [
                f
                for f in await announced(db, facts.MeetingUpdated)
                if list(f.fields) == ["time_zones"]
            ]
        )

    await run_timers(db, newer, is_renewed)
    (update,) = [
        f for f in await announced(db, facts.MeetingUpdated) if list(f.fields) == ["time_zones"]
    ]
    after = await planned(newer, caller, series)
    an_hour = timedelta(hours=1)
    assert [one.id for one in after] == [one.id for one in before]
    assert [a.start_time - b.start_time for a, b in zip(after, before, strict=True)] == (
        [-an_hour] * 5
    )
    assert [one.state for one in after] == [one.state for one in before]
    # The cancelled one moved too, and is nobody's business.
    assert {
        (one.occurrence_id, one.start_time.ToDatetime(UTC)) for one in update.occurrence_changes
    } == {(one.id, one.start_time) for one in after if one.state is OccurrenceState.PENDING}


async def renewals(db: Database) -> Sequence[facts.MeetingUpdated]:
    told = await announced(db, facts.MeetingUpdated)
    return [one for one in told if list(one.fields) == ["time_zones"]]


async def test_a_replica_of_another_release_leaves_a_renewal_to_those_that_have_it(
    db: Database, scheduler: SchedulerHouse, caller: Principal, series: View, tmp_path: Path
) -> None:
    newer = a_scheduler(db, zones=zones_where_lisbon_is_madrid(tmp_path, "2099z"))
    await newer.due.renew_zones()
    untouched = await planned(scheduler, caller, series)

    async def was_tried() -> bool:
        return not await is_free(db)

    await run_timers(db, scheduler, was_tried)
    assert await planned(scheduler, caller, series) == untouched
    assert f"series-renew {series.meeting.id}" in await armed_timers(db)
    # A start of the older release asks for its own zones again.
    assert await scheduler.due.renew_zones() == 1


async def is_free(db: Database) -> bool:
    """Whether no replica has looked at the renewal yet."""
    async with db.begin_system() as connection:
        rows = await connection.execute("select token from timers where kind = 'series-renew'", {})
        return all(row.token == "" for row in rows)
