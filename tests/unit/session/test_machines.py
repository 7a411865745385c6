"""Every state meets every action: what the product allows, and nothing else."""

from collections.abc import Mapping
from enum import Enum
from itertools import product
from typing import TypeVar

import pytest

from common.errors import WrongState
from common.machine import advance
from session.domain import commands, participants, runs, sessions

S = TypeVar("S", bound=Enum)
A = TypeVar("A", bound=Enum)

# As the product writes them: `FROM action -> TO`.
SESSION = """
    STARTING OPEN WAITING, STARTING FAIL FAILED, STARTING END ENDING,
    WAITING ACTIVATE ACTIVE, WAITING END ENDING,
    ACTIVE EMPTY IDLE, ACTIVE END ENDING,
    IDLE RESUME ACTIVE, IDLE END ENDING,
    ENDING SEAL ENDED, ENDING END ENDING, ENDED END ENDED, FAILED END FAILED"""
PARTICIPANT = """
    KNOCKING ADMIT ADMITTED, KNOCKING DENY DENIED, ADMITTED DENY DENIED, ADMITTED JOIN JOINING,
    KNOCKING ABORT ABORTED, ADMITTED ABORT ABORTED, KNOCKING KNOCK KNOCKING,
    ABORTED KNOCK KNOCKING, REMOVED KNOCK KNOCKING,
    JOINING CONNECT CONNECTED, JOINING ABORT ABORTED, JOINING REMOVE REMOVED,
    JOINING JOIN JOINING,
    CONNECTED DROP RECONNECTING, CONNECTED LEAVE LEFT, CONNECTED REMOVE REMOVED,
    CONNECTED CONNECT CONNECTED, CONNECTED JOIN CONNECTED,
    RECONNECTING CONNECT CONNECTED, RECONNECTING LEAVE LEFT, RECONNECTING REMOVE REMOVED,
    RECONNECTING JOIN RECONNECTING,
    LEFT CONNECT CONNECTED, LEFT JOIN LEFT, ABORTED JOIN JOINING, REMOVED JOIN JOINING"""
COMMAND = "ACCEPTED APPLY APPLIED, ACCEPTED REFUSE REFUSED"
RUN = "ARMED PLAY RUNNING, ARMED FAIL FAILED, RUNNING FINISH DONE, RUNNING FAIL FAILED"


def legal(script: str) -> dict[tuple[str, str], str]:
    rows = [row.split() for row in script.split(",")]
    return {(state, action): after for state, action, after in rows}


def check(table: Mapping[tuple[S, A], S], states: type[S], actions: type[A], script: str) -> None:
    expected = legal(script)
    for state, action in product(states, actions):
        after = expected.pop((state.name, action.name), None)
        if after is not None:
            assert advance(table, state, action) is states[after]
            continue
        with pytest.raises(WrongState):
            advance(table, state, action)
    assert not expected, "the script names a state or an action that is not there"


def test_a_session_moves_as_the_product_says_and_no_other_way() -> None:
    check(sessions.TRANSITIONS, sessions.SessionState, sessions.SessionAction, SESSION)


def test_a_participant_moves_as_the_product_says_and_no_other_way() -> None:
    check(
        participants.TRANSITIONS,
        participants.ParticipantState,
        participants.ParticipantAction,
        PARTICIPANT,
    )


def test_a_command_is_settled_once() -> None:
    check(commands.TRANSITIONS, commands.CommandState, commands.CommandAction, COMMAND)


def test_a_scenario_run_ends_once() -> None:
    check(runs.TRANSITIONS, runs.RunState, runs.RunAction, RUN)
