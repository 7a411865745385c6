"""Rules and how they are matched: phrases word by word, patterns by a machine of linear cost."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import Any, Final, Protocol

import re2

from bots.kinds.matching.aligning import Aligning
from bots.kinds.matching.token import Token
from bots.kinds.matching.tokens import Reading, as_wanted, readings_of, tokens_as_written
from bots.kinds.matching.wording import Wording

MOST_PATTERN_MEMORY_BYTES: Final = 1 << 20
# A rule that everything matches would find something between every two letters.
MOST_HITS: Final = 50


@dataclass(frozen=True, slots=True)
class Hit:
    """*first* to *last* are the places of the spoken words; *match* says how they were found."""

    rule: str
    match: str
    first: int
    last: int


class Spoken:
    """Words as they were said, taken apart once for all rules of a language."""

    def __init__(self, words: Sequence[str]) -> None:
        self._words = words
        self._readings: dict[str, Sequence[Reading]] = {}
        self.line = " ".join(words)
        self._begins = list(accumulate((len(word) + 1 for word in words), initial=0))[:-1]

    @cached_property
    def as_written(self) -> Sequence[Token]:
        """The words as they stand."""
        return tokens_as_written(self._words)

    def readings(self, language: str) -> Sequence[Reading]:
        """The words as they are compared in *language*."""
        if language not in self._readings:
            self._readings[language] = readings_of(self._words, language)
        return self._readings[language]

    def place_at(self, offset: int) -> int:
        """The place of the word that stands at *offset* of the line."""
        return bisect_right(self._begins, offset) - 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be said one after the other.

    *inflected* takes other forms of the words too, *fuzzy* what a recogniser may have misheard;
    with neither the words are to be said as they stand.
    """

    text: str
    inflected: bool = True
    fuzzy: bool = False
    language: str = "en"

    def hits(self, spoken: Spoken) -> Iterator[Hit]:
        """Where the phrase is in what was *spoken*; hits do not overlap."""
        end = -1
        for hit in sorted(self._all_hits(spoken), key=lambda hit: hit.first):
            if hit.first > end:
                end = hit.last
                yield hit

    def _all_hits(self, spoken: Spoken) -> Iterator[Hit]:
        if not (self.inflected or self.fuzzy):
            yield from self._hits(_as_written(self.text), spoken.as_written)
            return
        wanted, said = _wanted(self.text, self.language), spoken.readings(self.language)
        for number in range(max(len(wanted), len(said))):
            tokens, reading = wanted[min(number, len(wanted) - 1)], said[min(number, len(said) - 1)]
            for way in reading.ways(tokens):
                yield from self._hits(tokens, way)

    def _hits(self, wanted: Sequence[Token], said: Sequence[Token]) -> Iterator[Hit]:
        wording = Wording(self.inflected, self.fuzzy, self.language, alone=len(wanted) == 1)
        aligning = Aligning(wanted, said, wording)
        start = 0
        while wanted and start < len(said):
            found = aligning.match_at(start)
            if found is None:
                start += 1
                continue
            match, end = found
            yield Hit(self.text, match, said[start].place, said[end - 1].ends_at)
            start = end


@dataclass(frozen=True, slots=True)
class Pattern:
    """A regular expression of RE2's kind: it costs no more than the text is long."""

    text: str

    def hits(self, spoken: Spoken) -> Iterator[Hit]:
        """Where it matches in what was *spoken*, with one space between words."""
        matches = compiled(self.text).finditer(spoken.line)
        for match in islice((one for one in matches if one.end() > one.start()), MOST_HITS):
            first, last = spoken.place_at(match.start()), spoken.place_at(match.end() - 1)
            yield Hit(self.text, "pattern", first, last)


class Rule(Protocol):
    """Something to listen for."""

    def hits(self, spoken: Spoken) -> Iterator[Hit]:
        """Where it is in what was *spoken*."""


@lru_cache(maxsize=2_000)
def _wanted(phrase: str, language: str) -> Sequence[Sequence[Token]]:
    readings = readings_of(phrase.split(), language)
    return [as_wanted(reading.kept, language) for reading in readings]


@lru_cache(maxsize=2_000)
def _as_written(phrase: str) -> Sequence[Token]:
    return tokens_as_written(phrase.split())


@lru_cache(maxsize=500)
def compiled(pattern: str) -> Any:
    """*pattern* ready to match, whatever the case; raises ``re2.error``."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MOST_PATTERN_MEMORY_BYTES
    return re2.compile(pattern, options)
