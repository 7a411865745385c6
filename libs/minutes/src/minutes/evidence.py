"""How much of a claim is in the words it cites: by pieces of words, in any language."""

import re
import unicodedata
from collections.abc import Sequence

from minutes.quoting.words import STOP

_WORD = re.compile(r"\w+")
# Shorter words say how things hang together rather than what they are.
SHORTEST = 4
PIECE = 3


def support(claim: str, said: Sequence[str]) -> float:
    """The share of *claim* that *said* has too, 0 to 1; of one without content words 0."""
    wanted = pieces(claim)
    if not wanted:
        return 0.0
    there = pieces(" ".join(said))
    return len(wanted & there) / len(wanted)


def pieces(text: str) -> frozenset[str]:
    """Three letters each of the longer words of *text*, two signs each where words are not spaced.

    So `merged` still stands for `merge`, and accents and case make no difference.
    """
    bare = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in bare if not unicodedata.combining(one))
    return frozenset(piece for word in _WORD.findall(bare) for piece in _pieces_of(word))


def _pieces_of(word: str) -> Sequence[str]:
    if any(one.isdigit() for one in word):
        return (word,)
    if ord(max(word)) >= 0x2E80:
        return [word[place : place + 2] for place in range(max(len(word) - 1, 1))]
    if len(word) < SHORTEST or word in STOP:
        return ()
    return [word[place : place + PIECE] for place in range(len(word) - PIECE + 1)]
