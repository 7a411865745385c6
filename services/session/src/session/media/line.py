"""One join that the ear hears by RTP: its streams, its time line and what a crash leaves of it."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from session.media.microphone import Microphone
from session.media.pictures import Pictures
from session.media.receiving import Receiver
from session.media.records import RATE
from session.media.rtp import Packet
from session.media.spool import Medium
from session.media.track import Track

VIDEO = (Medium.CAMERA, Medium.SCREEN)


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


class Tracks(Protocol):
    """One join's tracks."""

    def has(self, medium: Medium) -> bool:
        """Whether there is one already."""
        ...

    def begin(self, medium: Medium) -> Track:
        """The one of *medium*, new or as it was left."""
        ...


class Line:
    """Hears one join by *receiver*, from now or, with an older *wiring*, again."""

    def __init__(self, wiring: Wiring, receiver: Receiver, tracks: Tracks) -> None:
        self.wiring = wiring
        self._receiver = receiver
        self._tracks = tracks
        self._start = asyncio.get_running_loop().time() - max(time.time() - wiring.started_at, 0)
        known = tracks.has(Medium.AUDIO)
        self._microphone = Microphone(tracks.begin(Medium.AUDIO))
        self._microphone.set_quiet(wiring.quiet, 0)
        if known:
            self.interrupt()
        # Those of an earlier run of the process go on, whether they are wanted now or not.
        self._pictures = {
            medium: Pictures(tracks.begin(medium)) for medium in VIDEO if tracks.has(medium)
        }
        self._streams: dict[int, Microphone | Pictures] = {}
        self.tune(wiring.audio, wiring.camera, wiring.screen)

    def tune(self, audio: int, camera: int, screen: int) -> None:
        """Hear and see these SSRCs from now on, 0 for none; raises ``SsrcTaken``."""
        wanted = {audio, camera, screen} - {0}
        self._receiver.check_free(wanted, self)
        self._receiver.catch_up()
        wiring = self.wiring
        wiring.audio, wiring.camera, wiring.screen = audio, camera, screen
        self._microphone.tune(audio)
        self._streams = {audio: self._microphone}
        for medium, ssrc in zip(VIDEO, (camera, screen), strict=True):
            if ssrc and medium not in self._pictures:
                self._pictures[medium] = Pictures(self._tracks.begin(medium))
            if pictures := self._pictures.get(medium):
                pictures.tune(ssrc)
                self._streams[ssrc] = pictures
        self._streams.pop(0, None)
        self._receiver.hear(wanted, self)

    def interrupt(self) -> None:
        """The connection was lost and is made anew: what was said meanwhile is a gap."""
        if not self.wiring.voice:
            self._microphone.interrupt(self._sample(asyncio.get_running_loop().time()))

    def set_quiet(self, quiet: bool) -> None:
        self._receiver.catch_up()
        self.wiring.quiet = quiet
        self._microphone.set_quiet(quiet, self._sample(asyncio.get_running_loop().time()))

    def take(self, packet: Packet, arrived: float) -> None:
        self._streams[packet.ssrc].take(packet, arrived, self._sample(arrived))

    def pass_time(self, arrived: float) -> None:
        now = self._sample(arrived)
        self._microphone.pass_time(arrived, now)
        for pictures in self._pictures.values():
            pictures.pass_time(arrived, now)

    def say(self, packets: Sequence[bytes]) -> None:
        """Write sound that the node itself makes, from now on or behind what is there."""
        self._microphone.say(packets, self._sample(asyncio.get_running_loop().time()))

    def close(self) -> None:
        """Hear no more; what was heard is written."""
        self._receiver.catch_up()
        self._receiver.forget(self)
        self._microphone.close()
        for pictures in self._pictures.values():
            pictures.close()

    def finish(self) -> None:
        """The join is over: its pictures end; its sound is its room's."""
        self.close()
        for pictures in self._pictures.values():
            pictures.finish()

    def _sample(self, moment: float) -> int:
        return int((moment - self._start) * RATE)
