"""The local times that a rule gives, one after the other: days by day, periods by period.

A period is one turn of the rule: a year, a month, a week, a day or an hour, every INTERVAL of
them, counted from the one that holds the start. What the rule leaves open the start fills in.
"""

from calendar import isleap, monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from scheduler.domain.rules import Frequency, Rule, Weekday

DAY = timedelta(days=1)

_Matches = Callable[[date], bool]


def civil_times(rule: Rule, start: datetime, since: datetime, last: date) -> Iterator[datetime]:
    """The rule's local times from *start* on, in order, each once.

    The periods before *since* are passed over and *last* is the last day, so that a rule without
    any time ends too. COUNT and UNTIL are not looked at here.
    """
    rule = _filled(rule, start)
    for period in _periods(rule, start, max(start, since), last):
        for civil in _chosen(period, rule.positions):
            if start <= civil and civil.date() <= last:
                yield civil


def _filled(rule: Rule, start: datetime) -> Rule:
    """*rule* with what RFC 5545 takes from the start: its time of day, and its day."""
    if not rule.seconds:
        rule = replace(rule, seconds=(start.second,))
    if not rule.minutes:
        rule = replace(rule, minutes=(start.minute,))
    if not rule.hours and rule.frequency is not Frequency.HOURLY:
        rule = replace(rule, hours=(start.hour,))
    if rule.year_days or rule.month_days or rule.weekdays:
        return rule
    if rule.weeks or rule.frequency is Frequency.WEEKLY:
        return replace(rule, weekdays=(Weekday(start.weekday()),))
    if rule.frequency is Frequency.YEARLY:
        return replace(rule, months=rule.months or (start.month,), month_days=(start.day,))
    if rule.frequency is Frequency.MONTHLY:
        return replace(rule, month_days=(start.day,))
    return rule


def _chosen(period: Sequence[datetime], positions: Sequence[int]) -> Sequence[datetime]:
    """What BYSETPOS leaves of a period."""
    if not positions:
        return period
    size = len(period)
    places = {one - 1 if one > 0 else size + one for one in positions}
    return [period[place] for place in sorted(places) if 0 <= place < size]


def _periods(
    rule: Rule, start: datetime, since: datetime, last: date
) -> Iterator[Sequence[datetime]]:
    matches = _day_matcher(rule)
    if rule.frequency is Frequency.HOURLY:
        yield from _hours(rule, start, since, last, matches)
        return
    times = [
        time(hour, minute, second)
        for hour in rule.hours
        for minute in rule.minutes
        for second in rule.seconds
    ]
    for first, end in _spans(rule, start.date(), since.date(), last):
        days = map(date.fromordinal, range(first.toordinal(), end.toordinal()))
        yield [datetime.combine(day, at) for day in days if matches(day) for at in times]


def _hours(
    rule: Rule, start: datetime, since: datetime, last: date, matches: _Matches
) -> Iterator[Sequence[datetime]]:
    """The hours of the days that match: whole days are passed over at once."""
    origin = start.date().toordinal() * 24 + start.hour
    for number in range(since.date().toordinal(), last.toordinal() + 1):
        day = date.fromordinal(number)
        if not matches(day):
            continue
        for hour in range((origin - number * 24) % rule.interval, 24, rule.interval):
            if not rule.hours or hour in rule.hours:
                yield [
                    datetime.combine(day, time(hour, minute, second))
                    for minute in rule.minutes
                    for second in rule.seconds
                ]


def _spans(rule: Rule, start: date, since: date, last: date) -> Iterator[tuple[date, date]]:
    """First day and day after of each period, from the one that holds *since* to that of *last*.

    They are numbered, as the turn after *last* may be later than any date.
    """
    step = rule.interval
    if rule.frequency is Frequency.YEARLY:
        passed = (since.year - start.year) // step
        for year in range(start.year + passed * step, last.year + 1, step):
            yield date(year, 1, 1), date(year + 1, 1, 1)
    elif rule.frequency is Frequency.MONTHLY:
        origin = start.year * 12 + start.month - 1
        passed = (since.year * 12 + since.month - 1 - origin) // step
        for month in range(origin + passed * step, last.year * 12 + last.month, step):
            yield _first_of(month), _first_of(month + 1)
    else:
        week = rule.frequency is Frequency.WEEKLY
        length = 7 if week else 1
        day = start.toordinal()
        first = day - (start.weekday() - rule.week_start) % 7 if week else day
        passed = (since.toordinal() - first) // (length * step)
        for begins in range(first + passed * length * step, last.toordinal() + 1, length * step):
            yield date.fromordinal(begins), date.fromordinal(begins + length)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)


def _day_matcher(rule: Rule) -> _Matches:
    """Whether a day has all that the rule asks of days."""
    checks: list[_Matches] = []
    if rule.months:
        checks.append(lambda day: day.month in rule.months)
    if rule.weeks:
        checks.append(lambda day: _is_in_weeks(day, rule))
    if rule.year_days:
        checks.append(lambda day: _is_numbered(_day_of_year(day), rule.year_days))
    if rule.month_days:
        checks.append(lambda day: _is_numbered(_day_of_month(day), rule.month_days))
    if rule.weekdays and not any(one.ordinal for one in rule.weekdays):
        plain = frozenset(one.day for one in rule.weekdays)
        checks.append(lambda day: day.weekday() in plain)
    elif rule.weekdays:
        checks.append(lambda day: _is_weekday(day, rule))
    if len(checks) == 1:
        return checks[0]
    return lambda day: all(check(day) for check in checks)


def _day_of_year(day: date) -> tuple[int, int]:
    number = day.toordinal() - date(day.year, 1, 1).toordinal() + 1
    return number, 366 if isleap(day.year) else 365


def _day_of_month(day: date) -> tuple[int, int]:
    return day.day, monthrange(day.year, day.month)[1]


def _is_numbered(place: tuple[int, int], wanted: Sequence[int]) -> bool:
    """Whether the day at *place*, its number and how many there are, is wanted; -1 is the last."""
    number, size = place
    return number in wanted or number - size - 1 in wanted


def _is_in_weeks(day: date, rule: Rule) -> bool:
    """By the week of the day, which may count to the year before or after the day's own."""
    # The week's fourth day says which year it is of, as in ISO 8601 with weeks from any day.
    fourth = day + DAY * (3 - (day.weekday() - rule.week_start) % 7)
    number, days = _day_of_year(fourth)
    weeks = (number - 1) // 7 + 1
    size = weeks + (days - number) // 7
    return _is_numbered((weeks, size), rule.weeks)


def _is_weekday(day: date, rule: Rule) -> bool:
    """Ordinals count within the month; within the year where FREQ=YEARLY names no month."""
    of_year = rule.frequency is Frequency.YEARLY and not rule.months
    number, size = _day_of_year(day) if of_year else _day_of_month(day)
    ordinals = (0, (number - 1) // 7 + 1, -((size - number) // 7 + 1))
    return any(one.day == day.weekday() and one.ordinal in ordinals for one in rule.weekdays)
