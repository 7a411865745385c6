"""Lays the words of a phrase along those that were said, from one of them on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from rapidfuzz.distance import OSA

from bots.kinds.matching.forms import are_forms, is_noun_only
from bots.kinds.matching.lists import words
from bots.kinds.matching.sounds import (
    SHORTEST_RUN,
    letter_of,
    run_alike,
    sound_of,
    voiceless_sound_of,
)
from bots.kinds.matching.token import Pause, Token
from bots.kinds.matching.wording import SURE_LETTERS, Wording

_WAYS: Final = ("exact", "inflected", "fuzzy")
# A word may be said in so many, letter by letter.
_MOST_PARTS: Final = 12
_SHORTEST_GUESSED: Final = 3
# Runs of words that are heard as others differ in no more letters at their ends.
_LONGEST_ENDING: Final = 4
# A word of so many letters may be written as others where nothing is misheard.
_SHORTEST_BROKEN: Final = 6
# Behind the ones a comma says nothing, nor before the others.
_GREETINGS: Final = words("greeting")
_ADDRESSED: Final = words("addressed")
# What joins a clause to what stands before it, and what a clause begins with.
_JOINING: Final = words("joining")
_SUBJECTS: Final = words("subject")
# Before these another word begins: non-refundable is not refundable.
_BOUND: Final = words("bound")
_SYLLABLE: Final = re.compile(r"[aeiouy]+(?!$)|[aiouy]+$")


@dataclass(slots=True)
class _Path:
    """How far a phrase has been followed: the way of each word, and a *doubt* of one.

    *sure* letters are as wanted; *is_split* says that a word was said as several that are others.
    """

    ways: list[str] = field(default_factory=list)
    rests: list[Pause] = field(default_factory=list)
    sure: int = 0
    is_split: bool = False
    doubt: tuple[Token, Token] | None = None


class Aligning:
    """The *wanted* words of a phrase beside those that were *said*."""

    def __init__(self, wanted: Sequence[Token], said: Sequence[Token], wording: Wording) -> None:
        self._wanted = wanted
        self._said = said
        self._wording = wording
        self._letters = sum(len(token.text) for token in wanted)
        # Where nothing is misheard, a guess begins with what is no word.
        self._guesses = wording.fuzzy or (wording.inflected and wording.has_no_word(said))

    def match_at(self, start: int) -> tuple[str, int] | None:
        """How the phrase matches from *start* on, and the end of it in what was said."""
        if not self._begins_at(start) or self._is_bound(start):
            return None
        found = self._followed(start)
        if found is None and self._guesses:
            found = self._run_together(start)
        if found is None or self._denied(found[1]):
            return None
        return found

    def _begins_at(self, start: int) -> bool:
        """A cheap look at whether the phrase can begin here, before a dear one."""
        first, said, wording = self._wanted[0], self._said[start], self._wording
        if first.text[0] == said.text[0] or first.is_read(said):
            return True
        if (first.spoken or said.spoken) and first.begins_with_sign_of(said):
            return True
        if wording.inflected and are_forms(first.text, said.text, wording.language):
            return True
        if not wording.fuzzy:
            return self._guesses and _sound_first(first, said, wording.language)
        if letter_of(said.text) == first.text[0]:
            return True
        return _sound_first(first, said, wording.language) or wording.may_begin(
            first.text, said.text
        )

    def _is_bound(self, start: int) -> bool:
        if not start:
            return False
        before, first = self._said[start - 1], self._said[start]
        if before.text in _BOUND and (first.joined or before.text == "non"):
            return True
        # A low-risk free offer is not risk-free.
        return first.joined and len(self._wanted) > 1 and self._wanted[1].joined

    def _denied(self, end: int) -> bool:
        """Whether what follows makes another word of the last one.

        *I can* is not said in *I can't*, nor *my password is* in *my password's strength*.
        """
        if end >= len(self._said):
            return False
        last, after = self._said[end - 1], self._said[end]
        if last.text in _JOINING and after.text in _SUBJECTS and not last.pause:
            # A firm where somebody helps is no firmware.
            return last.text != self._wanted[-1].text
        if after.place == last.place:
            return after.text == "not" and not after.joined
        is_contracted = end > 1 and last.also and self._said[end - 2].place == last.place
        return bool(is_contracted and not last.pause and is_noun_only(after.text))

    def _followed(self, start: int) -> tuple[str, int] | None:
        """The phrase word by word."""
        path, at, place = _Path(), 0, start
        while at < len(self._wanted):
            step = self._step(path, at, place) if place < len(self._said) else None
            if step is None:
                return None
            at, place = at + step[0], place + step[1]
        if _is_broken(path.rests) or not self._is_sure(path):
            return None
        return max(path.ways, key=_WAYS.index), place

    def _step(self, path: _Path, at: int, place: int) -> tuple[int, int] | None:
        """Follows one word, or several that are written as one; how many of either."""
        wanted, said = self._wanted[at], self._said[place]
        way = self._wording.way(wanted, said)
        step = (1, 1)
        if way not in ("exact", "inflected"):
            several = self._wording.several(
                self._wanted[at:],
                self._said[place : place + _MOST_PARTS],
                self._said[place - 1].text if place else "",
            )
            if several:
                way, step = "inflected", (several.wanted, several.said)
                path.is_split |= not several.certain
        if not way:
            if not self._wording.fuzzy or path.doubt:
                return None
            path.doubt, way = (wanted, said), "fuzzy"
        if at:
            rest = _rests_between(self._wanted[at - 1], self._said[place - 1], said)
            path.rests.append(self._said[place - 1].pause if wanted.joined else rest)
        path.sure += len(wanted.text) if way == "exact" else 0
        path.ways.append(way)
        return step

    def _is_sure(self, path: _Path) -> bool:
        if path.is_split and path.sure < SURE_LETTERS:
            return False
        if path.doubt and not self._wording.nearly(*path.doubt, path.sure):
            return False
        return path.ways.count("fuzzy") <= max(len(path.ways) // 2, 1)

    def _run_together(self, start: int) -> tuple[str, int] | None:
        """The phrase where words are heard as others that end elsewhere: in cider, insider."""
        for more in (0, -1, 1, 2):
            end = start + len(self._wanted) + more
            if start < end <= len(self._said):
                window = self._said[start:end]
                if self._may_run_alike(window) and self._runs_alike(window):
                    return "fuzzy" if self._wording.fuzzy else "inflected", end
        return None

    def _may_run_alike(self, window: Sequence[Token]) -> bool:
        """A cheap look at whether *window* can be heard as the phrase, before a dear one."""
        letters = sum(len(token.text) for token in window)
        most = _LONGEST_ENDING + min(letters, self._letters) // 4
        if abs(letters - self._letters) > most or any(token.pause for token in window[:-1]):
            return False
        # Where nothing is misheard, one is taken for several, of which one is no word.
        return self._wording.fuzzy or (
            len(window) > len(self._wanted) and self._wording.has_no_word(window)
        )

    def _same(self, wanted: Sequence[Token], window: Sequence[Token]) -> int:
        """How many words both begin with."""
        pairs = zip(wanted, window, strict=False)
        return sum(1 for _ in takewhile(lambda pair: self._wording.is_form(*pair), pairs))

    def _runs_alike(self, window: Sequence[Token]) -> bool:
        wanted, language = self._wanted, self._wording.language
        if len(window) == len(wanted) == 1:
            return False
        if len(wanted) == len(window):
            sure = False
            if self._letters < SHORTEST_RUN or _differ_in_length(wanted, window):
                return False
        else:
            before = self._same(wanted, window)
            behind = self._same(wanted[before:][::-1], window[before:][::-1])
            same = (*wanted[:before], *wanted[len(wanted) - behind :])
            sure = sum(len(token.text) for token in same) >= SURE_LETTERS
            wanted = wanted[before : len(wanted) - behind]
            window = window[before : len(window) - behind]
        if not self._wording.fuzzy and not (len(wanted) == 1 and _is_long(wanted[0])):
            return False
        one, other = ("".join(token.text for token in tokens) for tokens in (wanted, window))
        most = _LONGEST_ENDING + min(len(one), len(other)) // 4
        if not (one and other) or OSA.distance(one, other, score_cutoff=most) > most:
            return False
        return (
            one == other
            or run_alike(one, other, language, sure=sure)
            or self._wording.cut_alike(wanted, window)
            or (self._wording.fuzzy and self._wording.is_named(wanted, other, sure=sure))
        )


def _is_long(token: Token) -> bool:
    """Whether *token* is so long that nothing but it sounds so."""
    return len(token.text) >= _SHORTEST_BROKEN


def _sound_first(one: Token, other: Token, language: str = "en") -> bool:
    """Whether both begin with the same sound."""
    if language == "en":
        return voiceless_sound_of(one.text)[:1] == voiceless_sound_of(other.text)[:1]
    return sound_of(one.text, language)[:1] == sound_of(other.text, language)[:1]


def _differ_in_length(wanted: Sequence[Token], window: Sequence[Token]) -> bool:
    """Whether, word for word, one is too short to be guessed or has more syllables."""
    for one, other in zip(wanted, window, strict=True):
        if one.text == other.text:
            continue
        if min(len(one.text), len(other.text)) < _SHORTEST_GUESSED:
            return True
        if len(_SYLLABLE.findall(one.text)) != len(_SYLLABLE.findall(other.text)):
            return True
    return False


def _rests_between(wanted: Token, before: Token, after: Token) -> Pause:
    """How the speaker rests between two words where the phrase does not."""
    if before.pause <= wanted.pause:
        return Pause.NONE
    if before.pause is Pause.CLAUSE and (
        before.text in _GREETINGS or after.text in _ADDRESSED or _is_counted(before, after)
    ):
        return Pause.NONE
    return before.pause


def _is_counted(before: Token, after: Token) -> bool:
    """Whether a number stands behind what it counts: "error code: 500"."""
    return after.text[0].isdigit() and not before.text[0].isdigit()


def _is_broken(rests: Sequence[Pause]) -> bool:
    """Whether a sentence or clause ends within; a stop behind every word is emphasis."""
    emphatic = len(rests) > 1 and all(rest is Pause.SENTENCE for rest in rests)
    return any(rests) and not emphatic
