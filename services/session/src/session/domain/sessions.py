"""A session: one live run of a meeting, from its room's opening to its sealed ledger."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from common.errors import NotFound, WrongState
from common.machine import advance
from session.domain.policies import Policy

SessionId = NewType("SessionId", str)


class SessionState(Enum):
    STARTING = "STARTING"
    WAITING = "WAITING"
    ACTIVE = "ACTIVE"
    IDLE = "IDLE"
    ENDING = "ENDING"
    ENDED = "ENDED"
    FAILED = "FAILED"


class SessionAction(Enum):
    OPEN = "OPEN"
    FAIL = "FAIL"
    ACTIVATE = "ACTIVATE"
    EMPTY = "EMPTY"
    RESUME = "RESUME"
    END = "END"
    SEAL = "SEAL"


class EndReason(Enum):
    API = "API"
    HOST_ENDED = "HOST_ENDED"
    NO_SHOW = "NO_SHOW"
    ALL_LEFT = "ALL_LEFT"
    BOTS_ONLY = "BOTS_ONLY"
    HOST_ABSENT = "HOST_ABSENT"
    SOLO = "SOLO"
    SCHEDULED_END = "SCHEDULED_END"
    MAX_DURATION = "MAX_DURATION"
    MEETING_CANCELLED = "MEETING_CANCELLED"
    POLICY = "POLICY"
    TRIGGER = "TRIGGER"
    QUOTA = "QUOTA"
    MEDIA_FAILURE = "MEDIA_FAILURE"
    SHUTDOWN = "SHUTDOWN"


TRANSITIONS = {
    (SessionState.STARTING, SessionAction.OPEN): SessionState.WAITING,
    (SessionState.STARTING, SessionAction.FAIL): SessionState.FAILED,
    (SessionState.WAITING, SessionAction.ACTIVATE): SessionState.ACTIVE,
    (SessionState.ACTIVE, SessionAction.EMPTY): SessionState.IDLE,
    (SessionState.IDLE, SessionAction.RESUME): SessionState.ACTIVE,
    (SessionState.STARTING, SessionAction.END): SessionState.ENDING,
    (SessionState.WAITING, SessionAction.END): SessionState.ENDING,
    (SessionState.ACTIVE, SessionAction.END): SessionState.ENDING,
    (SessionState.IDLE, SessionAction.END): SessionState.ENDING,
    (SessionState.ENDING, SessionAction.SEAL): SessionState.ENDED,
    # Ending what has ended is a retrying client, not an error.
    (SessionState.ENDING, SessionAction.END): SessionState.ENDING,
    (SessionState.ENDED, SessionAction.END): SessionState.ENDED,
    (SessionState.FAILED, SessionAction.END): SessionState.FAILED,
}

ADMITTING = frozenset({SessionState.WAITING, SessionState.ACTIVE, SessionState.IDLE})
LIVE = ADMITTING | {SessionState.STARTING}
# A recording that may still grow.
RECORDING_UNDER_WAY = frozenset({"STARTING", "RECORDING", "PAUSED"})
TERMINAL = frozenset({SessionState.ENDED, SessionState.FAILED})


class SessionNotFound(NotFound):
    def __init__(self, session_id: str) -> None:
        super().__init__(f"the meeting has no session {session_id}", session_id=session_id)


class NoSession(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(
            f"meeting {meeting_id} has had no session; start the meeting first",
            meeting_id=meeting_id,
        )


class NoLiveSession(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(
            f"meeting {meeting_id} has no live session; start the meeting, "
            "or name an earlier session by its id",
            meeting_id=meeting_id,
        )


class SessionNotLive(WrongState):
    def __init__(self, session_id: str, state: SessionState) -> None:
        super().__init__(
            f"session {session_id} is {state.value}; only a live session takes commands",
            session_id=session_id,
            state=state.value,
        )


class PreviousSessionEnding(WrongState):
    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"session {session_id} of this meeting is still ending; start again when it has ended",
            retry_after=2,
            session_id=session_id,
        )


class LedgerNotSealed(WrongState):
    def __init__(self, session_id: str, state: SessionState) -> None:
        super().__init__(
            f"session {session_id} is {state.value}; its ledger is sealed when it has ended",
            retry_after=2,
            session_id=session_id,
            state=state.value,
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: *kind* is API_KEY, PARTICIPANT or SERVICE."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True)
class Session:
    """One live run of a meeting. *snapshot* is the meeting as the start said it, opaque here.

    *end_time* is when the meeting was over for its people; what follows is the draining of bots.
    """

    id: SessionId
    meeting_id: str
    occurrence_id: str
    title: str
    node: str
    policy: Policy
    snapshot: bytes
    create_time: datetime
    planned_end_time: datetime | None
    test: bool
    # Whether bots are in it, and whether they have finished what they heard.
    crewed: bool
    state: SessionState = SessionState.STARTING
    end_reason: EndReason | None = None
    end_text: str = ""
    ended_by: Actor | None = None
    held: bool = False
    locked: bool = False
    host_present: bool = False
    # The recording under way.
    recording_state: str = ""
    # A bot writes down what is said.
    transcribed: bool = False
    recording_id: str = ""
    flushed: bool = False
    # The drain deadline has passed: it is sealed with what there is.
    drained: bool = False
    room_closed: bool = False
    failure: str = ""
    start_time: datetime | None = None
    end_time: datetime | None = None
    # By how much its longest duration was moved.
    extended_seconds: int = 0
    # Second 0 of its time line, by the database's clock.
    room_open_time: datetime | None = None
    version: int = 1

    @property
    def latest_end(self) -> datetime:
        """When it ends, whatever happens."""
        longest = self.policy.max_duration_seconds + self.extended_seconds
        return self.create_time + timedelta(seconds=longest)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def admits(self) -> bool:
        return self.state in ADMITTING

    @property
    def is_over(self) -> bool:
        return self.state in TERMINAL

    @property
    def is_kept(self) -> bool:
        """Whether what is said stays: it is, or is to be, recorded or transcribed."""
        recorded = self.recording_state in RECORDING_UNDER_WAY or self.policy.auto_record
        return recorded or self.transcribed

    @property
    def may_seal(self) -> bool:
        """Whether nothing is awaited any more: bots flushed and room gone, or time is up."""
        done = self.room_closed and (self.flushed or not self.crewed)
        return self.state is SessionState.ENDING and (done or self.drained)

    def moved(self, action: SessionAction) -> "Session":
        return replace(self, state=advance(TRANSITIONS, self.state, action))

    def activated(self, now: datetime) -> "Session":
        return replace(self.moved(SessionAction.ACTIVATE), start_time=now)

    def failed(self, why: str, now: datetime) -> "Session":
        return replace(self.moved(SessionAction.FAIL), failure=why, end_time=now)

    def extended(self, seconds: int, now: datetime) -> "Session":
        """Its ends moved away by *seconds*: the longest duration, and the planned end.

        A planned end that has passed is counted from *now*.
        """
        planned = self.planned_end_time
        if planned is not None:
            planned = max(planned, now) + timedelta(seconds=seconds)
        later = self.extended_seconds + seconds
        return replace(self, planned_end_time=planned, extended_seconds=later)

    def ended(self, reason: EndReason, text: str, by: Actor, now: datetime) -> "Session":
        """On its way out; a session that ends already keeps its first reason."""
        after = self.moved(SessionAction.END)
        if not self.is_live:
            return self
        return replace(after, end_reason=reason, end_text=text, ended_by=by, end_time=now)
