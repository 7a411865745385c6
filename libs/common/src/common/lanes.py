"""Work side by side: in order within a lane, bounded over all of them."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lanes(Generic[T]):
    """Does *work* on what is put in; one lane's items one after the other, none waits for another.

    At most *width* items are worked on and at most *room* are in at once. Work that raises ends
    the task group, and with it all lanes.
    """

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        work: Callable[[T], Awaitable[None]],
        *,
        width: int,
        room: int,
    ) -> None:
        self._tasks = tasks
        self._work = work
        self._width = asyncio.Semaphore(width)
        self._room = asyncio.Semaphore(room)
        self._waiting: dict[str, deque[T]] = {}

    async def put(self, lane: str, item: T) -> None:
        """Add *item* behind the others of its lane; waits for room."""
        await self._room.acquire()
        if lane in self._waiting:
            self._waiting[lane].append(item)
            return
        self._waiting[lane] = deque([item])
        self._tasks.create_task(self._walk(lane), name=f"lane {lane}")

    async def _walk(self, lane: str) -> None:
        waiting = self._waiting[lane]
        while waiting:
            async with self._width:
                await self._work(waiting[0])
            waiting.popleft()
            self._room.release()
        del self._waiting[lane]
