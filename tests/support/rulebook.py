"""Recurrence rules read the slow way, from the table of RFC 5545, section 3.3.10, as a model.

A period's days are worked out as sets: each BY part names a set of days, and the period has what
is in all of them. Only the text of a rule is shared with what is tested.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from itertools import product

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY = timedelta(days=1)


def times_of(rule: str, start: datetime, last: date) -> list[datetime]:
    """The local times of *rule* from *start* to the day *last*; COUNT and UNTIL are not read."""
    parts = dict(part.split("=") for part in rule.split(";"))
    found: list[datetime] = []
    for period in _periods(parts, start, last):
        times = sorted(period)
        if "BYSETPOS" in parts:
            wanted = {int(one) for one in parts["BYSETPOS"].split(",")}
            places = {place - 1 if place > 0 else len(times) + place for place in wanted}
            times = [one for place, one in enumerate(times) if place in places]
        found += times
    return [one for one in found if start <= one and one.date() <= last]


def _periods(parts: Mapping[str, str], start: datetime, last: date) -> Iterator[list[datetime]]:
    hourly = parts["FREQ"] == "HOURLY"
    hours = _numbers(parts, "BYHOUR", range(24) if hourly else [start.hour])
    minutes = _numbers(parts, "BYMINUTE", [start.minute])
    seconds = _numbers(parts, "BYSECOND", [start.second])
    if hourly:
        step, hour = (
            timedelta(hours=int(parts.get("INTERVAL", 1))),
            start.replace(minute=0, second=0),
        )
        while hour.date() <= last:
            if hour.hour in hours and hour.date() in _days(parts, start, [hour.date()]):
                yield [hour.replace(minute=m, second=s) for m, s in product(minutes, seconds)]
            hour += step
        return
    for days in _spans(parts, start.date(), last):
        yield [
            datetime.combine(day, time(*clock))
            for day in _days(parts, start, days)
            for clock in product(hours, minutes, seconds)
        ]


def _spans(parts: Mapping[str, str], start: date, last: date) -> Iterator[list[date]]:
    """The days of every INTERVALth year, month, week or day; the first holds the start."""
    span: list[date] = []
    number, step = 0, int(parts.get("INTERVAL", 1))
    day, week_start = _beginning(parts, start), parts.get("WKST", "MO")
    while day <= last + 366 * DAY:
        span.append(day)
        day += DAY
        if _is_new(parts["FREQ"], day, week_start):
            if number % step == 0:
                yield span
            number, span = number + 1, []


def _beginning(parts: Mapping[str, str], start: date) -> date:
    day, week_start = start, parts.get("WKST", "MO")
    while not _is_new(parts["FREQ"], day, week_start):
        day -= DAY
    return day


def _is_new(frequency: str, day: date, week_start: str) -> bool:
    return {
        "YEARLY": (day.month, day.day) == (1, 1),
        "MONTHLY": day.day == 1,
        "WEEKLY": DAYS[day.weekday()] == week_start,
        "DAILY": True,
    }[frequency]


def _days(parts: Mapping[str, str], start: datetime, span: list[date]) -> set[date]:
    """The days of *span* that the rule wants."""
    wanted = [set(span)]
    if "BYMONTH" in parts:
        months = _numbers(parts, "BYMONTH", [])
        wanted.append({day for day in span if day.month in months})
    if "BYWEEKNO" in parts:
        wanted.append({day for day in span if _is_in_week(day, parts)})
    if "BYYEARDAY" in parts:
        wanted.append(_counted(span, _numbers(parts, "BYYEARDAY", []), _year_of))
    if "BYMONTHDAY" in parts:
        wanted.append(_counted(span, _numbers(parts, "BYMONTHDAY", []), _month_of))
    if "BYDAY" in parts:
        wanted.append(
            {day for code in parts["BYDAY"].split(",") for day in _named(code, parts, span)}
        )
    wanted += _implied(parts, start, span)
    return set.intersection(*wanted)


def _implied(parts: Mapping[str, str], start: datetime, span: list[date]) -> list[set[date]]:
    """What the start says where the rule names no day."""
    if {"BYYEARDAY", "BYMONTHDAY", "BYDAY"} & set(parts):
        return []
    if parts["FREQ"] == "WEEKLY" or "BYWEEKNO" in parts:
        return [{day for day in span if day.weekday() == start.weekday()}]
    if parts["FREQ"] not in ("YEARLY", "MONTHLY"):
        return []
    found = [{day for day in span if day.day == start.day}]
    if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts:
        found.append({day for day in span if day.month == start.month})
    return found


def _named(code: str, parts: Mapping[str, str], span: list[date]) -> set[date]:
    """Every such weekday of the span, or the one that an ordinal counts in its month or year."""
    weekday, ordinal = DAYS.index(code[-2:]), int(code[:-2] or 0)
    if not ordinal:
        return {day for day in span if day.weekday() == weekday}
    within = _year_of if parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts else _month_of
    found = set()
    for day in span:
        those = [one for one in within(day) if one.weekday() == weekday]
        place = ordinal - 1 if ordinal > 0 else len(those) + ordinal
        if 0 <= place < len(those) and those[place] == day:
            found.add(day)
    return found


def _counted(
    span: list[date], numbers: set[int], within: Callable[[date], list[date]]
) -> set[date]:
    found = set()
    for day in span:
        days = within(day)
        place = days.index(day)
        if place + 1 in numbers or place - len(days) in numbers:
            found.add(day)
    return found


def _is_in_week(day: date, parts: Mapping[str, str]) -> bool:
    """Week 1 is the first with four days or more in its year."""
    numbers = _numbers(parts, "BYWEEKNO", [])
    week_start = DAYS.index(parts.get("WKST", "MO"))
    for year in (day.year - 1, day.year, day.year + 1):
        first, after = _week_one(year, week_start), _week_one(year + 1, week_start)
        if first <= day < after:
            number, total = (day - first).days // 7 + 1, (after - first).days // 7
            return number in numbers or number - total - 1 in numbers
    raise AssertionError(f"{day} is in no week")


def _week_one(year: int, week_start: int) -> date:
    for number in range(-3, 4):
        day = date(year, 1, 1) + number * DAY
        if day.weekday() == week_start:
            return day
    raise AssertionError(f"{year} has no week 1")


_months: dict[tuple[int, int], list[date]] = {}
_years: dict[int, list[date]] = {}


def _month_of(day: date) -> list[date]:
    key = day.year, day.month
    if key not in _months:
        _months[key] = [one for one in _year_of(day) if one.month == day.month]
    return _months[key]


def _year_of(day: date) -> list[date]:
    if day.year not in _years:
        first = date(day.year, 1, 1)
        _years[day.year] = [
            first + n * DAY for n in range(366) if (first + n * DAY).year == day.year
        ]
    return _years[day.year]


def _numbers(parts: Mapping[str, str], name: str, default: Iterable[int]) -> set[int]:
    return {int(one) for one in parts[name].split(",")} if name in parts else set(default)
