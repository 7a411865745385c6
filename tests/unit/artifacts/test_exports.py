"""What the kept files say."""

import json
from datetime import UTC, datetime

import pytest

from artifacts.exports import transcript
from artifacts.exports.transcript import Heading, clock
from convene.bots.v1.bots_pb2 import Segment, Speaker, Word

BEGAN = datetime(2026, 12, 1, 9, tzinfo=UTC)
HEADING = Heading("mtg_1", "ses_1", "Launch planning", BEGAN, "en")


def a_segment(sequence: int, **changes: object) -> Segment:
    fields: dict[str, object] = {
        "id": f"seg_{sequence}",
        "sequence": sequence,
        "speaker": Speaker(id="prt_1", name="Ada", confidence=1),
        "start_seconds": 60.0 * sequence,
        "end_seconds": 60.0 * sequence + 5,
        "text": f"Line {sequence}.",
        "final": True,
        "language": "en",
    }
    return Segment(**(fields | changes))  # type: ignore[arg-type]


def by(name: str) -> Speaker:
    return Speaker(id=f"prt_{name}", name=name)


def test_json_keeps_every_segment_with_its_words_and_numbers() -> None:
    word = Word(text="Line", start_seconds=60.5, end_seconds=61, confidence=0.5)
    spoken = [a_segment(1, words=[word]), a_segment(2, scripted=True)]

    kept = json.loads(transcript.as_json(HEADING, spoken))

    assert kept["title"] == "Launch planning"
    assert kept["began"] == "2026-12-01T09:00:00Z"
    assert [one["sequence"] for one in kept["segments"]] == [1, 2]
    assert kept["segments"][0]["words"] == [
        {"text": "Line", "start_seconds": 60.5, "end_seconds": 61.0, "confidence": 0.5}
    ]
    assert [one["scripted"] for one in kept["segments"]] == [False, True]


def test_json_keeps_letters_of_every_language() -> None:
    kept = transcript.as_json(HEADING, [a_segment(1, text="Olá, João 你好")])
    assert "João 你好" in kept.decode()


def test_text_groups_what_one_person_says_under_one_time() -> None:
    spoken = [a_segment(1), a_segment(2), a_segment(3, speaker=by("Bo")), a_segment(4)]

    turns = transcript.as_txt(HEADING, spoken).split("\n\n")[1:]

    assert turns == ["Ada  01:00\nLine 1.\nLine 2.", "Bo  03:00\nLine 3.", "Ada  04:00\nLine 4.\n"]


def test_text_says_where_the_sound_was_lost() -> None:
    spoken = [a_segment(1), a_segment(2, gap=True, text=""), a_segment(3)]
    assert "[Ada: the sound was lost from 02:00 to 02:05]" in transcript.as_txt(HEADING, spoken)


def test_text_that_was_not_heard_says_so_at_its_top() -> None:
    text = transcript.as_txt(HEADING, [a_segment(1, scripted=True)])
    assert "not heard" in text.split("\n\n")[0]


def test_text_marks_scripted_turns_among_heard_ones() -> None:
    text = transcript.as_txt(HEADING, [a_segment(1), a_segment(2, scripted=True)])
    assert "Ada  01:00\nLine 1." in text
    assert "Ada  02:00 (script)\nLine 2." in text


def test_text_that_was_heard_says_nothing_of_scripts() -> None:
    assert "script" not in transcript.as_txt(HEADING, [a_segment(1)])


def test_text_of_silence_says_that_nothing_was_said() -> None:
    assert "Nothing was said" in transcript.as_txt(HEADING, [])


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "00:00"), (59.99, "00:59"), (61, "01:01"), (3661, "1:01:01")]
)
def test_times_are_minutes_until_there_are_hours(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown
