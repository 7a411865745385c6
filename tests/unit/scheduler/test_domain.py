from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from common.errors import EtagMismatch, WrongState
from scheduler.domain.definitions import (
    Definition,
    MissingTimeZone,
    Policy,
    changed_fields,
)
from scheduler.domain.meetings import (
    MEETING_TRANSITIONS,
    Meeting,
    MeetingAction,
    MeetingId,
    MeetingIsLive,
    MeetingState,
    StartsInThePast,
    is_within_catch_up,
    plan,
    revise,
)
from scheduler.domain.occurrences import (
    OCCURRENCE_TRANSITIONS,
    Occurrence,
    OccurrenceAction,
    OccurrenceId,
    OccurrenceState,
)
from scheduler.domain.planning import Outlook, outlook_of, replanned
from scheduler.domain.zones import moment_of, packaged_zones

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def a_definition(**changes: object) -> Definition:
    fields: dict[str, object] = {"title": "Kick-off"}
    return Definition(**(fields | changes))  # type: ignore[arg-type]


def a_meeting(state: MeetingState = MeetingState.READY, **changes: object) -> Meeting:
    return Meeting(MeetingId("mtg_1"), state, a_definition(**changes), NOON, NOON)


def an_occurrence(state: OccurrenceState) -> Occurrence:
    end = NOON + timedelta(hours=1)
    civil = "2030-01-01T12:00:00"
    return Occurrence(OccurrenceId("occ_1"), "mtg_1", state, NOON, end, civil, NOON)


def an_outlook(definition: Definition) -> Outlook | None:
    timetable = definition.timetable(packaged_zones())
    return outlook_of(timetable, NOON, NOON) if timetable else None


def planned(definition: Definition) -> Meeting:
    return plan(MeetingId("m"), definition, an_outlook(definition), NOON, test=False)


def revised(meeting: Meeting, definition: Definition) -> Meeting:
    return revise(meeting, definition, an_outlook(definition), NOON)


@pytest.mark.parametrize(("state", "action"), list(product(MeetingState, MeetingAction)))
def test_every_action_on_a_meeting_moves_or_is_refused(
    state: MeetingState, action: MeetingAction
) -> None:
    meeting = a_meeting(state)
    if (state, action) in MEETING_TRANSITIONS:
        assert meeting.after(action).state is MEETING_TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            meeting.after(action)


@pytest.mark.parametrize(("state", "action"), list(product(OccurrenceState, OccurrenceAction)))
def test_every_action_on_an_occurrence_moves_or_is_refused(
    state: OccurrenceState, action: OccurrenceAction
) -> None:
    occurrence = an_occurrence(state)
    if (state, action) in OCCURRENCE_TRANSITIONS:
        assert occurrence.after(action).state is OCCURRENCE_TRANSITIONS[state, action]
    else:
        with pytest.raises(WrongState):
            occurrence.after(action)


def test_what_is_over_cannot_go_live_again() -> None:
    over = (OccurrenceState.ENDED, OccurrenceState.MISSED, OccurrenceState.CANCELLED)
    assert not {(state, OccurrenceAction.GO_LIVE) for state in over} & set(OCCURRENCE_TRANSITIONS)


