"""Whisper in a child process, so that a crash of the model is not a crash of the crew."""

import asyncio
import itertools
import logging
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from bots.engines.frames import FrameReader, framed
from bots.engines.models import find_whisper
from bots.engines.recognition import (
    Busy,
    Recognised,
    RecogniserClosed,
    RecogniserConfig,
    RecogniserFailed,
    Word,
    seconds_of,
)
from convene.bots.v1.worker_pb2 import RecogniseOrder, RecogniseReport, Recognition

TRIES: Final = 2
START_DEADLINE_SECONDS: Final = 60.0
STOP_DEADLINE_SECONDS: Final = 2.0
FIRST_BACKOFF_SECONDS: Final = 0.1
LONGEST_BACKOFF_SECONDS: Final = 5.0

logger = logging.getLogger(__name__)


class WorkerLost(Exception):
    """The child died or did not answer in time."""


class WhisperWorker:
    """One child process and its pipes."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._orders = process.stdin
        self._reports = FrameReader(process.stdout)

    @classmethod
    async def start(cls, folder: Path, cpu_threads: int) -> "WhisperWorker":
        """Start a child and wait until it has loaded the weights in *folder*."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bots.engines.whisper_worker",
            str(folder),
            str(cpu_threads),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(cpu_threads)},
            # An interrupt from the keyboard is for the crew, which then closes the pipe.
            start_new_session=True,
        )
        worker = cls(process)
        try:
            async with asyncio.timeout(START_DEADLINE_SECONDS):
                await worker._next_report()
        except BaseException as error:
            await worker.kill()
            if isinstance(error, TimeoutError):
                raise WorkerLost("the recogniser's process did not load its model") from None
            raise
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def carry_out(self, order: RecogniseOrder, deadline_seconds: float) -> RecogniseReport:
        """Return the report on *order*; reports on orders given up earlier are passed over."""
        try:
            async with asyncio.timeout(deadline_seconds):
                self._orders.write(framed(order.SerializeToString()))
                await self._orders.drain()
                while (report := await self._next_report()).id != order.id:
                    pass
        except (TimeoutError, ConnectionError) as error:
            raise WorkerLost(f"no answer: {type(error).__name__}") from error
        return report

    async def _next_report(self) -> RecogniseReport:
        try:
            return RecogniseReport.FromString(await self._reports.read())
        except asyncio.IncompleteReadError as error:
            raise WorkerLost("the recogniser's process ended") from error

    async def stop(self) -> None:
        """Let the child end by itself, and end it when it does not."""
        self._orders.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_DEADLINE_SECONDS):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """End the child now."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._process.wait()


class WhisperRecogniser:
    """A ``Recogniser`` with one child, started when first used and again when it dies."""

    def __init__(self, config: RecogniserConfig) -> None:
        self._config = config
        self._ids = itertools.count(1)
        self._turn = asyncio.Lock()
        self._pending = 0
        self._worker: WhisperWorker | None = None
        self._losses = 0
        self._closed = False

    @property
    def worker_pid(self) -> int | None:
        """The process id of the child, None while there is none."""
        return self._worker.pid if self._worker else None

    @property
    def pending(self) -> int:
        """How many requests are in hand or waiting."""
        return self._pending

    async def prepare(self) -> None:
        async with self._place(partial=False):
            try:
                await self._running_worker()
            except WorkerLost as loss:
                await self._write_off(loss)
                raise RecogniserFailed(f"the recogniser's process does not start: {loss}") from loss

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        if seconds_of(pcm) == 0:
            return Recognised("", (), language)
        order = RecogniseOrder(id=next(self._ids), pcm=pcm, language=language, hints=hints)
        async with self._place(partial=partial):
            return await self._recognised(order)

    async def aclose(self) -> None:
        self._closed = True
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()

    @asynccontextmanager
    async def _place(self, *, partial: bool) -> AsyncIterator[None]:
        """Hold a place in the queue, then the worker."""
        room = 1 if partial else self._config.max_pending
        if self._pending >= room:
            raise Busy(
                f"the recogniser has {self._pending} requests and room for {room}: "
                "try again later or give it more CPU",
                retry_after=1.0,
                pending=self._pending,
            )
        self._pending += 1
        try:
            async with self._turn:
                yield
        finally:
            self._pending -= 1

    async def _recognised(self, order: RecogniseOrder) -> Recognised:
        for _ in range(TRIES):
            try:
                worker = await self._running_worker()
                report = await worker.carry_out(order, self._config.deadline_seconds)
            except WorkerLost as loss:
                await self._write_off(loss)
                continue
            self._losses = 0
            if report.HasField("failure"):
                raise RecogniserFailed(f"the model refused this clip: {report.failure}")
            return from_wire(report.recognition)
        raise RecogniserFailed(f"the recogniser's process was lost {TRIES} times over one clip")

    async def _running_worker(self) -> WhisperWorker:
        if self._closed:
            raise RecogniserClosed("the recogniser is closed")
        if self._worker is None or not self._worker.is_alive:
            folder = await asyncio.to_thread(
                find_whisper, self._config.model, self._config.models_dir
            )
            await asyncio.sleep(self._backoff_seconds())
            self._worker = await WhisperWorker.start(folder, self._config.cpu_threads)
        if self._closed:
            await self.aclose()
            raise RecogniserClosed("the recogniser was closed meanwhile")
        return self._worker

    def _backoff_seconds(self) -> float:
        if not self._losses:
            return 0.0
        doublings = min(self._losses - 1, 10)
        return float(min(LONGEST_BACKOFF_SECONDS, FIRST_BACKOFF_SECONDS * 2**doublings))

    async def _write_off(self, loss: WorkerLost) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.kill()
        if self._closed:
            raise RecogniserClosed("the recogniser was closed meanwhile") from loss
        self._losses += 1
        logger.warning("the recogniser's process is lost and will be started again: %s", loss)


def from_wire(recognition: Recognition) -> Recognised:
    words = tuple(
        Word(word.text, word.start_seconds, word.end_seconds, word.confidence)
        for word in recognition.words
    )
    sure = round(recognition.language_confidence, 3)
    return Recognised(recognition.text, words, recognition.language, sure)


def whisper_recogniser(config: RecogniserConfig) -> WhisperRecogniser:
    """Return a recogniser on Whisper's weights; ``ModelMissing`` comes with the first request."""
    return WhisperRecogniser(config)
