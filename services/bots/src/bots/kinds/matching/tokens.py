"""Spoken words as tokens: what is written in many ways in one, and what says nothing left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from bots.kinds.matching.lists import words
from bots.kinds.matching.numbers import ordinal_of, with_digits
from bots.kinds.matching.passing import said_plainly, said_without_fillers
from bots.kinds.matching.roman import lone_numeral, roman_number
from bots.kinds.matching.token import Pause, Token
from bots.kinds.matching.writing import (
    ALSO,
    expanded,
    plain,
    with_signs_said,
    with_umlauts_spelled,
)

_ABBREVIATED: Final = words("abbreviated")
# Two words that are always one.
_PAIRS: Final = {
    ("per", "cent"): "percent", ("por", "ciento"): "percent", ("por", "cento"): "percent",
}  # fmt: skip
_BEFORE_NOUNS: Final = words("before-noun")
_BRACKETED: Final = re.compile(r"(?<=\w)\((\w+)\)")
_HESITATING: Final = re.compile(r"(?:\.{2,}|…)[\"')\]]*$")
_ENDING: Final = re.compile(r"[.?!][\"')\]]*$")
_RESTING: Final = re.compile(r"(?:[,;:]|^[-\u2013\u2014]+)[\"')\]]*$")
_WORD: Final = re.compile(r"'?[^\W_]+(?:['\u00b7-][^\W_]+)*'?")
_ACRONYM: Final = re.compile(r"^[^\W\d_]{1,2}\.(?:[^\W\d_]\.)*[^\W\d_](?:'?s)?\.?$")
_MONEY: Final = re.compile(r"^([^\w\d]*)([$€£])(\d[\d.,]*\d|\d)")
_THOUSANDS: Final = re.compile(r"^(\d{1,3})k$")
# Not read as a number, for it may be one of time.
_SECOND: Final = frozenset({"segundo", "segunda"})
# GitHub is written as two words too; McDonald and iPhone are not.
_HUMP: Final = re.compile(r"(?<=[a-z]{2})(?=[A-Z][A-Za-z])")
_GERMAN_ORDINAL: Final = re.compile(r"^\d{1,2}\.$")
_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Reading:
    """Words as tokens: *kept* are all, *fluent* without fillers, *clear* without asides too."""

    kept: Sequence[Token]
    fluent: Sequence[Token]
    clear: Sequence[Token]

    def ways(self, wanted: Sequence[Token]) -> Iterator[Sequence[Token]]:
        """How the words may be read where *wanted* may have one that is else passed over."""
        yield self.clear
        if len(self.kept) == len(self.clear):
            return
        if any(one.text == other.text for one in wanted for other in self.kept):
            yield self.kept
            if len(self.fluent) not in (len(self.kept), len(self.clear)):
                yield self.fluent


def readings_of(words: Sequence[str], language: str) -> Sequence[Reading]:
    """The tokens of *words* with 's as the owner's, and as a verb; once where that is the same."""
    readings = [_tokens(words, language, s_is=False)]
    if any(_split(word, language, True) != _split(word, language, False) for word in words):
        readings.append(_tokens(words, language, s_is=True))
    return [
        Reading(
            kept,
            said_without_fillers(kept, words, language),
            said_plainly(kept, words, language),
        )
        for kept in readings
    ]


def tokens_of(words: Sequence[str], language: str = "en") -> Sequence[Token]:
    """The tokens of spoken *words* that say something, in order."""
    return readings_of(words, language)[0].clear


def as_wanted(tokens: Sequence[Token], language: str) -> Sequence[Token]:
    """The *tokens* of a phrase, with what stands behind an article told to be a noun."""
    if language != "en":
        return tokens
    before = ("", *(token.text for token in tokens[:-1]))
    return [
        replace(token, noun=True) if article in _BEFORE_NOUNS else token
        for token, article in zip(tokens, before, strict=True)
    ]


def tokens_as_written(words: Sequence[str]) -> Sequence[Token]:
    """The tokens of *words* as they stand, but for case, accents and punctuation in sentences."""
    found: list[Token] = []
    for place, word in enumerate(words):
        pieces = _pieces(plain(with_signs_said(word)), "en")
        for piece in pieces:
            for number, part in enumerate(piece.split("-")):
                text = part.replace("'", "")
                found += [Token(text, place, number > 0)] if text else []
        if _pause_behind(word) is Pause.SENTENCE:
            _rest(found, word)
    return found


def _tokens(words: Sequence[str], language: str, *, s_is: bool) -> Sequence[Token]:
    found: list[Token] = []
    for place, word in enumerate(words):
        tokens = _split(word, language, s_is)
        found += [
            Token(one.text, place, one.joined, one.pause, one.also, whole=one.whole)
            for one in tokens
        ]
        if not tokens:
            _rest(found, word)
        elif language == "de" and (count := _GERMAN_ORDINAL.match(word)) and place + 1 < len(words):
            found[-1] = replace(found[-1], also=frozenset({ordinal_of(count[0])}), pause=Pause.NONE)
        elif number := lone_numeral(words[place - 1] if place else "", word):
            found[-1] = replace(found[-1], also=frozenset({number}))
    return with_digits(_paired(found), language)


@lru_cache(maxsize=20_000)
def _split(word: str, language: str, s_is: bool) -> Sequence[Token]:
    """The tokens of one *word*, as if it stood at the beginning."""
    tokens: list[Token] = []
    word = _HUMP.sub("-", _MONEY.sub(r"\3\2", word))
    for piece in _pieces(plain(with_signs_said(word)), language):
        for number, part in enumerate(piece.split("-")):
            texts = expanded(part, language, s_is=s_is)
            tokens += [Token(text, 0, number > 0 and not count) for count, text in enumerate(texts)]
            if len(texts) > 1:
                tokens[-len(texts) :] = _contracted(part, tokens[-len(texts) :])
    if len(tokens) == 1 and (also := _other_ways(word, tokens[0].text, language)):
        tokens = [replace(tokens[0], also=also)]
    _rest(tokens, word)
    return tokens


def _contracted(part: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """The *tokens* of a contraction, with what else they may stand for."""
    first, *others = tokens
    rest = [replace(token, also=ALSO.get(token.text, frozenset())) for token in others]
    return [replace(first, whole=part.replace("'", "")), *rest]


def _other_ways(word: str, text: str, language: str) -> frozenset[str]:
    """What else a *word* may be written as, whose *text* is compared."""
    if thousands := _THOUSANDS.match(text):
        return frozenset({thousands[1] + "000"})
    if number := roman_number(word):
        return frozenset({number})
    if language in ("es", "pt") and text in _SECOND:
        return frozenset({"2o"})
    if language != "en" and (ordinal := ordinal_of(text)):
        return frozenset({ordinal})
    spelled = "" if language == "de" or word.isascii() else with_umlauts_spelled(word)
    ways = (expanded(piece, language, s_is=False) for piece in _pieces(spelled, language))
    return frozenset(text for way in ways for text in way)


def _pieces(text: str, language: str) -> Sequence[str]:
    """The words in plain *text*, hyphened ones whole."""
    if _DIGIT.search(text):
        thousands, point = (",", ".") if language == "en" else (".", ",")
        text = re.sub(rf"(?<=\d)\{thousands}(?=\d{{3}}\b)", "", text)
        text = re.sub(rf"(?<=\d)\{point}(?=\d)", "\u00b7", text)
    text = _BRACKETED.sub(r"\1", text)
    if _ACRONYM.match(bare := text.strip("\"',;:?!()")):
        return [bare.replace(".", "").replace("'", "")]
    return [piece.replace("\u00b7", ".") for piece in _WORD.findall(text)]


def _rest(tokens: list[Token], word: str) -> None:
    """Let the last of *tokens* say how long the speaker rests behind *word*."""
    if not tokens:
        return
    pause = _pause_behind(word)
    if pause is Pause.SENTENCE and word.endswith(".") and tokens[-1].text in _ABBREVIATED:
        return
    if pause > tokens[-1].pause:
        tokens[-1] = replace(tokens[-1], pause=pause)


def _pause_behind(word: str) -> Pause:
    if word[-1:].isalnum() or _HESITATING.search(word) or _ACRONYM.match(plain(word)):
        return Pause.NONE
    if _ENDING.search(word):
        return Pause.SENTENCE
    return Pause.CLAUSE if _RESTING.search(word) else Pause.NONE


def _paired(tokens: Sequence[Token]) -> Sequence[Token]:
    """Two words that are always one, as one."""
    found: list[Token] = []
    for token in tokens:
        one = _PAIRS.get((found[-1].text, token.text)) if found else None
        if one is None or found[-1].pause:
            found.append(token)
        else:
            found[-1] = replace(found[-1], text=one, pause=token.pause, last=token.place)
    return found
