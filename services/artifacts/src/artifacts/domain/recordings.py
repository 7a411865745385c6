"""A recording as artifacts keeps it: what became of it, its files, and how its time line is cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from common.errors import NotFound, Unavailable, WrongState
from common.machine import advance

RATE = 48_000
SLOT_SAMPLES = 960
SLOTS_PER_SECOND = RATE // SLOT_SAMPLES
COMPOSITE = "composite"
ATTEMPTS_BEFORE_FAILED = 5
# Seconds. A recorder that is there gives up long before; one that comes later is still believed.
LONGEST_CAPTURE = 3600.0
# What a failed recording left is kept so long for whoever wants to rescue it.
FAILED_KEPT = 7 * 24 * 3600.0
# A recorder that does not know that it lost its lease may write until then.
LATE_WRITES = 1800.0


class RecordingState(Enum):
    RECORDING = "RECORDING"
    PAUSED = "PAUSED"
    STOPPING = "STOPPING"
    PROCESSING = "PROCESSING"
    AVAILABLE = "AVAILABLE"
    FAILED = "FAILED"
    # Shown to nobody; its objects are being removed.
    DELETED = "DELETED"


class RecordingAction(Enum):
    PAUSE = "PAUSE"
    RESUME = "RESUME"
    STOP = "STOP"
    CAPTURE = "CAPTURE"
    FINISH = "FINISH"
    FAIL = "FAIL"
    DELETE = "DELETE"


_S, _A = RecordingState, RecordingAction

TRANSITIONS: Mapping[tuple[RecordingState, RecordingAction], RecordingState] = {
    (_S.RECORDING, _A.PAUSE): _S.PAUSED,
    (_S.RECORDING, _A.STOP): _S.STOPPING,
    (_S.PAUSED, _A.RESUME): _S.RECORDING,
    (_S.PAUSED, _A.STOP): _S.STOPPING,
    # The recorder's word may come before the session's.
    (_S.RECORDING, _A.CAPTURE): _S.PROCESSING,
    (_S.PAUSED, _A.CAPTURE): _S.PROCESSING,
    (_S.STOPPING, _A.CAPTURE): _S.PROCESSING,
    (_S.RECORDING, _A.FAIL): _S.FAILED,
    (_S.PAUSED, _A.FAIL): _S.FAILED,
    (_S.STOPPING, _A.FAIL): _S.FAILED,
    (_S.PROCESSING, _A.FAIL): _S.FAILED,
    # A recorder that nobody believed in any more comes back with everything.
    (_S.FAILED, _A.CAPTURE): _S.PROCESSING,
    (_S.PROCESSING, _A.FINISH): _S.AVAILABLE,
    (_S.AVAILABLE, _A.DELETE): _S.DELETED,
    (_S.FAILED, _A.DELETE): _S.DELETED,
}
# While it is recorded; afterwards only the recorder's word and the studio's count.
RUNNING = frozenset({_S.RECORDING, _S.PAUSED})
# Its objects are its recorder's.
UNCAPTURED = RUNNING | {_S.STOPPING}
UNSETTLED = UNCAPTURED | {_S.PROCESSING}


class RecordingNotFound(NotFound):
    def __init__(self, recording_id: str) -> None:
        super().__init__(
            f"the meeting has no recording {recording_id}",
            field="recording_id",
            recording_id=recording_id,
        )


class RecordingNotDone(WrongState):
    def __init__(self, one: "Recording") -> None:
        super().__init__(
            f"recording {one.id} is {one.state.value}; stop it and wait until it is AVAILABLE",
            retry_after=2,
            recording_id=one.id,
            state=one.state.value,
        )


class RecordingFailed(NotFound):
    def __init__(self, one: "Recording") -> None:
        super().__init__(
            f"recording {one.id} has no files: {one.reason}",
            recording_id=one.id,
            cause=one.reason,
        )


class TrackNotFound(NotFound):
    def __init__(self, track: str, known: str) -> None:
        super().__init__(f"the recording has no track {track!r}; there is {known}", field="track")


class StudioMissing(WrongState):
    """The program that makes the files is not there: trying again does not help."""

    def __init__(self, program: str) -> None:
        super().__init__(
            f"no program {program!r} is found; install ffmpeg (`apt install ffmpeg`) where "
            "artifacts runs, or name it with CONVENE_FFMPEG, and record again"
        )


class NotCaptured(Unavailable):
    """Nobody said that the recorder has everything."""

    def __init__(self) -> None:
        super().__init__(
            f"no recorder finished it within {LONGEST_CAPTURE / 60:.0f} minutes of its end; see "
            "whether the bots service runs and reaches its object store"
        )


class StudioFailed(Unavailable):
    """The program that makes the files failed, or took too long."""


class FragmentsDamaged(Unavailable):
    """The object store does not give back what the recorder put there."""


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds since the room opened; one without an *end* is still open."""

    start: float
    end: float | None = None


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """One file and the proof that it was decoded whole."""

    track: str
    participant_id: str
    name: str
    content_type: str
    key: str
    size_bytes: int
    sha256: str
    duration_seconds: float


