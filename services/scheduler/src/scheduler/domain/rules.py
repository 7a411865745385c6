"""What an RRULE says, read and checked: RFC 5545, section 3.3.10, without seconds and minutes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from common.errors import InvalidInput

FIELD = "recurrence.rrule"
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MAX_INTERVAL = 10_000
# A counted rule is counted from its start, so the count bounds the work of every look at it.
MAX_COUNT = 10_000

WEEKDAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
UNTIL_INSTANT = re.compile(r"[0-9]{8}T[0-9]{6}Z")
UNTIL_LOCAL = re.compile(r"[0-9]{8}T[0-9]{6}")
UNTIL_DAY = re.compile(r"[0-9]{8}")


class Frequency(Enum):
    YEARLY = "YEARLY"
    MONTHLY = "MONTHLY"
    WEEKLY = "WEEKLY"
    DAILY = "DAILY"
    HOURLY = "HOURLY"


class RuleNotUnderstood(InvalidInput):
    def __init__(self, complaint: str) -> None:
        super().__init__(f"recurrence.rrule {complaint}", field=FIELD)


class TooFrequent(InvalidInput):
    def __init__(self, frequency: str) -> None:
        super().__init__(
            f"recurrence.rrule repeats {frequency}; HOURLY is the most frequent there is",
            field=FIELD,
        )


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week, 0 is Monday; the *ordinal* one of its month or year, 0 for each."""

    day: int
    ordinal: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """An RRULE. *until* is an instant, or the last local day; an empty tuple says nothing."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | date | None = None
    week_start: int = 0
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    weekdays: tuple[Weekday, ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    seconds: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()


def rule_of(text: str) -> Rule:
    """The rule that *text* writes; raises ``RuleNotUnderstood`` or ``TooFrequent``."""
    parts = _parts(text)
    if "FREQ" not in parts:
        raise RuleNotUnderstood("needs a FREQ; write one as FREQ=WEEKLY;COUNT=10")
    rule = Rule(_frequency(parts.pop("FREQ")))
    for name, value in parts.items():
        read = _READERS.get(name)
        if read is None:
            raise RuleNotUnderstood(f"has {name}, which is unknown; known are {_KNOWN}")
        rule = read(rule, value)
    _check_together(rule)
    return rule


def rewritten(text: str, **parts: str) -> str:
    """*text* with these parts instead of its own; an empty value leaves a part out."""
    kept = {name: value for name, value in _parts(text).items() if name not in parts}
    given = {name: value for name, value in parts.items() if value}
    return ";".join(f"{name}={value}" for name, value in (kept | given).items())


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for part in text.strip().upper().removeprefix("RRULE:").removesuffix(";").split(";"):
        name, _, value = part.partition("=")
        if not name or not value:
            raise RuleNotUnderstood(f"has {part!r}; a part is NAME=VALUE, parted by semicolons")
        if name in parts:
            raise RuleNotUnderstood(f"says {name} twice")
        parts[name] = value
    return parts


def _frequency(value: str) -> Frequency:
    if value in ("SECONDLY", "MINUTELY"):
        raise TooFrequent(value)
    try:
        return Frequency(value)
    except ValueError:
        known = ", ".join(one.value for one in Frequency)
        raise RuleNotUnderstood(f"has FREQ={value}; known are {known}") from None


def _number(name: str, value: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,6}", value, re.ASCII) or not low <= int(value) <= high:
        raise RuleNotUnderstood(f"has {name}={value}; it takes whole numbers from {low} to {high}")
    return int(value)


def _numbers(name: str, value: str, low: int, high: int, *, signed: bool) -> tuple[int, ...]:
    found = {_number(name, one, -high if signed else low, high) for one in value.split(",")}
    if signed and 0 in found:
        raise RuleNotUnderstood(f"has 0 in {name}; it counts from 1, or back from -1")
    return tuple(sorted(found))


def _until(value: str) -> datetime | date:
    if UNTIL_LOCAL.fullmatch(value):
        raise RuleNotUnderstood(
            f"has UNTIL={value}, a local time; write the instant in UTC as UNTIL={value}Z, "
            f"or the last local day as UNTIL={value[:8]}"
        )
    try:
        if UNTIL_INSTANT.fullmatch(value):
            return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if UNTIL_DAY.fullmatch(value):
            return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        pass
    raise RuleNotUnderstood(f"has UNTIL={value}; write an instant in UTC as 20271231T235959Z")


def _weekdays(value: str) -> tuple[Weekday, ...]:
    found: set[tuple[int, int]] = set()
    for one in value.split(","):
        match = WEEKDAY.fullmatch(one)
        ordinal = int(match[1] or 0) if match else 0
        if match is None or abs(ordinal) > 53 or (match[1] and not ordinal):
            raise RuleNotUnderstood(f"has {one!r} in BYDAY; write days as MO, 2TU or -1FR")
        found.add((WEEKDAYS.index(match[2]), ordinal))
    return tuple(Weekday(day, ordinal) for day, ordinal in sorted(found))


def _week_start(value: str) -> int:
    if value not in WEEKDAYS:
        raise RuleNotUnderstood(f"has WKST={value}; known are {', '.join(WEEKDAYS)}")
    return WEEKDAYS.index(value)


_Reader = Callable[[Rule, str], Rule]


def _by(part: str, name: str, low: int, high: int, *, signed: bool = False) -> _Reader:
    def read(rule: Rule, value: str) -> Rule:
        numbers: Any = _numbers(part, value, low, high, signed=signed)
        return replace(rule, **{name: numbers})

    return read


_READERS: Mapping[str, _Reader] = {
    "INTERVAL": lambda rule, v: replace(rule, interval=_number("INTERVAL", v, 1, MAX_INTERVAL)),
    "COUNT": lambda rule, v: replace(rule, count=_number("COUNT", v, 1, MAX_COUNT)),
    "UNTIL": lambda rule, v: replace(rule, until=_until(v)),
    "WKST": lambda rule, v: replace(rule, week_start=_week_start(v)),
    "BYMONTH": _by("BYMONTH", "months", 1, 12),
    "BYWEEKNO": _by("BYWEEKNO", "weeks", 1, 53, signed=True),
    "BYYEARDAY": _by("BYYEARDAY", "year_days", 1, 366, signed=True),
    "BYMONTHDAY": _by("BYMONTHDAY", "month_days", 1, 31, signed=True),
    "BYDAY": lambda rule, v: replace(rule, weekdays=_weekdays(v)),
    "BYHOUR": _by("BYHOUR", "hours", 0, 23),
    "BYMINUTE": _by("BYMINUTE", "minutes", 0, 59),
    "BYSECOND": _by("BYSECOND", "seconds", 0, 59),
    "BYSETPOS": _by("BYSETPOS", "positions", 1, 366, signed=True),
}
_KNOWN = ", ".join(["FREQ", *_READERS])


def _check_together(rule: Rule) -> None:
    """Refuse what RFC 5545 forbids to say together."""
    freq = rule.frequency
    ordinals = any(one.ordinal for one in rule.weekdays)
    has_by = any((rule.months, *_days_of(rule), rule.hours, rule.minutes, rule.seconds))
    wrong = {
        "says COUNT and UNTIL; say one of them": rule.count is not None and rule.until is not None,
        "has BYWEEKNO, which only FREQ=YEARLY takes": rule.weeks and freq is not Frequency.YEARLY,
        "has BYYEARDAY, which only FREQ=YEARLY and HOURLY take": rule.year_days
        and freq not in (Frequency.YEARLY, Frequency.HOURLY),
        "has BYMONTHDAY, which FREQ=WEEKLY does not take": rule.month_days
        and freq is Frequency.WEEKLY,
        "has a number in BYDAY, which only FREQ=MONTHLY and YEARLY take": ordinals
        and freq not in (Frequency.MONTHLY, Frequency.YEARLY),
        "has a number in BYDAY beside BYWEEKNO; leave one out": ordinals and rule.weeks,
        "has BYSETPOS with nothing to choose from; add a BYDAY, say": rule.positions and not has_by,
    }
    for complaint, is_wrong in wrong.items():
        if is_wrong:
            raise RuleNotUnderstood(complaint)


def _days_of(rule: Rule) -> tuple[tuple[object, ...], ...]:
    return rule.weeks, rule.year_days, rule.month_days, rule.weekdays
