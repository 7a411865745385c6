"""Fifteen hundred random rules, read by us, by dateutil and by the rulebook of RFC 5545.

`python -m benchmarks.recurrence` does the same with ten thousand.
"""

from datetime import datetime, timedelta
from itertools import islice

import pytest

from scheduler.domain.recurrence import Recurrence, timetable_of
from scheduler.domain.zones import packaged_zones
from tests.support.random_rules import (
    Sample,
    a_sample,
    by_dateutil,
    by_rulebook,
    is_read_otherwise_by_dateutil,
    ours,
)

RULES = 1500
CHUNK = 100
AN_HOUR = timedelta(hours=1)


@pytest.mark.parametrize("first", range(0, RULES, CHUNK))
def test_random_rules_have_the_times_of_two_other_readers(first: int) -> None:
    compared = 0
    for sample in map(a_sample, range(first, first + CHUNK)):
        found = ours(sample)
        assert found == by_rulebook(sample), sample
        if found and not is_read_otherwise_by_dateutil(sample):
            assert found == by_dateutil(sample), sample
            compared += 1
    assert compared > CHUNK // 2


def test_the_other_readers_differ_where_they_are_said_to() -> None:
    start = datetime.fromisoformat("2021-03-01T09:00:00")
    mixed = Sample("FREQ=MONTHLY;BYDAY=MO,2TU;BYMONTH=3", start)
    assert is_read_otherwise_by_dateutil(mixed)
    assert [one.day for one in ours(mixed)[:6]] == [1, 8, 9, 15, 22, 29]


def test_looking_from_later_on_finds_the_same_times() -> None:
    """Passing over what was is what makes a series of years cheap to plan further."""
    zone = packaged_zones().zone("Europe/Lisbon")
    for sample in map(a_sample, range(300)):
        table = timetable_of(sample.start, zone, AN_HOUR, Recurrence(sample.text))
        found = list(islice(table.instances(), 40))
        for since in [one.start for one in (*found[len(found) // 2 :][:1], *found[-1:])]:
            later = [one for one in found if one.start >= since]
            assert list(islice(table.instances(since), len(later))) == later, sample
