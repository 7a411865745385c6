"""RTP for tests: a sender that plays Opus packets like a media node, and what it sends."""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from functools import cache

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


class RtpSender:
    """Sends one stream to *address*; its numbers begin close to where they wrap."""

    def __init__(self, address: tuple[str, int], ssrc: int = 1) -> None:
        self.address = address
        self.ssrc = ssrc
        self.sequence = 0xFFF0
        self.timestamp = 0xFFFFF000
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setblocking(False)

    def send(self, payload: bytes, frames: int = 1) -> None:
        """Send *payload* now; the next one lies *frames* later."""
        self.send_raw(a_datagram(self.sequence, self.timestamp, payload, self.ssrc))
        self.sequence += 1
        self.timestamp += frames * FRAME

    def send_raw(self, datagram: bytes) -> None:
        self._socket.sendto(datagram, self.address)

    def skip(self, packets: int, frames: int | None = None) -> None:
        """Pretend that so many packets were sent, over so many frames of time."""
        self.sequence += packets
        self.timestamp += (packets if frames is None else frames) * FRAME

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
