"""The timers of a session: what is due when, and what it must still find to act."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from session.domain.policies import ScheduledEnd
from session.domain.rosters import Crowd
from session.domain.sessions import EndReason, Session, SessionState

ALLOCATE = "allocate"
NO_SHOW = "no_show"
GRACE = "grace"
ABORT = "abort"
SCHEDULED_END = "scheduled_end"
MAX_DURATION = "max_duration"
WARNING = "warning"
DRAIN = "drain"

ALLOCATE_SECONDS = 10
ALLOCATE_ATTEMPTS = 3
# A token is out but nobody came by it.
ABORT_SECONDS = 60
WARNINGS_SECONDS = (300, 60)
# An end that the media node contradicts is looked at again this much later.
AGAIN_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Deadline:
    """A timer to arm. *reason* and *remaining_seconds* are a warning's."""

    kind: str
    due_at: datetime
    suffix: str = ""
    reason: EndReason | None = None
    remaining_seconds: int = 0


def key_of(session_id: str, kind: str, suffix: str = "") -> str:
    """The timer's key: one per session and kind, and *suffix* where there are several."""
    return "/".join(part for part in (session_id, kind, suffix) if part)


def from_start(session: Session) -> Iterator[Deadline]:
    """The deadlines that a session has from its start, with their warnings."""
    start = session.create_time
    yield Deadline(ALLOCATE, start + timedelta(seconds=ALLOCATE_SECONDS))
    yield from timed_ends(session, start)


def timed_ends(session: Session, since: datetime) -> Iterator[Deadline]:
    """The ends that the clock brings and the warnings of them, where they come after *since*."""
    for one in _timed_ends(session):
        if one.due_at > since:
            yield one


def _timed_ends(session: Session) -> Iterator[Deadline]:
    yield Deadline(MAX_DURATION, session.latest_end)
    yield from _warnings(session.latest_end, EndReason.MAX_DURATION)
    planned = session.planned_end_time
    if planned is None or planned <= session.create_time:
        return
    if session.policy.scheduled_end is ScheduledEnd.HARD:
        yield Deadline(SCHEDULED_END, planned)
    if session.policy.scheduled_end is not ScheduledEnd.NONE:
        yield from _warnings(planned, EndReason.SCHEDULED_END)


def _warnings(end: datetime, reason: EndReason) -> Iterator[Deadline]:
    for remaining in WARNINGS_SECONDS:
        due = end - timedelta(seconds=remaining)
        yield Deadline(WARNING, due, f"{reason.value}-{remaining}", reason, remaining)


def keys_from_start(session: Session) -> list[str]:
    timed = [key_of(session.id, one.kind, one.suffix) for one in _timed_ends(session)]
    return [key_of(session.id, ALLOCATE), *timed]


def no_show_holds(session: Session, _crowd: Crowd, _now: datetime) -> bool:
    return session.state is SessionState.WAITING


def all_left_holds(session: Session, crowd: Crowd, _now: datetime) -> bool:
    return session.state is SessionState.IDLE and not crowd.counted


def host_absent_holds(session: Session, crowd: Crowd, _now: datetime) -> bool:
    return session.state is SessionState.ACTIVE and not crowd.hosts


def solo_holds(session: Session, crowd: Crowd, _now: datetime) -> bool:
    return session.state is SessionState.ACTIVE and crowd.counted == 1


def planned_end_is_past(session: Session, _crowd: Crowd, now: datetime) -> bool:
    planned = session.planned_end_time
    return session.is_live and planned is not None and planned <= now


def longest_duration_is_over(session: Session, _crowd: Crowd, now: datetime) -> bool:
    return session.is_live and session.latest_end <= now


def is_still_near(
    session: Session, reason: EndReason, remaining_seconds: int, now: datetime
) -> bool:
    """Whether the end that a warning tells of is as near as it says."""
    scheduled = reason is EndReason.SCHEDULED_END
    end = session.planned_end_time if scheduled else session.latest_end
    return end is not None and end - now <= timedelta(seconds=remaining_seconds)
