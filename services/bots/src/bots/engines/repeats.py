"""Words that the model says once more although nobody did."""

import unicodedata
from collections.abc import Sequence
from typing import Final

from convene.bots.v1.worker_pb2 import RecognisedWord

# Nobody says a word in less: a model that repeats itself has no sound left for what it adds.
SHORTEST_WORD_SECONDS: Final = 0.05
# A single word is too easily given no time of its own.
FEWEST_WORDS: Final = 2


def said_once(words: Sequence[RecognisedWord]) -> list[RecognisedWord]:
    """*words* without those that repeat their neighbours in no time.

    Whisper ends a clip that is cut short or has names before it with what it has just said: the
    same words, all of them at the last sample. Who really says something twice takes as long for
    it as the first time.
    """
    kept = list(words)
    while (made_up := _made_up(kept)) is not None:
        del kept[made_up]
    return kept


def _made_up(words: Sequence[RecognisedWord]) -> slice | None:
    """Where words are that repeat those before or after them and took no time; the most first."""
    plain = [_bare(word.text) for word in words]
    for count in range(len(words) // 2, FEWEST_WORDS - 1, -1):
        for first in range(len(words) - 2 * count + 1):
            middle, last = first + count, first + 2 * count
            if plain[first:middle] != plain[middle:last]:
                continue
            for begin, end in ((middle, last), (first, middle)):
                seconds = words[end - 1].end_seconds - words[begin].start_seconds
                if seconds < count * SHORTEST_WORD_SECONDS:
                    return slice(begin, end)
    return None


def _bare(text: str) -> str:
    """*text* in letters, what stands on them, and digits; as it is where it has none."""
    bare = "".join(sign for sign in text.casefold() if unicodedata.category(sign)[0] in "LMN")
    return bare or text.strip()
