"""A UDP relay that treats datagrams as a bad network does, the same way for the same seed."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True)
class Weather:
    """Shares of datagrams that are lost, sent twice, and held back for *late_seconds*."""

    lost: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    late_seconds: float = 0.05
    # From when until when nothing passes, in seconds since the first datagram.
    blackout: tuple[float, float] = (0.0, 0.0)
    seed: int = 7


class Relay(asyncio.DatagramProtocol):
    """Passes datagrams on to *target*; *dropped* has which ones, by number, were not."""

    def __init__(self, target: tuple[str, int], weather: Weather) -> None:
        self.address = ("", 0)
        self.passed = 0
        self.dropped: list[int] = []
        self._target = target
        self._weather = weather
        self._random = random.Random(weather.seed)
        self._transport: asyncio.DatagramTransport | None = None
        self._begun: float | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # The event loop's own is one in all but name.
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.address = transport.get_extra_info("sockname")

    def datagram_received(self, data: bytes, _: object) -> None:
        loop, weather, number = asyncio.get_running_loop(), self._weather, self.passed
        self.passed += 1
        if self._begun is None:
            self._begun = loop.time()
        passed, (dark, light) = loop.time() - self._begun, weather.blackout
        # The first one through starts the stream, so that a test knows where that is.
        lost, twice, late = (self._random.random() for _ in range(3))
        if number and (lost < weather.lost or dark <= passed < light):
            self.dropped.append(number)
            return
        for _ in range(2 if twice < weather.twice else 1):
            if number and late < weather.late:
                loop.call_later(weather.late_seconds, self._send, data)
            else:
                self._send(data)

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
