"""When words were said, mended where the model is known to be vague."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from bots.engines.recognition import BYTES_PER_SAMPLE, SAMPLE_RATE, Word

_FRAME: Final = SAMPLE_RATE // 100
# Speech begins where the sound passes this share of the loud parts of the clip.
_ONSET_SHARE: Final = 0.1


def onset_seconds(pcm: bytes) -> float:
    """Return when *pcm* (s16le, 16 kHz) first becomes loud, in seconds; 0.0 if it never does."""
    frames = len(pcm) // BYTES_PER_SAMPLE // _FRAME
    samples = np.frombuffer(pcm, "<i2", frames * _FRAME).astype(np.float32)
    loudness = np.sqrt((samples.reshape(frames, _FRAME) ** 2).mean(axis=1))
    if not frames or not loudness.any():
        return 0.0
    return int(np.argmax(loudness >= _ONSET_SHARE * np.percentile(loudness, 95))) / 100


def joined(pieces: Iterable[Word]) -> tuple[Word, ...]:
    """Return whole words from *pieces*, in which a hyphenated word comes apart."""
    whole: list[Word] = []
    for piece in pieces:
        if whole and piece.text.startswith("-"):
            whole[-1] = replace(
                whole[-1],
                text=whole[-1].text + piece.text.strip(),
                end_seconds=piece.end_seconds,
                confidence=min(whole[-1].confidence, piece.confidence),
            )
        else:
            whole.append(replace(piece, text=piece.text.strip()))
    return tuple(whole)


def settled(words: Iterable[Word], pcm: bytes) -> tuple[Word, ...]:
    """Return *words* in order within *pcm*, in whole milliseconds.

    The model lets the first word begin with the clip; it begins with the sound instead.
    """
    earliest = onset_seconds(pcm)
    latest = len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
    kept: list[Word] = []
    for word in words:
        end = min(max(word.end_seconds, earliest), latest)
        start = min(max(word.start_seconds, earliest), end)
        earliest = start
        kept.append(replace(word, start_seconds=round(start, 3), end_seconds=round(end, 3)))
    return tuple(kept)


def spread(text: str, start: float, end: float, confidence: float) -> Sequence[Word]:
    """The words of *text* evenly between *start* and *end*, in seconds: nobody told their times."""
    words = text.split()
    step = (end - start) / max(len(words), 1)
    return [
        Word(word, start + step * place, start + step * (place + 1), confidence)
        for place, word in enumerate(words)
    ]
