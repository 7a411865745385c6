from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from common.errors import EtagMismatch, WrongState
from scheduler.domain import (
    MEETING_TRANSITIONS,
    OCCURRENCE_TRANSITIONS,
    Definition,
    Meeting,
    MeetingAction,
    MeetingId,
    MeetingIsLive,
    MeetingState,
    MissingTimeZone,
    Occurrence,
    OccurrenceAction,
    OccurrenceId,
    OccurrenceState,
    Policy,
    StartsInThePast,
    changed_fields,
    instant_of,
    is_within_catch_up,
    occurrence_of,
    plan,
    revise,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)


def a_definition(**changes: object) -> Definition:
    fields: dict[str, object] = {"title": "Kick-off"}
    return Definition(**(fields | changes))  # type: ignore[arg-type]


def a_meeting(state: MeetingState = MeetingState.READY, **changes: object) -> Meeting:
    return Meeting(MeetingId("mtg_1"), state, a_definition(**changes), NOON, NOON)


def an_occurrence(state: OccurrenceState) -> Occurrence:
    end = NOON + timedelta(hours=1)
    return Occurrence(OccurrenceId("occ_1"), MeetingId("mtg_1"), state, NOON, end)


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
    assert instant_of(civil, zone) == instant


def test_a_civil_time_needs_its_zone() -> None:
    with pytest.raises(MissingTimeZone):
        plan(MeetingId("m"), a_definition(start_time="2031-01-01T09:00:00"), False, NOON)


def test_a_meeting_with_a_time_is_scheduled_and_one_without_is_ready() -> None:
    timed = a_definition(start_time="2031-01-01T09:00:00", time_zone="UTC")
    assert plan(MeetingId("m"), timed, False, NOON).state is MeetingState.SCHEDULED
    assert plan(MeetingId("m"), a_definition(), False, NOON).state is MeetingState.READY


def test_a_start_in_the_past_is_refused_and_names_its_field() -> None:
    definition = a_definition(start_time="2029-01-01T09:00:00", time_zone="UTC")
    with pytest.raises(StartsInThePast) as refused:
        plan(MeetingId("m"), definition, False, NOON)
    assert refused.value.field == "start_time"


def test_a_running_meeting_keeps_its_past_start_when_its_title_changes() -> None:
    meeting = a_meeting(MeetingState.SCHEDULED, start_time="2029-12-31T09:00:00", time_zone="UTC")
    renamed = revise(meeting, replace(meeting.definition, title="Renamed"), NOON)
    assert (renamed.state, renamed.definition.title) == (MeetingState.SCHEDULED, "Renamed")


def test_a_new_time_schedules_a_ready_meeting() -> None:
    definition = a_definition(start_time="2031-01-01T09:00:00", time_zone="UTC")
    assert revise(a_meeting(), definition, NOON).state is MeetingState.SCHEDULED


def test_a_meeting_without_its_time_is_ready_again() -> None:
    meeting = a_meeting(MeetingState.SCHEDULED, start_time="2031-01-01T09:00:00", time_zone="UTC")
    assert revise(meeting, a_definition(), NOON).state is MeetingState.READY


def test_a_cancelled_meeting_takes_no_change() -> None:
    with pytest.raises(WrongState):
        revise(a_meeting(MeetingState.CANCELLED), a_definition(duration_seconds=60), NOON)


def test_a_live_meeting_keeps_its_time_and_takes_other_changes() -> None:
    live = replace(
        a_meeting(MeetingState.SCHEDULED, start_time="2031-01-01T09:00:00", time_zone="UTC"),
        active_session_id="ses_1",
    )
    assert revise(live, replace(live.definition, title="B"), NOON).definition.title == "B"
    with pytest.raises(MeetingIsLive):
        revise(live, replace(live.definition, duration_seconds=60), NOON)


def test_the_length_of_a_meeting_without_a_time_moves_nothing() -> None:
    ready = a_meeting()
    assert revise(ready, replace(ready.definition, duration_seconds=60), NOON).state is (
        MeetingState.READY
    )


def test_an_occurrence_lasts_as_long_as_its_meeting() -> None:
    meeting = a_meeting(start_time="2031-01-01T09:00:00", time_zone="UTC", duration_seconds=1800)
    occurrence = occurrence_of(meeting, OccurrenceId("occ_1"))
    assert occurrence is not None
    assert occurrence.end_time - occurrence.start_time == timedelta(minutes=30)


def test_a_meeting_without_a_time_has_no_occurrence() -> None:
    assert occurrence_of(a_meeting(), OccurrenceId("occ_1")) is None


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
