"""Words as they are compared: without case, punctuation, fillers or the ways to write one thing."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

FILLERS: Final = frozenset(
    {"um", "umm", "uh", "uhm", "er", "erm", "hm", "hmm", "mm", "mhm", "ah"}
    | {"eh", "ehm", "ahm", "euh"}
)
_CONTRACTIONS: Final = {
    "cannot": "can not", "can't": "can not", "won't": "will not", "shan't": "shall not",
    "ain't": "is not", "gonna": "going to", "wanna": "want to", "gotta": "got to",
    "gimme": "give me", "lemme": "let me", "kinda": "kind of", "ok": "okay",
    "sorta": "sort of", "outta": "out of", "hafta": "have to", "dunno": "do not know",
    "c'mon": "come on", "cuz": "because", "'cause": "because", "til": "until", "thru": "through",
    "coulda": "could have", "shoulda": "should have", "woulda": "would have", "pra": "para",
    "let's": "let us",
    # A recogniser loses apostrophes.
    "lets": "let us", "thats": "that's", "whats": "what's", "im": "i am", "ive": "i have",
    "youre": "you are", "theyre": "they are", "dont": "do not", "doesnt": "does not",
    "didnt": "did not", "isnt": "is not", "arent": "are not", "cant": "can not",
    "wasnt": "was not", "werent": "were not", "hasnt": "has not", "havent": "have not",
    "hadnt": "had not", "wouldnt": "would not", "couldnt": "could not", "shouldnt": "should not",
    "youve": "you have", "weve": "we have", "theyve": "they have", "youll": "you will",
    "theyll": "they will", "hes": "he's", "shes": "she's",
    "ya": "you",
}  # fmt: skip
_ENDINGS: Final = (
    ("n't", " not"), ("'re", " are"), ("'ll", " will"), ("'ve", " have"), ("'m", " am"),
    ("'d", " would"),
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
# Words that say nothing where commas set them off.
_ASIDES: Final = frozenset(
    {"well", "like", "you know", "i mean", "you see", "let's say", "sort of", "kind of", "i guess"}
    | {"so to speak"}
    | {"este", "o sea", "pues", "bueno", "digamos", "es decir", "quer dizer", "sabe", "tipo"}
    | {"hum", "ne", "na ja", "naja", "halt", "also", "sozusagen", "ich meine", "sagen wir"}
)
_LONGEST_ASIDE: Final = 3
_ORDINALS: Final = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
    "eleventh": "11th", "twelfth": "12th", "fifteenth": "15th", "twentieth": "20th",
    "thirtieth": "30th",
}  # fmt: skip
_SPELLINGS: Final = _ORDINALS | {
    "licence": "license", "defence": "defense", "offence": "offense", "practise": "practice",
    "adviser": "advisor", "advisers": "advisors", "centre": "center", "programme": "program",
    "cheque": "check", "cheques": "checks", "grey": "gray", "theatre": "theater",
    "metre": "meter", "metres": "meters", "litre": "liter", "litres": "liters", "tyre": "tire",
    "catalogue": "catalog", "dialogue": "dialog", "enrolment": "enrollment", "fulfil": "fulfill",
    "judgement": "judgment", "instalment": "installment", "instalments": "installments",
    "mum": "mom", "whilst": "while", "ageing": "aging", "jewellery": "jewelry",
}  # fmt: skip
_PAIRS: Final = frozenset({("per", "cent")})
_LONGEST_ECHO: Final = 3
_BRACKETED: Final = re.compile(r"(?<=\w)\((\w+)\)")
_ENDS: Final = re.compile(r"[.?!…][\"')\]]*$")
_WORD: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*'?")
_ACRONYM: Final = re.compile(r"^(?:[^\W\d_]\.){2,}[^\W\d_]?\.?$")
_COUNTS: Final = re.compile(r"^(?:a|\d{1,2})$")
_DECIMAL: Final = re.compile(r"(?<=\d)\.(?=\d)")
_SCALES: Final = {"thousand": 1_000, "million": 1_000_000}
# A word that somebody broke off.
_CUT_OFF: Final = re.compile(r"\w-[,.]?$")
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


def readings_of(words: Sequence[str]) -> Sequence[Sequence[Token]]:
    """The tokens of *words* with 's as the owner's, and as *is*."""
    return tokens_of(words), tokens_of(words, s_is=True)


def tokens_of(words: Iterable[str], *, s_is: bool = False) -> Sequence[Token]:
    """The tokens of spoken *words*, in order; *s_is* reads every 's as *is*."""
    found: list[Token] = []
    spoken = list(words)
    aside = _aside_places(spoken) | _cut_off_places(spoken)
    for place, word in enumerate(spoken):
        if place not in aside:
            found += _split(word, place, s_is=s_is)
    return _without_echo(_numbered(_spelled(_paired(found))))


