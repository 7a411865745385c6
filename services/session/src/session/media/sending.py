"""Sends what is written to tracks to the media node as RTP: scripted people, bots that speak."""

import asyncio
import random
import socket
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

import structlog

from session.media.records import FRAME, RATE, Kind
from session.media.rooms import Room
from session.media.rtp import Packet, opus
from session.media.track import EarStopping, Track

log = structlog.get_logger()

PACE_SECONDS = FRAME / RATE
# While nobody's voice is sent.
IDLE_SECONDS = 0.1
# Sound that is due longer ago than this, or later, is due now.
MOST_LATE_SECONDS = 0.2
MOST_EARLY_SECONDS = 0.5
# Five seconds: a writer that is so far ahead is not in real time.
MOST_WAITING = 250
# Opus makes packets this small of silence; a level in -dBov tells speech and silence apart.
SILENT_BYTES = 16
SPEECH_LEVEL = 30
SILENCE_LEVEL = 127


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where a participant's sound goes; it outlives a crash."""

    participant_id: str
    host: str
    port: int
    ssrc: int
    level_id: int

    def kept(self) -> dict[str, Any]:
        return asdict(self)


class Sending:
    """One participant's RTP stream: what is put in goes out, one packet every 20 ms."""

    def __init__(self, outlet: Outlet, line: socket.socket) -> None:
        self.outlet = outlet
        self._socket = line
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=MOST_WAITING)
        self._sequence = random.getrandbits(16)
        self._timestamp = random.getrandbits(32)
        # When the sample of the anchor is due, and its timestamp.
        self._anchor: tuple[float, int] | None = None
        self._after = -1
        self._sent_at = 0.0
        self._failing = False

    def put(self, sample: int, payload: bytes) -> None:
        self._waiting.append((sample, payload))

    def restart(self) -> None:
        """Samples are counted anew from here on: another track."""
        self._anchor, self._after = None, -1

    def send_due(self, now: float) -> None:
        """Send what is due at *now*, a time of ``loop.time()``."""
        while self._waiting and self._due(self._waiting[0][0], now) <= now:
            sample, payload = self._waiting.popleft()
            self._send(sample, payload, now)

    def _due(self, sample: int, now: float) -> float:
        if self._anchor is not None:
            due = self._anchor[0] + (sample - self._anchor[1]) / RATE
            if now - MOST_LATE_SECONDS <= due <= now + MOST_EARLY_SECONDS:
                return due
        self._anchor = (now, sample)
        return now

    def _send(self, sample: int, payload: bytes, now: float) -> None:
        begins = sample != self._after
        if begins and self._sent_at:
            passed = max(round((now - self._sent_at) / PACE_SECONDS), 1)
            self._timestamp += (passed - 1) * FRAME
        self._after, self._sent_at = sample + FRAME, now
        packet = Packet(
            self.outlet.ssrc,
            self._sequence & 0xFFFF,
            self._timestamp & 0xFFFFFFFF,
            begins,
            payload,
        )
        self._sequence += 1
        self._timestamp += FRAME
        level = SPEECH_LEVEL if len(payload) > SILENT_BYTES else SILENCE_LEVEL
        try:
            datagram = opus(packet, self.outlet.level_id, level)
            self._socket.sendto(datagram, (self.outlet.host, self.outlet.port))
            self._failing = False
        except OSError as error:
            if not self._failing:
                log.warning(
                    "voice not sent", participant=self.outlet.participant_id, why=str(error)
                )
            self._failing = True


class Outlets:
    """All voices of this node. ``running`` sends them."""

    def __init__(self) -> None:
        self._sendings: dict[tuple[str, str], Sending] = {}
        self._followers: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setblocking(False)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send while the block runs."""
        try:
            async with asyncio.TaskGroup() as self._tasks:
                pacing = self._tasks.create_task(self._pace())
                try:
                    yield
                finally:
                    for task in (pacing, *self._followers.values()):
                        task.cancel()
        finally:
            self._socket.close()

    def open(self, room: Room, outlet: Outlet) -> None:
        """Send what is written for the outlet's participant from now on; again is no error."""
        assert self._tasks is not None
        key = (room.session_id, outlet.participant_id)
        if key in self._sendings and self._sendings[key].outlet == outlet:
            return
        self.close(*key)
        sending = self._sendings[key] = Sending(outlet, self._socket)
        seat = room.seat(outlet.participant_id)
        # What was said before the outlet was opened has been heard.
        begun = {} if seat is None else {seat.track: seat.track.head}
        self._followers[key] = self._tasks.create_task(_follow(room, begun, sending))

    def close(self, session_id: str, participant_id: str) -> None:
        key = (session_id, participant_id)
        self._sendings.pop(key, None)
        if follower := self._followers.pop(key, None):
            follower.cancel()

    def close_all(self, session_id: str) -> None:
        for key in [key for key in self._sendings if key[0] == session_id]:
            self.close(*key)

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            now = loop.time()
            for sending in tuple(self._sendings.values()):
                sending.send_due(now)
            pace = PACE_SECONDS if self._sendings else IDLE_SECONDS
            await asyncio.sleep(pace - loop.time() % pace)


async def _follow(room: Room, begun: dict[Track, int], sending: Sending) -> None:
    """Put what is written on the participant's tracks into *sending*, one track after another.

    *begun* has from which sample on, for a track that is there already.
    """
    followed: Track | None = None
    while True:
        seated = room.seated
        seat = room.seat(sending.outlet.participant_id)
        if seat is None or seat.track is followed:
            await seated.wait()
            continue
        followed = seat.track
        sending.restart()
        try:
            await _pass_on(followed, begun.get(followed, 0), sending)
        except EarStopping:
            return
        except OSError as error:
            log.error("voice not read", folder=str(followed.folder), error=str(error))


async def _pass_on(track: Track, start: int, sending: Sending) -> None:
    async for records in track.read(start):
        for record in records:
            if record.kind is Kind.PACKET:
                sending.put(record.start, record.payload)
