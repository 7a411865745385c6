"""A WebSocket as ASGI brings it: text in, text out, closed once with a code that says why."""

import asyncio
import contextlib
from typing import NamedTuple

from common import telemetry
from gateway.edge import problems
from gateway.edge.exchange import Receive, Scope, Send
from gateway.edge.problems import Refused

NORMAL = 1000
NO_TEXT = 1003
TRY_AGAIN_LATER = 1013
# A refusal's HTTP status, as a close code that is free to use.
REFUSED = 4000
# What a close frame holds, in bytes.
LONGEST_REASON = 123


class Ending(NamedTuple):
    """How a socket is closed."""

    code: int
    reason: str = ""


class SocketGone(Exception):
    """The client hung up, or does not read."""


class Socket:
    """One client's socket. Sends take turns; one that takes longer than *slowest* s ends it."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, slowest: float) -> None:
        client = scope.get("client")
        self.path: str = scope["path"]
        self.client_address: str = client[0] if client else ""
        self._headers = {bytes(name): bytes(value) for name, value in scope["headers"]}
        self._receive = receive
        self._send = send
        self._slowest = slowest
        self._turn = asyncio.Lock()

    def header(self, name: bytes) -> str:
        """The header's text, or nothing. Names are lower case."""
        return self._headers.get(name, b"").decode("latin-1")

    async def accept(self) -> None:
        """Open it; raises `SocketGone`."""
        while (message := await self._receive())["type"] != "websocket.connect":
            if message["type"] == "websocket.disconnect":
                raise SocketGone
        await self._send({"type": "websocket.accept"})

    async def deny(self, refused: Refused) -> None:
        """Answer the handshake with a problem document."""
        headers = {"content-type": problems.MEDIA_TYPE, **refused.headers}
        await self._send(
            {
                "type": "websocket.http.response.start",
                "status": refused.status,
                "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            }
        )
        body = problems.document(refused, telemetry.trace_id())
        await self._send({"type": "websocket.http.response.body", "body": body})

    async def text(self) -> str | None:
        """The next frame, None for one that is no text; raises `SocketGone`."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise SocketGone
        text: str | None = message.get("text")
        return text

    async def send(self, text: str) -> None:
        """Write a frame; raises `SocketGone`."""
        try:
            async with asyncio.timeout(self._slowest), self._turn:
                await self._send({"type": "websocket.send", "text": text})
        except (TimeoutError, OSError):
            raise SocketGone from None

    async def close(self, ending: Ending) -> None:
        """Say why it ends; nobody may be there to hear it."""
        reason = ending.reason.encode()[:LONGEST_REASON].decode("utf-8", "ignore")
        with contextlib.suppress(TimeoutError, OSError):
            async with asyncio.timeout(self._slowest):
                message = {"type": "websocket.close", "code": ending.code, "reason": reason}
                await self._send(message)
