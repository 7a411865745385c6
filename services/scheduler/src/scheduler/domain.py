"""Meetings, their planned instants, and the rules they keep. Pure: no clock, no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, NewType
from zoneinfo import ZoneInfo

from common.errors import EtagMismatch, Forbidden, InvalidInput, NotFound, WrongState
from common.machine import advance

MeetingId = NewType("MeetingId", str)
OccurrenceId = NewType("OccurrenceId", str)

DEFAULT_DURATION_SECONDS = 3600


class MeetingState(Enum):
    READY = "READY"
    SCHEDULED = "SCHEDULED"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class MeetingAction(Enum):
    REVISE = "REVISE"
    SCHEDULE = "SCHEDULE"
    UNSCHEDULE = "UNSCHEDULE"
    START = "START"
    COMPLETE = "COMPLETE"
    CANCEL = "CANCEL"


# What a cancelled meeting was stays as it was: it takes no change.
MEETING_TRANSITIONS = {
    (MeetingState.READY, MeetingAction.REVISE): MeetingState.READY,
    (MeetingState.SCHEDULED, MeetingAction.REVISE): MeetingState.SCHEDULED,
    (MeetingState.COMPLETED, MeetingAction.REVISE): MeetingState.COMPLETED,
    (MeetingState.READY, MeetingAction.UNSCHEDULE): MeetingState.READY,
    (MeetingState.SCHEDULED, MeetingAction.UNSCHEDULE): MeetingState.READY,
    (MeetingState.COMPLETED, MeetingAction.UNSCHEDULE): MeetingState.READY,
    (MeetingState.READY, MeetingAction.SCHEDULE): MeetingState.SCHEDULED,
    (MeetingState.READY, MeetingAction.START): MeetingState.READY,
    (MeetingState.READY, MeetingAction.CANCEL): MeetingState.CANCELLED,
    (MeetingState.SCHEDULED, MeetingAction.SCHEDULE): MeetingState.SCHEDULED,
    (MeetingState.SCHEDULED, MeetingAction.START): MeetingState.SCHEDULED,
    (MeetingState.SCHEDULED, MeetingAction.COMPLETE): MeetingState.COMPLETED,
    (MeetingState.SCHEDULED, MeetingAction.CANCEL): MeetingState.CANCELLED,
    # A completed meeting can be held again, now or later.
    (MeetingState.COMPLETED, MeetingAction.SCHEDULE): MeetingState.SCHEDULED,
    (MeetingState.COMPLETED, MeetingAction.START): MeetingState.COMPLETED,
    (MeetingState.COMPLETED, MeetingAction.COMPLETE): MeetingState.COMPLETED,
    # Cancelling twice is what a retrying client does, so it is not an error.
    (MeetingState.CANCELLED, MeetingAction.CANCEL): MeetingState.CANCELLED,
}


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


OCCURRENCE_TRANSITIONS = {
    (OccurrenceState.PENDING, OccurrenceAction.OPEN): OccurrenceState.OPEN,
    (OccurrenceState.PENDING, OccurrenceAction.GO_LIVE): OccurrenceState.LIVE,
    (OccurrenceState.PENDING, OccurrenceAction.MISS): OccurrenceState.MISSED,
    (OccurrenceState.PENDING, OccurrenceAction.SKIP): OccurrenceState.SKIPPED,
    (OccurrenceState.PENDING, OccurrenceAction.CANCEL): OccurrenceState.CANCELLED,
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


class ScheduledEnd(Enum):
    NONE = "NONE"
    SOFT = "SOFT"
    HARD = "HARD"


class MeetingNotFound(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(f"no meeting {meeting_id}", meeting_id=meeting_id)


class StartsInThePast(InvalidInput):
    def __init__(self, start: datetime, now: datetime) -> None:
        super().__init__(
            f"start_time is {start:%Y-%m-%dT%H:%M:%SZ} in UTC, which is over; "
            f"it is {now:%Y-%m-%dT%H:%M:%SZ} now",
            field="start_time",
        )


class MissingStartTime(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "a scheduled meeting needs a start_time; without one, create it", field="start_time"
        )


class MissingTimeZone(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "start_time is a local time and needs a time_zone, say Europe/Lisbon", field="time_zone"
        )


class MissingMeeting(InvalidInput):
    def __init__(self) -> None:
        super().__init__("give meeting_id, or a meeting to create", field="meeting_id")


class NotBoth(InvalidInput):
    def __init__(self) -> None:
        super().__init__("give meeting_id or meeting, not both", field="meeting")


class MeetingIsLive(WrongState):
    def __init__(self, meeting_id: str) -> None:
        super().__init__("the meeting is live; end it first", meeting_id=meeting_id)


class NotAllowedToCreate(Forbidden):
    def __init__(self) -> None:
        super().__init__(
            "starting a meeting that is not there yet creates it: the key needs meetings:write",
            scope="meetings:write",
        )


@dataclass(frozen=True, slots=True)
class HostRole:
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class Invitee:
    name: str
    email: str
    role: str
    channel: str
    locale: str


@dataclass(frozen=True, slots=True)
class ExternalRef:
    system: str
    type: str
    id: str

    @property
    def path(self) -> str:
        """How a filter names it."""
        return f"{self.system}:{self.type}:{self.id}"


@dataclass(frozen=True, slots=True)
class BotSpec:
    kind: str
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """How a session behaves; lengths are seconds, and 0 turns off what may be off."""

    no_show_seconds: int = 300
    all_left_seconds: int = 60
    reconnect_grace_seconds: int = 20
    host_absent_seconds: int = 0
    solo_seconds: int = 0
    scheduled_end: ScheduledEnd = ScheduledEnd.SOFT
    max_duration_seconds: int = 86400
    drain_seconds: int = 30
    early_join_seconds: int = 600
    wait_for_host: bool = False
    start_on_first_join: bool = False
    allow_unmute: bool = False
    catch_up_seconds: int = 300
    lobby: bool = False
    max_participants: int = 200
    auto_record: bool = False

    @property
    def early_join(self) -> timedelta:
        return timedelta(seconds=self.early_join_seconds)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a caller says of a meeting. *start_time* is local to *time_zone*; empty: no schedule."""

    title: str
    agenda: str = ""
    start_time: str = ""
    time_zone: str = ""
    duration_seconds: int = DEFAULT_DURATION_SECONDS
    host_roles: Sequence[HostRole] = ()
    invitees: Sequence[Invitee] = ()
    tags: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    external_refs: Sequence[ExternalRef] = ()
    bots: Sequence[BotSpec] = ()
    policy: Policy = field(default_factory=Policy)

    @property
    def start(self) -> datetime | None:
        """The planned start as an instant, if there is one."""
        return instant_of(self.start_time, self.time_zone) if self.start_time else None

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=self.duration_seconds)


