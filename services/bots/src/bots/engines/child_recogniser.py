"""Recognition in a child process, so that a crash of an engine is not a crash of the crew."""

import asyncio
import functools
import logging
from collections.abc import Callable, Sequence
from typing import Final

from bots.engines.child import Child, Worker, WorkerLost
from bots.engines.patience import ServerAway, patiently
from bots.engines.recognition import (
    UNTOLD_CONFIDENCE,
    Recognised,
    RecogniserClosed,
    RecogniserConfig,
    RecogniserFailed,
    Word,
    seconds_of,
)
from bots.engines.room import Room
from bots.engines.timing import joined, settled, spread
from convene.bots.v1.worker_pb2 import RecogniseOrder, Recognition

TRIES: Final = 2
FIRST_BACKOFF_SECONDS: Final = 0.1
LONGEST_BACKOFF_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


class ChildRecogniser:
    """A ``Recogniser`` with one child, started when first used and again when it dies.

    *describe* says how to start it; it is called on a thread, may look for weights, and raises
    what ``recognise`` then does. *abreast* is how many orders the child works on at once.
    """

    def __init__(
        self,
        config: RecogniserConfig,
        describe: Callable[[RecogniserConfig], Child],
        *,
        abreast: int = 1,
        partials: bool = True,
    ) -> None:
        self._config = config
        self._describe = describe
        self._room = Room(
            config.max_pending,
            partials=partials,
            whose="the recogniser",
            remedy="try again later or give it more CPU",
        )
        self._turns = asyncio.Semaphore(abreast)
        self._starting = asyncio.Lock()
        self._worker: Worker | None = None
        self._losses = 0
        self._closed = False

    @property
    def worker_pid(self) -> int | None:
        """The process id of the child, None while there is none."""
        return self._worker.pid if self._worker else None

    @property
    def pending(self) -> int:
        """How many requests are in hand or waiting."""
        return self._room.taken

    async def prepare(self) -> None:
        with self._room.place(partial=False):
            async with self._turns:
                await self._prepared()

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        if seconds_of(pcm) == 0:
            return Recognised("", (), language)
        order = RecogniseOrder(pcm=pcm, language=language, hints=hints)
        attempt = functools.partial(self._recognised, order)
        with self._room.place(partial=partial):
            async with self._turns:
                try:
                    return await (attempt() if partial else patiently(attempt))
                except ServerAway as away:
                    raise RecogniserFailed(str(away)) from away

    async def aclose(self) -> None:
        self._closed = True
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()

    async def _prepared(self) -> None:
        try:
            await self._running_worker()
        except WorkerLost as loss:
            await self._write_off(None, loss)
            raise RecogniserFailed(f"the recogniser's process does not start: {loss}") from loss

    async def _recognised(self, order: RecogniseOrder) -> Recognised:
        for _ in range(TRIES):
            worker = None
            try:
                worker = await self._running_worker()
                report = await worker.carry_out(order, self._config.deadline_seconds)
            except WorkerLost as loss:
                await self._write_off(worker, loss)
                continue
            self._losses = 0
            if report.HasField("away"):
                raise ServerAway(report.away)
            if report.HasField("failure"):
                raise RecogniserFailed(f"the recogniser refused this clip: {report.failure}")
            return from_wire(report.recognition, order)
        raise RecogniserFailed(f"the recogniser's process was lost {TRIES} times over one clip")

    async def _running_worker(self) -> Worker:
        async with self._starting:
            if self._closed:
                raise RecogniserClosed("the recogniser is closed")
            if self._worker is None or not self._worker.is_alive:
                # One that died while it was idle counts as lost no more than one that never was.
                self._worker = None
                self._worker = await self._started()
            if self._closed:
                await self.aclose()
                raise RecogniserClosed("the recogniser was closed meanwhile")
            return self._worker

    async def _started(self) -> Worker:
        child = await asyncio.to_thread(self._describe, self._config)
        await asyncio.sleep(self._backoff_seconds())
        try:
            return await Worker.start(child)
        except RecogniserFailed:
            self._losses += 1
            raise

    def _backoff_seconds(self) -> float:
        if not self._losses:
            return 0.0
        doublings = min(self._losses - 1, 10)
        return float(min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2**doublings))

    async def _write_off(self, worker: Worker | None, loss: WorkerLost) -> None:
        """Give *worker* up; whoever had an order there too may have done so before."""
        if worker is not self._worker:
            return
        self._worker = None
        if worker is not None:
            await worker.kill()
        if self._closed:
            raise RecogniserClosed("the recogniser was closed meanwhile") from loss
        self._losses += 1
        logger.warning("the recogniser's process is lost and will be started again: %s", loss)


def from_wire(recognition: Recognition, order: RecogniseOrder) -> Recognised:
    """What was said, its words in order within the clip; where they have no times, spread."""
    words: Sequence[Word] = [
        Word(word.text, word.start_seconds, word.end_seconds, word.confidence)
        for word in recognition.words
    ]
    if not words:
        words = spread(recognition.text, 0.0, seconds_of(order.pcm), UNTOLD_CONFIDENCE)
    told = recognition.language.lower().split("-")[0]
    language = order.language or (told if len(told) <= 3 else "")
    sure = round(recognition.language_confidence, 3)
    return Recognised(recognition.text, settled(joined(words), order.pcm), language, sure)
