"""The states of bots and crews, over every state and every action."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from bots.domain.bot import TRANSITIONS, Bot, BotAction, BotId, BotState
from bots.domain.crew import TRANSITIONS as CREW_TRANSITIONS
from bots.domain.crew import Crew, CrewAction, CrewState
from common.errors import WrongState
from common.machine import advance

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OVER = (BotState.DONE, BotState.FAILED)

# From the page that says what a bot is: who may go where, by what.
LEGAL = {
    BotState.SCHEDULED: {"JOIN": "JOINING", "LEAVE": "DONE", "FAIL": "FAILED"},
    BotState.JOINING: {"ARRIVE": "JOINED", "LEAVE": "LEAVING", "FAIL": "FAILED"},
    BotState.JOINED: {"LEAVE": "LEAVING", "FAIL": "FAILED"},
    BotState.LEAVING: {"LEAVE": "LEAVING", "FINISH": "DONE", "FAIL": "FAILED"},
    BotState.DONE: {"LEAVE": "DONE"},
    BotState.FAILED: {"LEAVE": "FAILED"},
}
LEGAL_CREW = {
    CrewState.WAITING: {"START": "LIVE", "DRAIN": "DRAINING"},
    CrewState.LIVE: {"START": "LIVE", "DRAIN": "DRAINING"},
    CrewState.DRAINING: {"DRAIN": "DRAINING", "FLUSH": "FLUSHED"},
    CrewState.FLUSHED: {"DRAIN": "FLUSHED"},
}


def a_bot(**changes: object) -> Bot:
    given: dict[str, object] = {
        "id": BotId("bot_1"), "meeting_id": "mtg_1", "session_id": "ses_1", "kind": "transcriber",
        "config": {}, "state": BotState.SCHEDULED, "reason": "", "create_time": NOW,
        "update_time": NOW,
    }  # fmt: skip
    return Bot(**{**given, **changes})  # type: ignore[arg-type]


def a_crew(**changes: object) -> Crew:
    given: dict[str, object] = {
        "session_id": "ses_1", "meeting_id": "mtg_1", "workspace_id": "wsp_1", "test": False,
        "state": CrewState.LIVE,
    }  # fmt: skip
    return Crew(**{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "action"), list(product(BotState, BotAction)))
def test_a_bot_moves_as_the_product_page_says_and_no_other_way(
    state: BotState, action: BotAction
) -> None:
    wanted = LEGAL[state].get(action.value)

    if wanted is None:
        with pytest.raises(WrongState):
            advance(TRANSITIONS, state, action)
    else:
        assert advance(TRANSITIONS, state, action).value == wanted


@pytest.mark.parametrize(("state", "action"), list(product(CrewState, CrewAction)))
def test_a_crew_moves_forward_only(state: CrewState, action: CrewAction) -> None:
    wanted = LEGAL_CREW[state].get(action.value)

    if wanted is None:
        with pytest.raises(WrongState):
            advance(CREW_TRANSITIONS, state, action)
    else:
        assert advance(CREW_TRANSITIONS, state, action).value == wanted


def test_every_bot_that_is_not_over_is_present() -> None:
    present = {state for state in BotState if a_bot(state=state).is_present}

    assert present == set(BotState) - set(OVER)


def test_a_bot_that_is_told_to_leave_again_keeps_its_reason_and_time() -> None:
    done = a_bot(state=BotState.DONE, reason="SESSION_ENDED")

    again = done.after(BotAction.LEAVE, now=NOW + timedelta(hours=1), reason="LEFT_BY_CALLER")

    assert again is done


def test_the_earliest_drain_deadline_counts() -> None:
    crew = a_crew().drained_by(NOW + timedelta(seconds=30))

    assert crew.drained_by(NOW).drain_deadline == NOW
    assert crew.drained_by(NOW + timedelta(hours=1)) == crew


@pytest.mark.parametrize(
    ("seconds_left", "closes", "flushes"), [(5, False, False), (4, True, False), (1, True, True)]
)
def test_a_crew_closes_then_flushes_ahead_of_its_deadline(
    seconds_left: int, closes: bool, flushes: bool
) -> None:
    crew = a_crew().drained_by(NOW + timedelta(seconds=seconds_left))

    assert (crew.must_close(NOW), crew.must_flush(NOW)) == (closes, flushes)


def test_a_crew_without_a_deadline_has_time() -> None:
    assert not a_crew().must_close(NOW)
