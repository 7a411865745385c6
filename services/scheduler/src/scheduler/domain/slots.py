"""The times at which people could meet: each start is tried against everybody's busy time. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from scheduler.domain.availability import Interval, busy_until, merged

DEFAULT_STEP = timedelta(minutes=15)
DEFAULT_RESULTS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Busy = Mapping[str, Sequence[Interval]]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: a time within one of the *windows*, in time order, and the *period*.

    *buffer* is how long everybody is free ahead of it and after it, too. Starts that are tried are
    a whole number of *steps* after their window's start; where *windows* is None, after midnight
    UTC.
    """

    duration: timedelta
    period: Interval
    windows: Sequence[Interval] | None = None
    step: timedelta = DEFAULT_STEP
    buffer: timedelta = timedelta()
    most: int = DEFAULT_RESULTS


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody who is busy, and until when."""

    email: str
    optional: bool
    until: datetime


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which to meet, and who could not."""

    time: Interval
    optional_free: int
    conflicts: Sequence[Conflict]


def slots(search: Search, required: Busy, optional: Busy) -> Sequence[Slot]:
    """The best times: fewest *required* people busy, then most *optional* ones free, then earliest.

    If everybody required is free at any time, only such times are answered.
    """
    starts = _starts(search)
    needed = _busy_counts(starts, search, required)
    wished = _busy_counts(starts, search, optional)
    least = min(needed, default=0)
    places = [place for place, busy in enumerate(needed) if least > 0 or busy == 0]
    places.sort(key=lambda place: (needed[place], wished[place], place))
    return [
        _slot(search, starts[place], required, optional, wished[place])
        for place in places[: search.most]
    ]


def _starts(search: Search) -> list[datetime]:
    """Every start that is tried, in time order."""
    windows = merged(search.windows) if search.windows is not None else None
    if windows is None:
        windows = [Interval(_EPOCH, search.period.end)]
    found: list[datetime] = []
    for window in windows:
        behind = max(search.period.start - window.start, timedelta())
        start = window.start - (-behind // search.step) * search.step
        last = min(window.end, search.period.end) - search.duration
        while start <= last:
            found.append(start)
            start += search.step
    return found


def _busy_counts(starts: Sequence[datetime], search: Search, people: Busy) -> list[int]:
    """For each of *starts*, how many of *people* are busy."""
    steps = [0] * (len(starts) + 1)
    for busy in people.values():
        beyond = 0
        for one in merged(busy):
            # A start within these bounds would have its time, with the buffer, meet this one.
            too_late = one.start - search.buffer - search.duration
            first = max(bisect_right(starts, too_late), beyond)
            beyond = max(bisect_left(starts, one.end + search.buffer), first)
            steps[first] += 1
            steps[beyond] -= 1
    return list(accumulate(steps[:-1]))


def _slot(
    search: Search, start: datetime, required: Busy, optional: Busy, optional_busy: int
) -> Slot:
    asked = Interval(start - search.buffer, start + search.duration + search.buffer)
    conflicts = [
        Conflict(email, is_optional, until)
        for people, is_optional in ((required, False), (optional, True))
        for email, busy in people.items()
        if (until := busy_until(busy, asked))
    ]
    time = Interval(start, start + search.duration)
    return Slot(time, len(optional) - optional_busy, conflicts)
