"""Whether two words sound alike, so that a recogniser may have written one for the other."""

import re
from functools import lru_cache
from itertools import groupby
from typing import Final

from rapidfuzz.distance import OSA

# A shorter word is another word with one letter changed.
SHORTEST_ALIKE = 5
# So many letters of two words that run together differently may not be the same.
SHORTEST_RUN = 9
# So many consonants of a phrase are seldom those of another.
MANY_SOUNDS = 8
# The shortest word that is guessed where the words around it are sure.
SHORTEST_SHORT = 4

_SAME: Final = """
    their=there=they're to=too=two=2 your=youre=yore its=it's hear=here know=no right=write=rite
    for=four=fore=4 one=won=1 eight=ate=8 rap=wrap
    buy=by=bye new=knew son=sun sea=see meet=meat whole=hole week=weak
    wait=weight role=roll sale=sail mail=male plain=plane pair=pare=pear peace=piece site=sight=cite
    cell=sell sent=cent=scent due=do=dew would=wood where=wear=ware which=witch who's=whose
    aloud=allowed past=passed paws=pause brake=break"""
_HOMOPHONES: Final = {
    word: number for number, group in enumerate(_SAME.split()) for word in group.split("=")
}
# Letters that make one sound, in the order in which they are looked for.
_LETTERS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"^eye", "i"), (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^wh", "w"),
        (r"mb$", "m"), (r"dj", "j"), (r"ght", "t"), (r"gh", ""), (r"ph", "f"), (r"sch", "sk"),
        (r"tch", "x"),
        (r"(?:ch|sh)", "x"), (r"[tsc]i(?=[aou])", "x"), (r"ssi(?=[aou])", "x"), (r"ck", "k"),
        (r"sc(?=[eiy])", "s"), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"q", "k"), (r"x$", "ks"),
        (r"dg(?=[eiy])", "j"), (r"g(?=[eiy])", "j"), (r"th", "0"), (r"(?<!^)h", ""),
        (r"(?<!^)w", ""), (r"(?<!^)y", ""),
    )
)  # fmt: skip
_VOWELS: Final = re.compile(r"(?<!^)[aeiou]")


@lru_cache(maxsize=20_000)
def sound_of(word: str) -> str:
    """The consonants of *word* as they sound, and whether it begins with a vowel."""
    word = _VOWELS.sub("", _written_as_heard(word))
    word = "a" + word[1:] if word[:1] in "eiou" else word
    return "".join(letter for letter, _ in groupby(word))


def _written_as_heard(word: str) -> str:
    for letters, sound in _LETTERS:
        word = letters.sub(sound, word)
    return word


@lru_cache(maxsize=50_000)
def sound_alike(one: str, other: str) -> bool:
    """Whether a recogniser may write *one* for *other*: same sounds, nearly the same letters."""
    if one == other or (one in _HOMOPHONES and _HOMOPHONES[one] == _HOMOPHONES.get(other)):
        return True
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_ALIKE or not (one + other).isalpha():
        return False
    return sound_of(one) == sound_of(other) and OSA.distance(one, other) <= max(shorter // 3, 1)


def run_alike(one: str, other: str) -> bool:
    """The same of several words written as one: 'insiderinformation', 'inciderinformation'."""
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_SHORT or not (one + other).isalpha():
        return False
    if shorter < SHORTEST_RUN:
        return _written_as_heard(one) == _written_as_heard(other)
    # The more sounds are the same, the less the letters say.
    share = 4 if len(sound_of(one)) >= MANY_SOUNDS else 6
    return sound_of(one) == sound_of(other) and OSA.distance(one, other) <= shorter // share


def short_alike(one: str, other: str) -> bool:
    """The same of words of four letters, for where the words around them leave little doubt."""
    if not len(one) == len(other) == SHORTEST_SHORT or not (one + other).isalpha():
        return False
    return sound_of(one) == sound_of(other) and OSA.distance(one, other) == 1
