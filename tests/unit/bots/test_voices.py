"""What one device brought, shared out among the voices that were heard there."""

from collections.abc import Sequence

import pytest

from bots.domain.crew import Track
from bots.domain.transcript import Segment, Word, segment_id
from bots.engines.diarising import Turn
from bots.service.voices import shared_out

TRACK = Track("ses_1", "prt_1", 1, "Room 7", "ear:1", offset_seconds=2.0)


def said(*words: str, first: int = 48_000) -> Segment:
    """Words of half a second each, from the third second of the session on."""
    return Segment(
        id=segment_id(TRACK, first),
        speaker_id="prt_1",
        speaker_name="Room 7",
        start_seconds=3.0,
        end_seconds=3.2 + len(words) / 2,
        text=" ".join(words),
        words=[
            Word(word, 3.1 + number / 2, 3.6 + number / 2, 0.9) for number, word in enumerate(words)
        ],
        language="en",
    )


def shape(pieces: Sequence[Segment]) -> list[tuple[str, str, float]]:
    return [(one.speaker_name, one.text, one.speaker_confidence) for one in pieces]


def test_each_change_of_voice_begins_a_piece_with_how_sure_it_is() -> None:
    whole = said("who", "pays", "we", "do", "fine")
    turns = [Turn("1", 0.0, 1.0, 0.9), Turn("2", 1.1, 2.0, 0.7), Turn("1", 2.0, 2.7, 0.8)]

    pieces = shared_out(TRACK, whole, turns)

    assert shape(pieces) == [
        ("Room 7 · 1", "who pays", 0.9),
        ("Room 7 · 2", "we do", 0.7),
        ("Room 7 · 1", "fine", 0.8),
    ]
    assert [(one.start_seconds, one.end_seconds) for one in pieces] == [
        (3.0, pytest.approx(4.1)),
        (pytest.approx(4.1), pytest.approx(5.1)),
        (pytest.approx(5.1), whole.end_seconds),
    ]
    assert {one.speaker_id for one in pieces} == {"prt_1"}


def test_the_first_piece_has_the_id_of_its_partial_and_the_others_their_own() -> None:
    whole = said("who", "pays", "we", "do")
    turns = [Turn("1", 0.0, 1.1, 0.9), Turn("2", 1.1, 2.2, 0.9)]

    first, second = shared_out(TRACK, whole, turns)
    again = shared_out(TRACK, whole, turns)

    assert first.id == whole.id != second.id
    assert [one.id for one in again] == [first.id, second.id]


def test_words_between_two_turns_belong_to_the_nearer() -> None:
    turns = [Turn("1", 0.0, 0.3, 0.9), Turn("2", 1.2, 1.6, 0.9)]

    pieces = shared_out(TRACK, said("one", "two", "three"), turns)

    assert [one.text for one in pieces] == ["one", "two three"]


@pytest.mark.parametrize("turns", [[], [Turn("1", 0.0, 5.0, 0.6)]])
def test_one_voice_or_none_leaves_it_whole(turns: list[Turn]) -> None:
    (piece,) = shared_out(TRACK, said("who", "pays"), turns)

    assert (piece.text, piece.speaker_confidence) == ("who pays", 0.6 if turns else 1.0)
