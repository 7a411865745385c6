"""A timetable as other calendars read it, so that they come to the same instants.

They follow RFC 5545, which leaves out local times that a clock skips. Where that, or a start that
the rule does not give, would make another calendar than ours, dates are written out one by one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.recurrence import Instance, Note, Timetable
from scheduler.domain.rules import Rule, rewritten

# Gaps further ahead than this are written by the renewals and changes that come until then.
GAPS_AHEAD = timedelta(days=3660)
DAY = timedelta(days=1)
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
    zone, series = timetable.zone, timetable.recurrence
    if series is None:
        return CalendarRule(timetable.start)
    excluded = {_local(_instant(one, zone), zone) for one in series.exdates}
    extra = {_local(_instant(one, zone), zone) for one in series.rdates}
    given = next(timetable.of_rule(timetable.first.start), None) if timetable.rule else None
    if given is None or timetable.rule is None:
        dates = sorted(extra | {timetable.start} if timetable.rule is None else extra)
        return CalendarRule(dates[0], "", tuple(dates[1:])).without(excluded)
    gaps = list(_in_gaps(timetable, now))
    shifted = {_local(one.start, zone) for one in gaps if Note.GAP_SHIFTED in one.notes}
    skipped = {one.civil for one in gaps if Note.GAP_SKIPPED in one.notes}
    return CalendarRule(
        given.civil,
        _written(timetable, timetable.rule, bool(gaps)),
        tuple(sorted(extra | shifted)),
        tuple(sorted(skipped)),
    ).without(excluded)


def _written(timetable: Timetable, rule: Rule, has_gaps: bool) -> str:
    """The rrule; one that counts what others do not count says its last instant instead."""
    assert timetable.recurrence is not None
    text = timetable.recurrence.rrule
    if rule.count is not None and has_gaps:
        last = max(one.start for one in timetable.of_rule(timetable.first.start) if one.is_held)
        return rewritten(text, COUNT="", UNTIL=_utc(last))
    if isinstance(rule.until, date) and not isinstance(rule.until, datetime):
        end = datetime.combine(rule.until, time(23, 59, 59), timetable.zone)
        return rewritten(text, UNTIL=_utc(end))
    return rewritten(text)


def _in_gaps(timetable: Timetable, now: datetime) -> Iterator[Instance]:
    """What the rule gives in a gap of the clock; what falls on another one is not of use."""
    rule = timetable.rule
    assert rule is not None
    if rule.count is not None:
        found = list(timetable.of_rule(timetable.first.start))
    else:
        found = [one for gap in _gaps(timetable, now) for one in _around(timetable, gap)]
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


def _gaps(timetable: Timetable, now: datetime) -> Iterator[datetime]:
    """Instants, to the day, around which the zone's clock skips some time."""
    start = max(timetable.first.start, now - GAPS_AHEAD)
    until = now + GAPS_AHEAD
    rule = timetable.rule
    if rule is not None and isinstance(rule.until, datetime):
        until = min(until, rule.until)
    elif rule is not None and rule.until is not None:
        until = min(until, datetime.combine(rule.until, time.max, UTC) + DAY)
    day = start - DAY
    before = day.astimezone(timetable.zone).utcoffset()
    while day <= until + DAY:
        day += DAY
        after = day.astimezone(timetable.zone).utcoffset()
        if after is not None and before is not None and after > before:
            yield day
        before = after


def _instant(civil: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(civil).replace(tzinfo=zone, fold=0).astimezone(UTC)


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)


def _utc(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
