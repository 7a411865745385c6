"""Where a topic begins: between two stretches of talk that are less alike than others."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bots.domain.meanings import Vector

# How far a begin has to lie below the talk on both of its sides, added up.
DEPTH: Final = 0.4
# What words such as "next" or "item two" are worth.
CUE_WORTH: Final = 0.2
# One long speech is not heard as many.
MOST_WEIGHT: Final = 12
_STRETCH: Final = 2.0
_OPENERS: Final = (
    "okay ok right good alright so now well um uh thanks lovely cool fine great perfect then and"
)
_CUES: Final = (
    r"next\b|(?:item|point|number) (?:one|two|three|four|five|six|seven|\d+)\b|moving on\b"
    r"|let's (?:move on|turn to|go to|talk about|discuss)|first\b|second\b|last(?:ly)?\b|finally\b"
    r"|the (?:next|last|first|second|third) (?:point|item|thing|topic)|what else\b|anything else\b"
    r"|any other business|(?:what|how) about the|by the way"
)
_CUE: Final = re.compile(
    rf"^(?:(?:{'|'.join(_OPENERS.split())})[\s,.!]+){{0,3}}(?:{_CUES})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of speech: *weight* counts the words that say what it is about.

    *cue* from 0 on says how much its first words sound like a new topic; *item* is the one of the
    agenda that it names.
    """

    segment_id: str
    start: float
    end: float
    vector: NDArray[np.float64]
    words: Sequence[str]
    cue: float
    item: str = ""

    @property
    def weight(self) -> int:
        return min(len(self.words), MOST_WEIGHT)


def cue_of(text: str) -> float:
    return CUE_WORTH if _CUE.match(text.strip()) else 0.0


def cut_in(window: Sequence[Utterance], block: int, *, is_last: bool = False) -> int | None:
    """Where in *window* a new topic begins, if enough was said since to know; ``None`` if not.

    *block* words on both sides are compared; a begin is told when twice as many have followed,
    or as many where *window* is the last there is.
    """
    weights = np.array([one.weight for one in window], dtype=float)
    before = np.concatenate([[0.0], np.cumsum(weights)])
    curve = _curve(window, weights, block)
    for place in range(1, len(window)):
        ripe = before[-1] - before[place] >= (1 if is_last else _STRETCH) * block
        if ripe and before[place] >= block and _is_valley(curve, before, place, block):
            return place
    return None


def _is_valley(
    curve: NDArray[np.float64], before: NDArray[np.float64], place: int, block: int
) -> bool:
    here = curve[place]
    if np.isnan(here):
        return False
    near = np.abs(before[: len(curve)] - before[place]) <= block
    around = curve[near]
    if here > np.nanmin(around):
        return False
    left, right = curve[1:place], curve[place + 1 :][near[place + 1 :]]
    return bool(_rise(left, here) + _rise(right, here) > DEPTH)


def _rise(side: NDArray[np.float64], here: float) -> float:
    known = side[~np.isnan(side)]
    return float(known.max() - here) if len(known) else 0.0


def _curve(
    window: Sequence[Utterance], weights: NDArray[np.float64], block: int
) -> NDArray[np.float64]:
    """How alike the talk is on both sides of each place; nothing where too little was said."""
    weighted = np.array([one.vector for one in window]) * weights[:, None]
    curve = np.full(len(window), np.nan)
    for place in range(1, len(window)):
        left = _stretch(weighted[:place][::-1], weights[:place][::-1], block)
        right = _stretch(weighted[place:], weights[place:], block)
        if left is not None and right is not None:
            curve[place] = float(left @ right) - window[place].cue
    return curve


def _stretch(
    weighted: NDArray[np.float64], weights: NDArray[np.float64], block: int
) -> NDArray[np.float64] | None:
    """The first *block* words as one vector of length 1; ``None`` for less than half of them."""
    enough = int(np.searchsorted(np.cumsum(weights), block)) + 1
    if weights[:enough].sum() < block / 2:
        return None
    total = weighted[:enough].sum(axis=0)
    length = np.linalg.norm(total)
    return np.asarray(total / length) if length else None


def packed(vector: Vector | NDArray[np.float64]) -> str:
    """*vector*, which is no longer than 1, in as few characters as will do."""
    return base64.b64encode((np.array(vector) * 127).round().astype(np.int8).tobytes()).decode()


def unpacked(text: str) -> NDArray[np.float64]:
    return np.frombuffer(base64.b64decode(text), dtype=np.int8) / 127
