"""Rules and how they are matched: phrases word by word, patterns by a machine of linear cost."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import Any, Protocol

import re2
from rapidfuzz.distance import OSA

from bots.kinds.matching.forms import are_forms, base_of
from bots.kinds.matching.sounds import (
    SHORTEST_ALIKE,
    SHORTEST_RUN,
    run_alike,
    short_alike,
    sound_alike,
    sound_of,
)
from bots.kinds.matching.tokens import Token, readings_of

MOST_PATTERN_MEMORY_BYTES = 1 << 20
# A rule that everything matches would find something between every two letters.
MOST_HITS = 50
SHORTEST_GUESSED = 3
# Forms of one word differ in no more letters at their ends.
LONGEST_ENDING = 4


@dataclass(frozen=True, slots=True)
class Hit:
    """*first* to *last* are the places of the spoken words; *match* says how they were found."""

    rule: str
    match: str
    first: int
    last: int


class Spoken:
    """Words as they were said, taken apart once for all rules."""

    def __init__(self, words: Sequence[str]) -> None:
        self.readings = readings_of(words)
        self.line = " ".join(words)
        self._begins = list(accumulate((len(word) + 1 for word in words), initial=0))[:-1]

    def place_at(self, offset: int) -> int:
        """The place of the word that stands at *offset* of the line."""
        return bisect_right(self._begins, offset) - 1


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to be said one after the other.

    *inflected* takes other forms of the words too, *fuzzy* what a recogniser may have misheard.
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
        for wanted, said in zip(_readings_of(self.text), spoken.readings, strict=True):
            yield from self._hits(wanted, said)

    def _hits(self, wanted: Sequence[Token], said: Sequence[Token]) -> Iterator[Hit]:
        start = 0
        while wanted and start < len(said):
            begins = self._begins_alike(wanted[0].text, said[start].text)
            found = self._at(wanted, said, start) if begins else None
            if found is None:
                start += 1
                continue
            match, length = found
            last = said[start + length - 1].place
            yield Hit(self.text, match, said[start].place, last)
            start += length

    def _begins_alike(self, wanted: str, said: str) -> bool:
        """A cheap look at whether the phrase can begin here, before a dear one."""
        if wanted[:1] == said[:1] or (self.inflected and are_forms(wanted, said, self.language)):
            return True
        return self.fuzzy and (
            sound_of(wanted)[:1] == sound_of(said)[:1] or sound_alike(wanted, said)
        )

    def _at(
        self, wanted: Sequence[Token], said: Sequence[Token], start: int
    ) -> tuple[str, int] | None:
        """How it is matched from *start* on, and by how many tokens."""
        window = said[start : start + len(wanted)]
        if match := self._compared(wanted, window):
            return match, len(window)
        # Words that were heard wrong may end elsewhere.
        others = (0, -1, 1, 2) if self.fuzzy else (-1, 1, 2)
        for length in (len(wanted) + more for more in others):
            window = said[start : start + length]
            if length and len(window) == length and (match := self._run(wanted, window)):
                return match, length
        return None

    def _compared(self, wanted: Sequence[Token], window: Sequence[Token]) -> str:
        if len(window) < len(wanted) or _is_broken(wanted, window):
            return ""
        ways = self._ways(wanted, window)
        if len(ways) < len(wanted):
            return ""
        if self.fuzzy and ways.count("") == 1 and _leaves_no_doubt(wanted, window, ways):
            ways[ways.index("")] = "fuzzy"
        if "" in ways or ways.count("fuzzy") > max(len(ways) // 2, 1):
            return ""
        return max(ways, key=("exact", "inflected", "fuzzy").index)

    def _ways(self, wanted: Sequence[Token], window: Sequence[Token]) -> list[str]:
        """How each word matches; no more than are needed to see that the phrase does not."""
        ways: list[str] = []
        for one, other in zip(wanted, window, strict=True):
            ways.append(self._way(one.text, other.text))
            if ways.count("") > int(self.fuzzy):
                break
        return ways if ways.count("") <= int(self.fuzzy) else []

    def _way(self, wanted: str, said: str) -> str:
        """How one word matches, or nothing."""
        if wanted == said:
            return "exact"
        if self.inflected and are_forms(wanted, said, self.language):
            return "inflected"
        if self.fuzzy and self._misheard(wanted, said):
            return "fuzzy"
        return ""

    def _misheard(self, wanted: str, said: str) -> bool:
        bases = base_of(wanted, self.language), base_of(said, self.language)
        return sound_alike(wanted, said) or (self.inflected and sound_alike(*bases))

    def _run(self, wanted: Sequence[Token], window: Sequence[Token]) -> str:
        """How it matches where words run together or apart differently: data base, database."""
        if any(token.ends for token in window[:-1]) or _guesses_short(wanted, window):
            return ""
        one, other = ("".join(token.text for token in tokens) for tokens in (wanted, window))
        if not _may_run_alike(one, other, fuzzy=self.fuzzy):
            return ""
        hyphened = any(token.joined for token in (*wanted[1:], *window[1:]))
        same = one == other or (self.inflected and are_forms(one, other, self.language))
        together = len(window) == 1 and self.inflected and len(one) >= SHORTEST_RUN
        if same and together and not self.fuzzy:
            return "inflected"
        if same and (self.fuzzy or hyphened):
            return ("exact" if one == other else "inflected") if hyphened else "fuzzy"
        return "fuzzy" if self.fuzzy and run_alike(one, other) else ""


def _leaves_no_doubt(wanted: Sequence[Token], window: Sequence[Token], ways: Sequence[str]) -> bool:
    """Whether all words but one are as wanted, and that one is a short one that sounds alike."""
    place = ways.index("")
    sure = sum(len(one.text) for one, way in zip(wanted, ways, strict=True) if way == "exact")
    return sure >= SHORTEST_ALIKE and short_alike(wanted[place].text, window[place].text)


def _may_run_alike(one: str, other: str, *, fuzzy: bool) -> bool:
    """A cheap look at whether two runs of letters can be the same, before a dear one."""
    shorter = min(len(one), len(other))
    if abs(len(one) - len(other)) > LONGEST_ENDING + shorter // 4:
        return False
    if not fuzzy:
        begins = max(shorter - LONGEST_ENDING, 1)
        return one[:begins] == other[:begins]
    most = LONGEST_ENDING + shorter // 4
    return OSA.distance(one, other, score_cutoff=most) <= most


def _guesses_short(wanted: Sequence[Token], window: Sequence[Token]) -> bool:
    """Whether, word for word, a very short one is another: *of the record* is not *off the*."""
    return len(wanted) == len(window) and any(
        one.text != other.text and min(len(one.text), len(other.text)) < SHORTEST_GUESSED
        for one, other in zip(wanted, window, strict=True)
    )


def _is_broken(wanted: Sequence[Token], window: Sequence[Token]) -> bool:
    """Whether a sentence ends within *window* where none does within the phrase."""
    if len(window) > 2 and all(said.ends for said in window[:-1]):
        # A stop behind every word is emphasis.
        return False
    return any(
        said.ends and not one.ends for one, said in zip(wanted[:-1], window[:-1], strict=False)
    )


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
def _readings_of(phrase: str) -> Sequence[Sequence[Token]]:
    return readings_of(phrase.split())


@lru_cache(maxsize=500)
def compiled(pattern: str) -> Any:
    """*pattern* ready to match, whatever the case; raises ``re2.error``."""
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = MOST_PATTERN_MEMORY_BYTES
    return re2.compile(pattern, options)
