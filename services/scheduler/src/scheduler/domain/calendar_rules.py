"""A timetable as other calendars read it, so that they come to the same instants.

They follow RFC 5545, which leaves out local times that a clock skips. Where that, or a start that
the rule does not give, would make another calendar than ours, dates are written out one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from scheduler.domain.recurrence import GapPolicy, Instance, Note, Timetable
from scheduler.domain.rules import WEEKDAYS, Rule, rewritten
from scheduler.domain.zones import LAST_YEAR, Reading, moment_of

# Gaps further off than this are written by the changes that come until then.
YEARS_OF_GAPS = 10
DAY = timedelta(days=1)
# What others leave out, or count where we do not.
NOT_COUNTED = frozenset({Note.GAP_SHIFTED, Note.GAP_SKIPPED, Note.DUPLICATE_DROPPED})
# Where a calendar has nothing to be at.
NO_TIME = datetime.fromisoformat("0001-01-01T00:00:00")


@dataclass(frozen=True, slots=True)
class CalendarRule:
    """Local times of one zone, and the rule that joins them; an empty *rrule* is none."""

    start: datetime
    rrule: str = ""
    rdates: tuple[datetime, ...] = ()
    exdates: tuple[datetime, ...] = ()

    def without(self, excluded: set[datetime]) -> "CalendarRule":
        """The same less what is held at these local times."""
        return replace(
            self,
            rdates=tuple(one for one in self.rdates if one not in excluded),
            exdates=tuple(sorted({*self.exdates, *excluded})),
        )


def calendar_rule(timetable: Timetable, now: datetime) -> CalendarRule:
    """The rule that gives other calendars what the timetable gives from *now* on."""
    return _calendar_rule(timetable, now.year)


# A change of a meeting draws its calendar more than once, and most changes leave its times alone.
@lru_cache(maxsize=1024)
def _calendar_rule(timetable: Timetable, year: int) -> CalendarRule:
    zone, series = timetable.zone, timetable.recurrence
    if series is None:
        return CalendarRule(timetable.start)
    excluded = {_local(_instant(one, zone), zone) for one in series.exdates}
    extra = {_local(_instant(one, zone), zone) for one in series.rdates if _is_held(one, timetable)}
    rule = timetable.rule
    found = list(_looked_at(timetable, rule, year)) if rule else []
    given = found[0] if rule and rule.count is not None and found else _first(timetable)
    if given is None or rule is None:
        dates = sorted(extra | {timetable.start} if rule is None else extra)
        return CalendarRule(dates[0], "", tuple(dates[1:])).without(excluded)
    gaps = list(_in_gaps(found))
    shifted = {_local(one.start, zone) for one in gaps if Note.GAP_SHIFTED in one.notes}
    skipped = {one.civil for one in gaps if Note.GAP_SKIPPED in one.notes}
    return CalendarRule(
        given.civil,
        _written(timetable, rule, found),
        tuple(sorted(extra | shifted)),
        tuple(sorted(skipped)),
    ).without(excluded)


def _first(timetable: Timetable) -> Instance | None:
    """The first that the rule gives."""
    return next(timetable.of_rule(timetable.first.start), None) if timetable.rule else None


def _looked_at(timetable: Timetable, rule: Rule, year: int) -> Iterator[Instance]:
    """All that a counted rule gives; of others what is near a gap of the clock."""
    if rule.count is not None:
        yield from timetable.of_rule(timetable.first.start)
        return
    for gap in _gap_days(timetable.zone, year - YEARS_OF_GAPS, year + YEARS_OF_GAPS):
        if gap >= timetable.first.start - DAY:
            yield from _around(timetable, gap)


def _written(timetable: Timetable, rule: Rule, found: Sequence[Instance]) -> str:
    """The rrule; one that counts what others do not count says its last instant instead."""
    assert timetable.recurrence is not None
    text = timetable.recurrence.rrule
    if rule.weeks and not (rule.weekdays or rule.month_days or rule.year_days):
        # Some take the whole of those weeks.
        text = rewritten(text, BYDAY=WEEKDAYS[timetable.start.weekday()])
    is_counted_otherwise = any(not NOT_COUNTED.isdisjoint(one.notes) for one in found)
    if rule.count is not None and is_counted_otherwise:
        until = max(one.start for one in found if one.is_held)
        return rewritten(text, COUNT="", UNTIL=_utc(until))
    if isinstance(rule.until, date) and not isinstance(rule.until, datetime):
        last = min(rule.until, date(LAST_YEAR, 12, 31))
        end = datetime.combine(last, time(23, 59, 59), timetable.zone)
        return rewritten(text, UNTIL=_utc(end))
    return rewritten(text)


def _in_gaps(found: Sequence[Instance]) -> Iterator[Instance]:
    """What the rule gives in a gap of the clock; what falls on another one is not of use."""
    held = {one.start for one in found if one.is_held and Note.GAP_SHIFTED not in one.notes}
    for one in found:
        in_gap = Note.GAP_SHIFTED in one.notes or Note.GAP_SKIPPED in one.notes
        if in_gap and Note.DUPLICATE_DROPPED not in one.notes and one.start not in held:
            yield one


def _around(timetable: Timetable, gap: datetime) -> Iterator[Instance]:
    for one in timetable.instances(gap - DAY):
        if one.start > gap + DAY:
            return
        yield one


@lru_cache(maxsize=1024)
def _gap_days(zone: ZoneInfo, first_year: int, last_year: int) -> Sequence[datetime]:
    """Instants, to the day, around which the zone's clock skips some time."""
    found = []
    day = datetime(max(first_year, 2), 1, 1, tzinfo=UTC)
    before = day.astimezone(zone).utcoffset()
    while day.year <= last_year:
        day += DAY
        after = day.astimezone(zone).utcoffset()
        if after is not None and before is not None and after > before:
            found.append(day)
        before = after
    return found


def _is_held(civil: str, timetable: Timetable) -> bool:
    assert timetable.recurrence is not None
    reading = moment_of(datetime.fromisoformat(civil), timetable.zone).reading
    return reading is not Reading.GAP or timetable.recurrence.gap_policy is not GapPolicy.SKIP


def _instant(civil: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(civil).replace(tzinfo=zone, fold=0).astimezone(UTC)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
