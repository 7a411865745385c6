"""Who waits to be let in, and in which of the two counts."""

import pytest

from gateway.edge.problems import Refused
from gateway.edge.waiting import Waiting


def test_a_place_in_the_lobby_is_given_back_as_the_one_before_it() -> None:
    waiting = Waiting(most=1, most_knocking=1)
    first = waiting.enter("a")
    with pytest.raises(Refused):
        waiting.check("a")
    waiting.check("b")

    first.knock()
    first.knock()
    waiting.check("a")
    second = waiting.enter("a")
    with pytest.raises(Refused):
        second.knock()

    first.leave()
    first.leave()
    second.knock()
    waiting.check("a")
    second.leave()
    waiting.check_lobby("a")
