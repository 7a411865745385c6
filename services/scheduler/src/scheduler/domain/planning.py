"""How far a timetable is planned ahead, and what a new timetable makes of what was planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.occurrences import Occurrence, OccurrenceState, SkipReason, occurrence_of
from scheduler.domain.recurrence import Instance, Note, Timetable

HORIZON = timedelta(days=366)
MOST_AHEAD = 366
# However rare they are: the next one shows, and so does that there is another after it.
LEAST_AHEAD = 2
# Timers wait for the next few occurrences only: a million planned ones cost rows, not timers.
ARMED_AHEAD = 8
# For a series whose planned occurrences were all cancelled.
IDLE_LOOK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is planned of a timetable, and whether more comes after it."""

    timetable: Timetable
    instances: Sequence[Instance]
    has_more: bool

    @property
    def begins(self) -> datetime:
        return self.timetable.first.start

    @property
    def held(self) -> Sequence[Instance]:
        return [one for one in self.instances if one.is_held]


class Kind(Enum):
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    MOVED = "MOVED"
    CHANGED = "CHANGED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of one occurrence; *before* and *after* are its starts."""

    kind: Kind
    occurrence_id: str
    before: datetime | None
    after: datetime | None


@dataclass(slots=True)
class Replan:
    """What to write: occurrences to *put* in place, those to *drop*, and what that makes differ.

    *skipped* are those that the gap policy newly skips.
    """

    put: list[Occurrence] = field(default_factory=list)
    drop: list[Occurrence] = field(default_factory=list)
    skipped: list[Occurrence] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def outlook_of(timetable: Timetable, since: datetime, now: datetime) -> Outlook:
    """The instances from *since* to 12 months after *now*: at most 366 to come, at least two."""
    found: list[Instance] = []
    ahead = 0
    for one in timetable.instances(since):
        enough = ahead >= LEAST_AHEAD and one.start > now + HORIZON
        if enough or ahead >= MOST_AHEAD:
            return Outlook(timetable, found, has_more=True)
        if Note.DUPLICATE_DROPPED not in one.notes:
            found.append(one)
            ahead += one.is_held and one.start >= now
    return Outlook(timetable, found, has_more=False)


def replanned(
    meeting_id: str,
    outlook: Outlook,
    existing: Sequence[Occurrence],
    now: datetime,
    *,
    renewed: bool = False,
) -> Replan:
    """What *outlook* makes of the *existing* occurrences, which are those not before it.

    One whose original instant is still there keeps its change, and so does every one when the
    zone database was merely *renewed*. What was, or is live, stays.
    """
    replan = Replan()
    # By the local time that names them: early releases gave ids that are not derived from it.
    left = {one.civil_start: one for one in existing}
    for instance in outlook.instances:
        fresh = occurrence_of(meeting_id, instance)
        known = left.pop(fresh.civil_start, None)
        if known is None and instance.start >= now:
            _add(replan, fresh)
        elif known is not None:
            _fit(replan, known, fresh, outlook.timetable, renewed=renewed)
    for one in left.values():
        if _is_replaceable(one, now) and not _is_beyond(one, outlook):
            replan.drop.append(one)
            if one.is_upcoming():
                _differ(replan, Kind.REMOVED, one, None)
    return replan


def carried(
    fresh: Sequence[Occurrence], kept: Mapping[str, Occurrence], timetable: Timetable
) -> list[Occurrence]:
    """The *fresh* occurrences of a series split off, with what was changed of them before."""
    return [_as_before(one, kept.get(one.civil_start), timetable) for one in fresh]


def armed(upcoming: Sequence[Occurrence], early: timedelta, now: datetime) -> Sequence[Occurrence]:
    """Those of *upcoming*, in time order, whose timers wait: the next few, and what opens soon."""
    soon = now + 2 * early
    return [
        one for place, one in enumerate(upcoming) if place < ARMED_AHEAD or one.start_time < soon
    ]


def next_look(waiting: Sequence[Occurrence], now: datetime) -> datetime:
    """When to plan further: halfway through what is armed, between two starts."""
    if len(waiting) < 2:
        return waiting[0].start_time if waiting else now + IDLE_LOOK
    middle = (len(waiting) - 1) // 2
    before, after = waiting[middle].start_time, waiting[middle + 1].start_time
    return before + (after - before) / 2


def _as_before(one: Occurrence, old: Occurrence | None, timetable: Timetable) -> Occurrence:
    if old is None or not one.is_upcoming():
        return one
    state = old.state if old.state is OccurrenceState.CANCELLED else one.state
    changed = replace(one, change=old.change, state=state)
    return changed.timed(one.original_start_time, timetable.duration, timetable.zone)


def _fit(
    replan: Replan, known: Occurrence, fresh: Occurrence, timetable: Timetable, *, renewed: bool
) -> None:
    """Put *known* in the place that *fresh* has now."""
    if not (known.is_upcoming() or _is_set_aside(known)):
        return
    is_gap = fresh.skip_reason is SkipReason.GAP
    keeps = renewed or known.original_start_time == fresh.original_start_time
    if not keeps or (known.skip_reason is SkipReason.GAP) != is_gap:
        after = replace(fresh, id=known.id, version=known.version, revision=known.revision)
    else:
        after = known.timed(fresh.original_start_time, timetable.duration, timetable.zone)
    if after == known:
        return
    if after.start_time != known.start_time and after.state is OccurrenceState.OPEN:
        after = replace(after, state=OccurrenceState.PENDING)
    _put(replan, known, after)
    if after.is_upcoming() or known.is_upcoming():
        moved = after.start_time != known.start_time
        _differ(replan, Kind.MOVED if moved else Kind.CHANGED, known, after)


def _add(replan: Replan, fresh: Occurrence) -> None:
    _put(replan, None, fresh)
    if fresh.is_upcoming():
        _differ(replan, Kind.ADDED, None, fresh)


def _put(replan: Replan, before: Occurrence | None, after: Occurrence) -> None:
    replan.put.append(after)
    was_gap = before is not None and before.skip_reason is SkipReason.GAP
    if after.skip_reason is SkipReason.GAP and not was_gap:
        replan.skipped.append(after)


def _differ(
    replan: Replan, kind: Kind, before: Occurrence | None, after: Occurrence | None
) -> None:
    one = after or before
    assert one is not None
    old = before.start_time if before else None
    new = after.start_time if after else None
    replan.differences.append(Difference(kind, one.id, old, new))


def _is_set_aside(one: Occurrence) -> bool:
    return one.state in (OccurrenceState.CANCELLED, OccurrenceState.SKIPPED)


def _is_replaceable(one: Occurrence, now: datetime) -> bool:
    return one.is_upcoming() or (_is_set_aside(one) and one.original_start_time >= now)


def _is_beyond(one: Occurrence, outlook: Outlook) -> bool:
    """Whether a changed one is still in the timetable, only later than is planned now."""
    if not outlook.has_more or not one.is_changed or not outlook.instances:
        return False
    if one.original_start_time <= outlook.instances[-1].start:
        return False
    following = next(outlook.timetable.instances(one.original_start_time), None)
    return following is not None and following.start == one.original_start_time
