"""The child process that holds the Whisper weights and answers one order at a time."""

import os
import sys
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from bots.engines.frames import framed, read_frame
from bots.engines.recognition import Word
from bots.engines.timing import joined, settled
from convene.bots.v1.worker_pb2 import (
    RecognisedWord,
    RecogniseOrder,
    RecogniseReport,
    Recognition,
    WorkerReady,
)

FRAMES_PER_SECOND: Final = 100
FULL_WINDOW_SECONDS: Final = 30.0
SHORTEST_WINDOW_SECONDS: Final = 10.0
# Less room than this after the speech was seen to damage words.
WINDOW_MARGIN_SECONDS: Final = 8.0
# Nobody says more; the bound keeps a model that repeats itself from going on for seconds.
TOKENS_PER_SECOND: Final = 12
SPARE_TOKENS: Final = 40


def window_seconds(clip_seconds: float) -> float:
    """Return how much the encoder is given to look at for a clip of this length."""
    wanted = max(SHORTEST_WINDOW_SECONDS, clip_seconds + WINDOW_MARGIN_SECONDS)
    return min(FULL_WINDOW_SECONDS, wanted)


class WindowedWhisper(WhisperModel):  # type: ignore[misc]
    """Whisper that encodes only as much as a short clip needs, not always 30 seconds."""

    window_frames = int(FULL_WINDOW_SECONDS * FRAMES_PER_SECOND)

    def encode(self, features: NDArray[np.float32]) -> object:
        return super().encode(features[..., : self.window_frames])


def recognise(model: WindowedWhisper, order: RecogniseOrder) -> Recognition:
    """Return what is said in the order's samples."""
    samples = np.frombuffer(order.pcm, "<i2").astype(np.float32) / np.float32(32_768)
    seconds = len(samples) / 16_000
    model.window_frames = int(window_seconds(seconds) * FRAMES_PER_SECOND)
    segments, found = model.transcribe(
        samples,
        language=order.language or None,
        beam_size=1,
        temperature=0,
        word_timestamps=True,
        condition_on_previous_text=False,
        max_new_tokens=SPARE_TOKENS + int(seconds * TOKENS_PER_SECOND),
        hotwords=", ".join(order.hints) or None,
    )
    heard = list(segments)
    pieces = [
        Word(piece.word, float(piece.start), float(piece.end), float(piece.probability))
        for segment in heard
        for piece in segment.words
    ]
    return Recognition(
        text="".join(segment.text for segment in heard).strip(),
        language=found.language,
        words=[_to_wire(word) for word in settled(joined(pieces), order.pcm)],
    )


def _to_wire(word: Word) -> RecognisedWord:
    return RecognisedWord(
        text=word.text,
        start_seconds=word.start_seconds,
        end_seconds=word.end_seconds,
        confidence=round(word.confidence, 3),
    )


def answer(model: WindowedWhisper, order: RecogniseOrder) -> RecogniseReport:
    """Return the report on *order*; a clip the model chokes on is a failure, not an end."""
    try:
        return RecogniseReport(id=order.id, recognition=recognise(model, order))
    except (RuntimeError, ValueError) as error:
        return RecogniseReport(id=order.id, failure=str(error))


def serve(model: WindowedWhisper, orders: BinaryIO, reports: BinaryIO) -> None:
    """Answer orders until the other side closes the pipe."""
    while (message := read_frame(orders)) is not None:
        report = answer(model, RecogniseOrder.FromString(message))
        reports.write(framed(report.SerializeToString()))
        reports.flush()


def main(folder: Path, cpu_threads: int) -> None:
    """Load the weights in *folder*, say so, and serve the pipes this process was given."""
    # What a library prints must not land between two frames.
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    model = WindowedWhisper(
        str(folder), device="cpu", compute_type="int8", cpu_threads=cpu_threads, num_workers=1
    )
    ready = RecogniseReport(ready=WorkerReady(model=folder.name))
    reports.write(framed(ready.SerializeToString()))
    reports.flush()
    serve(model, sys.stdin.buffer, reports)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
