"""One durable's messages, each as soon as the broker hands it out."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import Header, StatusCode

BATCH: Final = 64
# The broker ends a request after so long; that nothing comes is then known for sure.
REQUEST_SECONDS: Final = 5.0
# An answer that is later than this is taken for lost; what it says when it comes all the same is
# of a request that nobody waits for any more.
LATE_SECONDS: Final = 1.0
_ENDED: Final = (StatusCode.NO_MESSAGES, StatusCode.REQUEST_TIMEOUT)


class RequestRefused(Exception):
    """The broker has no such durable any more, or does not serve it."""


class Pull:
    """Asks for *batch* messages at a time, and again when they have come or *seconds* are over.

    Each request has an inbox of its own below *inbox*, by which the broker tells its end. Messages
    carry no such sign: one of a request that was given up counts for the next.

    The client's own ``fetch`` waits for the rest of a batch when a message crosses the end of a
    request: what had come by then was handed over up to a whole request later.
    """

    def __init__(self, client: Client, route: tuple[str, str], batch: int, seconds: float) -> None:
        self.come: asyncio.Queue[Msg] = asyncio.Queue()
        self._client = client
        self._subject, self._inbox = route
        self._batch = batch
        self._seconds = seconds
        self._missing = 0
        self._asked = 0

    async def next(self) -> Msg | None:
        """The next message; None when there was none for as long as a request lasts.

        Raises ``RequestRefused``.
        """
        if not self._missing:
            await self._ask()
        try:
            async with asyncio.timeout(self._seconds + LATE_SECONDS):
                message = await self._come()
        except TimeoutError:
            self._missing = 0
            return None
        status = (message.headers or {}).get(Header.STATUS)
        if status is None:
            self._missing -= 1
            return message
        self._missing = 0
        if status not in _ENDED:
            said = (message.headers or {}).get(Header.DESCRIPTION, "")
            raise RequestRefused(f"{status} {said}".strip())
        return None

    async def _come(self) -> Msg:
        """The next that has come, but for the end of a request that was given up."""
        while True:
            message = await self.come.get()
            if not message.subject.startswith(self._inbox) or message.subject == self._open:
                return message

    async def _ask(self) -> None:
        self._asked += 1
        wanted = {"batch": self._batch, "expires": int(self._seconds * 1e9)}
        await self._client.publish(self._subject, json.dumps(wanted).encode(), self._open)
        self._missing = self._batch

    @property
    def _open(self) -> str:
        """The inbox of the latest request."""
        return f"{self._inbox}.{self._asked}"


@asynccontextmanager
async def pulling(
    client: Client,
    stream: str,
    durable: str,
    *,
    batch: int = BATCH,
    seconds: float = REQUEST_SECONDS,
) -> AsyncIterator[Pull]:
    """Read *durable* of *stream* while the block runs."""
    inbox = client.new_inbox()
    route = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}", inbox
    pull = Pull(client, route, batch, seconds)

    async def take(message: Msg) -> None:
        pull.come.put_nowait(message)

    subscription = await client.subscribe(f"{inbox}.*", cb=take)
    try:
        yield pull
    finally:
        # A lost connection has no subscription left to end.
        if client.is_connected:
            await subscription.unsubscribe()
