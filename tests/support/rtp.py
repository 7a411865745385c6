"""RTP for tests: a sender that plays Opus packets like a media node, and what it sends."""

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache

import av
import numpy as np

from session.media.sound import encoded
from tests.support.scenarios import SCENARIOS

FRAME_SECONDS = 0.02
FRAME = 960


@cache
def speech() -> list[bytes]:
    """Some seconds of real speech as Opus packets of 20 ms."""
    return list(encoded((SCENARIOS / "kick-off" / "ada-1.flac").read_bytes()))


def a_datagram(
    sequence: int, timestamp: int, payload: bytes, ssrc: int = 1, *, marker: bool = False
) -> bytes:
    fields = (0x80, 111 | (0x80 if marker else 0), sequence & 0xFFFF, timestamp & 0xFFFFFFFF, ssrc)
    return struct.pack("!BBHII", *fields) + payload


PICTURE_RATE = 15
FRAGMENT_BYTES = 1000


def pictures(count: int, key_every: int = 15, width: int = 320, height: int = 240) -> list[bytes]:
    """A moving picture as VP8 frames, 15 a second."""
    encoder = av.CodecContext.create("libvpx", "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt = width, height, "yuv420p"
    encoder.time_base = Fraction(1, PICTURE_RATE)
    encoder.bit_rate = 500_000
    encoder.gop_size = key_every
    encoder.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    frames = []
    for number in range(count):
        picture = np.full((height, width, 3), 40, np.uint8)
        picture[:, 8 * number % width :][:, :40] = 220
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts = number
        frames += [bytes(packet) for packet in encoder.encode(frame)]
    return frames


def fragments(frame: bytes) -> list[bytes]:
    """*frame* as the payloads of RTP packets, with a long picture id as Chromium has it."""
    parts = [frame[at : at + FRAGMENT_BYTES] for at in range(0, len(frame), FRAGMENT_BYTES)]
    return [
        bytes([0x90 if number == 0 else 0x80, 0x80, 0x81, 0x23]) + part
        for number, part in enumerate(parts)
    ]


class RtpSender:
    """Sends one stream to *address*; its numbers begin close to where they wrap."""

    def __init__(self, address: tuple[str, int], ssrc: int = 1) -> None:
        self.address = address
        self.ssrc = ssrc
        self.sequence = 0xFFF0
        self.timestamp = 0xFFFFF000
        # When the first and the latest were sent, by the clock of ``time.monotonic``.
        self.first_at = self.latest_at = 0.0
        # Between two of them: what a machine that stood still is told by.
        self.longest_pause = 0.0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, payload: bytes, frames: int = 1) -> None:
        """Send *payload* now; the next one lies *frames* later."""
        self.send_raw(a_datagram(self.sequence, self.timestamp, payload, self.ssrc))
        self.sequence += 1
        self.timestamp += frames * FRAME

    def show(self, frame: bytes, lost: Sequence[int] = (), every: float = 1 / PICTURE_RATE) -> None:
        """Send a VP8 *frame* now, without the fragments in *lost*; the next is *every* s later."""
        parts = fragments(frame)
        for number, payload in enumerate(parts):
            last = number == len(parts) - 1
            datagram = a_datagram(self.sequence, self.timestamp, payload, self.ssrc, marker=last)
            if number not in lost:
                self.send_raw(datagram)
            self.sequence += 1
        self.timestamp += round(90_000 * every)

    def send_raw(self, datagram: bytes) -> None:
        self._socket.sendto(datagram, self.address)
        now = time.monotonic()
        if self.first_at:
            self.longest_pause = max(self.longest_pause, now - self.latest_at)
        self.latest_at, self.first_at = now, self.first_at or now

    def skip(self, packets: int, frames: int | None = None) -> None:
        """Pretend that so many packets were sent, over so many frames of time."""
        self.sequence += packets
        self.timestamp += (packets if frames is None else frames) * FRAME

    def skip_to_now(self) -> int:
        """Pretend that packets were sent all the time since the latest; how many."""
        count = round((time.monotonic() - self.latest_at) / FRAME_SECONDS) - 1
        self.skip(count)
        return count

    async def play(
        self, payloads: Sequence[bytes], send: Callable[[bytes], None] | None = None
    ) -> None:
        """Send *payloads* in real time, one every 20 ms."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        for number, payload in enumerate(payloads):
            await asyncio.sleep(begun + number * FRAME_SECONDS - loop.time())
            (send or self.send)(payload)

    def close(self) -> None:
        self._socket.close()
