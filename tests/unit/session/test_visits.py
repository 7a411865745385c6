"""Joins that nobody saw by looking: told as missed once they are over, and only then."""

import pytest

from session.domain.participants import ParticipantAction
from session.domain.rooms import Came, Connection, Lost
from session.domain.visits import Visits
from tests.support.sessions import NOON, a_participant

ADA = a_participant()
FIRST, SECOND = Connection("prt_1", 1), Connection("prt_1", 2)


def told(*hints: Came | Lost) -> Visits:
    visits = Visits()
    for hint in hints:
        visits.hear(hint)
    return visits


def test_a_join_that_ended_by_leaving_before_anybody_looked_is_missed() -> None:
    assert told(Came(FIRST)).missed([ADA], [], {"prt_1": 1}) == [FIRST]


def test_a_join_that_was_lost_before_anybody_looked_is_missed() -> None:
    assert told(Came(FIRST), Lost("prt_1", 1)).missed([ADA], [], {}) == [FIRST]


def test_a_join_whose_place_a_newer_one_has_is_missed() -> None:
    assert told(Came(FIRST), Came(SECOND)).missed([ADA], [SECOND], {}) == [FIRST]


def test_joins_are_missed_in_the_order_in_which_they_began() -> None:
    visits = told(Came(FIRST), Lost("prt_1", 1), Came(SECOND))

    assert visits.missed([ADA], [], {"prt_1": 2}) == [FIRST, SECOND]


def test_a_join_that_can_be_seen_is_not_missed() -> None:
    assert told(Came(FIRST)).missed([ADA], [FIRST], {"prt_1": 1}) == []


def test_a_join_that_nobody_said_to_be_over_began_after_the_look() -> None:
    visits = told(Came(FIRST))

    assert visits.missed([ADA], [], {}) == []
    visits.hear(Lost("prt_1", 1))
    assert visits.missed([ADA], [], {}) == [FIRST]


def test_who_was_let_in_after_the_roster_was_read_is_missed_by_the_next_look() -> None:
    visits = told(Came(FIRST), Lost("prt_1", 1))

    assert visits.missed([], [], {}) == []
    assert visits.missed([ADA], [], {}) == [FIRST]


HERE = ADA.connected(1, muted=False, now=NOON)


@pytest.mark.parametrize(
    "known",
    [HERE, HERE.gone(ParticipantAction.LEAVE, NOON), HERE.removed(False, NOON)],
    ids=["here", "left", "removed"],
)
def test_what_the_roster_knows_is_forgotten(known: object) -> None:
    visits = told(Came(FIRST), Lost("prt_1", 1))

    assert visits.missed([known], [], {}) == []  # type: ignore[list-item]
    assert visits.missed([ADA], [], {}) == []
