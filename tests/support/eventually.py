"""Waiting in tests: ask again until the answer is yes, and not for ever."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

CEILING_SECONDS = 20.0

_EVERY = 0.01
# On a machine that stood still meanwhile, time alone says nothing.
_LEAST_ASKED = 20


@overload
async def eventually(ask: Callable[[], Awaitable[T]], ceiling: float = ...) -> T: ...
@overload
async def eventually(ask: Callable[[], T], ceiling: float = ...) -> T: ...
async def eventually(ask: Callable[[], object], ceiling: float = CEILING_SECONDS) -> object:
    """The first true answer of *ask*, which may be a coroutine function.

    An AssertionError inside *ask* means not yet; the last one is raised when time is up.
    """
    until, times = time.monotonic() + ceiling, 0
    while True:
        failure: AssertionError | None = None
        try:
            asked = ask()
            answer = await asked if inspect.isawaitable(asked) else asked
            if answer:
                return answer
        except AssertionError as not_yet:
            failure = not_yet
        times += 1
        if time.monotonic() > until and times >= _LEAST_ASKED:
            raise failure or AssertionError(f"still no after {ceiling:g} s: {ask}")
        await asyncio.sleep(_EVERY)
