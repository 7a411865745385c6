"""What a recogniser takes and gives, whichever engine does the hearing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from common.errors import Exhausted, InvalidInput, Unavailable

SAMPLE_RATE: Final = 16_000
BYTES_PER_SAMPLE: Final = 2
MAX_SECONDS: Final = 30.0
# How sure of its words an engine is that does not say.
UNTOLD_CONFIDENCE: Final = 0.5


@dataclass(frozen=True)
class Word:
    """One heard word; times in seconds from the first sample, confidence from 0 to 1."""

    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True)
class Recognised:
    """What was said in one stretch of speech; no words and empty text when nothing was."""

    text: str
    words: tuple[Word, ...]
    language: str
    # From 0 to 1, where it was detected; 0 where it was given.
    language_confidence: float = 0.0


class Busy(Exhausted):
    """The recogniser has no room for this now."""


class BadAudio(InvalidInput):
    """These bytes are not a stretch of speech a recogniser takes."""


class RecogniserFailed(Unavailable):
    """The recogniser could not answer, though it was tried again."""


class RecogniserClosed(Unavailable):
    """The recogniser is shut down and takes no more work."""


class Recogniser(Protocol):
    """Turns speech into words."""

    async def prepare(self) -> None:
        """Load what the engine needs, so that the first words do not wait for it.

        Raises what a first ``recognise`` would, for example when the weights are missing.
        """

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        """Hear *pcm* (s16le, mono, 16 kHz, at most 30 s) and return its words.

        *language* is ISO 639-1, empty to let the engine decide; *hints* are likely terms.
        A *partial* is refused with ``Busy`` whenever other work waits; other work waits its
        turn and is refused only when the queue is full. Raises ``BadAudio``,
        ``RecogniserFailed`` or ``RecogniserClosed``.
        """

    async def aclose(self) -> None:
        """Release what the engine holds; safe to call twice."""


@dataclass(frozen=True)
class RecogniserConfig:
    """How to build a recogniser.

    *model* is a folder with weights, empty for the ones under *models_dir*; of a server at *url*
    it is the model's name there. *workers* processes of *cpu_threads* each hear side by side.
    *max_pending* counts requests in hand and waiting, of each worker;
    *deadline_seconds* bounds one try of one request.
    """

    models_dir: Path
    engine: str = "whisper"
    model: str = ""
    # Of a model that its files do not tell: `paraformer`.
    model_kind: str = ""
    cpu_threads: int = 1
    workers: int = 1
    max_pending: int = 8
    deadline_seconds: float = 30.0
    url: str = ""
    token: str = field(default="", repr=False)
    # Whether a server or a vendor is also asked for words that may still change.
    remote_partials: bool = False
    # A plugin's name, the Python that has it, and what its recogniser is made with, as JSON.
    vendor: str = ""
    vendor_python: str = ""
    vendor_options: str = field(default="", repr=False)
    # How many times as fast as it was said a stream is fed.
    vendor_pace: float = 1.0


def seconds_of(pcm: bytes) -> float:
    """Return how long *pcm* lasts, or raise ``BadAudio`` when no recogniser may take it."""
    if len(pcm) % BYTES_PER_SAMPLE:
        raise BadAudio(f"pcm has {len(pcm)} bytes; 16-bit samples need an even number", field="pcm")
    seconds = len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
    if seconds > MAX_SECONDS:
        raise BadAudio(
            f"pcm lasts {seconds:.1f} s and {MAX_SECONDS:.0f} s is the most; "
            "cut it with a Segmenter first",
            field="pcm",
        )
    return seconds
