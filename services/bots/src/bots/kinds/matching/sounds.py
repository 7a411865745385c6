"""Whether two words sound alike, so that a recogniser may have written one for the other."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from rapidfuzz.distance import OSA

from bots.kinds.matching.lists import lines_of

# A shorter word is another word with one letter changed.
SHORTEST_ALIKE: Final = 5
# So many letters of two words that run together differently may not be the same.
SHORTEST_RUN: Final = 9
# So many consonants of a phrase are seldom those of another.
MANY_SOUNDS: Final = 8
# The shortest word that is guessed where the words around it are sure.
SHORTEST_SHORT: Final = 4
# What unstressed little words are heard as, beside the homophones.
_WEAK: Final = """
    and=an=in=n your=youre=yore=you're its=it's whose=who's of=have=a than=then our=are
    a=uh them=em to=too=two=2 for=four=fore=4 one=won=1 eight=ate=8 or=are"""
# How the letters of the alphabet are written where they are taken for words.
_NAMES: Final = """
    a:ay,eh b:bee,be c:see,sea d:dee e:ee f:ef,eff g:gee h:aitch,age i:eye j:jay k:kay l:el,ell
    m:em n:en o:oh,owe p:pee,pea q:cue,queue r:are,ar s:ess,es t:tee,tea u:you v:vee x:ex y:why
    z:zee,zed"""
_LETTER_NAMES: Final = {name: entry[0] for entry in _NAMES.split() for name in entry[2:].split(",")}
# Letters that make one sound, in the order in which they are looked for.
_ENGLISH: Final = (
    (r"^eye", "i"), (r"^(?:kn|gn|pn)", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"^wh", "w"),
    (r"^x", "z"), (r"x", "ks"), (r"^sch(?=[lmnrw])", "x"),
    (r"(?<=[sfk])t(?=[bcdfgkmpw])", ""), (r"mb$", "m"), (r"ch(?=[lr])", "k"), (r"dj", "j"),
    (r"ght", "t"), (r"gh", ""), (r"ph", "f"), (r"sch", "sk"),
    (r"tch", "x"),
    (r"(?:ch|sh)", "x"), (r"[tsc]i(?=[aou]|en)", "x"), (r"ssi(?=[aou])", "x"), (r"ck", "k"),
    (r"sc(?=[eiy])", "s"), (r"c(?=[eiy])", "s"), (r"c", "k"), (r"q", "k"),
    (r"dg(?=[eiy])", "j"), (r"g(?=[eiy])", "j"), (r"th", "0"), (r"(?<!^)h", ""),
    (r"(?<!^)w", ""), (r"(?<!^)y", ""),
)  # fmt: skip
_SPANISH: Final = (
    (r"ch", "x"), (r"h", ""), (r"v", "b"), (r"ll", "y"), (r"gu(?=[ei])", "g"),
    (r"g(?=[ei])", "j"), (r"qu", "k"), (r"[zc](?=[ei])", "s"), (r"z", "s"), (r"c", "k"),
)  # fmt: skip
_PORTUGUESE: Final = (
    (r"ch", "x"), (r"lh", "y"), (r"^h", ""), (r"ss", "s"), (r"gu(?=[ei])", "g"),
    (r"g(?=[ei])", "j"), (r"qu", "k"), (r"c(?=[ei]|ao|oes)", "s"), (r"z", "s"), (r"y", "i"),
)  # fmt: skip
_GERMAN: Final = (
    (r"sch", "x"), (r"chs", "ks"), (r"ch", "x"), (r"ph", "f"), (r"v", "f"), (r"ck", "k"),
    (r"tz", "z"), (r"dt", "t"), (r"d$", "t"), (r"b$", "p"), (r"g$", "k"), (r"th", "t"),
    (r"(?<=[aeiou])h", ""), (r"ie", "i"), (r"ai", "ei"), (r"au|eu|aeu", "eu"), (r"y", "i"),
    (r"c", "k"),
)  # fmt: skip
_LETTERS: Final = {
    language: tuple((re.compile(letters), sound) for letters, sound in table)
    for language, table in (
        ("en", _ENGLISH), ("es", _SPANISH), ("pt", _PORTUGUESE), ("de", _GERMAN),
    )
}  # fmt: skip
_VOWELS: Final = re.compile(r"(?<!^)[aeiou]")
# Consonants that are one where a word is no word.
_VOICELESS: Final = str.maketrans("bdgvzjx0", "ptkfssst")
_STOPS_VOICELESS: Final = str.maketrans("bdg", "ptk")
# An unstressed end of a word: terra, terror.
_WEAK_END: Final = re.compile(r"(?:a|[aeo]r|re)$")
_SHORTEST_SAME: Final = 3
LONG: Final = 7
_SHORTEST_VOICED: Final = 8
VERY_LONG: Final = 10
# A double r is another sound in Spanish.
_DOUBLED: Final = re.compile(r"([^r])\1")


def _grouped(lines: Iterable[Sequence[str]]) -> Mapping[str, frozenset[int]]:
    """The numbers of the groups that each word is in."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(lines):
        for word in group:
            numbers[word.replace("'", "")].add(number)
    return {word: frozenset(found) for word, found in numbers.items()}


