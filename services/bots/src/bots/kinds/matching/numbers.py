"""Numbers in words as digits, in the languages whose numbers are known."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from text_to_num import find_numbers

from bots.kinds.matching.token import Pause, Token

_LANGUAGES: Final = frozenset({"en", "es", "pt", "de", "fr", "it", "nl"})
_SCALES: Final = frozenset({"100", "1000", "1000000", "1000000000"})
# Of more digits decimals keep not every one.
_LONGEST_NUMBER: Final = 28
_CURRENCIES: Final = frozenset({"dollar", "euro", "pound"})
_ORDINAL: Final = re.compile(r"^(\d{1,3})(?:\.|\.?(?:[oaº\u00aa]|er|era|[rdtmv][oa])s?)$")
# Alone these are articles, letters or plurals of no certain number.
_NO_NUMBERS: Final = frozenset(
    {"ein", "eine", "einen", "einem", "einer", "eines", "un", "una", "uno", "um", "uma", "une"}
    | {"een", "o", "hundreds", "thousands", "millions", "billions"}
)


@dataclass(frozen=True, slots=True)
class _Word:
    """A token as the reader of numbers wants it."""

    token: Token
    apart: bool

    def text(self) -> str:
        return self.token.text

    def nt_separated(self, _previous: Any) -> bool:
        return self.apart

    def not_a_number_part(self) -> bool:
        return False


def with_digits(tokens: Sequence[Token], language: str) -> Sequence[Token]:
    """*tokens* with every number in words as one token of digits; ordinals as what they may be."""
    if language not in _LANGUAGES or not tokens:
        return tokens
    rests = [Pause.NONE, *(token.pause for token in tokens[:-1])]
    words = [_Word(token, rest > Pause.NONE) for token, rest in zip(tokens, rests, strict=True)]
    found: list[Token] = []
    read = 0
    for number in find_numbers(words, language, threshold=0):
        said = tokens[number.start : number.end]
        if len(said) == 1 and said[0].text in _NO_NUMBERS:
            continue
        if number.is_ordinal and language != "en":
            if len(said) == 1:
                found += [*tokens[read : number.start], _with_ordinal(said[0], number.text)]
                read = number.end
            continue
        found += tokens[read : number.start]
        _append(found, _as_number(number.text, said), said)
        read = number.end
    return [*found, *tokens[read:]] if read else tokens


def _with_ordinal(token: Token, text: str) -> Token:
    """*token* that may also be written in digits, as *text*: "dritten" as "3."."""
    return replace(token, also=token.also | {ordinal_of(text)})


def ordinal_of(text: str) -> str:
    """One way to write an ordinal in digits: "3o" for 3., 3º, 3ª and 3er; nothing if it is none."""
    digits = _ORDINAL.match(text)
    return digits[1] + "o" if digits else ""


def _as_number(text: str, said: Sequence[Token]) -> Token:
    first, last = said[0], said[-1]
    spoken = first.text if len(said) == 1 else ""
    return replace(first, text=text, pause=last.pause, last=last.ends_at, spoken=spoken)


def _append(found: list[Token], number: Token, said: Sequence[Token]) -> None:
    """Add *number* behind *found*, with the words before it that belong to it."""
    if len(said) > 1 or number.text not in _SCALES or not found or found[-1].pause:
        found.append(number)
        return
    before = found[-1]
    if before.text == "a":
        found[-1] = replace(number, place=before.place)
    elif before.text in _CURRENCIES and len(found) > 1 and found[-2].place == before.place:
        # "$5 million" is said as five million dollars.
        found[-2] = replace(_scaled(found[-2], number), pause=Pause.NONE)
        found[-1] = replace(before, pause=number.pause, last=number.ends_at)
    elif _is_number(before.text):
        found[-1] = _scaled(before, number)
    else:
        found.append(number)


def _scaled(count: Token, scale: Token) -> Token:
    if not _is_number(count.text):
        return count
    product = Decimal(count.text) * Decimal(scale.text)
    whole = product == product.to_integral_value()
    text = str(int(product)) if whole else str(product)
    return replace(count, text=text, pause=scale.pause, last=scale.ends_at)


def _is_number(text: str) -> bool:
    is_short = len(text) <= _LONGEST_NUMBER
    return is_short and text.isascii() and text.replace(".", "", 1).isdigit()