def plain(text: str) -> str:
    """*text* in lower case and without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _aside_places(words: Sequence[str]) -> set[int]:
    """The places of words like *you know* between two commas."""
    places: set[int] = set()
    for start in range(1, len(words)):
        if not words[start - 1].endswith(","):
            continue
        for stop in range(start + 1, min(start + _LONGEST_ASIDE, len(words)) + 1):
            said = plain(" ".join(words[start:stop]))
            if said.endswith(",") and said.removesuffix(",") in _ASIDES:
                places |= set(range(start, stop))
    return places


def _cut_off_places(words: Sequence[str]) -> set[int]:
    """The places of words that somebody broke off and then said: "re- returns"."""
    return {
        place
        for place, (word, following) in enumerate(pairwise(words))
        if _CUT_OFF.search(word) and plain(following).startswith(plain(word).rstrip("-,."))
    }


def _split(word: str, place: int, *, s_is: bool) -> list[Token]:
    text = plain(word)
    for sign, instead in _SIGNS.items():
        text = text.replace(sign, instead)
    text = _DECIMAL.sub(" point ", _THOUSANDS.sub("", text))
    text = _BRACKETED.sub(r"\1", text).strip()
    if _ACRONYM.match(text):
        return [Token(text.replace(".", ""), place)]
    parts = [piece for piece in _WORD.findall(text) if piece.rstrip("'") not in FILLERS]
    tokens: list[Token] = []
    for part in parts:
        for number, piece in enumerate(part.split("-")):
            tokens += _expanded(piece, place, joined=number > 0, s_is=s_is)
    if tokens and _ENDS.search(text) and tokens[-1].text not in _ABBREVIATED:
        tokens[-1] = replace(tokens[-1], ends=True)
    return tokens


def _expanded(piece: str, place: int, *, joined: bool, s_is: bool) -> list[Token]:
    piece = _CONTRACTIONS.get(piece, piece)
    for ending, instead in _ENDINGS:
        if piece.endswith(ending) and piece != ending:
            piece = piece.removesuffix(ending) + instead
    if s_is and piece.endswith("'s"):
        piece = piece.removesuffix("'s") + " is"
    texts = [_spelling(text.replace("'", "")) for text in piece.split()]
    return [Token(text, place, joined and number == 0) for number, text in enumerate(texts) if text]


def _spelling(text: str) -> str:
    """One spelling for British and American words."""
    if text in _SPELLINGS:
        return _SPELLINGS[text]
    if match := _OUR.match(text):
        return f"{match[1]}or{match[2] or ''}"
    for british, american in (("isation", "ization"), ("yse", "yze"), ("ise", "ize")):
        if len(text) > 6 and british in text[-9:]:
            return text[:-9] + text[-9:].replace(british, american)
    return text


def _paired(tokens: Sequence[Token]) -> Sequence[Token]:
    """Two words that are always one, as one."""
    found: list[Token] = []
    for token in tokens:
        before = found[-1] if found else None
        if before is not None and (before.text, token.text) in _PAIRS and not before.ends:
            found[-1] = replace(before, text=before.text + token.text, ends=token.ends)
        else:
            found.append(token)
    return found


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
        elif token.text in _SCALES and before is not None and before.text.isdigit():
            scaled = int(before.text) * _SCALES[token.text]
            found[-1] = replace(before, text=str(scaled), ends=token.ends)
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
    """Words that somebody stumbled over and said twice, once."""
    found: list[Token] = []
    for token in tokens:
        found.append(token)
        for length in range(1, _LONGEST_ECHO + 1):
            once, again = found[-2 * length : -length], found[-length:]
            if len(once) == length and _is_echo(once, again):
                found[-2 * length :] = [
                    replace(one, place=other.place, ends=other.ends)
                    for one, other in zip(once, again, strict=True)
                ]
                break
    return found


def _is_echo(once: Sequence[Token], again: Sequence[Token]) -> bool:
    same = [one.text for one in once] == [one.text for one in again]
    return same and not any(one.ends or one.text.isdigit() for one in once)
