"""Random recurrence rules, and what three readers make of each: ours, dateutil and the rulebook."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile

from dateutil.rrule import rrulestr

from scheduler.domain.calendar import civil_times
from scheduler.domain.rules import rule_of
from tests.support.rulebook import DAYS, times_of

BEGINNING = datetime.fromisoformat("2020-01-01T00:00:00")
DAYS_LOOKED_AT = {"YEARLY": 1500, "MONTHLY": 600, "WEEKLY": 200, "DAILY": 200, "HOURLY": 25}


@dataclass(frozen=True)
class Sample:
    text: str
    start: datetime

    @property
    def last(self) -> date:
        frequency = self.text.split(";", 1)[0].removeprefix("FREQ=")
        return self.start.date() + timedelta(days=DAYS_LOOKED_AT[frequency])


def a_sample(seed: int) -> Sample:
    """The same rule and start for the same seed; every rule is one that RFC 5545 allows."""
    pick = random.Random(seed)
    frequency = pick.choice(list(DAYS_LOOKED_AT))
    parts = {"FREQ": frequency} | _day_parts(pick, frequency) | _time_parts(pick)
    if pick.random() < 0.5:
        parts["INTERVAL"] = str(pick.randint(1, 5))
    if pick.random() < 0.3:
        parts["WKST"] = pick.choice(DAYS)
    if any(name.startswith("BY") for name in parts) and pick.random() < 0.25:
        parts["BYSETPOS"] = _some(pick, 5, signed=True)
    start = BEGINNING + timedelta(minutes=15 * pick.randrange(3 * 365 * 96))
    return Sample(";".join(f"{name}={value}" for name, value in parts.items()), start)


def ours(sample: Sample) -> Sequence[datetime]:
    return list(civil_times(rule_of(sample.text), sample.start, sample.start, sample.last))


def by_rulebook(sample: Sample) -> Sequence[datetime]:
    return times_of(sample.text, sample.start, sample.last)


def by_dateutil(sample: Sample) -> Sequence[datetime]:
    """Must be asked of rules that have times only: it follows others to the year 9999."""
    found = rrulestr(sample.text, dtstart=sample.start)
    return list(takewhile(lambda one: one.date() <= sample.last, found))


def is_read_otherwise_by_dateutil(sample: Sample) -> bool:
    """Where it is known to differ from the RFC's words, which the rulebook and we follow."""
    return bool(dateutil_differs_by(sample))


def dateutil_differs_by(sample: Sample) -> str:
    """The part by which it reads *sample* otherwise; empty where it should not.

    BYWEEKNO: alone it takes the whole week, not the start's weekday. BYSETPOS: it counts in what is
    left of the first week from the start on, not in the whole of it. BYDAY: with numbers and
    without, both have to hold, not either.
    """
    parts = dict(part.split("=") for part in sample.text.split(";"))
    if "BYWEEKNO" in parts and not {"BYDAY", "BYMONTHDAY", "BYYEARDAY"} & set(parts):
        return "BYWEEKNO"
    codes = parts.get("BYDAY", "").split(",")
    if len({len(code) > 2 for code in codes}) > 1:
        return "BYDAY"
    return "BYSETPOS" if parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts else ""


def _day_parts(pick: random.Random, frequency: str) -> dict[str, str]:
    parts = {}
    if pick.random() < 0.3:
        parts["BYMONTH"] = _some(pick, 12)
    if frequency == "YEARLY" and pick.random() < 0.2:
        parts["BYWEEKNO"] = _some(pick, 53, signed=True)
    if frequency in ("YEARLY", "HOURLY") and pick.random() < 0.15:
        parts["BYYEARDAY"] = _some(pick, 366, signed=True, most=8)
    if frequency != "WEEKLY" and pick.random() < 0.25:
        parts["BYMONTHDAY"] = _some(pick, 31, signed=True)
    if pick.random() < 0.4:
        numbered = frequency in ("YEARLY", "MONTHLY") and "BYWEEKNO" not in parts
        most = 53 if frequency == "YEARLY" and "BYMONTH" not in parts else 5
        parts["BYDAY"] = _weekdays(pick, most if numbered else 0)
    return parts


def _weekdays(pick: random.Random, most: int) -> str:
    chosen = pick.sample(DAYS, pick.randint(1, 4))
    if not most or pick.random() < 0.4:
        return ",".join(chosen)
    mixed = pick.random() < 0.1
    return ",".join(
        day
        if mixed and pick.random() < 0.5
        else f"{pick.choice([1, -1]) * pick.randint(1, most)}{day}"
        for day in chosen
    )


def _time_parts(pick: random.Random) -> dict[str, str]:
    parts = {}
    if pick.random() < 0.15:
        parts["BYHOUR"] = _some(pick, 23)
    if pick.random() < 0.15:
        parts["BYMINUTE"] = _some(pick, 59)
    if pick.random() < 0.05:
        parts["BYSECOND"] = _some(pick, 59)
    return parts


def _some(pick: random.Random, high: int, *, signed: bool = False, most: int = 3) -> str:
    numbers = {pick.randint(1, high) for _ in range(pick.randint(1, most))}
    signs = [1, -1] if signed else [1]
    return ",".join(str(pick.choice(signs) * one) for one in sorted(numbers))
