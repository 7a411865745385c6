"""Notices: what a person is told of a meeting, and how far the telling has come. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from common.machine import advance


class Channel(Enum):
    """How a person wants to be told."""

    EMAIL = "EMAIL"
    PUSH = "PUSH"
    WEBHOOK = "WEBHOOK"
    NONE = "NONE"

    @property
    def bell(self) -> str:
        """What is rung when there is something to send."""
        return f"notices-{self.value}"


class NoticeKind(Enum):
    INVITED = "INVITED"
    UPDATED = "UPDATED"
    CANCELLED = "CANCELLED"
    REMINDER = "REMINDER"
    # The meeting has begun and the person is not there.
    LIVE = "LIVE"
    SUMMARY = "SUMMARY"


class NoticeState(Enum):
    QUEUED = "QUEUED"
    # Leased by a replica that is on its way with it.
    SENDING = "SENDING"
    SENT = "SENT"
    FAILED = "FAILED"
    # Not worth sending any more: what it tells of is over, or was changed before it went out.
    DROPPED = "DROPPED"


# Nothing is to come of them any more.
ENDED = frozenset({NoticeState.SENT, NoticeState.FAILED, NoticeState.DROPPED})


class NoticeAction(Enum):
    TAKE = "TAKE"
    DELIVER = "DELIVER"
    PUT_OFF = "PUT_OFF"
    GIVE_UP = "GIVE_UP"
    DROP = "DROP"


NOTICE_TRANSITIONS = {
    (NoticeState.QUEUED, NoticeAction.TAKE): NoticeState.SENDING,
    # A lease that ran out: the message goes out again, with the same id.
    (NoticeState.SENDING, NoticeAction.TAKE): NoticeState.SENDING,
    (NoticeState.SENDING, NoticeAction.DELIVER): NoticeState.SENT,
    (NoticeState.SENDING, NoticeAction.PUT_OFF): NoticeState.QUEUED,
    (NoticeState.SENDING, NoticeAction.GIVE_UP): NoticeState.FAILED,
    (NoticeState.SENDING, NoticeAction.DROP): NoticeState.DROPPED,
    (NoticeState.QUEUED, NoticeAction.DROP): NoticeState.DROPPED,
}


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is told. *address* is the channel's own: a URL for PUSH and WEBHOOK, else empty."""

    name: str
    email: str
    locale: str
    channel: Channel
    address: str = ""
    # A browser's push subscription: `endpoint`, `p256dh`, `auth`; empty when it is none.
    web_push: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is told, in a form that every channel can render; instants are UTC.

    An iCalendar text goes with invitations, changes and cancellations of what has a time; its
    *calendar_method* is REQUEST or CANCEL. *changes* are names of fields. *original_start_time*
    is set where one occurrence of a series is meant.
    """

    title: str
    agenda: str = ""
    time_zone: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    original_start_time: datetime | None = None
    # The time before a change, where it moved.
    previous_start_time: datetime | None = None
    rrule: str = ""
    changes: Sequence[str] = ()
    reason: str = ""
    role: str = ""
    join_url: str = ""
    respond_url: str = ""
    calendar_text: str = ""
    calendar_method: str = ""
    summary: str = ""
    # By which its reader hears no more of what nobody has to know.
    unsubscribe_url: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to one person. A stakeholder's has no *invitation_id*."""

    id: str
    meeting_id: str
    invitation_id: str
    occurrence_id: str
    kind: NoticeKind
    recipient: Recipient
    letter: Letter
    state: NoticeState
    due_at: datetime
    # Later than this it is dropped.
    expires_at: datetime
    attempts: int = 0
    # What the last attempt came to, in words that an API user may read.
    detail: str = ""
    test: bool = False

    @property
    def is_ended(self) -> bool:
        return self.state in ENDED

    def after(self, action: NoticeAction) -> NoticeState:
        return advance(NOTICE_TRANSITIONS, self.state, action)