@pytest.mark.parametrize(
    ("civil", "zone", "instant"),
    [
        ("2026-12-01T09:00:00", "Europe/Lisbon", datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("2026-07-01T09:00:00", "Europe/Lisbon", datetime(2026, 7, 1, 8, tzinfo=UTC)),
        # Skipped by the clock change: read with the offset from before it.
        ("2026-03-29T02:30:00", "Europe/Berlin", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        # Comes twice: the first counts.
        ("2026-10-25T02:30:00", "Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        # A change of half an hour.
        ("2026-10-04T02:15:00", "Australia/Lord_Howe", datetime(2026, 10, 3, 15, 45, tzinfo=UTC)),
    ],
)
def test_a_civil_time_is_one_instant(civil: str, zone: str, instant: datetime) -> None:
    moment = moment_of(datetime.fromisoformat(civil), packaged_zones().zone(zone))
    assert moment.instant == instant


def test_a_civil_time_needs_its_zone() -> None:
    with pytest.raises(MissingTimeZone):
        planned(a_definition(start_time="2031-01-01T09:00:00"))


def test_a_meeting_with_a_time_is_scheduled_and_one_without_is_ready() -> None:
    timed = a_definition(start_time="2031-01-01T09:00:00", time_zone="UTC")
    assert planned(timed).state is MeetingState.SCHEDULED
    assert planned(a_definition()).state is MeetingState.READY


def test_a_start_in_the_past_is_refused_and_names_its_field() -> None:
    definition = a_definition(start_time="2029-01-01T09:00:00", time_zone="UTC")
    with pytest.raises(StartsInThePast) as refused:
        planned(definition)
    assert refused.value.field == "start_time"


def test_a_running_meeting_keeps_its_past_start_when_its_title_changes() -> None:
    meeting = a_meeting(MeetingState.SCHEDULED, start_time="2029-12-31T09:00:00", time_zone="UTC")
    renamed = revised(meeting, replace(meeting.definition, title="Renamed"))
    assert (renamed.state, renamed.definition.title) == (MeetingState.SCHEDULED, "Renamed")


def test_a_new_time_schedules_a_ready_meeting() -> None:
    definition = a_definition(start_time="2031-01-01T09:00:00", time_zone="UTC")
    assert revised(a_meeting(), definition).state is MeetingState.SCHEDULED


def test_a_meeting_without_its_time_is_ready_again() -> None:
    meeting = a_meeting(MeetingState.SCHEDULED, start_time="2031-01-01T09:00:00", time_zone="UTC")
    assert revised(meeting, a_definition()).state is MeetingState.READY


def test_a_cancelled_meeting_takes_no_change() -> None:
    with pytest.raises(WrongState):
        revised(a_meeting(MeetingState.CANCELLED), a_definition(duration_seconds=60))


def test_a_live_meeting_keeps_its_time_and_takes_other_changes() -> None:
    live = replace(
        a_meeting(MeetingState.SCHEDULED, start_time="2031-01-01T09:00:00", time_zone="UTC"),
        active_session_id="ses_1",
    )
    assert revised(live, replace(live.definition, title="B")).definition.title == "B"
    with pytest.raises(MeetingIsLive):
        revised(live, replace(live.definition, duration_seconds=60))


def test_the_length_of_a_meeting_without_a_time_moves_nothing() -> None:
    ready = a_meeting()
    assert revised(ready, replace(ready.definition, duration_seconds=60)).state is (
        MeetingState.READY
    )


def test_an_occurrence_lasts_as_long_as_its_meeting() -> None:
    outlook = an_outlook(
        a_definition(start_time="2031-01-01T09:00:00", time_zone="UTC", duration_seconds=1800)
    )
    assert outlook is not None
    (occurrence,) = replanned("mtg_1", outlook, (), NOON).put
    assert occurrence.end_time - occurrence.start_time == timedelta(minutes=30)


def test_a_meeting_without_a_time_has_no_occurrence() -> None:
    assert an_outlook(a_definition()) is None


def test_a_stale_etag_is_told_the_current_one() -> None:
    with pytest.raises(EtagMismatch) as refused:
        a_meeting().check_etag("v0")
    assert refused.value.facts == {"current": "v1"}


def test_the_catch_up_window_ends_with_its_last_second() -> None:
    policy = Policy(catch_up_seconds=300)
    assert is_within_catch_up(NOON, NOON + timedelta(seconds=300), policy)
    assert not is_within_catch_up(NOON, NOON + timedelta(seconds=301), policy)


def test_changed_fields_are_named() -> None:
    assert changed_fields(a_definition(), a_definition(title="B", tags=("x",))) == ["title", "tags"]
