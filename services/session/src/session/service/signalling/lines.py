"""The line to one page: what it is told, in order, as fast as it listens and no faster."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

import structlog

from common.errors import DomainError, Exhausted
from convene.session.v1.signal_pb2 import Goodbye, SignalResponse

log = structlog.get_logger()

# A page that is behind by more than this listens no longer.
MOST_WAITING = 500


class ReaderTooSlow(Exhausted):
    def __init__(self) -> None:
        super().__init__("this connection does not read what it is told; connect again")


class Line:
    """Nobody waits for its reader: one that is too slow is cut off."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._waiting: deque[SignalResponse] = deque()
        self._stirred = asyncio.Event()
        self._over = False
        self._error: DomainError | None = None

    @property
    def is_over(self) -> bool:
        return self._over

    def tell(self, response: SignalResponse) -> None:
        """Say *response* when the reader has heard what is before it."""
        if self._over:
            return
        if len(self._waiting) >= self._most:
            log.info("a page is too slow", waiting=len(self._waiting))
            self._waiting.clear()
            self.break_off(ReaderTooSlow())
            return
        self._waiting.append(response)
        self._stirred.set()

    def part(self, reason: str, text: str) -> None:
        """Say goodbye: what follows is the end."""
        self.tell(SignalResponse(goodbye=Goodbye(reason=reason, text=text)))
        self.close()

    def close(self) -> None:
        """End when the reader has heard all."""
        self._over = True
        self._stirred.set()

    def break_off(self, error: DomainError) -> None:
        """End with *error* when the reader has heard all."""
        if not self._over:
            self._error = error
            self.close()

    async def told(self) -> AsyncIterator[SignalResponse]:
        """What the page is told, for one reader; raises what the line broke off with."""
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._over:
                break
            self._stirred.clear()
            await self._stirred.wait()
        if self._error is not None:
            raise self._error