@dataclass(frozen=True, slots=True)
class Meeting:
    id: MeetingId
    state: MeetingState
    definition: Definition
    create_time: datetime
    update_time: datetime
    active_session_id: str = ""
    test: bool = False
    # Counts the changes of the definition; a session that starts or ends is none.
    version: int = 1

    @property
    def etag(self) -> str:
        return f"v{self.version}"

    def after(self, action: MeetingAction) -> "Meeting":
        return replace(self, state=advance(MEETING_TRANSITIONS, self.state, action))

    def check_etag(self, etag: str) -> None:
        """Raise ``EtagMismatch`` when the caller read another version; an empty one is no claim."""
        if etag and etag != self.etag:
            raise EtagMismatch(
                "the meeting has changed since you read it; read it again", current=self.etag
            )


@dataclass(frozen=True, slots=True)
class Occurrence:
    id: OccurrenceId
    meeting_id: MeetingId
    state: OccurrenceState
    start_time: datetime
    end_time: datetime
    session_id: str = ""
    version: int = 1

    def after(self, action: OccurrenceAction) -> "Occurrence":
        return replace(self, state=advance(OCCURRENCE_TRANSITIONS, self.state, action))

    def is_upcoming(self) -> bool:
        return self.state in UPCOMING


def instant_of(civil: str, time_zone: str) -> datetime:
    """The UTC instant of a local time.

    A time that a clock change skips is read with the offset from before it, so it moves forward
    by the gap (RFC 5545, section 3.3.5); one that comes twice is its first.
    """
    if not time_zone:
        raise MissingTimeZone
    local = datetime.fromisoformat(civil).replace(tzinfo=ZoneInfo(time_zone), fold=0)
    return local.astimezone(UTC)


def plan(meeting_id: MeetingId, definition: Definition, test: bool, now: datetime) -> Meeting:
    """A new meeting; raises ``StartsInThePast`` or ``MissingTimeZone``."""
    _refuse_past(definition, now)
    state = MeetingState.SCHEDULED if definition.start_time else MeetingState.READY
    return Meeting(meeting_id, state, definition, now, now, test=test)


def revise(meeting: Meeting, definition: Definition, now: datetime) -> Meeting:
    """*meeting* with another definition; a new time schedules it, none makes it ready.

    Raises ``WrongState`` for a cancelled meeting, ``MeetingIsLive`` where the time of a live one
    would change, and what ``plan`` raises of a new time.
    """
    revised = replace(meeting.after(MeetingAction.REVISE), definition=definition, update_time=now)
    if not is_moved(meeting.definition, definition):
        return revised
    if meeting.active_session_id:
        raise MeetingIsLive(meeting.id)
    if not definition.start_time:
        return revised.after(MeetingAction.UNSCHEDULE)
    _refuse_past(definition, now)
    return revised.after(MeetingAction.SCHEDULE)


def is_moved(before: Definition, after: Definition) -> bool:
    """Whether the planned instant or, where there is one, its length differs."""
    if before.start != after.start:
        return True
    return after.start is not None and before.duration != after.duration


def occurrence_of(meeting: Meeting, occurrence_id: OccurrenceId) -> Occurrence | None:
    """The planned instant of a meeting that has one."""
    start = meeting.definition.start
    if start is None:
        return None
    end = start + meeting.definition.duration
    return Occurrence(occurrence_id, meeting.id, OccurrenceState.PENDING, start, end)


def changed_fields(before: Definition, after: Definition) -> list[str]:
    """The names of the fields that differ."""
    return [
        one.name
        for one in fields(Definition)
        if getattr(before, one.name) != getattr(after, one.name)
    ]


def is_within_catch_up(due: datetime, now: datetime, policy: Policy) -> bool:
    """Whether a start that was due then may still happen by itself."""
    return now - due <= timedelta(seconds=policy.catch_up_seconds)


def _refuse_past(definition: Definition, now: datetime) -> None:
    start = definition.start
    if start is not None and start < now:
        raise StartsInThePast(start, now)
