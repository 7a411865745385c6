"""What a sentence does in a meeting, as a small classifier reads it in its meaning and wording.

The weights are numbers in ``acts.json``, trained by ``scripts/train_acts.py`` on English lines.
"""

import asyncio
import json
import math
import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Final, Protocol

from minutes.quoting.cues import cues_of
from minutes.quoting.phrases import plain

WEIGHTS: Final = files("minutes.quoting").joinpath("acts.json")
# Which weights they are: told with what was found by them.
VERSION: Final = "acts-1"
# What the weights were trained with says the same of this, or is another model.
PROBE: Final = "We keep the old price and I will tell the customers by Friday."
ALIKE: Final = 0.97
# Sentences that are remembered: some two hours of talk.
MOST_REMEMBERED: Final = 2048
_TOKEN: Final = re.compile(r"[a-z']+|\?|,")
_LONGEST_RUN: Final = 3


class Act(Enum):
    COMMITMENT = "commitment"
    REQUEST = "request"
    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    PROPOSAL = "proposal"
    DECISION = "decision"
    QUESTION = "question"
    OTHER = "other"


Shares = Mapping[Act, float]


class SentenceMeanings(Protocol):
    """An engine that turns texts into vectors of length 1; *name* tells which one did."""

    @property
    def name(self) -> str: ...

    async def vectors(self, texts: Sequence[str]) -> Sequence[Sequence[float]]: ...


@dataclass(frozen=True, slots=True)
class Acts:
    """How likely each act is for the texts in *shares*; *engine* names what says so."""

    shares: Mapping[str, Shares] = field(default_factory=dict)
    engine: str = ""

    def share(self, text: str, *acts: Act) -> float:
        """How likely *text* does one of *acts*, 0 to 1; 0 of what nobody looked at."""
        shares = self.shares.get(text)
        return sum(shares[act] for act in acts) if shares else 0.0

    def is_not(self, text: str, most: float, *acts: Act) -> bool:
        """Whether *text* was looked at, and does any of *acts* with a share below *most*."""
        return text in self.shares and self.share(text, *acts) < most


NO_ACTS: Final = Acts()


@dataclass(frozen=True)
class Weights:
    """*matrix* has a row for each feature and at last one for none; a column for each act.

    *probe* is what the sentence model that they were trained with says of ``PROBE``.
    """

    vocabulary: Sequence[str]
    matrix: Sequence[Sequence[float]]
    probe: Sequence[float]

    def fits(self, probe: Sequence[float]) -> bool:
        """Whether *probe* comes from the sentence model that they were trained with."""
        alike = sum(x * y for x, y in zip(probe, self.probe, strict=False))
        return len(probe) == len(self.probe) and alike >= ALIKE

    def shares_of(
        self, texts: Sequence[str], vectors: Sequence[Sequence[float]]
    ) -> Mapping[str, Shares]:
        """How likely each act is for each of *texts*, whose meanings *vectors* are."""
        return {text: self.shares(text, one) for text, one in zip(texts, vectors, strict=True)}

    def shares(self, text: str, vector: Sequence[float]) -> Shares:
        features = [*vector, *wording_of(text, self.vocabulary), 1.0]
        sums = [0.0] * len(Act)
        for weight, row in zip(features, self.matrix, strict=True):
            if weight:
                sums = [total + weight * one for total, one in zip(sums, row, strict=True)]
        most = max(sums)
        raised = [math.exp(one - most) for one in sums]
        return {act: one / sum(raised) for act, one in zip(Act, raised, strict=True)}


class Listener:
    """Tells acts by *meanings*, or nothing when the weights were trained with another model."""

    def __init__(self, meanings: SentenceMeanings) -> None:
        self._meanings = meanings
        self._fits: bool | None = None
        # Notes are taken anew of the last minutes all the time; what was said stays the same.
        self._remembered: OrderedDict[str, Shares] = OrderedDict()

    async def heard(self, texts: Iterable[str]) -> Acts:
        """The acts of *texts*. Raises what the sentence model raises."""
        weights = await asyncio.to_thread(trained)
        if self._fits is None:
            (probe,) = await self._meanings.vectors([PROBE])
            self._fits = weights.fits(probe)
        if not self._fits:
            return NO_ACTS
        wanted = list(dict.fromkeys(texts))
        new = [one for one in wanted if one not in self._remembered]
        vectors = await self._meanings.vectors(new)
        # Some hundred sentences take a second; the loop goes on meanwhile.
        self._remembered |= await asyncio.to_thread(weights.shares_of, new, vectors)
        found = {text: self._remembered[text] for text in wanted}
        while len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)
        return Acts(found, f"{self._meanings.name} {VERSION}")


def wording_of(text: str, vocabulary: Sequence[str]) -> list[float]:
    """The cues of *text*, and which words and runs of words of *vocabulary* it has."""
    there = runs_of(text)
    return [*cues_of(text), *(1.0 if one in there else 0.0 for one in vocabulary)]


def runs_of(text: str) -> frozenset[str]:
    """Up to three words of *text* in a row, ``^`` before the first."""
    words = ["^", *_TOKEN.findall(plain(text).lower())]
    return frozenset(
        " ".join(words[first : first + length])
        for length in range(1, _LONGEST_RUN + 1)
        for first in range(len(words) - length + 1)
    )


@cache
def trained() -> Weights:
    """The weights in the package."""
    given = json.loads(WEIGHTS.read_text())
    return Weights(given["vocabulary"], given["matrix"], given["probe"])
