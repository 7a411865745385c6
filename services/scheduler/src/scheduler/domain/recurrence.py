"""The instants of a meeting's timetable: what a rule and a zone's clock make together.

The rule is read on the clock of the zone. What the clock skips or shows twice, COUNT, UNTIL and
instants that come twice are decided here; `docs/recurrence.md` states every rule.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from heapq import merge
from zoneinfo import ZoneInfo

from common.errors import InvalidInput
from scheduler.domain.calendar import civil_times
from scheduler.domain.rules import Rule, rule_of
from scheduler.domain.zones import LAST_YEAR, Moment, Reading, check_near, moment_of

# How far a rule is followed for its next time, so that one without any ends too.
SEARCH_YEARS = 100


class GapPolicy(Enum):
    """What becomes of a time that the clock skips."""

    SHIFT_FORWARD = "SHIFT_FORWARD"
    SKIP = "SKIP"


class OverlapPolicy(Enum):
    """What becomes of an occurrence whose start finds the one before it still live."""

    SKIP = "SKIP"
    # It is held in the live session: a meeting has at most one.
    ALLOW = "ALLOW"
    END_PREVIOUS = "END_PREVIOUS"


class Note(Enum):
    GAP_SHIFTED = "GAP_SHIFTED"
    GAP_SKIPPED = "GAP_SKIPPED"
    FOLD_FIRST = "FOLD_FIRST"
    DUPLICATE_DROPPED = "DUPLICATE_DROPPED"
    OVERLAPS_PREVIOUS = "OVERLAPS_PREVIOUS"


NOT_HELD = frozenset({Note.GAP_SKIPPED, Note.DUPLICATE_DROPPED})
IN_GAP = frozenset({Note.GAP_SHIFTED, Note.GAP_SKIPPED})
_NOTES = {Reading.PLAIN: (), Reading.GAP: (Note.GAP_SHIFTED,), Reading.FOLD: (Note.FOLD_FIRST,)}


class NothingRecurs(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "recurrence needs an rrule or rdates; leave recurrence out for a single meeting",
            field="recurrence",
        )


class RecurrenceNeedsStart(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "recurrence repeats a start_time; give start_time and time_zone", field="start_time"
        )


class DateBeforeStart(InvalidInput):
    def __init__(self, place: int, start: datetime) -> None:
        field = f"recurrence.rdates[{place}]"
        super().__init__(
            f"{field} is before start_time, {start.isoformat()}; begin with the earliest",
            field=field,
        )


@dataclass(frozen=True, slots=True)
class Recurrence:
    """How a meeting repeats. *rdates* and *exdates* are local times of the meeting's zone."""

    rrule: str = ""
    rdates: Sequence[str] = ()
    exdates: Sequence[str] = ()
    gap_policy: GapPolicy = GapPolicy.SHIFT_FORWARD
    overlap_policy: OverlapPolicy = OverlapPolicy.SKIP


@dataclass(frozen=True, slots=True)
class Instance:
    """One planned instant: the local time the rule gives, the instant, what to know of it."""

    civil: datetime
    start: datetime
    end: datetime
    notes: tuple[Note, ...] = ()

    @property
    def is_held(self) -> bool:
        return NOT_HELD.isdisjoint(self.notes)


