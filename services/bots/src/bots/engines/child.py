"""One child process that hears with an engine, and the pipes to it."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from google.protobuf import json_format

from bots.engines.frames import FrameReader, framed
from bots.engines.recognition import RecogniserFailed
from convene.bots.v1.worker_pb2 import RecogniseOrder, RecogniseReport

START_DEADLINE_SECONDS: Final = 60.0
STOP_DEADLINE_SECONDS: Final = 2.0


class WorkerLost(Exception):
    """The child died or did not answer in time."""


class WorkerLate(WorkerLost):
    """The child did not get ready in time."""


class Wire(Enum):
    """How messages travel: as bytes, or as JSON to a child that may have another protobuf."""

    BINARY = "binary"
    JSON = "json"

    def order(self, order: RecogniseOrder) -> bytes:
        if self is Wire.BINARY:
            return order.SerializeToString()
        return json_format.MessageToJson(order, indent=None).encode()

    def report(self, message: bytes) -> RecogniseReport:
        if self is Wire.BINARY:
            return RecogniseReport.FromString(message)
        return json_format.Parse(message, RecogniseReport(), ignore_unknown_fields=True)


@dataclass(frozen=True, slots=True)
class Child:
    """How a child is started, and what it is like.

    *opening* is what it is told first, if anything: settings that no argument may show.
    *spare_seconds* is what it gets beyond a deadline, where it keeps that itself.
    """

    command: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)
    wire: Wire = Wire.BINARY
    opening: bytes = field(default=b"", repr=False)
    spare_seconds: float = 0.0


class Worker:
    """A child that is ready. Several orders may be in its hands."""

    def __init__(self, process: asyncio.subprocess.Process, child: Child) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._child = child
        self._orders = process.stdin
        self._reports = FrameReader(process.stdout)
        self._numbers = itertools.count(1)
        self._reading = asyncio.Lock()
        # None until the report is there.
        self._awaited: dict[int, RecogniseReport | None] = {}

    @classmethod
    async def start(
        cls, child: Child, deadline_seconds: float = START_DEADLINE_SECONDS
    ) -> "Worker":
        """Start a child and wait until it is ready.

        Raises ``WorkerLost``, and ``RecogniserFailed`` when the child says what is wrong.
        """
        process = await asyncio.create_subprocess_exec(
            *child.command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=child.environment,
            # An interrupt from the keyboard is for the crew, which then closes the pipe.
            start_new_session=True,
        )
        worker = cls(process, child)
        try:
            async with asyncio.timeout(deadline_seconds):
                await worker._begin()
        except BaseException as error:
            await worker.kill()
            if isinstance(error, TimeoutError):
                raise WorkerLate("the engine's process did not get ready") from None
            raise
        return worker

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.returncode is None

    async def carry_out(self, order: RecogniseOrder, deadline_seconds: float) -> RecogniseReport:
        """Return the report on *order*, which gets its number here. Raises ``WorkerLost``."""
        order.id = next(self._numbers)
        self._awaited[order.id] = None
        try:
            async with asyncio.timeout(deadline_seconds + self._child.spare_seconds):
                await self._tell(self._child.wire.order(order))
                while (report := self._awaited[order.id]) is None:
                    await self._read_for(order.id)
        except (TimeoutError, ConnectionError) as error:
            raise WorkerLost(f"no answer: {type(error).__name__}") from error
        finally:
            del self._awaited[order.id]
        return report

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

    async def _begin(self) -> None:
        if self._child.opening:
            with suppress(ConnectionError):
                await self._tell(self._child.opening)
        report = await self._next_report()
        if report.HasField("failure"):
            raise RecogniserFailed(report.failure)

    async def _tell(self, message: bytes) -> None:
        self._orders.write(framed(message))
        await self._orders.drain()

    async def _read_for(self, number: int) -> None:
        """Wait for a report, whosesoever it is: one of those that wait reads for all of them."""
        async with self._reading:
            if self._awaited[number] is not None:
                return
            report = await self._next_report()
            # One that nobody waits for any more is passed over.
            if report.id in self._awaited:
                self._awaited[report.id] = report

    async def _next_report(self) -> RecogniseReport:
        try:
            return self._child.wire.report(await self._reports.read())
        except asyncio.IncompleteReadError as error:
            raise WorkerLost("the engine's process ended") from error
        except json_format.ParseError as error:
            raise WorkerLost(f"the engine's process speaks otherwise: {error}") from error
