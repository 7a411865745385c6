"""Whose voice is where, by made vectors: who is new, who is known, and how sure that is."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from bots.engines.diarising import Turn
from bots.engines.telling_apart import HOP_SECONDS, Room, Rooms, Window, windows_of

ADA, BO, CY = (1.0, 0.1, 0.0, 0.0), (0.0, 1.0, 0.1, 0.0), (0.0, 0.0, 1.0, 0.1)
BOTH = (1.0, 1.0, 0.0, 0.0)
Print = Sequence[float]


def windows(count: int) -> Sequence[Window]:
    return [Window(HOP_SECONDS * one, HOP_SECONDS * one + 1.5) for one in range(count)]


def told(room: Room, *prints: Print) -> Sequence[Turn]:
    return room.turns(windows(len(prints)), prints)


def voices(turns: Sequence[Turn]) -> list[str]:
    return [turn.voice for turn in turns]


def borders(turns: Sequence[Turn]) -> list[float]:
    return [turns[0].start_seconds, *(turn.end_seconds for turn in turns)]


def test_two_voices_are_two_turns_with_the_border_between_their_windows() -> None:
    turns = told(Room(0.5), ADA, ADA, BO, BO, BO)

    assert voices(turns) == ["1", "2"]
    # The second window has its middle at 1.5 s, and the third at 2.25 s.
    assert borders(turns) == [0.0, 1.875, 4.5]
    assert turns[0].end_seconds == turns[1].start_seconds


def test_a_voice_that_comes_later_is_new_and_the_others_keep_their_names() -> None:
    room = Room(0.5)
    told(room, ADA, ADA, BO, BO)

    assert voices(told(room, CY, CY)) == ["3"]
    assert voices(told(room, BO, BO, CY, CY, ADA, ADA)) == ["2", "3", "1"]


def test_one_voice_is_one_turn_however_it_sways() -> None:
    generator = np.random.default_rng(7)
    prints = np.asarray(ADA) + generator.normal(0, 0.2, (12, 4))

    (turn,) = told(Room(0.5), *prints.tolist())

    assert (turn.voice, turn.start_seconds, turn.end_seconds) == ("1", 0.0, 11 * 0.75 + 1.5)


def test_a_lone_window_between_two_others_is_one_of_theirs_and_begins_nobody() -> None:
    room = Room(0.9)

    assert voices(told(room, ADA, ADA, BOTH, BO, BO)) == ["1", "2"]
    assert voices(told(room, ADA, ADA, CY, ADA)) == ["1"]
    # Nobody was made of what was between them.
    assert voices(told(room, CY, CY)) == ["3"]


def test_what_was_between_two_others_takes_nobodys_place() -> None:
    room = Room(0.5, most_voices=3)
    told(room, ADA, ADA, CY, BO, BO)

    assert voices(told(room, CY, CY)) == ["3"]
    assert voices(told(room, ADA, ADA)) == ["1"]


def test_a_lone_window_at_the_edge_is_a_turn_where_the_voice_is_known() -> None:
    room = Room(0.5)
    assert voices(told(room, ADA, ADA, BO)) == ["1"]
    told(room, BO, BO)

    assert voices(told(room, ADA, ADA, BO)) == ["1", "2"]


def test_a_stretch_of_one_window_may_begin_a_voice() -> None:
    room = Room(0.5)

    assert [voices(told(room, one)) for one in (ADA, BO, ADA)] == [["1"], ["2"], ["1"]]


def test_the_surer_the_likeness_the_higher_the_confidence() -> None:
    room = Room(0.5)
    told(room, ADA, ADA, ADA, BO, BO, BO)

    (clear,) = told(room, ADA, ADA)
    (vague,) = told(room, (1.0, 0.7, 0.0, 0.0), (1.0, 0.7, 0.0, 0.0))

    assert 0.0 < vague.confidence < clear.confidence <= 1.0
    assert vague.confidence < 0.7
    assert clear.confidence > 0.9


def test_whoever_is_hardly_another_is_told_as_one_with_little_confidence() -> None:
    room = Room(0.5)
    (first,) = told(room, (1.0, 0.0, 0.0, 0.0))

    (hardly,) = told(room, (0.45, math.sqrt(1 - 0.45**2), 0.0, 0.0))

    # Nobody else could be the first; the second is less like the first than the threshold by 0.05.
    assert (first.voice, first.confidence) == ("1", 1.0)
    assert (hardly.voice, hardly.confidence) == ("2", 0.1)


@pytest.mark.parametrize(
    "hopeless", [(0.0,) * 4, (math.nan, 1.0, 0.0, 0.0), (math.inf, 0.0, 0.0, 0.0), ()]
)
def test_a_window_that_tells_nothing_is_passed_over(hopeless: Print) -> None:
    room = Room(0.5)

    assert told(room, hopeless, hopeless) == ()
    turns = told(room, hopeless, ADA, hopeless, ADA, BO, BO)
    assert voices(turns) == ["1", "2"]
    assert borders(turns)[0] == 0.0
    assert all(0.0 <= turn.confidence <= 1.0 for turn in turns)


def test_numbers_that_are_huge_or_tiny_are_a_voice_like_any() -> None:
    room = Room(0.5)

    huge = tuple(1e300 * one for one in ADA)
    tiny = tuple(1e-300 * one for one in ADA)
    assert voices(told(room, huge, tiny, ADA)) == ["1"]


def test_no_more_voices_are_known_than_may_be_and_the_longest_unheard_goes() -> None:
    room = Room(0.5, most_voices=2)
    told(room, ADA, ADA)
    told(room, BO, BO)
    told(room, ADA, ADA)

    assert voices(told(room, CY, CY)) == ["3"]
    # Bo had to go, and is somebody new. Then Ada has to.
    assert voices(told(room, BO, BO)) == ["4"]
    # Who speaks in the same stretch is not forgotten for another, who then is whom it is most like,
    # with no confidence, and changes nobody.
    turns = told(room, BO, BO, CY, CY, ADA, ADA)
    assert voices(turns) == ["4", "3", "4"]
    assert turns[2].confidence < 0.3
    assert voices(told(room, BO, BO)) == ["4"]
    assert voices(told(room, ADA, ADA)) == ["5"]


def test_streams_know_nothing_of_each_other_and_the_longest_unheard_goes() -> None:
    rooms = Rooms(0.5, most=2)
    first = rooms.of("first")

    assert rooms.of("second") is not first
    assert rooms.of("first") is first
    rooms.of("third")
    assert rooms.of("first") is first
    second = rooms.of("second")
    assert voices(told(second, ADA, ADA)) == ["1"]


@pytest.mark.parametrize(
    ("seconds", "starts"),
    [
        (0.0, []),
        (0.49, []),
        (0.6, [0.0]),
        (1.5, [0.0]),
        (1.7, [0.0]),
        (2.0, [0.0, 0.5]),
        (3.0, [0.0, 0.75, 1.5]),
    ],
)
def test_a_stretch_is_looked_at_through_windows_to_its_end(
    seconds: float, starts: list[float]
) -> None:
    found = windows_of(seconds)

    assert [one.start_seconds for one in found] == pytest.approx(starts)
    assert all(one.end_seconds <= seconds for one in found)
