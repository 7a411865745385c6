"""Holds an asynchronous context manager open in a thread with a loop of its own.

Servers shared by a whole test session outlive the loop of any single test.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_START_SECONDS = 240
_STOP_SECONDS = 60


@dataclass(frozen=True)
class _Held(Generic[T]):
    server: T
    loop: asyncio.AbstractEventLoop
    leave: asyncio.Event


@contextmanager
def in_background(opened: Callable[[], AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """What *opened* yields, for as long as the block runs."""
    started: Future[_Held[T]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_hold(opened, started)), daemon=True)
    thread.start()
    held = started.result(_START_SECONDS)
    try:
        yield held.server
    finally:
        held.loop.call_soon_threadsafe(held.leave.set)
        thread.join(_STOP_SECONDS)


async def _hold(
    opened: Callable[[], AbstractAsyncContextManager[T]], started: "Future[_Held[T]]"
) -> None:
    leave = asyncio.Event()
    try:
        async with opened() as server:
            started.set_result(_Held(server, asyncio.get_running_loop(), leave))
            await leave.wait()
    except BaseException as failure:
        if started.done():
            raise
        started.set_exception(failure)
