"""Whether what is no English word is a wrong way to write one."""

from functools import lru_cache
from itertools import permutations
from typing import Final

from rapidfuzz.distance import OSA

from bots.kinds.matching.sounds import (
    LONG,
    SHORTEST_ALIKE,
    SHORTEST_SHORT,
    VERY_LONG,
    heard,
    sound_of,
    voiceless_sound_of,
)

_SHORTEST_MISSPELT: Final = 6
_LETTERS_A_MISTAKE: Final = 6
# Beginnings that make two words of one, and hardly sound different; none is one too.
_OPPOSED: Final = tuple(
    pair
    for group in (
        "hyper hypo", "inter intra intro", "macro micro", "pre post", "pro anti ante", "im em",
        "mono poly", "homo hetero", "exo endo", "over under", "sub super", "up down",
        "- un in im il ir dis non re de mis pre",
    )
    for pair in permutations(group.replace("-", "").split(" "), 2)
)  # fmt: skip


@lru_cache(maxsize=20_000)
def misspelt(one: str, other: str) -> bool:
    """Whether *other*, which is no word, may be a wrong way to write *one*."""
    shorter = min(len(one), len(other))
    if not (one + other).isalpha() or shorter < SHORTEST_SHORT:
        return False
    if heard(one) == heard(other) or (one == other + "g" and one.endswith("ing")):
        return True
    # Whether they are opposites takes longest to say, and few pairs come so far.
    return shorter >= SHORTEST_ALIKE and _are_near(one, other) and not _are_opposed(one, other)


def _are_near(one: str, other: str) -> bool:
    shorter, longer = sorted((len(one), len(other)))
    written, sounding = OSA.distance(one, other), _sounds_apart(one, other)
    if longer >= _SHORTEST_MISSPELT and min(written, sounding) <= longer // _LETTERS_A_MISTAKE:
        return True
    if voiceless_sound_of(one) != voiceless_sound_of(other):
        return False
    return written <= max(shorter // 3, 2) or sounding <= shorter // 3


@lru_cache(maxsize=20_000)
def surely_misspelt(one: str, other: str, *, is_word: bool) -> bool:
    """Whether *other*, which is no word, can be read as nothing but *one*, a word or a name."""
    if one[-1:] != "s" == other[-1:]:
        other = other[:-1]
    if min(len(one), len(other)) < SHORTEST_ALIKE or not (one + other).isalpha():
        return False
    return _are_surely_near(one, other, is_word) and not _are_opposed(one, other)


def _are_surely_near(one: str, other: str, is_word: bool) -> bool:
    if heard(one) == heard(other):
        return True
    apart = OSA.distance(one, other, score_cutoff=2)
    if apart > 2:
        return False
    shorter = min(len(one), len(other))
    if sound_of(one) == sound_of(other):
        return apart == 1 or (is_word and shorter >= _SHORTEST_MISSPELT)
    shortest = LONG if is_word else VERY_LONG
    return apart == 1 and shorter >= shortest and (one[0], one[-1]) == (other[0], other[-1])


def names_alike(one: str, other: str, *, sure: bool) -> bool:
    """Whether a recogniser may write *other*, which is several words, for the name *one*.

    *sure* says that the words around them leave little doubt.
    """
    shorter = min(len(one), len(other))
    if shorter < LONG or not (one + other).isalpha():
        return False
    apart = OSA.distance(heard(one), heard(other))
    if voiceless_sound_of(one) == voiceless_sound_of(other):
        return apart <= max(shorter // 6, 1)
    return sure and apart <= shorter // 4


def _sounds_apart(one: str, other: str) -> int:
    """How many letters differ where words are written as they are heard."""
    sounds = (heard(word).removesuffix("e") for word in (one, other))
    return OSA.distance(*sounds)


def _are_opposed(one: str, other: str) -> bool:
    """Whether both are the same behind prefixes that say something else: hyper-, hypo-."""
    return any(
        one.removeprefix(prefix) == other.removeprefix(against)
        for prefix, against in _OPPOSED
        if one.startswith(prefix) and other.startswith(against)
    )
