"""One join that the ear hears by RTP: its streams, its time line and what a crash leaves of it."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from session.media.microphone import Microphone
from session.media.receiving import Receiver
from session.media.records import RATE
from session.media.rtp import Packet
from session.media.spool import Medium
from session.media.track import Track


@dataclass(slots=True)
class Wiring:
    """What of a line outlives a crash. *started_at* is the wall clock's time of sample 0."""

    participant_id: str
    epoch: int
    offset_seconds: float
    started_at: float
    audio: int = 0
    camera: int = 0
    screen: int = 0
    quiet: bool = False
    # Spoken by the node itself: there are no streams.
    voice: bool = False

    @property
    def ssrcs(self) -> set[int]:
        return {self.audio, self.camera, self.screen} - {0}

    def kept(self) -> dict[str, Any]:
        """As the journal keeps it."""
        return asdict(self)


class Line:
    """Hears one join by *receiver*, from now or, with an older *wiring*, again."""

    def __init__(
        self, wiring: Wiring, receiver: Receiver, begin: Callable[[Medium], Track]
    ) -> None:
        self.wiring = wiring
        self._receiver = receiver
        self._begin = begin
        self._start = asyncio.get_running_loop().time() - max(time.time() - wiring.started_at, 0)
        self._microphone = Microphone(begin(Medium.AUDIO))
        self._microphone.set_quiet(wiring.quiet, 0)
        self.tune(wiring.audio, wiring.camera, wiring.screen)

    def tune(self, audio: int, camera: int, screen: int) -> None:
        """Hear these SSRCs from now on, 0 for none; raises ``SsrcTaken``."""
        wanted = {audio, camera, screen} - {0}
        self._receiver.check_free(wanted, self)
        wiring = self.wiring
        wiring.audio, wiring.camera, wiring.screen = audio, camera, screen
        self._microphone.tune(audio)
        self._receiver.hear(wanted, self)

    def set_quiet(self, quiet: bool) -> None:
        self.wiring.quiet = quiet
        self._microphone.set_quiet(quiet, self._sample(asyncio.get_running_loop().time()))

    def take(self, packet: Packet, arrived: float) -> None:
        self._microphone.take(packet, arrived, self._sample(arrived))

    def pass_time(self, arrived: float) -> None:
        self._microphone.pass_time(arrived, self._sample(arrived))

    def say(self, packets: Sequence[bytes]) -> None:
        """Write sound that the node itself makes, from now on or behind what is there."""
        self._microphone.say(packets, self._sample(asyncio.get_running_loop().time()))

    def close(self) -> None:
        """Hear no more; what was heard is written."""
        self._receiver.forget(self)
        self._microphone.flush()

    def _sample(self, moment: float) -> int:
        return int((moment - self._start) * RATE)
