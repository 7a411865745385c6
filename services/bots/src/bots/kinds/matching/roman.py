"""Numbers in Roman numerals, as far as people number things so."""

import re
from itertools import pairwise
from typing import Final

from bots.kinds.matching.lists import words

_VALUES: Final = {"I": 1, "V": 5, "X": 10}
# Small letters are a numeral where no word ends so.
_NUMERAL: Final = re.compile(r"^(?=..)X{0,3}(?:IX|IV|V?I{0,3})$|^x{0,3}v?i{2,3}$")
_AROUND: Final = "\"'.,;:?!()"
_NUMBERED: Final = words("numbered")


def roman_number(word: str) -> str:
    """The digits that *word* is a numeral for: "2" for II; nothing for a single letter."""
    numeral = word.strip(_AROUND)
    return _digits(numeral.upper()) if _NUMERAL.match(numeral) else ""


def lone_numeral(before: str, word: str) -> str:
    """The same of a single letter behind the name of what is numbered: World War I, Type V."""
    numeral = word.strip(_AROUND)
    named = before[:1].isupper() and before.lower() in _NUMBERED
    return _digits(numeral) if named and numeral in _VALUES else ""


def _digits(numeral: str) -> str:
    values = [_VALUES[sign] for sign in numeral]
    less = sum(2 * one for one, after in pairwise(values) if one < after)
    return str(sum(values) - less)
