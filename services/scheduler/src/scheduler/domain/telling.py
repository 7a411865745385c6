"""Who is told what of a change: decided from what each person was told before. Pure.

A notice that nobody has taken yet and that a change overtakes is dropped, and what is said instead
is measured against what the person knows: somebody invited and cancelled before anything went out
hears nothing, and two moves in a row are one message.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.notices import NoticeKind, NoticeState

ASKING = (NoticeKind.INVITED, NoticeKind.CANCELLED)
# Among the changes of a cancellation: not the meeting is off, but this person is out of it.
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of a calendar as it was written for one person.

    *since* names what they knew before it and *previous_start* when that was. An empty
    *occurrence_id* is all of the meeting.
    """

    id: str
    kind: NoticeKind
    occurrence_id: str
    state: NoticeState
    attempts: int
    since: str = ""
    changes: Sequence[str] = ()
    previous_start: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        return self.state is NoticeState.QUEUED

    @property
    def is_unheard(self) -> bool:
        """Whether nobody can have read it yet."""
        return self.is_waiting and self.attempts == 0

    @property
    def may_be_heard(self) -> bool:
        """Whether somebody may have read it: an attempt that failed may have come through."""
        return self.state in (NoticeState.SENDING, NoticeState.SENT) or self.attempts > 0

    @property
    def is_uncertain(self) -> bool:
        return self.may_be_heard and self.state is not NoticeState.SENT


@dataclass(frozen=True, slots=True)
class Standing:
    """What one person was or may have been told, in the order it was written."""

    told: Sequence[Told] = ()

    @property
    def is_asked(self) -> bool:
        """Whether they may know that they are invited."""
        heard = [
            one.kind
            for one in self.told
            if one.kind in ASKING and not one.occurrence_id and one.may_be_heard
        ]
        return bool(heard) and heard[-1] is NoticeKind.INVITED

    @property
    def unheard(self) -> Sequence[Told]:
        return [one for one in self.told if one.is_unheard]

    @property
    def asking(self) -> Sequence[str]:
        """Notices on their way that say all of the meeting as it is now."""
        return [
            one.id
            for one in _whole(self.told)
            if one.state in (NoticeState.QUEUED, NoticeState.SENDING)
            and one.kind is not NoticeKind.CANCELLED
        ]

    @property
    def overtaken(self) -> Sequence[str]:
        """Notices that nothing is to come of any more, on their way or not."""
        return [one.id for one in self.told if one.is_waiting or one.state is NoticeState.SENDING]


@dataclass(frozen=True, slots=True)
class News:
    """What changed: contents are named by what a calendar shows of them.

    *force* tells even those for whom the content is the same: the zone's clock has changed.
    """

    before: str
    after: str
    changes: Sequence[str] = ()
    occurrence_id: str = ""
    previous_start: datetime | None = None
    cancelled: bool = False
    force: bool = False

    @property
    def is_any(self) -> bool:
        return self.force or self.cancelled or self.before != self.after


@dataclass(frozen=True, slots=True)
class Verdict:
    """What to do for one person: drop notices, and write one of *kind*, or none."""

    drop: Sequence[str] = ()
    kind: NoticeKind | None = None
    occurrence_id: str = ""
    since: str = ""
    changes: Sequence[str] = field(default_factory=tuple)
    previous_start: datetime | None = None


def asked(standing: Standing, after: str) -> Verdict:
    """For somebody who is invited now, for the first time or again."""
    waiting = standing.unheard
    if standing.is_asked:
        return _updated(standing, News("", after))
    return Verdict([one.id for one in waiting], NoticeKind.INVITED)


def taken_back(standing: Standing, before: str) -> Verdict:
    """For somebody who is invited no more, or to a meeting that is cancelled."""
    said = [one.id for one in _waiting_whole(standing) if one.kind is NoticeKind.CANCELLED]
    drop = [name for name in standing.overtaken if name not in said]
    if said or not standing.is_asked:
        return Verdict(drop)
    return Verdict(drop, NoticeKind.CANCELLED, since=_known(standing, before))


def told_of(standing: Standing, news: News) -> Verdict:
    """For somebody who stays invited."""
    if not news.is_any:
        return Verdict()
    if news.occurrence_id and not _waiting_whole(standing):
        return _told_of_one(standing, news)
    if not standing.is_asked:
        return Verdict(standing.overtaken, NoticeKind.INVITED)
    return _updated(standing, news)


def _updated(standing: Standing, news: News) -> Verdict:
    unheard = _whole(standing.unheard)
    since = _known(standing, news.before)
    drop = standing.overtaken
    # What waits and is of one occurrence has to be said anew.
    is_whole = not any(one.occurrence_id for one in standing.told if one.is_waiting)
    if since == news.after and not news.force and is_whole:
        return Verdict(drop)
    first = any(one.kind is NoticeKind.INVITED for one in _waiting_whole(standing))
    kind = NoticeKind.INVITED if first else NoticeKind.UPDATED
    changes = _joined([*(one.changes for one in unheard), _whole_changes(news)])
    previous = unheard[0].previous_start if unheard else None
    if not news.occurrence_id:
        previous = previous or news.previous_start
    return Verdict(drop, kind, "", since, changes, previous)


def _told_of_one(standing: Standing, news: News) -> Verdict:
    """News of one occurrence, for somebody who waits for nothing about the whole."""
    if not standing.is_asked:
        return Verdict()
    mine = [one for one in standing.told if one.occurrence_id == news.occurrence_id]
    unheard = [one for one in mine if one.is_unheard]
    drop = [one.id for one in mine if one.is_waiting or one.state is NoticeState.SENDING]
    since = _since(mine, news.before)
    if since == news.after:
        return Verdict(drop)
    kind = NoticeKind.CANCELLED if news.cancelled else NoticeKind.UPDATED
    changes = _joined([*(one.changes for one in unheard), news.changes])
    previous = unheard[0].previous_start if unheard else news.previous_start
    return Verdict(drop, kind, news.occurrence_id, since, changes, previous)


def _known(standing: Standing, before: str) -> str:
    return _since(_whole(standing.told), before)


def _since(told: Sequence[Told], before: str) -> str:
    """What the person knows of it: nothing that can be relied on where a message is on its way.

    It is older than *before* where something waits to be told.
    """
    if any(one.is_uncertain and one.state is not NoticeState.DROPPED for one in told):
        return ""
    unheard = [one for one in told if one.is_unheard]
    return unheard[0].since if unheard else before


def _waiting_whole(standing: Standing) -> Sequence[Told]:
    return _whole(one for one in standing.told if one.is_waiting)


def _whole(told: Iterable[Told]) -> Sequence[Told]:
    return [one for one in told if not one.occurrence_id]


def _whole_changes(news: News) -> Sequence[str]:
    return ("occurrences",) if news.occurrence_id else news.changes


def _joined(groups: Iterable[Sequence[str]]) -> Sequence[str]:
    return tuple(dict.fromkeys(one for group in groups for one in group))
