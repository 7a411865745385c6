"""One HTTP request as ASGI brings it, and the replies that go back."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, NamedTuple

from gateway.edge.problems import Refused

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

# Seconds; a body that trickles in slower is no client of ours.
BODY_TIMEOUT = 30.0


class ClientGone(Exception):
    """The client hung up before its request was whole."""


class Reply(NamedTuple):
    """A whole answer."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str]

    async def send(self, send: Send, more_headers: Mapping[str, str], *, head: bool) -> None:
        """Write it; to a HEAD request without the body."""
        headers = {**self.headers, **more_headers}
        if self.content_type:
            headers["content-type"] = self.content_type
        if self.status not in {204, 304}:
            headers["content-length"] = str(len(self.body))
        await start(send, self.status, headers)
        await send({"type": "http.response.body", "body": b"" if head else self.body})


class Exchange:
    """The request's parts; the body is read on demand and never past its limit."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        client = scope.get("client")
        self.client_address: str = client[0] if client else ""
        self.receive = receive
        # Told to the client whatever the answer is.
        self.reply_headers: dict[str, str] = {}
        self._headers = {bytes(name): bytes(value) for name, value in scope["headers"]}

    def header(self, name: bytes) -> str | None:
        """The header's text, or None. Names are lower case."""
        value = self._headers.get(name)
        return None if value is None else value.decode("latin-1")

    async def body(self, most: int) -> bytes:
        """The whole body; raises `Refused` (413, 408) and `ClientGone`."""
        length = self.header(b"content-length")
        if length and length.isdecimal() and int(length) > most:
            raise _too_large(most)
        try:
            async with asyncio.timeout(BODY_TIMEOUT):
                return await self._read(most)
        except TimeoutError:
            detail = f"The body took longer than {BODY_TIMEOUT:.0f} s to arrive."
            raise Refused(408, "BODY_TIMEOUT", detail, headers={"connection": "close"}) from None

    async def disconnected(self) -> None:
        """Returns when the client has hung up; call it once the body is read."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def _read(self, most: int) -> bytes:
        chunks, size = [], 0
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > most:
                raise _too_large(most)
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)


async def start(send: Send, status: int, headers: Mapping[str, str]) -> None:
    """Write the status line and *headers*."""
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }
    )


def _too_large(most: int) -> Refused:
    # The rest of the body is not read, so the connection is of no more use.
    return Refused(
        413,
        "BODY_TOO_LARGE",
        f"The body may have at most {most} bytes.",
        headers={"connection": "close"},
    )
