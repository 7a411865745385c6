"""The child process that holds the Whisper weights and answers one order at a time."""

import functools
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment, TranscriptionInfo
from numpy.typing import NDArray

from bots.engines.recognition import SAMPLE_RATE
from bots.engines.repeats import said_once
from bots.engines.serving import own_output, serve
from convene.bots.v1.worker_pb2 import (
    RecognisedWord,
    RecogniseOrder,
    Recognition,
)

FRAMES_PER_SECOND: Final = 100
FULL_WINDOW: Final = 30 * FRAMES_PER_SECOND
SHORTEST_WINDOW: Final = 8 * FRAMES_PER_SECOND
# Less room than this after the speech was seen to damage words.
WINDOW_MARGIN: Final = 4 * FRAMES_PER_SECOND
# The model makes words up when asked about so short a rest of a clip.
SHORTEST_REST: Final = 1 * FRAMES_PER_SECOND
# Nobody says more; the bound keeps a model that repeats itself from going on for seconds.
TOKENS_PER_SECOND: Final = 12
SPARE_TOKENS: Final = 40
# Text that compresses better than this repeats itself: the model is stuck, nobody said it.
STUCK_COMPRESSION: Final = 2.4
# What the model makes of music and of many voices: it doubts that somebody speaks, and its words.
UNSPOKEN_PROBABILITY: Final = 0.4
DOUBTFUL_LOGPROB: Final = -0.7


@dataclass(frozen=True, slots=True)
class Heard:
    """What the model says of a stretch of text: how it repeats itself, and how it doubts."""

    compression_ratio: float
    no_speech_prob: float
    avg_logprob: float


class NothingLeft(Exception):
    """What remains of the clip is too short to hold a word."""


def window_for(frames: int) -> int:
    """Return how many frames the encoder is given for so many frames of sound."""
    return min(FULL_WINDOW, max(SHORTEST_WINDOW, frames + WINDOW_MARGIN))


class WindowedWhisper(WhisperModel):  # type: ignore[misc]
    """Whisper that encodes only as much as a short clip needs, not always 30 seconds."""

    passes = 0

    def encode(self, features: NDArray[np.float32]) -> object:
        """Encode *features* (mel bands by frames, filled up with zeros to 30 s)."""
        frames = int(np.flatnonzero(features.any(axis=0)).max(initial=-1)) + 1
        if self.passes and frames < SHORTEST_REST:
            raise NothingLeft
        self.passes += 1
        return super().encode(features[:, : window_for(frames)])

    def hear(self, order: RecogniseOrder) -> tuple[list[Segment], str, float]:
        """Return the stretches of text in the order's samples, their language, how sure that is."""
        heard, found = self._heard(order, ", ".join(order.hints))
        # Names before a single word make the model say that word over and over.
        if order.hints and any(map(is_stuck, map(_doubts, heard))):
            heard, found = self._heard(order, "")
        sound = [segment for segment in heard if was_said(_doubts(segment))]
        return sound, found.language, 0.0 if order.language else found.language_probability

    def _heard(
        self, order: RecogniseOrder, hints: str
    ) -> tuple[Sequence[Segment], TranscriptionInfo]:
        samples = np.frombuffer(order.pcm, "<i2").astype(np.float32) / np.float32(32_768)
        self.passes = 0
        segments, found = self.transcribe(
            samples,
            language=order.language or None,
            beam_size=1,
            temperature=0,
            word_timestamps=True,
            condition_on_previous_text=False,
            max_new_tokens=SPARE_TOKENS + len(samples) * TOKENS_PER_SECOND // SAMPLE_RATE,
            hotwords=hints or None,
        )
        heard: list[Segment] = []
        with suppress(NothingLeft):
            for segment in segments:
                heard.append(segment)
        return heard, found


def is_stuck(heard: Heard) -> bool:
    """Whether the text repeats itself so that nobody can have said it."""
    return heard.compression_ratio > STUCK_COMPRESSION


def was_said(heard: Heard) -> bool:
    """Whether somebody said this, rather than that the model made it up."""
    if is_stuck(heard):
        return False
    is_doubtful = heard.avg_logprob < DOUBTFUL_LOGPROB
    return not (is_doubtful and heard.no_speech_prob > UNSPOKEN_PROBABILITY)


def _doubts(segment: Segment) -> Heard:
    return Heard(segment.compression_ratio, segment.no_speech_prob, segment.avg_logprob)


def recognise(model: WindowedWhisper, order: RecogniseOrder) -> Recognition:
    """Return what is said in the order's samples."""
    segments, language, sure = model.hear(order)
    heard = [
        RecognisedWord(
            text=piece.word,
            start_seconds=float(piece.start),
            end_seconds=float(piece.end),
            confidence=round(float(piece.probability), 3),
        )
        for segment in segments
        for piece in segment.words
    ]
    words = said_once(heard)
    spoken = segments if len(words) == len(heard) else words
    return Recognition(
        text="".join(one.text for one in spoken).strip(),
        language=language,
        language_confidence=float(sure),
        words=words,
    )


def main(folder: Path, cpu_threads: int) -> None:
    """Load the weights in *folder* and serve the pipes this process was given."""
    reports = own_output()
    model = WindowedWhisper(
        str(folder), device="cpu", compute_type="int8", cpu_threads=cpu_threads, num_workers=1
    )
    serve(reports, folder.name, functools.partial(recognise, model))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
