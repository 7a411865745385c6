"""Meetings, their states and what may become of them. Pure: no clock, no I/O."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from common.errors import EtagMismatch, Forbidden, InvalidInput, NotFound, WrongState
from common.machine import advance
from scheduler.domain.definitions import Definition, Policy, is_moved
from scheduler.domain.planning import Outlook
from scheduler.domain.rules import FIELD

MeetingId = NewType("MeetingId", str)


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


class NothingToCome(InvalidInput):
    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} gives no instant from now on; mend it, or plan a single meeting",
            field=field,
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
class Meeting:
    id: MeetingId
    state: MeetingState
    definition: Definition
    create_time: datetime
    update_time: datetime
    active_session_id: str = ""
    # The live session is on its way out: it takes nobody any more.
    session_ending: bool = False
    test: bool = False
    # The meeting it was split off, if any.
    split_from: str = ""
    # By which calendars know it, for good.
    calendar_uid: str = ""
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


def plan(
    meeting_id: MeetingId,
    definition: Definition,
    outlook: Outlook | None,
    now: datetime,
    *,
    test: bool,
) -> Meeting:
    """A new meeting; raises ``StartsInThePast`` or ``NothingToCome``."""
    if outlook is None:
        return Meeting(meeting_id, MeetingState.READY, definition, now, now, test=test)
    _refuse_past(outlook, now)
    _refuse_nothing(definition, outlook)
    return Meeting(meeting_id, MeetingState.SCHEDULED, definition, now, now, test=test)


def revise(
    meeting: Meeting, definition: Definition, outlook: Outlook | None, now: datetime
) -> Meeting:
    """*meeting* with another definition; a new time schedules it, none makes it ready.

    A series may keep a start that is over: what is still to come follows the new timetable.
    Raises ``WrongState`` for a cancelled meeting, ``MeetingIsLive`` where the time of a single
    live one would change, and what ``plan`` raises of a new time.
    """
    before = meeting.definition
    revised = replace(meeting.after(MeetingAction.REVISE), definition=definition, update_time=now)
    if not is_moved(before, definition):
        return revised
    if meeting.active_session_id and not (before.recurrence and definition.recurrence):
        raise MeetingIsLive(meeting.id)
    if outlook is None:
        return revised.after(MeetingAction.UNSCHEDULE)
    if definition.recurrence is None:
        _refuse_past(outlook, now)
    _refuse_nothing(definition, outlook)
    return revised.after(MeetingAction.SCHEDULE)


def is_within_catch_up(due: datetime, now: datetime, policy: Policy) -> bool:
    """Whether a start that was due then may still happen by itself."""
    return now - due <= timedelta(seconds=policy.catch_up_seconds)


def _refuse_past(outlook: Outlook, now: datetime) -> None:
    if outlook.begins < now:
        raise StartsInThePast(outlook.begins, now)


def _refuse_nothing(definition: Definition, outlook: Outlook) -> None:
    if not outlook.held:
        raise NothingToCome(FIELD if definition.recurrence else "start_time")
