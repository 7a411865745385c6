"""What is held in memory until it is due, in one heap and with one waiting task."""

import asyncio
import heapq
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from common.timers.rows import Timer


class Held(NamedTuple):
    """A leased timer: to be fired *at*, and not any more after *until*; both in loop time."""

    at: float
    until: float
    timer: Timer


class Wheel:
    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Held]] = []
        self._put = 0
        self._sooner = asyncio.Event()

    def put(self, several: Iterable[Held]) -> None:
        """Keep *several* until they are due."""
        first = self._heap[0][0] if self._heap else float("inf")
        for one in several:
            # The count keeps the order of those due at once, and timers from being compared.
            self._put += 1
            heapq.heappush(self._heap, (one.at, self._put, one))
        if self._heap and self._heap[0][0] < first:
            self._sooner.set()

    async def due(self) -> Sequence[Held]:
        """Wait until something is due; then all that is, in order."""
        loop = asyncio.get_running_loop()
        while not self._heap or self._heap[0][0] > loop.time():
            self._sooner.clear()
            try:
                async with asyncio.timeout_at(self._heap[0][0] if self._heap else None):
                    await self._sooner.wait()
            except TimeoutError:
                continue
        now = loop.time()
        found = []
        while self._heap and self._heap[0][0] <= now:
            found.append(heapq.heappop(self._heap)[2])
        return found
