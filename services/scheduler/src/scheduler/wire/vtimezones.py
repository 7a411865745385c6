"""A zone as iCalendar writes it, from the zone data that meetings are planned with."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

from scheduler.domain.rules import WEEKDAYS

DAY = timedelta(days=1)
# Rules that hold for so many years to come are taken to hold for good.
YEARS_AHEAD = 12


@dataclass(frozen=True, slots=True)
class _Onset:
    """A change of the clock: *local* is what it showed before."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    is_summer: bool


@lru_cache(maxsize=512)
def vtimezone(zone: ZoneInfo, first_year: int, last_year: int) -> Timezone:
    """The zone's clock from *first_year* until *last_year*, and its rules after that."""
    written = Timezone()
    written.add("tzid", zone.key)
    begins = datetime(max(first_year - 1, 2), 1, 1, tzinfo=UTC)
    ends = datetime(last_year + YEARS_AHEAD, 12, 31, tzinfo=UTC)
    written.add_component(_observance([_initial(zone, begins)], 0))
    groups: dict[tuple[timedelta, timedelta, str, bool], list[_Onset]] = defaultdict(list)
    for one in _onsets(zone, begins, ends):
        groups[(one.before, one.after, one.name, one.is_summer)].append(one)
    for onsets in groups.values():
        written.add_component(_observance(onsets, ends.year))
    return written


def _initial(zone: ZoneInfo, begins: datetime) -> _Onset:
    local = begins.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return _Onset(
        local.replace(tzinfo=None), offset, offset, local.tzname() or zone.key, bool(local.dst())
    )


def _onsets(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[_Onset]:
    day = begins
    while day < ends:
        following = day + DAY
        if _clock(day, zone) != _clock(following, zone):
            yield _onset_between(zone, day, following)
        day = following


def _onset_between(zone: ZoneInfo, low: datetime, high: datetime) -> _Onset:
    old = _clock(low, zone)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if _clock(middle, zone) == old:
            low = middle
        else:
            high = middle
    offset, name, is_summer = _clock(high, zone)
    return _Onset((high + old[0]).replace(tzinfo=None), old[0], offset, name, is_summer)


def _clock(instant: datetime, zone: ZoneInfo) -> tuple[timedelta, str, bool]:
    local = instant.astimezone(zone)
    return local.utcoffset() or timedelta(), local.tzname() or zone.key, bool(local.dst())


def _observance(onsets: Sequence[_Onset], last_year: int) -> TimezoneStandard | TimezoneDaylight:
    first = onsets[0]
    written = TimezoneDaylight() if first.is_summer else TimezoneStandard()
    written.add("dtstart", first.local)
    written.add("tzoffsetfrom", first.before)
    written.add("tzoffsetto", first.after)
    written.add("tzname", first.name)
    rule = _yearly(onsets, last_year)
    if rule:
        written.add("rrule", rule)
    elif len(onsets) > 1:
        written.add("rdate", [one.local for one in onsets[1:]])
    return written


def _yearly(onsets: Sequence[_Onset], last_year: int) -> dict[str, object] | None:
    """The rule that gives these onsets year by year, or none where there is no such rule."""
    years = [one.local.year for one in onsets]
    if last_year - years[-1] > 1 or len(onsets) < 3:
        return None
    if any(second - first != 1 for first, second in pairwise(years)):
        return None
    shapes = {(one.local.month, one.local.weekday(), one.local.time()) for one in onsets}
    if len(shapes) != 1:
        return None
    month, weekday, _ = shapes.pop()
    ordinals = {(one.local.day - 1) // 7 + 1 for one in onsets}
    is_last = all((one.local + 7 * DAY).month != month for one in onsets)
    if not is_last and len(ordinals) != 1:
        return None
    ordinal = -1 if is_last else ordinals.pop()
    return {"freq": "yearly", "bymonth": month, "byday": f"{ordinal}{WEEKDAYS[weekday]}"}
