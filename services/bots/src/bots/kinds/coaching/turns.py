"""Who has been speaking without another, and since when."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from bots.domain.transcript import Segment

# Whoever is silent for longer has ended, though nobody else began.
LONGEST_PAUSE: Final = 15.0
# "Yes" and "go on" take no turn from whoever speaks.
MOST_INTERJECTED: Final = 2
INTERJECTED_WITHIN: Final = 3.0


@dataclass(frozen=True, slots=True)
class Turn:
    """*speaker* has spoken from *start* to *end*, in seconds of the session, without another."""

    speaker: str = ""
    start: float = 0.0
    end: float = 0.0

    @property
    def seconds(self) -> float:
        return self.end - self.start

    def after(self, segment: Segment) -> "Turn":
        pause = segment.start_seconds - self.end
        if segment.speaker_id == self.speaker and pause <= LONGEST_PAUSE:
            return Turn(self.speaker, self.start, max(self.end, segment.end_seconds))
        is_short = len(segment.text.split()) <= MOST_INTERJECTED
        if self.speaker != segment.speaker_id and is_short and pause <= INTERJECTED_WITHIN:
            return self
        return Turn(segment.speaker_id, segment.start_seconds, segment.end_seconds)

    def to_json(self) -> Mapping[str, Any]:
        return asdict(self)
