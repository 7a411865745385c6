"""What a piece of talk is called: the words that are its own."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

import snowballstemmer

from bots.domain.stop_words import STOP_WORDS

MOST_TERMS: Final = 3
# More different words of a session than these are not counted.
MOST_COUNTED: Final = 1500
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_STEMMER: Final = snowballstemmer.stemmer("english")


def content_words(text: str) -> list[str]:
    """The words of *text* that say what it is about, in lower case, in order."""
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


@lru_cache(maxsize=10_000)
def stem(word: str) -> str:
    found: str = _STEMMER.stemWord(word)
    return found


def stems(text: str) -> set[str]:
    return {stem(word) for word in content_words(text)}


def counted(counts: Mapping[str, int], words: Sequence[str]) -> dict[str, int]:
    """*counts* of stems with those of *words*; a full table takes no new ones."""
    found = dict(counts)
    for word in words:
        key = stem(word)
        if key in found or len(found) < MOST_COUNTED:
            found[key] = found.get(key, 0) + 1
    return found


def title_of(words: Sequence[str], session: Mapping[str, int]) -> str:
    """The words that are said often here and seldom elsewhere in the *session*."""
    here = Counter(stem(word) for word in words)
    surface = {stem(word): word for word in reversed(words)}
    by_weight = sorted(
        here, key=lambda one: (-(here[one] ** 2) / max(session.get(one, 1), here[one]), -len(one))
    )
    return ", ".join(surface[one] for one in by_weight[:MOST_TERMS])
