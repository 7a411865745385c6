"""Several recognisers of one kind that are used as one."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from bots.engines.recognition import Recognised, Recogniser


class Queued(Recogniser, Protocol):
    """A recogniser that says how much it has to do."""

    @property
    def pending(self) -> int:
        """How many requests are in hand or waiting."""


class SideBySide:
    """A ``Recogniser`` of several: each request goes to the one with the least to do.

    Two of one thread hear twice as much as one of two threads: a short clip keeps a second thread
    waiting most of the time.
    """

    def __init__(self, recognisers: Sequence[Queued]) -> None:
        self._recognisers = recognisers

    async def prepare(self) -> None:
        outcomes = await asyncio.gather(
            *(one.prepare() for one in self._recognisers), return_exceptions=True
        )
        # As one recogniser raises it: callers know no groups of failures.
        for failure in filter(None, outcomes):
            raise failure

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        idlest = min(self._recognisers, key=lambda one: one.pending)
        return await idlest.recognise(pcm, language=language, hints=hints, partial=partial)

    async def aclose(self) -> None:
        await asyncio.gather(*(one.aclose() for one in self._recognisers))


def side_by_side(new: Callable[[], Queued], workers: int) -> Recogniser:
    """*workers* recognisers as one."""
    return new() if workers == 1 else SideBySide([new() for _ in range(workers)])
