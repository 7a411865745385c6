"""How a process of the suite runs: one task group, stopped by a signal, drained with a deadline."""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
import uvloop

log = structlog.get_logger()

CANCEL_AGAIN_SECONDS = 0.5


def run(main: Callable[[asyncio.Event], Coroutine[Any, Any, None]]) -> None:
    """Run *main* until it returns or the process is told to stop.

    *main* gets an event that is set by SIGTERM and SIGINT; it then has to finish by itself.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_signalled(main))


async def _until_signalled(main: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    await main(stopping)


def heed_cancellation() -> None:
    """Raise the cancellation that a library swallowed; for loops that would go on for ever."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def stop(*tasks: asyncio.Task[None]) -> None:
    """Cancel *tasks* and wait for their end, however often a library swallows the cancellation."""
    left = {task for task in tasks if not task.done()}
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_SECONDS)


async def until_stopped(stopping: asyncio.Event, *forever: Coroutine[Any, Any, None]) -> None:
    """Run *forever* side by side until *stopping* is set; then cancel them and wait.

    A loop that ends by an error ends the process, which its supervisor starts again.
    """
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one) for one in forever]
        await stopping.wait()
        log.info("stopping")
        await stop(*running)