@dataclass(frozen=True, slots=True)
class Recording:
    """*manifest_key* is where the recorder wrote what there is."""

    id: str
    meeting_id: str
    session_id: str
    layout: str
    create_time: datetime
    state: RecordingState = RecordingState.RECORDING
    spans: Sequence[Span] = ()
    stop_time: datetime | None = None
    reason: str = ""
    manifest_key: str = ""
    files: Sequence[RecordedFile] = ()
    test: bool = False

    def after(self, action: RecordingAction, **changes: Any) -> "Recording":
        """This recording moved on; raises ``WrongState`` where its state has no such move."""
        return replace(self, state=advance(TRANSITIONS, self.state, action), **changes)

    @property
    def is_settled(self) -> bool:
        """Whether it has its files, or never will."""
        return self.state not in UNSETTLED

    def folder(self, workspace_id: str) -> str:
        """Where in the object store everything of it is."""
        parts = (workspace_id, self.session_id, self.id)
        assert all(parts), "a folder without a name would be everybody's"
        return "/".join(parts)

    def file(self, track: str) -> RecordedFile:
        """Raises ``RecordingNotDone``, ``RecordingFailed`` or ``TrackNotFound``."""
        if self.state is RecordingState.FAILED:
            raise RecordingFailed(self)
        if self.state is not RecordingState.AVAILABLE:
            raise RecordingNotDone(self)
        wanted = track or COMPOSITE
        for one in self.files:
            if one.track == wanted:
                return one
        raise TrackNotFound(wanted, ", ".join(one.track for one in self.files))


@dataclass(frozen=True, slots=True)
class RecordingJob:
    """A recording to be worked on, claimed with *token*. *attempts* counts this one too.

    *swept* tells that what it needs no more was removed once.
    """

    workspace_id: str
    recording_id: str
    token: str
    attempts: int
    test: bool
    traceparent: str
    causation_id: str
    swept: bool = False


class Timeline:
    """Where the session's slots of 20 ms stand in the files, which leave the pauses out."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._pieces: list[tuple[int, int, int]] = []
        self.slots = 0
        for span in spans:
            first, last = slot_of(span.start), slot_of(span.end or span.start)
            if last > first:
                self._pieces.append((first, last, self.slots))
                self.slots += last - first
        # A recording of nothing is a moment of silence, and a valid file.
        self.slots = max(self.slots, 1)

    @property
    def seconds(self) -> float:
        return self.slots / SLOTS_PER_SECOND

    def slot(self, slot: int) -> int | None:
        """Where the session's *slot* stands; none when it is not recorded."""
        for first, last, at in self._pieces:
            if first <= slot < last:
                return at + slot - first
        return None

    def piece(self, slot: int) -> int:
        """Which of the spans *slot* lies in; -1 for none."""
        found = (n for n, (first, last, _) in enumerate(self._pieces) if first <= slot < last)
        return next(found, -1)

    def clipped(self, start: float, end: float) -> Sequence[tuple[float, float]]:
        """The stretches of the files that lie between two moments of the session, in seconds."""
        begin, until = slot_of(start), slot_of(end)
        found: list[tuple[float, float]] = []
        for first, last, at in self._pieces:
            low, high = max(first, begin), min(last, until)
            if low < high:
                bounds = (
                    (at + low - first) / SLOTS_PER_SECOND,
                    (at + high - first) / SLOTS_PER_SECOND,
                )
                if found and found[-1][1] == bounds[0]:
                    bounds = found.pop()[0], bounds[1]
                found.append(bounds)
        return found


def slot_of(seconds: float) -> int:
    """The slot whose begin is nearest to *seconds*, as the recorder counts."""
    return round(seconds * SLOTS_PER_SECOND)
