"""Telling people apart who share one device: a shape for engines, and those that this build has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bots.domain.kind import Availability, Readiness
from common.errors import Unavailable

REMEDY: Final = (
    "no diariser is configured, so that whoever speaks at one device is one person; "
    "this build comes with none: add yours to `bots.engines.diarising` and name it in BOTS_DIARISER"
)


class CannotDiarise(Unavailable):
    """The voices could not be told apart now."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One voice speaks, in seconds from the first sample; *confidence* from 0 to 1."""

    voice: str
    start_seconds: float
    end_seconds: float
    confidence: float


class Diariser(Protocol):
    """An engine that tells voices apart."""

    async def split(self, pcm: bytes, stream: str) -> Sequence[Turn]:
        """Who speaks when in *pcm* (s16le, mono, 16 kHz), in order.

        A voice keeps its name within one *stream*. Raises ``CannotDiarise``.
        """


DIARISERS: Final[Mapping[str, Callable[[], Diariser]]] = {}


def diariser_named(name: str) -> Diariser | None:
    """The diariser called *name*; none where that is empty or not known."""
    make = DIARISERS.get(name)
    return make() if make else None


def readiness_of(name: str) -> Readiness:
    if not name:
        return Readiness(Availability.NOT_CONFIGURED, REMEDY)
    if name not in DIARISERS:
        known = ", ".join(sorted(DIARISERS)) or "none"
        remedy = f"BOTS_DIARISER is {name!r}, and this build has {known}"
        return Readiness(Availability.MISCONFIGURED, remedy)
    return Readiness()
