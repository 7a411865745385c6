"""Bells: have whichever replica works on a thing look at it now. Nothing of a ring is kept."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from common.bus import LIVE_PENDING, LIVE_TOKEN, UnreadableId

log = structlog.get_logger()

# Rings that are on their way; more are shed: whoever works on a thing also looks by itself.
MOST_RINGING = 1000


class Bells:
    """The bells of one service's things, each known by its id."""

    def __init__(self, client: Client, service: str) -> None:
        self._client = client
        self._service = service
        self._ringing: set[asyncio.Task[None]] = set()

    def ring(self, name: str, note: bytes = b"") -> None:
        """Let whoever hears *name* know, with a *note* for them; nobody may be listening."""
        if len(self._ringing) >= MOST_RINGING:
            return
        task = asyncio.create_task(self._send(self._subject(name), note))
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    @asynccontextmanager
    async def heard(self, name: str, take: Callable[[bytes], None]) -> AsyncIterator[None]:
        """Hand *take* every ring's note while the block runs."""

        async def on_message(message: Msg) -> None:
            take(message.data)

        subscription = await self._client.subscribe(
            self._subject(name), cb=on_message, pending_msgs_limit=LIVE_PENDING
        )
        try:
            yield
        finally:
            # A lost connection has no subscription left to end.
            if self._client.is_connected:
                await subscription.unsubscribe()

    async def _send(self, subject: str, note: bytes) -> None:
        try:
            await self._client.publish(subject, note)
        except (NatsError, OSError) as error:
            log.info("bell not rung", subject=subject, error=str(error) or type(error).__name__)

    def _subject(self, name: str) -> str:
        if not LIVE_TOKEN.fullmatch(name):
            raise UnreadableId(name)
        return f"bell.{self._service}.{name}"
