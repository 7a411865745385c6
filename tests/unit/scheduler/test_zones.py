"""Every zone and every clock change from 2020 to 2040, against a model of the compiled files."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from scheduler.domain.recurrence import GapPolicy, Note, Recurrence, timetable_of
from scheduler.domain.zones import (
    Moment,
    Reading,
    TooFarAway,
    UnknownTimeZone,
    moment_of,
    packaged_zones,
)
from tests.support.tzif import (
    Change,
    Zone,
    distinct_zones,
    local_time,
    read_zone,
    zone_names,
)

FIRST, END = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2020, 2041))
DAY = timedelta(days=1)
GAP_DAYS = 3


def times_around(change: Change) -> Iterator[datetime]:
    """Local times before, at the edges of, within and after what the clock skips or repeats."""
    low = min(change.at + change.before, change.at + change.after)
    high = max(change.at + change.before, change.at + change.after)
    for seconds in (low - 3600, low - 1, low, (low + high) // 2, high - 1, high, high + 3600):
        yield local_time(seconds)


def changes_of_two_decades(zone: Zone) -> Sequence[Change]:
    return [change for change in zone.changes if FIRST <= change.at < END]


def modelled(zone: Zone, civil: datetime) -> Moment:
    instants = zone.instants(civil)
    if not instants:
        return Moment(civil, datetime.fromtimestamp(zone.after_gap(civil), UTC), Reading.GAP)
    reading = Reading.FOLD if len(instants) > 1 else Reading.PLAIN
    return Moment(civil, datetime.fromtimestamp(instants[0], UTC), reading)


def test_every_local_time_around_every_change_is_the_instant_of_the_model() -> None:
    looked_at = {reading: 0 for reading in Reading}
    for name in distinct_zones():
        zone, ours = read_zone(name), packaged_zones().zone(name)
        for change in changes_of_two_decades(zone):
            for civil in times_around(change):
                expected = modelled(zone, civil)
                assert moment_of(civil, ours) == expected, (name, civil)
                looked_at[expected.reading] += 1
    # So that a model without changes would not pass for agreement.
    assert min(looked_at.values()) > 5_000


@pytest.mark.parametrize("policy", GapPolicy)
def test_a_daily_series_over_every_gap_keeps_its_policy(policy: GapPolicy) -> None:
    """Three meetings from the day before: one is in the gap, and moves or is not counted."""
    gaps = 0
    for name in distinct_zones():
        zone, ours = read_zone(name), packaged_zones().zone(name)
        for change in changes_of_two_decades(zone):
            if change.after < change.before or change.after - change.before >= 86_400:
                continue
            civil = local_time(change.at + (change.before + change.after) // 2)
            series = Recurrence("FREQ=DAILY;COUNT=3", gap_policy=policy)
            found = timetable_of(civil - DAY, ours, timedelta(minutes=30), series).instances()
            gaps += 1
            assert [
                (one.civil, one.start if one.is_held else None, one.notes) for one in found
            ] == list(three_from(zone, civil - DAY, policy)), (name, civil)
    assert gaps > 500


def three_from(
    zone: Zone, start: datetime, policy: GapPolicy
) -> Iterator[tuple[datetime, datetime | None, tuple[Note, ...]]]:
    held, day = 0, start
    while held < GAP_DAYS:
        moment = modelled(zone, day)
        if moment.reading is Reading.GAP and policy is GapPolicy.SKIP:
            yield day, None, (Note.GAP_SKIPPED,)
        else:
            held += 1
            note = {Reading.GAP: (Note.GAP_SHIFTED,), Reading.FOLD: (Note.FOLD_FIRST,)}
            yield day, moment.instant, note.get(moment.reading, ())
        day += DAY


def test_an_hourly_series_over_a_gap_never_meets_twice_at_once() -> None:
    new_york = packaged_zones().zone("America/New_York")
    series = Recurrence("FREQ=HOURLY;COUNT=4")
    start = datetime.fromisoformat("2027-03-14T01:00:00")
    found = list(timetable_of(start, new_york, timedelta(minutes=30), series).instances())
    assert [(one.civil.hour, one.start.hour, one.notes) for one in found] == [
        (1, 6, ()),
        (2, 7, (Note.GAP_SHIFTED, Note.DUPLICATE_DROPPED)),
        (3, 7, ()),
        (4, 8, ()),
        (5, 9, ()),
    ]


def test_every_zone_of_the_release_can_be_named() -> None:
    names = zone_names()
    assert len(names) > 500
    assert [name for name in names if packaged_zones().zone(name).key != name] == []


def test_a_zone_that_is_not_in_the_database_is_named() -> None:
    with pytest.raises(UnknownTimeZone, match="Mars/Olympus"):
        packaged_zones().zone("Mars/Olympus")


def test_a_zone_name_is_never_a_path() -> None:
    with pytest.raises(UnknownTimeZone):
        packaged_zones().zone("../zoneinfo/UTC")


@pytest.mark.parametrize("year", ["0001", "9999"])
def test_a_year_at_the_end_of_time_is_refused(year: str) -> None:
    with pytest.raises(TooFarAway):
        moment_of(
            datetime.fromisoformat(f"{year}-06-01T09:00:00"), packaged_zones().zone("Europe/Lisbon")
        )
