"""What a child process does that hears with our own libraries: one order after the other."""

import os
import sys
from collections.abc import Callable
from typing import BinaryIO

from bots.engines.frames import framed, read_frame
from convene.bots.v1.worker_pb2 import (
    RecogniseOrder,
    RecogniseReport,
    Recognition,
    Voiceprints,
    WorkerReady,
)

Hear = Callable[[RecogniseOrder], Recognition | Voiceprints]


def own_output() -> BinaryIO:
    """The pipe for reports. What a library prints must not land between two of them."""
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return reports


def serve(reports: BinaryIO, model: str, hear: Hear) -> None:
    """Say that *model* is ready, and answer orders until the other side closes the pipe."""
    _tell(reports, RecogniseReport(ready=WorkerReady(model=model)))
    while (message := read_frame(sys.stdin.buffer)) is not None:
        _tell(reports, _answer(hear, RecogniseOrder.FromString(message)))


def refuse(reports: BinaryIO, failure: str) -> None:
    """Say why nothing will be heard here."""
    _tell(reports, RecogniseReport(failure=failure))


def _answer(hear: Hear, order: RecogniseOrder) -> RecogniseReport:
    """The report on *order*; a clip the model chokes on is a failure, not an end."""
    try:
        heard = hear(order)
    except (RuntimeError, ValueError) as error:
        return RecogniseReport(id=order.id, failure=str(error))
    if isinstance(heard, Voiceprints):
        return RecogniseReport(id=order.id, voiceprints=heard)
    return RecogniseReport(id=order.id, recognition=heard)


def _tell(reports: BinaryIO, report: RecogniseReport) -> None:
    reports.write(framed(report.SerializeToString()))
    reports.flush()
