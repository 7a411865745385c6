"""How words of a phrase are compared with those that were said, one or several with one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from bots.kinds.matching.forms import are_forms, base_of, is_known
from bots.kinds.matching.lists import words
from bots.kinds.matching.misspelling import misspelt, names_alike, surely_misspelt
from bots.kinds.matching.sounds import (
    are_homophones,
    fade_alike,
    letter_of,
    nearly_alike,
    sound_alike,
    weaken_alike,
    written_alike,
    written_with_h,
)
from bots.kinds.matching.token import Token
from bots.kinds.matching.writing import is_apostrophe_lost

# So many letters of the other words are as wanted where a doubtful one is guessed.
SURE_LETTERS: Final = 5
_FEW_SURE_LETTERS: Final = 3
_SHORTEST_TOGETHER: Final = 5
_SHORTEST_PART: Final = 3
_SHORTEST_FADED: Final = 4
# Forms of one word differ in no more letters at their ends.
_LONGEST_ENDING: Final = 4
# Letters that are words.
_LONE_LETTERS: Final = ("a", "i", "o", "u")
_ZEROS: Final = ("oh", "o")
# Languages that write two nouns as one.
_COMPOUNDING: Final = frozenset({"en", "de", "nl", "sv", "da", "no"})
# A word that ends in one of these is no compound of what stands before it: kick back, kickback.
_PARTICLES: Final = frozenset({"back", "up", "out", "off", "in", "on", "over", "down", "away"})
_NO_PARTS: Final = words("no-part")
_LITTLE: Final = words("little")
_BEFORE_NOUNS: Final = words("before-noun")
_DETERMINERS: Final = _BEFORE_NOUNS | words("determiner")
# Who or what does something is no form of doing it: messen, Messer.
_DOING: Final = re.compile(r"en$")
_DOER: Final = re.compile(r"er(?:s|n|in|innen)?$")


@dataclass(frozen=True, slots=True)
class Several:
    """How many words are as many others, and whether that is *certain* wherever they stand."""

    wanted: int
    said: int
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Wording:
    """What counts as the words of a phrase."""

    inflected: bool
    fuzzy: bool
    language: str
    # Of one word: nothing else speaks for a guess.
    alone: bool

    def way(self, wanted: Token, said: Token) -> str:
        """How *said* is *wanted*: exact, inflected, fuzzy, or nothing where it is another word."""
        if wanted.is_read(said):
            return "exact"
        one, other = wanted.text, said.text
        if self.inflected and self._are_forms(wanted, said):
            return "inflected"
        if self.fuzzy and self._misheard(one, other):
            return "fuzzy"
        return "inflected" if self._is_misspelt(one, other) else ""

    def is_form(self, wanted: Token, said: Token) -> bool:
        """Whether *said* is surely *wanted*, in whatever form."""
        return wanted.is_read(said) or (self.inflected and self._are_forms(wanted, said))

    def has_no_word(self, said: Sequence[Token]) -> bool:
        """Whether one of *said* is in no dictionary."""
        return self.language == "en" and any(_is_no_word(token.text) for token in said)

    def _is_misspelt(self, wanted: str, said: str) -> bool:
        """Whether *said*, which is in no dictionary, can be nothing but *wanted*."""
        if not self.inflected or self.language != "en" or is_known(said):
            return False
        return surely_misspelt(wanted, said, is_word=is_known(wanted))

    def may_begin(self, wanted: str, said: str) -> bool:
        """Whether *wanted* may be heard as *said*, which begins with another sound."""
        if self.language != "en":
            return False
        return are_homophones(wanted, said) or (not is_known(said) and misspelt(wanted, said))

    def nearly(self, wanted: Token, said: Token, sure: int) -> bool:
        """Whether *said* may be *wanted* where so many letters around are *sure*."""
        one, other = wanted.text, said.text
        if self.language != "en":
            return False
        if sure >= _FEW_SURE_LETTERS and fade_alike(one, other):
            return True
        return sure >= SURE_LETTERS and nearly_alike(one, other)

    def several(
        self, wanted: Sequence[Token], said: Sequence[Token], before: str
    ) -> Several | None:
        """The words that *wanted* and *said* begin with, if they are one written differently.

        *before* is the word said before them.
        """
        if self._is_contracted(wanted[0].text, said[0]):
            return Several(1, sum(1 for token in said if token.place == said[0].place))
        if len(wanted) > 2 and is_apostrophe_lost(said[0].text, wanted[0].whole):
            return Several(2, 1)
        if parts := self._parts(wanted[0].text, said):
            certain = self._are_one(parts, said) or (
                self._has_particle(parts) and self._is_noun(len(parts), wanted, said, before)
            )
            return Several(1, len(parts), certain) if certain or self.inflected else None
        if together := self._together(said[0], wanted):
            return Several(together, 1)
        return None

    def _is_contracted(self, wanted: str, said: Token) -> bool:
        """Whether *said* begins what is heard as the word *wanted*: you're, your."""
        if self.alone or not said.whole:
            return False
        if self.inflected and (wanted == said.whole or is_apostrophe_lost(wanted, said.whole)):
            return True
        return self.fuzzy and are_homophones(wanted, said.whole)

    def _are_forms(self, wanted: Token, said: Token) -> bool:
        texts = (said.text, *said.also) if said.also else (said.text,)
        return any(are_forms(wanted.text, text, self.language, noun=wanted.noun) for text in texts)

    def _misheard(self, wanted: str, said: str) -> bool:
        if self.language == "en":
            known = is_known(said)
            if self.alone and known:
                return are_homophones(wanted, said) or written_with_h(wanted, said)
            if not known and misspelt(wanted, said):
                return True
        if sound_alike(wanted, said, self.language):
            surely = not self.alone or self.language == "en"
            return surely or written_alike(wanted, said, self.language)
        if not self.inflected or (self.alone and self.language != "en"):
            return False
        return sound_alike(
            base_of(wanted, self.language), base_of(said, self.language), self.language
        )

    def _are_one(self, parts: Sequence[str], said: Sequence[Token]) -> bool:
        """Whether *parts*, which *said* begins with, are surely one: "back date", "n d a"."""
        if _is_spelled(parts) or all(token.joined for token in said[1 : len(parts)]):
            return True
        return self.inflected and self._is_compound(parts)

    def _has_particle(self, parts: Sequence[str]) -> bool:
        """Whether *parts* are a verb and its particle, which a noun may be made of."""
        verb = parts[0]
        if len(parts) != 2 or parts[1] not in _PARTICLES or not self.inflected:
            return False
        return len(verb) >= _SHORTEST_PART and verb not in _NO_PARTS and is_known(verb)

    def _is_noun(
        self, count: int, wanted: Sequence[Token], said: Sequence[Token], before: str
    ) -> bool:
        """Whether the first *count* words of *said* are a noun: "the fail over", "log in page"."""
        after = said[count] if count < len(said) else None
        if after and len(wanted) > 1 and wanted[1].text not in _LITTLE:
            return len(wanted[1].text) >= _FEW_SURE_LETTERS and (
                self.way(wanted[1], after) in ("exact", "inflected")
            )
        if before not in _BEFORE_NOUNS:
            return False
        ends = after is None or bool(said[count - 1].pause)
        return ends or (after is not None and after.text not in _DETERMINERS)

    def is_named(self, wanted: Sequence[Token], said: str, *, sure: bool) -> bool:
        """Whether *said*, written as one, is heard instead of the name *wanted*: "send desk"."""
        if self.language != "en" or len(wanted) != 1 or is_known(name := wanted[0].text):
            return False
        return names_alike(name, said, sure=sure)

    def cut_alike(self, wanted: Sequence[Token], said: Sequence[Token]) -> bool:
        """Whether one word is written as two, or two as one, and one misheard: "firm wear"."""
        if self.language != "en" or len(wanted) + len(said) != 3:
            return False
        apart = len(wanted) == 1
        whole = wanted[0].text if apart else said[0].text
        parts = [token.text for token in (said if apart else wanted)]
        if not apart and is_known(whole):
            return False
        cuts = range(_SHORTEST_PART, len(whole) - _SHORTEST_PART + 1)
        pieces = ((whole[:cut], whole[cut:]) for cut in cuts)
        if apart:
            return any(self._is_misheard_apart(whole, piece, parts) for piece in pieces)
        return any(_are_misheard(parts, piece) for piece in pieces)

    def _is_misheard_apart(self, whole: str, pieces: Sequence[str], parts: Sequence[str]) -> bool:
        """Whether *parts* are heard instead of the *pieces* of the word *whole*."""
        if _are_misheard(pieces, parts):
            return self._is_compound(pieces)
        # Of a word that it does not know, a recogniser makes two that it does.
        if is_known(whole) or len(pieces[0]) < _SHORTEST_FADED or len(pieces[1]) < _SHORTEST_FADED:
            return False
        return pieces[1] == parts[1] and weaken_alike(pieces[0], parts[0])

    def _parts(self, wanted: str, said: Sequence[Token]) -> Sequence[str]:
        """What of *said* makes *wanted* when it is written as one; nothing if it does not."""
        text, parts = "", list[str]()
        digits = any(sign.isdigit() for sign in wanted)
        for token in said:
            part = _letters_of(token, digits=digits)
            if self.fuzzy and not wanted.startswith(text + part):
                part = letter_of(token.text) or part
            text += part
            parts.append(part)
            if len(parts) > 1 and self._is_written(wanted, text):
                return parts
            if not wanted.startswith(text) or (token.pause and not _is_spelled(parts)):
                break
        return ()

    def _together(self, said: Token, wanted: Sequence[Token]) -> int:
        """How many *wanted* words are written as the one that was *said*: "database"."""
        text, count = "", 0
        digits = any(sign.isdigit() for sign in said.text)
        for number, token in enumerate(wanted, start=1):
            text += _letters_of(token, digits=digits)
            if len(text) > len(said.text) + _LONGEST_ENDING:
                break
            if number > 1 and self._is_written(text, said.text):
                count = number
                break
        if count < 2:
            return 0
        parts = wanted[:count]
        if (
            _is_spelled([part.text for part in parts])
            or said.text.isdigit()
            or all(part.joined for part in parts[1:])
        ):
            return count
        least = min(len(part.text) for part in parts)
        return count if self.inflected and len(text) >= _SHORTEST_TOGETHER and least > 1 else 0

    def _is_written(self, text: str, said: str) -> bool:
        if text == said:
            return True
        if not self.inflected or text[:3] != said[:3] or self._is_doer(text, said):
            return False
        return are_forms(text, said, self.language)

    def _is_doer(self, one: str, other: str) -> bool:
        """Whether one is what is done and the other who does it: Rasen mähen, Rasenmäher."""
        return self.language == "de" and any(
            _DOING.sub("", doing) == _DOER.sub("", doer)
            for doing, doer in ((one, other), (other, one))
        )

    def _is_compound(self, parts: Sequence[str]) -> bool:
        """Whether *parts* are words that make another together, as *off* and *shore* do."""
        if self.language not in _COMPOUNDING or parts[-1] in _PARTICLES:
            return False
        if len(parts[0]) == 1 and parts[0] not in _LONE_LETTERS:
            # An e mail, an x ray.
            parts = parts[1:]
        return all(
            len(part) >= _SHORTEST_PART
            and part not in _NO_PARTS
            and (self.language != "en" or is_known(part) or part in _PARTICLES)
            for part in parts
        )


@lru_cache(maxsize=20_000)
def _is_no_word(text: str) -> bool:
    is_long = len(text) >= _SHORTEST_FADED and text.isalpha()
    return is_long and not is_known(text) and text not in _NO_PARTS


def _letters_of(token: Token, *, digits: bool) -> str:
    """What *token* is written as within a longer word, which may have *digits*."""
    if digits:
        return "0" if token.text in _ZEROS else token.text
    return token.spoken or token.text


def _are_misheard(wanted: Sequence[str], said: Sequence[str]) -> bool:
    """Whether one of the words is the same and the others are heard as these."""
    pairs = list(zip(wanted, said, strict=True))
    return any(one == other for one, other in pairs) and all(
        one == other or are_homophones(one, other) or (not is_known(other) and misspelt(one, other))
        for one, other in pairs
    )


def _is_spelled(parts: Sequence[str]) -> bool:
    """Whether these are letters and digits, one by one, or numbers."""
    return all(len(part) == 1 or part.isdigit() for part in parts)
