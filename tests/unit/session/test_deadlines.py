"""A session's deadlines, its end and its effective policy."""

from datetime import timedelta

import pytest

from convene.common.v1 import meeting_pb2 as meeting
from session.domain import deadlines
from session.domain.deadlines import from_start
from session.domain.policies import Policy, ScheduledEnd
from session.domain.sessions import Actor, EndReason, SessionState
from session.service.wire import policy_from, policy_to
from tests.support.sessions import NOON, a_session

HOUR = timedelta(hours=1)


def due(policy: Policy, planned_end: timedelta | None = None) -> dict[str, float]:
    session = a_session(policy=policy, planned_end_time=NOON + planned_end if planned_end else None)
    return {
        f"{one.kind} {one.suffix}".strip(): (one.due_at - NOON).total_seconds()
        for one in from_start(session)
    }


def test_the_longest_duration_is_warned_of_five_minutes_and_one_before() -> None:
    assert due(Policy(max_duration_seconds=3600)) == {
        "allocate": 10,
        "max_duration": 3600,
        "warning MAX_DURATION-300": 3300,
        "warning MAX_DURATION-60": 3540,
    }


def test_a_warning_that_would_come_before_the_start_is_left_out() -> None:
    assert set(due(Policy(max_duration_seconds=120))) == {
        "allocate",
        "max_duration",
        "warning MAX_DURATION-60",
    }


@pytest.mark.parametrize(
    ("end", "timers"),
    [
        (ScheduledEnd.NONE, 0),
        (ScheduledEnd.SOFT, 2),
        (ScheduledEnd.HARD, 3),
    ],
)
def test_a_planned_end_does_what_the_policy_says(end: ScheduledEnd, timers: int) -> None:
    found = due(Policy(scheduled_end=end), HOUR)
    planned = [key for key in found if "SCHEDULED_END" in key or key == "scheduled_end"]
    assert len(planned) == timers
    assert found.get("scheduled_end", 3600) == 3600


def test_a_planned_end_that_has_passed_ends_nothing() -> None:
    policy = Policy(scheduled_end=ScheduledEnd.HARD)
    assert deadlines.SCHEDULED_END not in due(policy, -HOUR)


def test_the_first_end_reason_stays() -> None:
    by = Actor("API_KEY", "key_1")
    ended = a_session(state=SessionState.ACTIVE).ended(EndReason.API, "done", by, NOON)
    again = ended.ended(EndReason.NO_SHOW, "", by, NOON + HOUR)
    assert again == ended
    assert (ended.end_reason, ended.end_text, ended.end_time) == (EndReason.API, "done", NOON)


@pytest.mark.parametrize(
    ("changes", "may"),
    [
        ({"room_closed": True}, True),
        ({"room_closed": True, "crewed": True}, False),
        ({"room_closed": True, "crewed": True, "flushed": True}, True),
        ({"flushed": True, "crewed": True}, False),
        ({"crewed": True, "drained": True}, True),
        ({"room_closed": True, "state": SessionState.ACTIVE}, False),
    ],
)
def test_a_ledger_is_sealed_when_nothing_is_awaited(changes: dict[str, object], may: bool) -> None:
    assert a_session(**{"state": SessionState.ENDING} | changes).may_seal is may


def test_a_policy_that_says_nothing_takes_every_default() -> None:
    assert policy_from(meeting.Policy()) == Policy()


def test_a_given_policy_is_kept_even_where_it_is_zero() -> None:
    wire = meeting.Policy(
        reconnect_grace_seconds=0,
        wait_for_host=True,
        scheduled_end=meeting.SCHEDULED_END_HARD,
    )
    policy = policy_from(wire)
    assert (policy.reconnect_grace_seconds, policy.wait_for_host) == (0, True)
    assert policy.scheduled_end is ScheduledEnd.HARD
    assert policy_from(policy_to(policy)) == policy
