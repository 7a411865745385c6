"""Words as they are compared: without case, punctuation, fillers or the ways to write one thing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

FILLERS: Final = frozenset({"um", "umm", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "mhm", "ah"})
_CONTRACTIONS: Final = {
    "cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not",
    "ain't": "is not", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "gimme": "give me", "lemme": "let me", "kinda": "kind of", "ok": "okay",
    "let's": "let us",
}  # fmt: skip
_ENDINGS: Final = (
    ("n't", " not"), ("'re", " are"), ("'ll", " will"), ("'ve", " have"), ("'m", " am"),
)  # fmt: skip
_SIGNS: Final = {
    "%": " percent ", "&": " and ", "@": " at ", "$": " dollar ", "€": " euro ", "£": " pound ",
    "+": " plus ", "/": " ", "_": " ", "\u2019": "'", "\u2018": "'",
    "\u02bc": "'", "\u2013": "-", "\u2014": " ",
}  # fmt: skip
_SMALL: Final = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
]  # fmt: skip
_TENS: Final = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
NUMBERS: Final = {word: number for number, word in enumerate(_SMALL)} | {
    word: 10 * number for number, word in enumerate(_TENS, start=2)
}
# A full stop behind these ends no sentence.
_ABBREVIATED: Final = frozenset(
    {"mr", "mrs", "ms", "dr", "st", "inc", "ltd", "co", "corp", "vs", "etc", "dept", "approx"}
)
_ENDS: Final = re.compile(r"[.?!…][\"')\]]*$")
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*'?")
_ACRONYM: Final = re.compile(r"^(?:[^\W\d_]\.){2,}[^\W\d_]?\.?$")
_COUNTS: Final = re.compile(r"^(?:a|\d{1,2})$")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")
_OUR: Final = re.compile(r"^(\w{3,})our(s|ed|ing|ite|ites)?$")


@dataclass(frozen=True, slots=True)
class Token:
    """One word to compare. *place* is the spoken word that it comes from.

    *joined* says that it is written as one with the token before it, *ends* that a sentence
    ends behind it.
    """

    text: str
    place: int
    joined: bool = False
    ends: bool = False


def tokens_of(words: Iterable[str]) -> Sequence[Token]:
    """The tokens of spoken *words*, in order."""
    found: list[Token] = []
    for place, word in enumerate(words):
        found += _split(word, place)
    return _without_echo(_numbered(_spelled(found)))


def plain(text: str) -> str:
    """*text* in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _split(word: str, place: int) -> list[Token]:
    text = plain(word)
    for sign, instead in _SIGNS.items():
        text = text.replace(sign, instead)
    text = _THOUSANDS.sub("", text).strip()
    if _ACRONYM.match(text):
        return [Token(text.replace(".", ""), place)]
    parts = [piece for piece in _WORD.findall(text) if piece.rstrip("'") not in FILLERS]
    tokens: list[Token] = []
    for part in parts:
        for number, piece in enumerate(part.split("-")):
            tokens += _expanded(piece, place, joined=number > 0)
    if tokens and _ENDS.search(text) and tokens[-1].text not in _ABBREVIATED:
        tokens[-1] = replace(tokens[-1], ends=True)
    return tokens


def _expanded(piece: str, place: int, *, joined: bool) -> list[Token]:
    piece = _CONTRACTIONS.get(piece, piece)
    for ending, instead in _ENDINGS:
        if piece.endswith(ending) and piece != ending:
            piece = piece.removesuffix(ending) + instead
    texts = [_spelling(text.replace("'", "")) for text in piece.split()]
    return [Token(text, place, joined and number == 0) for number, text in enumerate(texts) if text]


def _spelling(text: str) -> str:
    """One spelling for British and American words."""
    if match := _OUR.match(text):
        return f"{match[1]}or{match[2] or ''}"
    for british, american in (("isation", "ization"), ("yse", "yze"), ("ise", "ize")):
        if len(text) > 6 and british in text[-9:]:
            return text[:-9] + text[-9:].replace(british, american)
    return text


def _spelled(tokens: Sequence[Token]) -> list[Token]:
    """Letters that are spelled one by one, as the word they make."""
    found: list[Token] = []
    run: list[Token] = []
    for token in (*tokens, Token("", -1)):
        if len(token.text) == 1 and token.text.isalpha():
            run.append(token)
            continue
        letters = "".join(one.text for one in run)
        if len(run) > 1 and set(letters) - set("ai"):
            found.append(replace(run[0], text=letters, ends=run[-1].ends))
        else:
            found += run
        run = []
        found.append(token)
    return found[:-1]


def _numbered(tokens: Sequence[Token]) -> list[Token]:
    """Numbers in words, as digits."""
    found: list[Token] = []
    for token in tokens:
        number = NUMBERS.get(token.text)
        before = found[-1] if found else None
        if token.text == "hundred" and before is not None and _COUNTS.match(before.text):
            count = before.text.replace("a", "1")
            found[-1] = replace(before, text=count + "00", ends=token.ends)
        elif number is None:
            found.append(token)
        elif before is not None and _takes(before.text, number) and not before.ends:
            found[-1] = replace(before, text=str(int(before.text) + number), ends=token.ends)
        else:
            found.append(replace(token, text=str(number)))
    return found


def _takes(before: str, number: int) -> bool:
    """Whether *number* completes the number *before*, as 'four' does 'twenty'."""
    if not before.isdigit() or number == 0:
        return False
    whole = int(before)
    if whole % 100 == 0 and 100 <= whole < 10_000:
        return number < 100
    return whole % 100 >= 20 and whole % 10 == 0 and number < 10


def _without_echo(tokens: Sequence[Token]) -> list[Token]:
    """A word that somebody stumbled over and said twice, once."""
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        again = before is not None and before.text == token.text and not before.ends
        if before is not None and again and not token.text.isdigit():
            found[-1] = replace(before, place=token.place, ends=token.ends)
        else:
            found.append(token)
    return found
