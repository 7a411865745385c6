"""What a speaker says without saying anything: fillers, asides, words broken off or said twice."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bots.kinds.matching.forms import is_known
from bots.kinds.matching.lists import words
from bots.kinds.matching.token import Pause, Token
from bots.kinds.matching.writing import plain

_FILLER: Final = re.compile(
    r"^(?:u+h*m+|u+h+|e+r+m*|e+h+m*|a+h+m*|o+h+m*|h+m+|h+u+[hm]+|m+h*m+|h+a+|h+e+h+m*|e+u+h+)$"
)
# What sounds like a filler and is a word.
_WORDS: Final = {"de": frozenset({"er", "um", "oh"}), "pt": frozenset({"um"})}
# An aside is set off by commas and made of such words alone: it speaks about speaking.
_TALK: Final = {language: words(f"talk-{language}") for language in ("en", "es", "pt", "de")}
_LONGEST_ASIDE: Final = 7
# These are passed over without commas too, except where they are part of what is said.
_BARE_ASIDES: Final = {"en": (("you", "know"), ("i", "mean")), "es": (("o", "sea"),)}
_BEFORE_CLAUSES: Final = words("before-clause")
_CLAUSES: Final = words("clause")
_LONGEST_ECHO: Final = 5
_SHORTEST_CUT: Final = 3
# Letters that are words, and may be said twice.
_LETTER_WORDS: Final = {"en": "ai", "es": "aeouy", "pt": "aeo"}
# A word that somebody broke off.
_CUT_OFF: Final = re.compile(r"\w(?:-|\u2013|\u2014|\.\.\.|…)[,.]?$")


def said_plainly(tokens: Sequence[Token], words: Sequence[str], language: str) -> Sequence[Token]:
    """*tokens* of spoken *words* without those that say nothing of their own."""
    passed = _hesitations(tokens, words, language)
    passed |= _asides(tokens, language) | _bare_asides(tokens, language)
    return _unbroken(tokens, passed, language)


def said_without_fillers(
    tokens: Sequence[Token], words: Sequence[str], language: str
) -> Sequence[Token]:
    """The same with what may be an aside, or a clause before a filler: "are you, um, sure"."""
    passed = _hesitations(tokens, words, language)
    return _unbroken(tokens, passed, language) if passed else tokens


def _unbroken(tokens: Sequence[Token], passed: set[int], language: str) -> Sequence[Token]:
    return _without_echo(_without_broken(_without(tokens, passed), language), language)


def _hesitations(tokens: Sequence[Token], words: Sequence[str], language: str) -> set[int]:
    cut = _cut_off_places(words)
    return {
        number
        for number, token in enumerate(tokens)
        if token.place in cut or _is_filler(tokens, number, language)
    }


def _without(tokens: Sequence[Token], passed: set[int]) -> Sequence[Token]:
    """*tokens* without those *passed* over, nor the commas that set these off."""
    if not passed:
        return tokens
    found: list[Token] = []
    for number, token in enumerate(tokens):
        if number not in passed:
            found.append(token)
        elif found:
            ends = Pause.SENTENCE in (found[-1].pause, token.pause)
            found[-1] = replace(found[-1], pause=Pause.SENTENCE if ends else Pause.NONE)
    return found


def _is_filler(tokens: Sequence[Token], number: int, language: str) -> bool:
    text = tokens[number].text
    if not _FILLER.match(text) or text in _WORDS.get(language, ()):
        return False
    # "Four oh one" is a number, "see ee oh" a word spelled.
    return text != "oh" or bool(tokens[number].pause)


def _cut_off_places(words: Sequence[str]) -> set[int]:
    """The places of words that somebody broke off and then said: "re- returns"."""
    places: set[int] = set()
    for place, word in enumerate(words):
        if _CUT_OFF.search(word):
            begun = plain(word).rstrip("-.,\u2013\u2014…")
            following = words[place + 1 : place + 1 + _LONGEST_ECHO]
            if any(plain(one).startswith(begun) for one in following):
                places.add(place)
    return places


def _asides(tokens: Sequence[Token], language: str) -> set[int]:
    """The words between two commas that speak about speaking, or say the word before once more."""
    talk = _TALK.get(language)
    passed: set[int] = set()
    if talk is None:
        return passed
    commas = [number for number, token in enumerate(tokens) if token.pause is Pause.CLAUSE]
    for opening, closing in pairwise(commas):
        inner = tokens[opening + 1 : closing + 1]
        again = tokens[opening].text
        others = [token.text for token in inner if token.text not in (again, "no")]
        if len(inner) <= _LONGEST_ASIDE and others and talk.issuperset(others):
            passed |= set(range(opening + 1, closing + 1))
    return passed


def _bare_asides(tokens: Sequence[Token], language: str) -> set[int]:
    passed: set[int] = set()
    for aside in _BARE_ASIDES.get(language, ()):
        for start in range(1, len(tokens) - len(aside)):
            stop = start + len(aside)
            if (
                tuple(token.text for token in tokens[start:stop]) == aside
                and tokens[start - 1].text not in _BEFORE_CLAUSES
                and tokens[stop].text not in _CLAUSES
            ):
                passed |= set(range(start, stop))
    return passed


def _without_broken(tokens: Sequence[Token], language: str) -> Sequence[Token]:
    """Leaves out a beginning of the word that follows, which is no word: "guaran guaranteed"."""
    if language != "en":
        return tokens
    broken = {
        number
        for number, (token, after) in enumerate(pairwise(tokens))
        if len(token.text) >= _SHORTEST_CUT
        and len(token.text) < len(after.text)
        and after.text.startswith(token.text)
        and token.pause is not Pause.SENTENCE
        and not is_known(token.text)
    }
    return _without(tokens, broken)


def _without_echo(tokens: Sequence[Token], language: str) -> Sequence[Token]:
    """Words that somebody stumbled over and said twice, once."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        for length in range(1, min(_LONGEST_ECHO, len(found) // 2) + 1):
            if found[-1].text == found[-1 - length].text and _is_echo(
                found[-2 * length : -length],
                found[-length:],
                _LETTER_WORDS.get(language, _LETTER_WORDS["en"]),
            ):
                del found[-2 * length : -length]
                break
    return found


def _is_echo(once: Sequence[Token], again: Sequence[Token], letters: str) -> bool:
    return all(
        one.text == other.text
        and one.pause is not Pause.SENTENCE
        and not (
            one.text.isdigit() or (len(one.text) == len(once) == 1 and one.text not in letters)
        )
        for one, other in zip(once, again, strict=True)
    )
