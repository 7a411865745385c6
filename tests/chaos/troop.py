"""Replicas in processes of their own, and what can be done to them."""

import asyncio
import random
import signal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack

REPLICAS = 3

Process = asyncio.subprocess.Process
Start = Callable[[int], AbstractAsyncContextManager[Process]]


class Troop:
    """Three replicas; *start* gives the process of the one born as number so and so."""

    def __init__(self, start: Start, dice: random.Random) -> None:
        self._start = start
        self._dice = dice
        self._alive: dict[int, tuple[AsyncExitStack, Process]] = {}
        self._born = 0

    async def fill(self) -> None:
        while len(self._alive) < REPLICAS:
            self._born += 1
            stack = AsyncExitStack()
            process = await stack.enter_async_context(self._start(self._born))
            self._alive[self._born] = stack, process

    async def kill(self) -> None:
        stack, process = self._alive.pop(self._dice.choice(sorted(self._alive)))
        process.kill()
        await stack.aclose()
        await self.fill()

    async def stop(self, seconds: float) -> None:
        _, process = self._alive[self._dice.choice(sorted(self._alive))]
        process.send_signal(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        process.send_signal(signal.SIGCONT)

    async def close(self) -> None:
        for stack, _ in self._alive.values():
            await stack.aclose()
