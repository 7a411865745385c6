"""A meeting's events as Server-Sent Events, resumed where the client left off."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import orjson
import structlog
from grpc import aio

from common.jsonshape import struct_value, to_json
from common.rules import Violation
from convene.gateway.v1 import webhooks_pb2 as pb
from gateway.edge.exchange import Exchange, Send, start
from gateway.edge.problems import Refused
from gateway.edge.shapes import in_order

log = structlog.get_logger()

# Seconds to wait for the service's word that it accepts, and for a refusal to be complete.
OPENING = 1.0
SETTLING = 0.05
EVENT_STREAM = "text/event-stream; charset=utf-8"
MAX_SEQUENCE = 2**63 - 1


class Pace(NamedTuple):
    """The feed's times, in seconds."""

    # Below what proxies wait before they drop a silent connection.
    keep_alive: float = 15.0
    # How long a client may take to accept one event; then it is dropped, and resumes when it can.
    slowest_write: float = 20.0
    # A stream ends then and the client comes back, perhaps to another replica.
    longest_stream: float = 900.0


# Looks at the caller's key again.
Recheck = Callable[[], Awaitable[object]]


class SlowClient(Exception):
    """The client does not read; its stream is cut rather than kept in memory."""


class Feed:
    """One open stream: the service's events in, SSE frames out, one at a time.

    *recheck* raises `Refused` once the client's key opens nothing any more; it is asked as often
    as a silent stream is kept alive. Nothing is queued here: a client that reads slowly slows the
    service's stream by flow control, and one that does not read is dropped.
    """

    def __init__(self, exchange: Exchange, call: Any, pace: Pace, recheck: Recheck) -> None:
        self._exchange = exchange
        self._call = call
        self._pace = pace
        self._recheck = recheck
        self._read = asyncio.create_task(call.read())

    async def open(self) -> None:
        """Wait until the service accepts; raises `AioRpcError` when it refuses.

        A service that accepts sends its metadata at once. One that does not is taken at its
        silence after a while, so that a quiet meeting's stream opens all the same.
        """
        accepted = asyncio.create_task(self._call.initial_metadata())
        await asyncio.wait(
            {self._read, accepted}, timeout=OPENING, return_when=asyncio.FIRST_COMPLETED
        )
        accepted.cancel()
        # A refusal's metadata may be seen a moment before its status.
        await asyncio.wait({self._read}, timeout=SETTLING)
        if self._read.done() and self._read.exception():
            self._read.result()

    async def send(self, send: Send, more_headers: Mapping[str, str], *, head: bool) -> None:
        """Write events until the client hangs up, the service ends, or the stream is old."""
        headers = {
            "content-type": EVENT_STREAM,
            "cache-control": "no-store",
            "x-accel-buffering": "no",
        }
        await start(send, 200, {**headers, **more_headers})
        try:
            if not head:
                await self._pump(send)
            await send({"type": "http.response.body", "body": b""})
        except SlowClient:
            log.warning("live feed dropped a client that does not read")
        finally:
            self._read.cancel()
            self._call.cancel()

    async def _pump(self, send: Send) -> None:
        gone = asyncio.create_task(self._exchange.disconnected())
        try:
            async with asyncio.timeout(self._pace.longest_stream):
                await self._write(send, b"retry: 1000\n\n")
                await self._copy(send, gone)
        except TimeoutError:
            # Its time is over; the client comes back by itself.
            pass
        finally:
            gone.cancel()

    async def _copy(self, send: Send, gone: "asyncio.Task[None]") -> None:
        clock = asyncio.get_running_loop().time
        checked = clock()
        while not gone.done():
            # By the clock, as a busy stream is never silent.
            if clock() - checked >= self._pace.keep_alive:
                if not await self._still_admitted():
                    return
                checked = clock()
            await asyncio.wait(
                {self._read, gone},
                timeout=self._pace.keep_alive,
                return_when=asyncio.FIRST_COMPLETED,
            )
            if not self._read.done():
                await self._write(send, b": still here\n\n")
                continue
            answer = _event_of(self._read)
            if answer is None:
                return
            await self._write(send, frame(answer.event))
            self._read = asyncio.create_task(self._call.read())

    async def _still_admitted(self) -> bool:
        try:
            await self._recheck()
        except Refused as refused:
            # Coming back, the client hears why.
            log.info("live feed ended with its key", reason=refused.reason)
            return False
        except aio.AioRpcError as error:
            # Who cannot be asked says nothing against the key.
            log.warning("live feed's key not looked at", code=error.code().name)
        return True

    async def _write(self, send: Send, chunk: bytes) -> None:
        try:
            async with asyncio.timeout(self._pace.slowest_write):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            raise SlowClient from None


def frame(event: pb.PublicEvent) -> bytes:
    """One event as an SSE frame; what is not kept has no id, so a client never resumes at it."""
    number = f"id: {event.sequence}\n" if event.sequence else ""
    head = f"{number}event: {event.type}\ndata: ".encode()
    # JSON of one line: a line break in a text is written as an escape.
    shown = to_json(event)
    shown["data"] = in_order(event.type, struct_value(event.data))
    return head + orjson.dumps(shown) + b"\n\n"


def resume_after(exchange: Exchange) -> int:
    """The sequence that the client has seen: Last-Event-ID, else `?after=`, else 0.

    Raises `Refused` (400) when it is no whole number, or another parameter is given.
    """
    given = {"after": ""}
    for pair in filter(None, exchange.query.decode("latin-1").split("&")):
        name, _, value = pair.partition("=")
        if name not in given:
            detail = f"{name[:100]} is no query parameter here; known is after."
            raise Refused(400, "UNKNOWN_PARAMETER", detail)
        given[name] = value
    text = exchange.header(b"last-event-id") or given["after"] or "0"
    if not (text.isascii() and text.isdecimal()) or int(text) > MAX_SEQUENCE:
        name, takes = place_name(exchange), "takes the sequence of an event, a whole number"
        raise Refused(400, "INVALID_FIELD", f"{name} {takes}.", errors=[Violation(name, takes)])
    return int(text)


def place_name(exchange: Exchange) -> str:
    """How the client calls the sequence that it has seen."""
    return "Last-Event-ID" if exchange.header(b"last-event-id") else "after"


def _event_of(read: "asyncio.Task[Any]") -> pb.WatchEventsResponse | None:
    """What was read, or None when the service ended the stream, well or not."""
    try:
        answer = read.result()
    except aio.AioRpcError as error:
        # The client resumes on another replica.
        log.info("live feed ended by the service", code=error.code().name)
        return None
    return None if answer is aio.EOF else answer
