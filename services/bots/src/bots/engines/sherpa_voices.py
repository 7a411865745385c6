"""Voices told apart by a speaker model of sherpa-onnx, which a child process holds."""

import asyncio
import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import structlog

from bots.domain.kind import Availability, Readiness
from bots.engines.child import Child, Worker, WorkerLost
from bots.engines.diarising import CannotDiarise, DiariserConfig, Turn
from bots.engines.onnx_metadata import NotOnnx, metadata_of
from bots.engines.recognition import RecogniserFailed, seconds_of
from bots.engines.telling_apart import Rooms, Window, windows_of
from convene.bots.v1.worker_pb2 import RecogniseOrder

# So long a stretch of speech may wait for its turn, and then take; so long the child may start.
DEADLINE_SECONDS: Final = 10.0
# A child that is lost again is left alone for a while, at last for so long.
LONGEST_REST_SECONDS: Final = 60.0
LIBRARY: Final = "sherpa_onnx"
# What a model has to say of itself: without it the library ends its process.
_ALWAYS: Final = ("framework", "language", "output_dim", "sample_rate")
_GENERAL: Final = (*_ALWAYS, "normalize_samples")
FRAMEWORKS: Final[Mapping[str, Sequence[str]]] = {
    "wespeaker": _GENERAL,
    "3d-speaker": _GENERAL,
    "nemo": (*_ALWAYS, "feat_dim", "window_size_ms", "window_stride_ms"),
}
REMEDY: Final = (
    "set BOTS_DIARISER_MODEL to a speaker embedding model as sherpa-onnx publishes them "
    "(.onnx, of WeSpeaker, 3D-Speaker or NeMo)"
)

log = structlog.get_logger()


class SherpaDiariser:
    """A ``Diariser`` with one child, started with the first stretch and again after its death.

    The child turns windows of speech into vectors, one stretch after the other; whose they are is
    told here, so that a death of the child forgets no voice.
    """

    def __init__(self, config: DiariserConfig, deadline_seconds: float = DEADLINE_SECONDS) -> None:
        self._config = config
        self._deadline_seconds = deadline_seconds
        self._rooms = Rooms(config.threshold)
        self._turn = asyncio.Lock()
        self._worker: Worker | None = None
        self._losses = 0
        self._rests_until = 0.0
        self._closed = False

    @property
    def worker_pid(self) -> int | None:
        """The process id of the child, None while there is none."""
        return self._worker.pid if self._worker else None

    async def split(self, pcm: bytes, stream: str) -> Sequence[Turn]:
        windows = windows_of(seconds_of(pcm))
        if not windows:
            return ()
        try:
            async with asyncio.timeout(self._deadline_seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise CannotDiarise(f"others are ahead for {self._deadline_seconds:g} s") from None
        try:
            prints = await self._prints(pcm)
        finally:
            self._turn.release()
        return self._told(windows, prints, stream)

    async def aclose(self) -> None:
        self._closed = True
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.stop()

    def _told(
        self, windows: Sequence[Window], prints: Sequence[Sequence[float]], stream: str
    ) -> Sequence[Turn]:
        if len(prints) != len(windows):
            raise CannotDiarise(f"{len(windows)} windows have {len(prints)} vectors")
        return self._rooms.of(stream).turns(windows, prints)

    async def _prints(self, pcm: bytes) -> Sequence[Sequence[float]]:
        """A vector for each window of *pcm*."""
        self._check_rest()
        try:
            worker = await self._running_worker()
            report = await worker.carry_out(RecogniseOrder(pcm=pcm), self._deadline_seconds)
        except (WorkerLost, RecogniserFailed, OSError) as error:
            await self._write_off()
            raise CannotDiarise(f"its process is lost: {error}") from error
        self._losses = 0
        if report.HasField("failure"):
            raise CannotDiarise(f"it refused this stretch: {report.failure}")
        return [one.values for one in report.voiceprints.voiceprints]

    def _check_rest(self) -> None:
        if self._closed:
            raise CannotDiarise("the diariser is closed")
        left = self._rests_until - asyncio.get_running_loop().time()
        if left > 0:
            raise CannotDiarise(f"its process was lost, and is started again in {left:.0f} s")

    async def _running_worker(self) -> Worker:
        if self._worker is None or not self._worker.is_alive:
            self._worker = await Worker.start(child_of(self._config), self._deadline_seconds)
            if self._closed:
                await self.aclose()
                raise CannotDiarise("the diariser was closed meanwhile")
        return self._worker

    async def _write_off(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.kill()
        rest = min(LONGEST_REST_SECONDS, 2.0 ** min(self._losses, 10)) if self._losses else 0.0
        self._losses += 1
        self._rests_until = asyncio.get_running_loop().time() + rest


def child_of(config: DiariserConfig) -> Child:
    """How its process is started."""
    worker = "bots.engines.sherpa_voices_worker"
    return Child(
        (sys.executable, "-m", worker, str(_model(config))), {**os.environ, "OMP_NUM_THREADS": "1"}
    )


def readiness_of(config: DiariserConfig) -> Readiness:
    """Whether the library and a model of voices are there; the model is not loaded."""
    complaint = _complaint(config)
    return Readiness(Availability.MISCONFIGURED, complaint) if complaint else Readiness()


def shown(config: DiariserConfig) -> str:
    """How it is configured, for people."""
    return f"{config.model} by sherpa-onnx, one voice from a likeness of {config.threshold:g}"


def _complaint(config: DiariserConfig) -> str:
    if importlib.util.find_spec(LIBRARY) is None:
        return "BOTS_DIARISER is 'sherpa', and sherpa-onnx is not there: `pip install sherpa-onnx`"
    if not config.model:
        return f"BOTS_DIARISER is 'sherpa', and has no model of its own: {REMEDY}"
    try:
        told = metadata_of(_model(config))
    except NotOnnx as wrong:
        return f"{wrong}: {REMEDY}"
    except OSError as error:
        return f"{config.model} cannot be read ({error.strerror}): {REMEDY}"
    if strange := _strange(told):
        return f"{config.model} is no speaker model for sherpa-onnx ({strange}): {REMEDY}"
    return ""


def _strange(told: Mapping[str, str]) -> str:
    """Why what a model says of itself is not what the library takes; empty where it is."""
    framework = told.get("framework", "")
    if framework and framework not in FRAMEWORKS:
        return f"it is one of {framework}"
    absent = [one for one in FRAMEWORKS.get(framework, _ALWAYS) if one not in told]
    return f"its metadata lack {', '.join(absent)}" if absent else ""


def _model(config: DiariserConfig) -> Path:
    return Path(config.model).expanduser()
