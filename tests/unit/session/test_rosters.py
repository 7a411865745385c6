"""What a room's report means for the roster, and what the crowd means for the session."""

from collections.abc import Mapping, Sequence

import pytest

from session.domain.participants import (
    Participant,
    ParticipantAction,
    ParticipantId,
    ParticipantKind,
    Role,
)
from session.domain.policies import Policy
from session.domain.rooms import Connection, node_for
from session.domain.rosters import (
    ALL_LEFT,
    HOST_ABSENT,
    SOLO,
    Crowd,
    Dropped,
    Intruding,
    Joined,
    Left,
    MuteChanged,
    compare,
    consequence,
    watched,
)
from session.domain.sessions import SessionAction, SessionState
from tests.support.sessions import NOON, a_participant, a_session

HERE = a_participant().connected(2, muted=False, now=NOON)
AWAY = HERE.gone(ParticipantAction.DROP, NOON)
GONE = HERE.gone(ParticipantAction.LEAVE, NOON)
OUT = HERE.removed(False, NOON)


def kinds(
    participant: Participant,
    connections: Sequence[Connection],
    departed: Mapping[str, int] | None = None,
) -> list[type]:
    return [type(move) for move in compare([participant], connections, departed or {})]


def of(epoch: int, muted: bool = False) -> list[Connection]:
    return [Connection("prt_1", epoch, muted)]


@pytest.mark.parametrize(
    ("participant", "connections", "moves"),
    [
        (a_participant(), of(1), [Joined]),
        (a_participant(), [], []),
        (HERE, of(2), []),
        (HERE, of(3), [Joined]),
        (HERE, of(1), []),
        (HERE, [], [Dropped]),
        (HERE, of(2, muted=True), [MuteChanged]),
        (AWAY, [], []),
        (AWAY, of(3), [Joined]),
        (AWAY, of(1), []),
        (GONE, of(3), [Joined]),
        (OUT, of(3), [Intruding]),
        (OUT, of(2), [Intruding]),
    ],
)
def test_a_report_moves_a_participant(
    participant: Participant, connections: list[Connection], moves: list[type]
) -> None:
    assert kinds(participant, connections) == moves


@pytest.mark.parametrize(
    ("participant", "epoch", "moves"),
    [
        (HERE, 2, [Left]),
        (AWAY, 2, [Left]),
        # A late goodbye of an older join: this one was lost, not left.
        (HERE, 1, [Dropped]),
        (AWAY, 1, []),
        (GONE, 2, []),
    ],
)
def test_a_goodbye_counts_for_its_own_join_only(
    participant: Participant, epoch: int, moves: list[type]
) -> None:
    assert kinds(participant, [], {"prt_1": epoch}) == moves


def test_a_connection_of_nobody_is_an_intruder() -> None:
    assert compare([], of(1), {}) == [Intruding("prt_1")]


def crowd_of(*people: tuple[ParticipantKind, Role]) -> Crowd:
    return Crowd.of(
        a_participant(id=ParticipantId(f"prt_{index}"), kind=kind, role=role).connected(
            1, muted=False, now=NOON
        )
        for index, (kind, role) in enumerate(people)
    )


PERSON = (ParticipantKind.PERSON, Role.PARTICIPANT)
HOST = (ParticipantKind.PERSON, Role.HOST)
BOT = (ParticipantKind.BOT, Role.HOST)


def test_bots_and_observers_never_count() -> None:
    crowd = crowd_of(BOT, (ParticipantKind.OBSERVER, Role.OBSERVER), PERSON)
    assert (crowd.counted, crowd.hosts, crowd.others) == (1, 0, 2)


@pytest.mark.parametrize(
    ("state", "wait_for_host", "crowd", "action"),
    [
        (SessionState.WAITING, False, crowd_of(PERSON), SessionAction.ACTIVATE),
        (SessionState.WAITING, False, crowd_of(BOT), None),
        (SessionState.WAITING, True, crowd_of(PERSON), None),
        (SessionState.WAITING, True, crowd_of(PERSON, HOST), SessionAction.ACTIVATE),
        (SessionState.ACTIVE, False, crowd_of(BOT), SessionAction.EMPTY),
        (SessionState.ACTIVE, False, crowd_of(PERSON), None),
        (SessionState.IDLE, False, crowd_of(PERSON), SessionAction.RESUME),
        (SessionState.IDLE, False, crowd_of(), None),
        (SessionState.ENDING, False, crowd_of(), None),
    ],
)
def test_the_session_follows_its_crowd(
    state: SessionState, wait_for_host: bool, crowd: Crowd, action: SessionAction | None
) -> None:
    session = a_session(state=state, policy=Policy(wait_for_host=wait_for_host))
    assert consequence(session, crowd) is action


def test_the_crowds_timers_run_only_where_they_may_end_something() -> None:
    policy = Policy(host_absent_seconds=120, solo_seconds=600)
    active = a_session(state=SessionState.ACTIVE, policy=policy)

    assert set(watched(policy, active, crowd_of(PERSON))) == {HOST_ABSENT, SOLO}
    assert set(watched(policy, active, crowd_of(HOST, PERSON))) == set()
    assert set(watched(policy, a_session(state=SessionState.IDLE), crowd_of())) == {ALL_LEFT}
    assert set(watched(Policy(), active, crowd_of(PERSON))) == set()


def test_every_try_for_a_room_takes_another_node() -> None:
    nodes = ["a:1", "b:1", "c:1"]
    tried = [node_for("ses_1", nodes, attempt) for attempt in range(3)]
    assert sorted(tried) == nodes
    assert node_for("ses_1", nodes, 0) == node_for("ses_1", list(reversed(nodes)), 0)
