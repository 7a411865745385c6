"""One at a time for each of many things, of which nothing is kept when nobody asks."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Turns:
    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        # Who has a turn or waits for one.
        self._here: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._locks)

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Wait for one's turn; it lasts as long as the block."""
        lock = self._locks.setdefault(name, asyncio.Lock())
        self._here[name] += 1
        try:
            async with lock:
                yield
        finally:
            self._here[name] -= 1
            if not self._here[name]:
                del self._here[name], self._locks[name]
