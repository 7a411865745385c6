"""Telling people apart who share one device: what a diariser takes and gives, whichever it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from common.errors import Unavailable

# How like two windows of speech are that are in one voice: between 0 and 1.
THRESHOLD: Final = 0.5


class CannotDiarise(Unavailable):
    """The voices could not be told apart now."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One voice speaks, in seconds from the first sample; *confidence* from 0 to 1."""

    voice: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True, slots=True)
class DiariserConfig:
    """How to build a diariser: its *name* (empty for none), its model's file, its threshold."""

    name: str = ""
    model: str = ""
    threshold: float = THRESHOLD


class Diariser(Protocol):
    """An engine that tells voices apart."""

    async def split(self, pcm: bytes, stream: str) -> Sequence[Turn]:
        """Who speaks when in *pcm* (s16le, mono, 16 kHz), in order; none where nobody can tell.

        A voice keeps its name within one *stream*. Raises ``CannotDiarise``.
        """

    async def aclose(self) -> None:
        """Release what the engine holds; safe to call twice."""
