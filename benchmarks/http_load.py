"""A bounded load of HTTP requests over a few connections that are kept open; counts, never loops.

Each connection sends its next request when the answer to the last one is whole, so *width* is the
number of requests under way.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

LONGEST_SECONDS = 120.0
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "


class UnexpectedAnswer(Exception):
    """The server answered with something else than the benchmark asks for."""


@dataclass(frozen=True)
class Load:
    """What a load took; latencies and *seconds* are in seconds."""

    latencies: Sequence[float]
    seconds: float


class _Lane(asyncio.Protocol):
    """One connection: sends, waits for the whole answer, sends the next."""

    def __init__(self, requests: Iterator[bytes], status: bytes) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.latencies: list[float] = []
        self._requests = requests
        self._status = b"HTTP/1.1 " + status
        self._answer = b""
        self._sent_at = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have the methods and not the ancestor.
        self._transport = cast(asyncio.Transport, transport)
        self._send_next()

    def data_received(self, data: bytes) -> None:
        self._answer += data
        if not _is_whole(self._answer):
            return
        self.latencies.append(time.perf_counter() - self._sent_at)
        if not self._answer.startswith(self._status):
            self._fail(UnexpectedAnswer(self._answer[:600].decode(errors="replace")))
            return
        self._answer = b""
        self._send_next()

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(exc or ConnectionResetError("the server hung up"))

    def _send_next(self) -> None:
        assert self._transport is not None
        request = next(self._requests, None)
        if request is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def _fail(self, error: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(error)
            if self._transport is not None:
                self._transport.close()


async def load(port: int, requests: Sequence[bytes], width: int, status: int = 201) -> Load:
    """Send *requests* to *port* on loopback, *width* at a time.

    Raises UnexpectedAnswer when one is not answered with *status*, TimeoutError after 120 s.
    """
    loop = asyncio.get_running_loop()
    left = iter(requests)
    lanes = [_Lane(left, str(status).encode()) for _ in range(width)]
    started = time.perf_counter()
    async with asyncio.timeout(LONGEST_SECONDS):
        for lane in lanes:
            await loop.create_connection(lambda lane=lane: lane, "127.0.0.1", port)  # type: ignore[misc]
        await asyncio.gather(*(lane.done for lane in lanes))
    latencies = [seconds for lane in lanes for seconds in lane.latencies]
    return Load(latencies, time.perf_counter() - started)


def post(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """The bytes of a POST of JSON."""
    lines = [f"POST {path} HTTP/1.1", "host: 127.0.0.1", "content-type: application/json"]
    lines += [f"content-length: {len(body)}", *(f"{name}: {headers[name]}" for name in headers)]
    return "\r\n".join(lines).encode() + END_OF_HEAD + body


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(END_OF_HEAD)
    if not end:
        return False
    _, _, after = head.lower().partition(LENGTH)
    return len(body) >= int(after.partition(b"\r\n")[0])
