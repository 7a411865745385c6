"""Sending: what came of telling somebody, and when it is tried again. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.notices import Notice, NoticeAction, NoticeKind
from scheduler.domain.signing import FIRST_SECRET, Signing

# Seconds after each attempt until the next; the last repeats until the notice expires.
SCHEDULE = (15, 60, 5 * 60, 15 * 60, 30 * 60, 3600)
# Retries only ever move later, so that they do not come all at once.
JITTER = 0.2
LONGEST_RETRY_AFTER = timedelta(hours=6)
LONGEST_DETAIL = 500
# Told late they are only noise; the others say what still holds.
_FLEETING = frozenset({NoticeKind.REMINDER, NoticeKind.LIVE})
NOT_IN_TIME = "it could not be sent in time"


class Verdict(Enum):
    SENT = "SENT"
    # Another attempt may work.
    AGAIN = "AGAIN"
    # No attempt ever will.
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt. *detail* is for an API user: it carries no secret and no address.

    *is_outage* says that the way is down, not that this message is at fault. *retry_after* is in
    seconds, as the other side asked for.
    """

    verdict: Verdict
    detail: str = ""
    is_outage: bool = False
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A claimed notice with all that sending it takes, as long as *lease* is on it.

    *now* is the workspace's time.
    """

    notice: Notice
    workspace_id: str
    lease: str
    traceparent: str
    now: datetime
    # Of a webhook.
    signing: Signing = FIRST_SECRET

    @property
    def is_late(self) -> bool:
        return self.now >= self.notice.expires_at


def after_attempt(notice: Notice, outcome: Outcome, now: datetime, *, jitter: float) -> Notice:
    """*notice* after an attempt that ended at *now*; *jitter* is in [0, 1)."""
    detail = plain(outcome.detail)
    if outcome.verdict is Verdict.SENT:
        return _ended(notice, NoticeAction.DELIVER, detail)
    if outcome.verdict is Verdict.REFUSED:
        return _ended(notice, NoticeAction.GIVE_UP, detail)
    due = now + retry_delay(notice.attempts, outcome, jitter=jitter)
    if due >= notice.expires_at:
        return _ended(notice, NoticeAction.GIVE_UP, f"{NOT_IN_TIME}: {detail}")
    return replace(notice, state=notice.after(NoticeAction.PUT_OFF), detail=detail, due_at=due)


def expired(notice: Notice) -> Notice:
    """*notice* once it is too late for it: what nobody misses is dropped, the rest has failed."""
    if notice.kind in _FLEETING and not notice.detail:
        return _ended(notice, NoticeAction.DROP, NOT_IN_TIME)
    return _ended(notice, NoticeAction.GIVE_UP, f"{NOT_IN_TIME}: {notice.detail}".rstrip(": "))


def retry_delay(attempts: int, outcome: Outcome, *, jitter: float) -> timedelta:
    """How long to wait after *attempts*: the schedule, or later where the other side asks."""
    wait = timedelta(seconds=SCHEDULE[min(max(attempts, 1), len(SCHEDULE)) - 1])
    if outcome.retry_after is not None:
        wait = max(wait, min(timedelta(seconds=outcome.retry_after), LONGEST_RETRY_AFTER))
    return wait * (1 + JITTER * jitter)


def plain(text: str) -> str:
    """*text* on one line, without control characters, no longer than a detail may be."""
    shown = "".join(one if one.isprintable() else " " for one in text)
    return " ".join(shown.split())[:LONGEST_DETAIL]


def _ended(notice: Notice, action: NoticeAction, detail: str) -> Notice:
    return replace(notice, state=notice.after(action), detail=detail)
