"""Wrong ways to write a word: which they are, and that others are told apart in few steps."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from bots.kinds.matching.misspelling import misspelt, surely_misspelt

# No word among the second, and none near the first; each pair is asked for once, as it is kept.
FAR_APART = [("confidential", "kwmtzalo"), ("inventory", "imvrntoqa"), ("remarkable", "wmqzkabel")]


def steps_of(call: Callable[[], bool]) -> tuple[bool, int]:
    """What *call* answers, and how many functions are called for it."""
    steps = 0

    def count(frame: FrameType, event: str, argument: Any) -> None:
        nonlocal steps
        steps += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        return call(), steps
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize(("one", "other"), FAR_APART)
def test_words_far_apart_are_told_apart_in_few_steps(one: str, other: str) -> None:
    loosely, loose_steps = steps_of(lambda: misspelt(one, other))
    surely, sure_steps = steps_of(lambda: surely_misspelt(one, other, is_word=True))

    assert not loosely
    assert not surely
    # Most are spent on how the words sound, which is kept by word.
    assert loose_steps < 200
    assert sure_steps < 50


@pytest.mark.parametrize(
    ("one", "other"),
    [("hypertension", "hypotension"), ("intrastate", "interstate"), ("macro", "micro")],
)
def test_opposites_are_near_and_no_mistakes(one: str, other: str) -> None:
    assert not misspelt(one, other)
    assert not surely_misspelt(one, other, is_word=True)


def test_a_mistake_is_one() -> None:
    assert misspelt("hypertension", "hypertention")
    assert surely_misspelt("hypertension", "hypertention", is_word=True)
