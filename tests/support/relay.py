"""A UDP relay that treats a stream of sound as a bad network does, the same for the same seed.

What it does depends on which packet it is, not on when it came: a sender that stood still and then
hurries is treated as one that was on time.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

PACKET_SECONDS = 0.02


@dataclass(frozen=True)
class Weather:
    """Shares of packets that are lost, sent twice, and overtaken by *late_packets* others."""

    lost: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    late_packets: int = 2
    # So long at most: none come behind the last.
    late_seconds: float = 0.05
    # From when until when nothing passes, in seconds of the stream.
    blackout: tuple[float, float] = (0.0, 0.0)
    seed: int = 7


class Relay(asyncio.DatagramProtocol):
    """Passes packets on to *target*; *dropped* has which ones, by number, were not."""

    def __init__(self, target: tuple[str, int], weather: Weather) -> None:
        self.address = ("", 0)
        self.passed = 0
        self.dropped: list[int] = []
        self._target = target
        self._weather = weather
        self._random = random.Random(weather.seed)
        self._transport: asyncio.DatagramTransport | None = None
        self._held: deque[tuple[int, bytes, asyncio.TimerHandle]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The event loop's own is one in all but name.
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.address = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, _: object) -> None:
        weather, number = self._weather, self.passed
        self.passed += 1
        dark, light = weather.blackout
        # The first one through starts the stream, so that a test knows where that is.
        lost, twice, late = (self._random.random() for _ in range(3))
        if number and (lost < weather.lost or dark <= number * PACKET_SECONDS < light):
            self.dropped.append(number)
        else:
            for _ in range(2 if twice < weather.twice else 1):
                if number and late < weather.late:
                    self._hold(number, data)
                else:
                    self._send(data)
        self._let_go(number)

    def _hold(self, number: int, data: bytes) -> None:
        after = number + self._weather.late_packets
        last = asyncio.get_running_loop().call_later(self._weather.late_seconds, self._pass_held)
        self._held.append((after, data, last))

    def _let_go(self, number: int) -> None:
        while self._held and self._held[0][0] <= number:
            self._held[0][2].cancel()
            self._pass_held()

    def _pass_held(self) -> None:
        self._send(self._held.popleft()[1])

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, self._target)


@asynccontextmanager
async def relaying(target: tuple[str, int], weather: Weather) -> AsyncIterator[Relay]:
    """A relay to *target* on a port of its own while the block runs."""
    transport, relay = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: Relay(target, weather), local_addr=("127.0.0.1", 0)
    )
    try:
        yield relay
    finally:
        transport.close()
