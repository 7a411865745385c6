"""Planned instants: their states, and what of one may differ from its meeting."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType
from zoneinfo import ZoneInfo

from common.errors import EtagMismatch, NotFound, WrongState
from common.ids import derived_id
from common.machine import advance
from scheduler.domain.recurrence import Instance, Note
from scheduler.domain.zones import moment_of

OccurrenceId = NewType("OccurrenceId", str)


class OccurrenceState(Enum):
    PENDING = "PENDING"
    OPEN = "OPEN"
    LIVE = "LIVE"
    ENDED = "ENDED"
    MISSED = "MISSED"
    SKIPPED = "SKIPPED"
    CANCELLED = "CANCELLED"


class OccurrenceAction(Enum):
    OPEN = "OPEN"
    GO_LIVE = "GO_LIVE"
    END = "END"
    MISS = "MISS"
    SKIP = "SKIP"
    CANCEL = "CANCEL"
    MOVE = "MOVE"


OCCURRENCE_TRANSITIONS = {
    (OccurrenceState.PENDING, OccurrenceAction.OPEN): OccurrenceState.OPEN,
    (OccurrenceState.PENDING, OccurrenceAction.GO_LIVE): OccurrenceState.LIVE,
    (OccurrenceState.PENDING, OccurrenceAction.MISS): OccurrenceState.MISSED,
    (OccurrenceState.PENDING, OccurrenceAction.SKIP): OccurrenceState.SKIPPED,
    (OccurrenceState.PENDING, OccurrenceAction.CANCEL): OccurrenceState.CANCELLED,
    (OccurrenceState.PENDING, OccurrenceAction.MOVE): OccurrenceState.PENDING,
    # Its window opens again ahead of its new time.
    (OccurrenceState.OPEN, OccurrenceAction.MOVE): OccurrenceState.PENDING,
    (OccurrenceState.OPEN, OccurrenceAction.OPEN): OccurrenceState.OPEN,
    (OccurrenceState.OPEN, OccurrenceAction.GO_LIVE): OccurrenceState.LIVE,
    (OccurrenceState.OPEN, OccurrenceAction.MISS): OccurrenceState.MISSED,
    (OccurrenceState.OPEN, OccurrenceAction.SKIP): OccurrenceState.SKIPPED,
    (OccurrenceState.OPEN, OccurrenceAction.CANCEL): OccurrenceState.CANCELLED,
    (OccurrenceState.LIVE, OccurrenceAction.GO_LIVE): OccurrenceState.LIVE,
    (OccurrenceState.LIVE, OccurrenceAction.END): OccurrenceState.ENDED,
    (OccurrenceState.ENDED, OccurrenceAction.END): OccurrenceState.ENDED,
    (OccurrenceState.CANCELLED, OccurrenceAction.CANCEL): OccurrenceState.CANCELLED,
}
# What is still to come, or may still be started.
UPCOMING = (OccurrenceState.PENDING, OccurrenceState.OPEN)


class SkipReason(Enum):
    OVERLAP = "OVERLAP"
    GAP = "GAP"


class OccurrenceNotFound(NotFound):
    def __init__(self, occurrence_id: str) -> None:
        super().__init__(f"no occurrence {occurrence_id}", occurrence_id=occurrence_id)


class OccurrenceIsLive(WrongState):
    def __init__(self, occurrence_id: str) -> None:
        super().__init__("the occurrence is live; end it first", occurrence_id=occurrence_id)


class OccurrenceIsOver(WrongState):
    def __init__(self, occurrence_id: str, state: OccurrenceState) -> None:
        super().__init__(
            f"the occurrence is {state.value} and takes no change",
            occurrence_id=occurrence_id,
            state=state.value,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What of one occurrence differs from its meeting; empty or 0 is as the meeting says.

    *start_time* is local to the meeting's zone.
    """

    start_time: str = ""
    duration_seconds: int = 0
    title: str = ""
    agenda: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One planned instant.

    *civil_start* is the local time that the timetable gave it: it names the occurrence for good.
    *original_start_time* is its instant, and *start_time* differs from it when it was moved.
    """

    id: OccurrenceId
    meeting_id: str
    state: OccurrenceState
    start_time: datetime
    end_time: datetime
    civil_start: str
    original_start_time: datetime
    change: Change = field(default_factory=Change)
    session_id: str = ""
    skip_reason: SkipReason | None = None
    # The session of the occurrence before it, which has to end first.
    waits_for: str = ""
    version: int = 1
    # Counts the changes that callers made.
    revision: int = 1

    @property
    def etag(self) -> str:
        return f"v{self.revision}"

    @property
    def is_moved(self) -> bool:
        return self.start_time != self.original_start_time

    @property
    def is_changed(self) -> bool:
        """Whether a caller has said something of this one alone."""
        return self.change != Change() or self.state is OccurrenceState.CANCELLED

    def after(self, action: OccurrenceAction) -> "Occurrence":
        return replace(self, state=advance(OCCURRENCE_TRANSITIONS, self.state, action))

    def is_upcoming(self) -> bool:
        return self.state in UPCOMING

    def check_etag(self, etag: str) -> None:
        """Raise ``EtagMismatch`` when the caller read another version; an empty one is no claim."""
        if etag and etag != self.etag:
            raise EtagMismatch(
                "the occurrence has changed since you read it; read it again", current=self.etag
            )

    def check_changeable(self) -> None:
        """Raise ``OccurrenceIsLive`` or ``OccurrenceIsOver`` for one that is not to come."""
        if self.state is OccurrenceState.LIVE:
            raise OccurrenceIsLive(self.id)
        if not self.is_upcoming():
            raise OccurrenceIsOver(self.id, self.state)

    def timed(self, original: datetime, duration: timedelta, zone: ZoneInfo) -> "Occurrence":
        """The occurrence with this original instant and its meeting's length, its change kept."""
        start = original
        if self.change.start_time:
            start = moment_of(datetime.fromisoformat(self.change.start_time), zone).instant
        length = timedelta(seconds=self.change.duration_seconds) or duration
        return replace(
            self, original_start_time=original, start_time=start, end_time=start + length
        )


def occurrence_of(meeting_id: str, instance: Instance) -> Occurrence:
    """The occurrence of a meeting at *instance*; one that its gap policy skips is SKIPPED."""
    civil = instance.civil.isoformat()
    skipped = Note.GAP_SKIPPED in instance.notes
    return Occurrence(
        OccurrenceId(derived_id("occ", meeting_id, civil)),
        meeting_id,
        OccurrenceState.SKIPPED if skipped else OccurrenceState.PENDING,
        instance.start,
        instance.end,
        civil,
        instance.start,
        skip_reason=SkipReason.GAP if skipped else None,
    )
