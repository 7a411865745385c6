"""What hearing works with: an ear, a recogniser, a voice detector for each stream."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bots.domain.crew import Crew, Track
from bots.domain.sound import Mark, Sound
from bots.domain.transcript import Segment
from bots.engines.diarising import Diariser
from bots.engines.recognition import Recogniser
from bots.engines.vad import Vad
from common.principal import Principal


class Ear(Protocol):
    """Lets somebody listen to a track."""

    def listen(
        self, caller: Principal, track: Track, from_sample: int
    ) -> AsyncGenerator[Sound | Mark, None]:
        """What is heard from a sample on; raises ``EarUnreachable`` when that is cut off."""


@dataclass(frozen=True, slots=True)
class Senses:
    """What every hearing works with; *new_vad* makes one detector for each stream.

    *early*: what is recognised while somebody pauses may be the last word on it.
    """

    ear: Ear
    recogniser: Recogniser
    new_vad: Callable[[], Vad]
    show: Callable[[Crew, Segment], Awaitable[None]]
    early: bool = True
    diariser: Diariser | None = None
