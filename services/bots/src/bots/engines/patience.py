"""Waiting out a server that is away."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bots.engines.recognition import RecogniserFailed

# An outage is waited out this long; the ear keeps what is said meanwhile.
PATIENCE_SECONDS: Final = 60.0
FIRST_WAIT_SECONDS: Final = 0.5
LONGEST_WAIT_SECONDS: Final = 8.0

Answer = TypeVar("Answer")


class ServerAway(Exception):
    """The server does not answer, or not now; later it may."""


async def patiently(attempt: Callable[[], Awaitable[Answer]]) -> Answer:
    """What *attempt* answers, tried again while the server is away.

    Raises ``RecogniserFailed`` when it is away for longer than there is patience.
    """
    wait, until = FIRST_WAIT_SECONDS, asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while True:
        try:
            return await attempt()
        except ServerAway as away:
            if asyncio.get_running_loop().time() + wait > until:
                raise RecogniserFailed(str(away)) from away
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT_SECONDS)
