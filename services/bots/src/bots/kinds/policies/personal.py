"""Personal data in what is said: addresses, phone, card and account numbers, by checksum."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

from bots.kinds.matching.rules import Hit, Spoken
from bots.kinds.matching.writing import plain

_NAMES: Final = "zero one two three four five six seven eight nine"
_DIGITS: Final = {name: str(digit) for digit, name in enumerate(_NAMES.split())} | {"oh": "0"}
_SAID_SIGNS: Final = {"dot": ".", "at": "@", "dash": "-", "underscore": "_", "plus": "+"}
# What addresses end in that are said aloud.
_ENDS: Final = """
    com org net edu gov info io co uk us eu de es pt fr it nl br ie ch at be pl se dk no fi"""
_SAID_ENDS: Final = frozenset(_ENDS.split())
_EDGES: Final = ".,;:!?\"'()[]"

_EMAIL: Final = re.compile(r"(?<![\w.+-])[\w+-][\w.+-]*@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?![\w-])")
_CARD: Final = re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?!\d)")
# How long an account number is, by country.
_IBAN_LENGTHS: Final = """
    ad24 at20 be16 bg22 ch21 cy28 cz24 de22 dk18 ee20 es24 fi18 fr27 gb22 gi23 gr27 hr21 hu28
    ie22 is26 it27 li21 lt20 lu20 lv21 mc27 mt31 nl18 no15 pl28 pt25 ro24 se24 si19 sk24 sm27
    tr26 ua29"""
_IBAN: Final = re.compile(
    "|".join(
        rf"(?<!\w){one[0]} ?{one[1]} ?\d ?\d(?: ?[a-z0-9]){{{int(one[2:]) - 4}}}(?!\w)"
        for one in _IBAN_LENGTHS.split()
    )
)
_SSN: Final = re.compile(r"(?<![\d-])(\d{3})([ -])(\d{2})\2(\d{4})(?![\d-])")
_NAMED_SSN: Final = re.compile(r"social(?: security)?\D{0,30}((?:\d[ -]?){8}\d)(?!\d)")
_PHONE: Final = re.compile(
    r"(?<![\w.,-])(?:\+\d(?:[ ().-]{0,2}\d){7,14}|\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}"
    r"|0\d(?:[ -]?\d){7,10})(?![\d-])"
)


def _is_card(text: str) -> bool:
    digits = [int(sign) for sign in text if sign.isdigit()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    account = text.replace(" ", "")
    turned = account[4:] + account[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _is_ssn(text: str) -> bool:
    digits = "".join(sign for sign in text if sign.isdigit())[-9:]
    area, group, serial = digits[:3], digits[3:5], digits[5:]
    return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"


def _always(text: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class _Shape:
    """What one sort of personal data looks like, and whether something of that look is one."""

    patterns: Sequence[re.Pattern[str]]
    is_real: Callable[[str], bool]


_SHAPES: Final[Mapping[str, _Shape]] = {
    "email": _Shape([_EMAIL], _always),
    "phone": _Shape([_PHONE], _always),
    "card": _Shape([_CARD], _is_card),
    "iban": _Shape([_IBAN], _is_iban),
    "us_ssn": _Shape([_SSN, _NAMED_SSN], _is_ssn),
}
SORTS: Final = tuple(sorted(_SHAPES))
# A number that is a card's is no phone's too.
_BEFORE: Final[Mapping[str, Sequence[str]]] = {"phone": ("card", "iban", "us_ssn")}


@dataclass(frozen=True, slots=True)
class Personal:
    """A rule that personal data of one *sort* breaks."""

    sort: str

    def hits(self, spoken: Spoken) -> Iterator[Hit]:
        """Where it is said; digits and addresses that are spelled out count too."""
        written = _Written(spoken.line.split(" "))
        taken = [span for sort in _BEFORE.get(self.sort, ()) for span in written.spans(sort)]
        for start, end in written.spans(self.sort):
            if not any(start < until and first < end for first, until in taken):
                yield Hit(self.sort, "pii", written.place_at(start), written.place_at(end - 1))


def masked(text: str) -> str:
    """*text* with all but its last two letters or digits hidden: an alert is no place for them."""
    shown = [place for place, sign in enumerate(text) if sign.isalnum()][-2:]
    return "".join(
        sign if place in shown or not sign.isalnum() else "•" for place, sign in enumerate(text)
    )


class _Written:
    """Words as somebody would write what they spell out: "four two" as 42, "at" as @."""

    def __init__(self, words: Sequence[str]) -> None:
        pieces = [plain(word) for word in words]
        self._spelled = _is_address(pieces)
        texts = _joined([self._sign_of(piece) for piece in pieces])
        self.line = "".join(texts)
        self._begins = list(accumulate((len(text) for text in texts), initial=0))

    def spans(self, sort: str) -> Iterator[tuple[int, int]]:
        """Where the line has personal data of one *sort*."""
        shape = _SHAPES[sort]
        for pattern in shape.patterns:
            for found in pattern.finditer(self.line):
                if shape.is_real(found[0]):
                    yield found.span()

    def place_at(self, offset: int) -> int:
        """The place of the word that the letter at *offset* comes from."""
        begins = self._begins
        return next(place for place in range(len(begins) - 1) if offset < begins[place + 1])

    def _sign_of(self, piece: str) -> str:
        bare = piece.strip(_EDGES)
        if bare in _DIGITS:
            return _DIGITS[bare]
        if self._spelled and bare in _SAID_SIGNS:
            return _SAID_SIGNS[bare]
        return piece.rstrip(".,;:!?")


def _is_address(pieces: Sequence[str]) -> bool:
    """Whether "at" stands before "dot com" or the like, as it does in an address that is said."""
    bare = [piece.strip(_EDGES) for piece in pieces]
    after = bare[bare.index("at") :] if "at" in bare else []
    return any(one == "dot" and end in _SAID_ENDS for one, end in pairwise(after))


def _joined(texts: Sequence[str]) -> list[str]:
    """*texts* with a space behind each, but where somebody spells."""
    found: list[str] = []
    for place, text in enumerate(texts):
        following = texts[place + 1] if place + 1 < len(texts) else ""
        signs = tuple(_SAID_SIGNS.values())
        spells = text in signs or following in signs or (_is_digit(text) and _is_digit(following))
        found.append(text if spells else text + " ")
    return found


def _is_digit(text: str) -> bool:
    return len(text) == 1 and text.isdigit()
