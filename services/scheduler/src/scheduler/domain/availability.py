"""When people are busy: times as half-open intervals, and what may be asked of them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from common.errors import InvalidInput

MOST_DAYS = 62
DEFAULT_DAYS = 7
# Instants are counted around a period, so none is near the end of what can be counted.
FIRST_YEAR, LAST_YEAR = 1970, 9990


class EmptyPeriod(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "starts_before is not after starts_after; give a later one", field="starts_before"
        )


class PeriodTooLong(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            f"starts_before is more than {MOST_DAYS} days after starts_after; ask in parts",
            field="starts_before",
        )


class PeriodOutOfReach(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            f"starts_after is outside the years {FIRST_YEAR} to {LAST_YEAR}; give a nearer one",
            field="starts_after",
        )


class Interval(NamedTuple):
    """A time from *start* on, up to *end* but without it."""

    start: datetime
    end: datetime

    def meets(self, other: "Interval") -> bool:
        return self.start < other.end and other.start < self.end


def period(since: datetime | None, until: datetime | None, now: datetime) -> Interval:
    """The time that is asked about.

    Raises ``PeriodOutOfReach``, ``EmptyPeriod`` or ``PeriodTooLong``.
    """
    start = since or now
    if not FIRST_YEAR <= start.year <= LAST_YEAR:
        raise PeriodOutOfReach
    end = until or start + timedelta(days=DEFAULT_DAYS)
    if end <= start:
        raise EmptyPeriod
    if end - start > timedelta(days=MOST_DAYS):
        raise PeriodTooLong
    return Interval(start, end)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same time in as few intervals as there can be, in time order."""
    found: list[Interval] = []
    for one in sorted(intervals):
        if one.start >= one.end:
            continue
        if found and one.start <= found[-1].end:
            found[-1] = Interval(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def within(intervals: Iterable[Interval], whole: Interval) -> list[Interval]:
    """*intervals* cut to *whole*."""
    return [
        Interval(max(one.start, whole.start), min(one.end, whole.end))
        for one in intervals
        if one.meets(whole)
    ]


def busy_until(busy: Sequence[Interval], asked: Interval) -> datetime | None:
    """When somebody with this *busy* time, merged, is free again; None if nothing meets *asked*."""
    return max((one.end for one in busy if one.meets(asked)), default=None)
