"""How far apart two hearings of the same utterances are: words wrong, and a paired bootstrap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import jiwer
import numpy as np
from whisper_normalizer.english import EnglishTextNormalizer

RESAMPLES: Final = 10_000


@dataclass(frozen=True)
class Scored:
    """One utterance: how many words it has, and how many of them each hearing got wrong."""

    words: int
    ours: int
    theirs: int


def scored(references: Sequence[str], ours: Sequence[str], theirs: Sequence[str]) -> list[Scored]:
    """Each utterance's errors, whatever the case and the spelling of numbers."""
    plain = EnglishTextNormalizer()
    return [
        Scored(len(words.split()), _errors(words, plain(our)), _errors(words, plain(their)))
        for words, our, their in zip(map(plain, references), ours, theirs, strict=True)
        if words
    ]


def compared(found: Sequence[Scored]) -> dict[str, float]:
    """Both word error rates, and their difference with its 95 % interval, in per cent."""
    counts = np.array([(one.words, one.ours, one.theirs) for one in found], dtype=float)
    drawn = np.random.default_rng(17).integers(len(counts), size=(RESAMPLES, len(counts)))
    words, ours, theirs = (counts[:, column][drawn].sum(axis=1) for column in range(3))
    low, high = np.percentile(100 * (ours - theirs) / words, (2.5, 97.5))
    total = counts.sum(axis=0)
    return {
        "utterances": len(counts),
        "words": int(total[0]),
        "streaming_wer_percent": round(100 * total[1] / total[0], 2),
        "offline_wer_percent": round(100 * total[2] / total[0], 2),
        "difference_points": round(100 * (total[1] - total[2]) / total[0], 2),
        "difference_low": round(float(low), 2),
        "difference_high": round(float(high), 2),
        "resamples": RESAMPLES,
    }


def _errors(reference: str, heard: str) -> int:
    found = jiwer.process_words(reference, heard)
    return int(found.substitutions + found.deletions + found.insertions)
