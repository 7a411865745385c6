"""What the ear can say of one track, from a sample on; samples count at 48 kHz."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from common.errors import Unavailable

SAMPLES_PER_PACKET = 960


class EarUnreachable(Unavailable):
    """The ear does not answer, or the connection to it was cut."""


class TrackUnknown(EarUnreachable):
    """The ear answers, and has no such track: it has not begun, or it was forgotten."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Consecutive Opus packets of 20 ms."""

    first_sample: int
    packets: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class Picture:
    """One VP8 frame, on the time line of the join's sound; a *key* one needs none before it."""

    sample: int
    key: bool
    payload: bytes


class MarkKind(Enum):
    GAP = "GAP"
    MUTE = "MUTE"
    SILENCE = "SILENCE"
    END = "END"
    SCRIPT = "SCRIPT"


@dataclass(frozen=True, slots=True)
class Mark:
    """What there is instead of sound; *text* is a script's line.

    A gap that is an *outage* was lost with the connection, and not on the way.
    """

    kind: MarkKind
    from_sample: int
    to_sample: int
    text: str = ""
    outage: bool = False
