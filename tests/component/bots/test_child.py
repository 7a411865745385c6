"""A child that recognises and dies: it is started again, not at once for ever, and that is told."""

import os
import signal
import sys
from pathlib import Path
from typing import Final

import pytest

from bots.engines.child import Child
from bots.engines.child_recogniser import ChildRecogniser
from bots.engines.recognition import RecogniserConfig, RecogniserFailed
from tests.support.eventually import eventually
from tests.support.tones import tone

SECOND: Final = tone("alpha", 1.0)
ANSWERS: Final = """
from bots.engines.serving import own_output, serve
from convene.bots.v1.worker_pb2 import Recognition
serve(own_output(), "told", lambda order: Recognition(text="alpha"))
"""
ENDS: Final = "raise SystemExit(1)"


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_child_that_dies_idle_and_does_not_start_again_is_waited_for_and_told_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    programs = [ANSWERS, ENDS, ENDS, ANSWERS]

    def next_child(_: RecogniserConfig) -> Child:
        return Child((sys.executable, "-c", programs.pop(0)), dict(os.environ))

    recogniser = ChildRecogniser(RecogniserConfig(Path()), next_child)
    assert (await recogniser.recognise(SECOND, language="en")).text == "alpha"
    first = recogniser.worker_pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await eventually(lambda: not is_running(first))

    with pytest.raises(RecogniserFailed, match="lost 2 times"):
        await recogniser.recognise(SECOND, language="en")
    # Who is told of as lost is waited for before the next start.
    told = [one for one in caplog.messages if "will be started again" in one]
    assert len(told) == 2
    assert (await recogniser.recognise(SECOND, language="en")).text == "alpha"
    await recogniser.aclose()
