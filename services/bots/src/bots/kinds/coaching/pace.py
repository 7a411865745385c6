"""How fast somebody speaks and how often they say what says nothing, over their latest speech."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.domain.transcript import Segment

# Recognisers leave most hesitations out (Whisper does), so that these count little; what they
# write is counted. "Like" and "so" are fillers and words: they are not.
FILLERS: Final = (
    "um", "uh", "er", "erm", "you know", "i mean", "sort of", "kind of", "basically", "literally",
    "or whatever", "and stuff",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """The latest pieces of somebody's speech: words, seconds and fillers of each."""

    pieces: Sequence[tuple[int, float, int]] = ()

    def after(self, segment: Segment, fillers: re.Pattern[str] | None, window: float) -> "Pace":
        """With *segment*, and without what is older than *window* seconds of speech."""
        words = segment.words
        seconds = (
            words[-1].end_seconds - words[0].start_seconds
            if words
            else segment.end_seconds - segment.start_seconds
        )
        said = len(fillers.findall(segment.text.lower())) if fillers else 0
        piece = (len(segment.text.split()), round(max(seconds, 0.0), 2), said)
        pieces = [*self.pieces, piece]
        while sum(one[1] for one in pieces[1:]) >= window:
            pieces.pop(0)
        return Pace(pieces)

    @property
    def words(self) -> int:
        return sum(one[0] for one in self.pieces)

    @property
    def seconds(self) -> float:
        return sum(one[1] for one in self.pieces)

    @property
    def per_minute(self) -> float:
        return self.words / self.seconds * 60 if self.seconds else 0.0

    @property
    def fillers(self) -> int:
        return sum(one[2] for one in self.pieces)

    @property
    def fillers_per_hundred(self) -> float:
        return self.fillers / self.words * 100 if self.words else 0.0


def pace_from(kept: Any) -> Pace:
    """What was kept of a pace as JSON."""
    return Pace([(words, seconds, fillers) for words, seconds, fillers in kept])


def pattern_of(fillers: Sequence[str]) -> re.Pattern[str] | None:
    """What finds each of *fillers* as a whole, in lower case."""
    if not fillers:
        return None
    said = (r"\s+".join(map(re.escape, one.lower().split())) for one in fillers)
    return re.compile(rf"\b(?:{'|'.join(sorted(said, key=len, reverse=True))})\b")
