"""What a model says twice was said once, unless it took somebody's time."""

from collections.abc import Sequence

import pytest

from bots.engines.repeats import said_once
from convene.bots.v1.worker_pb2 import RecognisedWord

CLAUSE = ["What", "about", "the", "old", "price?"]


def spoken(text: Sequence[str], first: float, last: float) -> list[RecognisedWord]:
    """*text* said evenly between two moments."""
    each = (last - first) / len(text)
    return [
        RecognisedWord(
            text=f" {word}",
            start_seconds=first + number * each,
            end_seconds=first + (number + 1) * each,
        )
        for number, word in enumerate(text)
    ]


def test_words_that_come_again_in_no_time_are_dropped() -> None:
    clause = spoken(CLAUSE, 0.0, 1.14)

    assert said_once([*clause, *spoken(CLAUSE, 1.3, 1.3)]) == clause


def test_of_two_the_one_that_took_its_time_is_kept() -> None:
    clause = spoken(CLAUSE, 0.1, 1.3)

    assert said_once([*spoken(CLAUSE, 0.0, 0.1), *clause]) == clause


def test_what_comes_again_and_again_is_said_once() -> None:
    clause = spoken(CLAUSE, 0.0, 1.14)

    assert said_once([*clause, *spoken(CLAUSE * 3, 1.3, 1.3)]) == clause


@pytest.mark.parametrize(
    ("once", "again"),
    [
        ("Old price.", "old price?"),
        ("the price", "\N{LEFT DOUBLE QUOTATION MARK}The price\N{RIGHT DOUBLE QUOTATION MARK}"),
        ("it's old", '"It\N{RIGHT SINGLE QUOTATION MARK}s old..."'),
        ("Qu\u00e9 precio", "\N{INVERTED QUESTION MARK}qu\u00e9 precio?"),
        ("\u4ef7\u683c \u9ad8", "\u4ef7\u683c \u9ad8\N{IDEOGRAPHIC FULL STOP}"),
    ],
    ids=["marks", "quotes", "apostrophes", "Spanish", "Chinese"],
)
def test_another_case_and_other_marks_make_no_other_words(once: str, again: str) -> None:
    clause = spoken(once.split(), 0.0, 0.6)

    assert said_once([*clause, *spoken(again.split(), 0.6, 0.6)]) == clause


@pytest.mark.parametrize(
    "words",
    [
        [*spoken(CLAUSE, 0.0, 1.1), *spoken(CLAUSE, 1.2, 2.3)],
        [*spoken(["Yes"], 0.0, 0.3), *spoken(["Yes"], 0.3, 0.3)],
        [*spoken(["price", "list"], 0.0, 0.5), *spoken(["is", "old"], 0.5, 0.5)],
        [*spoken(["\u0915\u0940", "a"], 0.0, 0.5), *spoken(["\u0915\u093e", "a"], 0.5, 0.5)],
        [*spoken(["$", "a"], 0.0, 0.5), *spoken(["%", "a"], 0.5, 0.5)],
        [],
    ],
    ids=["said twice", "a single word", "other words", "other vowels", "other signs", "nothing"],
)
def test_everything_else_is_kept(words: list[RecognisedWord]) -> None:
    assert said_once(words) == words
