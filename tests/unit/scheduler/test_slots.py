"""Times to meet, against trying every start by hand; working hours over changes of the clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.availability import (
    EmptyPeriod,
    Interval,
    PeriodTooLong,
    merged,
    period,
)
from scheduler.domain.slots import Search, Slot, slots
from scheduler.domain.working_hours import WorkingHours
from scheduler.domain.zones import packaged_zones

MIDNIGHT = datetime(2026, 12, 1, tzinfo=UTC)
EVERYTHING = 10_000
PEOPLE = ("ada@example.com", "bo@example.com", "cy@example.com")


def at(minutes: int) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


def minutes(first: int, last: int) -> Interval:
    return Interval(at(first), at(last))


# Starts, ends and lengths that often touch.
_minute = st.integers(0, 40).map(lambda number: number * 5)
_interval = st.builds(
    lambda first, length: minutes(first, first + length), _minute, st.sampled_from((5, 10, 35))
)
_busy = st.dictionaries(st.sampled_from(PEOPLE), st.lists(_interval, max_size=4))
_search = st.builds(
    lambda length, first, step, buffer, windows: Search(
        timedelta(minutes=length),
        minutes(first, 200),
        windows,
        timedelta(minutes=step),
        timedelta(minutes=buffer),
        EVERYTHING,
    ),
    st.sampled_from((5, 10, 30)),
    st.integers(0, 60),
    st.sampled_from((5, 7, 15)),
    st.sampled_from((0, 5, 20)),
    st.none() | st.lists(_interval, max_size=3).map(merged),
)


def is_busy(busy: Sequence[Interval], slot: Interval, buffer: timedelta) -> bool:
    """Minute by minute, which is how long everything here lasts at least."""
    minute = slot.start - buffer
    while minute < slot.end + buffer:
        if any(one.start <= minute < one.end for one in busy):
            return True
        minute += timedelta(minutes=1)
    return False


def tried_by_hand(search: Search) -> list[Interval]:
    """Every time that could be offered."""
    found = []
    for minute in range(-60, 260):
        start = at(minute)
        slot = Interval(start, start + search.duration)
        if slot.start < search.period.start or slot.end > search.period.end:
            continue
        if search.windows is None:
            fits = (start - datetime(1970, 1, 1, tzinfo=UTC)) % search.step == timedelta()
        else:
            fits = any(
                one.start <= slot.start
                and slot.end <= one.end
                and (slot.start - one.start) % search.step == timedelta()
                for one in search.windows
            )
        if fits:
            found.append(slot)
    return found


def ranks(found: Sequence[Slot]) -> list[tuple[int, int, datetime]]:
    return [
        (sum(not who.optional for who in one.conflicts), -one.optional_free, one.time.start)
        for one in found
    ]


@given(_search, _busy, _busy)
def test_the_times_are_those_that_trying_every_start_finds_best_first(
    search: Search, required: dict[str, list[Interval]], optional: dict[str, list[Interval]]
) -> None:
    expected = []
    for slot in tried_by_hand(search):
        missing = {who for who, busy in required.items() if is_busy(busy, slot, search.buffer)}
        away = {who for who, busy in optional.items() if is_busy(busy, slot, search.buffer)}
        expected.append((len(missing), len(away) - len(optional), slot.start, missing, away))
    expected.sort(key=lambda one: one[:3])
    if expected and expected[0][0] == 0:
        expected = [one for one in expected if one[0] == 0]

    found = slots(search, required, optional)

    assert ranks(found) == [one[:3] for one in expected]
    assert [
        (
            {who.email for who in one.conflicts if not who.optional},
            {who.email for who in one.conflicts if who.optional},
        )
        for one in found
    ] == [one[3:] for one in expected]


def test_only_the_best_are_answered_and_a_conflict_says_until_when() -> None:
    busy = {"ada@example.com": [minutes(0, 60), minutes(60, 90)]}
    search = Search(timedelta(minutes=30), minutes(0, 75), most=2)
    first, second = slots(search, {name: merged(spans) for name, spans in busy.items()}, {})
    assert (first.time, second.time) == (minutes(0, 30), minutes(15, 45))
    assert first.conflicts[0].until == at(90)


def test_working_hours_follow_the_clock_of_their_zone_over_a_change() -> None:
    zone = packaged_zones().zone("Europe/Lisbon")
    hours = WorkingHours(time(9), time(17))
    # The clock goes back in the night to Sunday 25 October 2026.
    week = Interval(datetime(2026, 10, 23, tzinfo=UTC), datetime(2026, 10, 27, tzinfo=UTC))
    assert hours.within(week, zone) == [
        Interval(
            datetime(2026, 10, 23, 8, tzinfo=UTC),
            datetime(2026, 10, 23, 16, tzinfo=UTC),
        ),
        Interval(
            datetime(2026, 10, 26, 9, tzinfo=UTC),
            datetime(2026, 10, 26, 17, tzinfo=UTC),
        ),
    ]


def test_hours_over_midnight_are_as_long_as_the_clock_makes_them() -> None:
    zone = packaged_zones().zone("America/New_York")
    nights = WorkingHours(time(22), time(6), frozenset({5}))
    spring = Interval(datetime(2026, 3, 8, 5, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))
    autumn = Interval(datetime(2026, 11, 1, 4, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))
    short, long = nights.within(spring, zone)[0], nights.within(autumn, zone)[0]
    assert (short.end - short.start, long.end - long.start) == (
        timedelta(hours=7),
        timedelta(hours=9),
    )


def test_a_period_is_a_week_from_now_unless_it_is_said_and_has_bounds() -> None:
    assert period(None, None, MIDNIGHT) == Interval(MIDNIGHT, MIDNIGHT + timedelta(days=7))
    with pytest.raises(EmptyPeriod):
        period(at(5), at(5), MIDNIGHT)
    with pytest.raises(PeriodTooLong):
        period(None, MIDNIGHT + timedelta(days=62, seconds=1), MIDNIGHT)
