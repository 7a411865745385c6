"""A recording as its recorder sees it: which slots of the session's time line it wants."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum

from bots.domain.bot import BotId
from common.errors import InvalidInput, WrongState
from common.machine import advance

RATE = 48_000
SLOT_SAMPLES = 960
SLOTS_PER_SECOND = RATE // SLOT_SAMPLES
# A window is what a recorder ships at once: 2 s.
WINDOW_SLOTS = 100
WINDOW_SAMPLES = WINDOW_SLOTS * SLOT_SAMPLES
# The kind of bot that records.
RECORDER = "recorder"


class RecordingState(Enum):
    LIVE = "LIVE"
    FINISHING = "FINISHING"
    CAPTURED = "CAPTURED"
    FAILED = "FAILED"


class RecordingAction(Enum):
    STOP = "STOP"
    CAPTURE = "CAPTURE"
    FAIL = "FAIL"


_S, _A = RecordingState, RecordingAction

TRANSITIONS: Mapping[tuple[RecordingState, RecordingAction], RecordingState] = {
    (_S.LIVE, _A.STOP): _S.FINISHING,
    (_S.FINISHING, _A.STOP): _S.FINISHING,
    (_S.FINISHING, _A.CAPTURE): _S.CAPTURED,
    (_S.FINISHING, _A.FAIL): _S.FAILED,
    # It was told once more of what it has done.
    (_S.CAPTURED, _A.STOP): _S.CAPTURED,
    (_S.FAILED, _A.STOP): _S.FAILED,
}
UNFINISHED = frozenset({_S.LIVE, _S.FINISHING})


class Medium(Enum):
    AUDIO = "AUDIO"
    CAMERA = "CAMERA"
    SCREEN = "SCREEN"


class ComesWithRecording(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "a recorder comes and goes with its recording; start or stop one with "
            "POST /v1/meetings/{meeting_id}/sessions/{session_id}/recordings/start or …/stop, "
            "or write auto_record into the meeting's policy",
            field="kind",
        )


class RecorderLacking(WrongState):
    """The recorder could not finish."""


@dataclass(frozen=True, slots=True)
class Span:
    """Seconds since the room opened; one without an *end* is still open."""

    start: float
    end: float | None = None

    @property
    def first_slot(self) -> int:
        return slot_of(self.start)

    @property
    def last_slot(self) -> int | None:
        """The slot after its last one."""
        return None if self.end is None else slot_of(self.end)


@dataclass(frozen=True, slots=True)
class Recording:
    """*next_window* is the first that is not shipped; *room_open_time* is second 0."""

    id: str
    session_id: str
    meeting_id: str
    workspace_id: str
    test: bool
    bot_id: BotId
    with_video: bool
    state: RecordingState
    spans: Sequence[Span]
    room_open_time: datetime | None
    next_window: int = 0
    traceparent: str = ""

    @property
    def is_unfinished(self) -> bool:
        return self.state in UNFINISHED

    def after(self, action: RecordingAction) -> "Recording":
        return replace(self, state=advance(TRANSITIONS, self.state, action))

    def wants(self, slot: int) -> bool:
        return any(
            one.first_slot <= slot and (one.last_slot is None or slot < one.last_slot)
            for one in self.spans
        )

    def slots_of(self, window: int) -> Sequence[int]:
        """The wanted slots of a window, in order."""
        first = window * WINDOW_SLOTS
        return [slot for slot in range(first, first + WINDOW_SLOTS) if self.wants(slot)]

    def window(self) -> int | None:
        """The next window that has something wanted; none in a pause and after the end."""
        for window in self._candidates():
            if self.slots_of(window):
                return window
        return None

    def _candidates(self) -> Iterator[int]:
        """The next window of every span."""
        for span in self.spans:
            window = max(self.next_window, span.first_slot // WINDOW_SLOTS)
            if span.last_slot is None or window * WINDOW_SLOTS < span.last_slot:
                yield window


def slot_of(seconds: float) -> int:
    """The slot whose begin is nearest to *seconds* on the session's time line."""
    return round(seconds * SLOTS_PER_SECOND)
