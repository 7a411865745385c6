"""A recording: which stretches of a session's time line are kept, and who may change that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from common.errors import NotFound, WrongState
from common.machine import advance

RecordingId = NewType("RecordingId", str)


class RecordingState(Enum):
    STARTING = "STARTING"
    RECORDING = "RECORDING"
    PAUSED = "PAUSED"
    STOPPING = "STOPPING"


class RecordingAction(Enum):
    BEGIN = "BEGIN"
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    STOP = "STOP"


class Layout(Enum):
    GRID = "GRID"
    AUDIO_ONLY = "AUDIO_ONLY"


_S, _A = RecordingState, RecordingAction

TRANSITIONS: Mapping[tuple[RecordingState, RecordingAction], RecordingState] = {
    (_S.STARTING, _A.BEGIN): _S.RECORDING,
    (_S.STARTING, _A.STOP): _S.STOPPING,
    (_S.RECORDING, _A.PAUSE): _S.PAUSED,
    (_S.RECORDING, _A.STOP): _S.STOPPING,
    (_S.PAUSED, _A.RESUME): _S.RECORDING,
    (_S.PAUSED, _A.STOP): _S.STOPPING,
    # A retrying client is no error.
    (_S.RECORDING, _A.RESUME): _S.RECORDING,
    (_S.PAUSED, _A.PAUSE): _S.PAUSED,
    (_S.STOPPING, _A.STOP): _S.STOPPING,
}


class RecordingNotFound(NotFound):
    def __init__(self, recording_id: str) -> None:
        super().__init__(
            f"the session has no recording {recording_id}",
            field="recording_id",
            recording_id=recording_id,
        )


class RecordingHeld(WrongState):
    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"session {session_id} is held; release it, and its recording goes on by itself",
            session_id=session_id,
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds since the room opened; one without an *end* is still open."""

    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """*held* tells that a hold paused it, so that the release resumes it."""

    id: RecordingId
    session_id: str
    meeting_id: str
    layout: Layout
    create_time: datetime
    state: RecordingState = RecordingState.STARTING
    spans: Sequence[Span] = ()
    held: bool = False
    stop_time: datetime | None = None

    @property
    def is_under_way(self) -> bool:
        return self.state is not RecordingState.STOPPING

    @property
    def wants_video(self) -> bool:
        return self.is_under_way and self.layout is Layout.GRID

    def begun(self, at: float) -> "Recording":
        """Recorded from second *at* of the session's time line on."""
        return replace(self, state=self._after(_A.BEGIN), spans=(Span(at),))

    def paused(self, at: float, *, held: bool = False) -> "Recording":
        state = self._after(_A.PAUSE)
        if state is self.state:
            # What somebody pauses during a hold stays paused when the hold ends.
            return replace(self, held=self.held and held)
        return replace(self, state=state, spans=_closed(self.spans, at), held=held)

    def resumed(self, at: float) -> "Recording":
        state = self._after(_A.RESUME)
        if state is self.state:
            return self
        # Whatever the clock says, the time line does not run backwards.
        start = max(at, self.spans[-1].end or at) if self.spans else at
        return replace(self, state=state, spans=(*self.spans, Span(start)), held=False)

    def stopped(self, at: float, now: datetime) -> "Recording":
        state = self._after(_A.STOP)
        if state is self.state:
            return self
        return replace(self, state=state, spans=_closed(self.spans, at), held=False, stop_time=now)

    def _after(self, action: RecordingAction) -> RecordingState:
        return advance(TRANSITIONS, self.state, action)


class OtherLayoutUnderWay(WrongState):
    def __init__(self, recording: Recording) -> None:
        super().__init__(
            f"recording {recording.id} is under way with layout {recording.layout.value};"
            " stop it first, or leave the layout out to be answered that one",
            recording_id=recording.id,
        )


def _closed(spans: Sequence[Span], at: float) -> Sequence[Span]:
    if not spans or spans[-1].end is not None:
        return spans
    last = spans[-1]
    return (*spans[:-1], replace(last, end=max(at, last.start)))