_HOMOPHONES: Final = _grouped(
    (
        *(group for _, group in lines_of("homophones.txt")),
        *(group.split("=") for group in _WEAK.split()),
    )
)
_FADED: Final = _grouped(group for _, group in lines_of("faded.txt"))


def written_with_h(one: str, other: str) -> bool:
    """Whether both are one long word with and without an h: hypotenuse, hypothenuse."""
    return min(len(one), len(other)) >= LONG and (
        heard(one).replace("0", "t") == heard(other).replace("0", "t")
    )


def are_homophones(one: str, other: str) -> bool:
    """Whether both are English words that sound the same."""
    return not _HOMOPHONES.get(one, frozenset()).isdisjoint(_HOMOPHONES.get(other, frozenset()))


def weaken_alike(one: str, other: str) -> bool:
    """Whether both differ in an unstressed end alone: terra and terror."""
    return heard(_WEAK_END.sub("a", one)) == heard(_WEAK_END.sub("a", other))


def fade_alike(one: str, other: str) -> bool:
    """Whether both are English words that differ in how they end alone: side and sight."""
    return not _FADED.get(one, frozenset()).isdisjoint(_FADED.get(other, frozenset()))


def letter_of(word: str) -> str:
    """The letter or digit that *word* is, or is the name of; nothing if it is another word."""
    return word if len(word) == 1 or word.isdigit() else _LETTER_NAMES.get(word, "")


@lru_cache(maxsize=20_000)
def sound_of(word: str, language: str = "en") -> str:
    """The consonants of *word* as they sound, and whether it begins with a vowel."""
    word = _VOWELS.sub("", _written_as_heard(word, language))
    word = "a" + word[1:] if word[:1] in "eiou" else word
    return _run_once(word)


def _run_once(sounds: str) -> str:
    return "".join(sound for sound, _ in groupby(sounds))


@lru_cache(maxsize=20_000)
def voiceless_sound_of(word: str) -> str:
    """The same of English *word* with consonants as one that are easily taken for another."""
    return _run_once(sound_of(word).translate(_VOICELESS))


@lru_cache(maxsize=20_000)
def _written_as_heard(word: str, language: str) -> str:
    for letters, sound in _LETTERS.get(language, _LETTERS["en"]):
        word = letters.sub(sound, word)
    return word


@lru_cache(maxsize=50_000)
def sound_alike(one: str, other: str, language: str = "en") -> bool:
    """Whether a recogniser may write *one* for *other*: same sounds, nearly the same letters."""
    if one == other or (language == "en" and are_homophones(one, other)):
        return True
    if language != "en" and heard(one, language) == heard(other, language):
        return min(len(one), len(other)) >= _SHORTEST_SAME
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_ALIKE or not (one + other).isalpha():
        return False
    sound, another = sound_of(one, language), sound_of(other, language)
    one, other = _written_as_heard(one, language), _written_as_heard(other, language)
    if sound != another:
        return language != "en" and shorter >= _SHORTEST_VOICED and _is_voiced(one, other)
    return OSA.distance(one, other) <= max(shorter // 3, 1)


def _is_voiced(one: str, other: str) -> bool:
    """Whether both are one long word with one consonant inside voiced: Zentrum, Zendrum."""
    return (
        one[0] == other[0]
        and one.translate(_STOPS_VOICELESS) == other.translate(_STOPS_VOICELESS)
        and OSA.distance(one, other, score_cutoff=1) == 1
    )


def written_alike(one: str, other: str, language: str) -> bool:
    """Whether both are ways to write one sound, or long words that hardly differ."""
    shorter = min(len(one), len(other))
    return heard(one, language) == heard(other, language) or (
        shorter >= VERY_LONG and sound_alike(one, other, language)
    )


def nearly_alike(one: str, other: str) -> bool:
    """The same for where the words around them leave little doubt: short words count then."""
    if not len(one) == len(other) == SHORTEST_SHORT or not (one + other).isalpha():
        return False
    return sound_of(one) == sound_of(other) and OSA.distance(one, other) == 1


@lru_cache(maxsize=50_000)
def heard(word: str, language: str = "en") -> str:
    """*word* as it is heard, without letters that are written twice."""
    return _DOUBLED.sub(r"\1", _written_as_heard(word, language))


def run_alike(one: str, other: str, language: str = "en", *, sure: bool = False) -> bool:
    """The same of several words written as one: 'insiderinformation', 'inciderinformation'.

    *sure* says that the words around them leave little doubt.
    """
    shorter = min(len(one), len(other))
    if shorter < SHORTEST_SHORT or not (one + other).isalpha():
        return False
    if heard(one, language) == heard(other, language):
        return True
    if sound_of(one, language) != sound_of(other, language):
        return False
    if shorter < SHORTEST_RUN and not sure:
        return shorter >= LONG and OSA.distance(one, other) == 1
    one, other = heard(one, language), heard(other, language)
    # The more sounds are the same, the less the letters say.
    share = 3 if sure else 4 if len(sound_of(one, language)) >= MANY_SOUNDS else 6
    return OSA.distance(one, other) <= shorter // share