@dataclass(frozen=True, slots=True)
class Timetable:
    """When a meeting is: *rule* is what its recurrence's rrule says; neither for a single one."""

    start: datetime
    zone: ZoneInfo
    duration: timedelta
    recurrence: Recurrence | None
    rule: Rule | None

    @property
    def first(self) -> Instance:
        """The start, whether or not the rule gives it."""
        return self._instance(moment_of(self.start, self.zone))

    def instances(self, since: datetime | None = None) -> Iterator[Instance]:
        """Every instance from *since* on, in time order; those that are not held say why.

        It ends with the rule, or where 100 years after *since* bring nothing more.
        """
        begin = self._civil_before(since)
        overlapping = self._with_overlaps(self._all(begin))
        return (one for one in overlapping if since is None or one.start >= since)

    def _all(self, begin: datetime) -> Iterator[Instance]:
        if self.recurrence is None:
            yield self.first
            return
        extra = _in_time_order(self._read(civil) for civil in self._extra_dates())
        excluded = {
            moment_of(datetime.fromisoformat(one), self.zone).instant
            for one in self.recurrence.exdates
        }
        previous = None
        for one in merge(self._of_rule(begin), extra, key=lambda one: one.start):
            if one.start in excluded:
                continue
            if one.is_held and one.start == previous:
                yield _dropped(one)
                continue
            if one.is_held:
                previous = one.start
            yield one

    def of_rule(self, since: datetime) -> Iterator[Instance]:
        """What the rule itself gives, from before *since* on; one with a COUNT from its start."""
        return self._of_rule(self._civil_before(since))

    def _of_rule(self, begin: datetime) -> Iterator[Instance]:
        """COUNT and UNTIL bind what the rule gives, and nothing else."""
        rule = self.rule
        if rule is None:
            return
        left = rule.count
        # Counting begins at the start; what need not be counted is passed over.
        since = self.start if left is not None else begin
        civil = civil_times(rule, self.start, since, _last_day(rule, max(begin, self.start)))
        for one in _in_time_order(self._read(each) for each in civil):
            if isinstance(rule.until, datetime) and one.start > rule.until:
                return
            if one.is_held and left is not None:
                left -= 1
            yield one
            if left == 0:
                return

    def _extra_dates(self) -> Sequence[datetime]:
        assert self.recurrence is not None
        extra = {datetime.fromisoformat(one) for one in self.recurrence.rdates}
        if self.rule is None:
            extra.add(self.start)
        return sorted(extra)

    def _read(self, civil: datetime) -> Instance:
        return self._instance(moment_of(civil, self.zone))

    def _instance(self, moment: Moment) -> Instance:
        notes: tuple[Note, ...] = _NOTES[moment.reading]
        if moment.reading is Reading.GAP and self._skips_gaps:
            notes = (Note.GAP_SKIPPED,)
        return Instance(moment.civil, moment.instant, moment.instant + self.duration, notes)

    @property
    def _skips_gaps(self) -> bool:
        return self.recurrence is not None and self.recurrence.gap_policy is GapPolicy.SKIP

    def _civil_before(self, since: datetime | None) -> datetime:
        """A local time that no instance from *since* on, or one that it overlaps, is before."""
        if since is None:
            return self.start
        local = since.astimezone(self.zone).replace(tzinfo=None)
        return max(self.start, local - self.duration - timedelta(days=2))

    def _with_overlaps(self, instances: Iterable[Instance]) -> Iterator[Instance]:
        end = None
        for one in instances:
            if not one.is_held:
                yield one
                continue
            overlaps = end is not None and one.start < end
            end = one.end
            yield replace(one, notes=(*one.notes, Note.OVERLAPS_PREVIOUS)) if overlaps else one


def timetable_of(
    start: datetime, zone: ZoneInfo, duration: timedelta, recurrence: Recurrence | None
) -> Timetable:
    """Raises ``RuleNotUnderstood``, ``NothingRecurs``, ``DateBeforeStart`` or ``TooFarAway``."""
    check_near(start)
    if recurrence is None:
        return Timetable(start, zone, duration, None, None)
    if not recurrence.rrule and not recurrence.rdates:
        raise NothingRecurs
    for place, one in enumerate(recurrence.rdates):
        if datetime.fromisoformat(one) < start:
            raise DateBeforeStart(place, start)
        check_near(datetime.fromisoformat(one), f"recurrence.rdates[{place}]")
    for place, one in enumerate(recurrence.exdates):
        check_near(datetime.fromisoformat(one), f"recurrence.exdates[{place}]")
    rule = rule_of(recurrence.rrule) if recurrence.rrule else None
    return Timetable(start, zone, duration, recurrence, rule)


def until_before(instant: datetime) -> str:
    """An UNTIL that ends just before *instant*."""
    return (instant.astimezone(UTC) - timedelta(seconds=1)).strftime("%Y%m%dT%H%M%SZ")


def _in_time_order(instances: Iterable[Instance]) -> Iterator[Instance]:
    """Local times in the order of their instants: one in a gap may fall behind later ones.

    Where a moved one falls on another, the other stays.
    """
    in_gap: list[Instance] = []
    for one in instances:
        if not IN_GAP.isdisjoint(one.notes):
            in_gap.append(one)
            continue
        while in_gap and in_gap[0].start <= one.start:
            earlier = in_gap.pop(0)
            is_twice = earlier.is_held and earlier.start == one.start
            yield _dropped(earlier) if is_twice else earlier
        yield one
    yield from in_gap


def _dropped(instance: Instance) -> Instance:
    return replace(instance, notes=(*instance.notes, Note.DUPLICATE_DROPPED))


def _last_day(rule: Rule, begin: datetime) -> date:
    """The last day worth looking at: UNTIL's local day, or where the search is given up."""
    far = date(min(begin.year + SEARCH_YEARS, LAST_YEAR), 12, 31)
    if rule.until is None:
        return far
    # An instant is on the day before or after somewhere on Earth, and that may be no date any more.
    if isinstance(rule.until, datetime):
        return min(far, min(far, rule.until.date()) + timedelta(days=1))
    return min(far, rule.until)
