"""The examples of RFC 5545, section 3.8.5.3: each rule with the dates that it says."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from scheduler.domain.recurrence import Instance, Recurrence, timetable_of
from scheduler.domain.rules import TooFrequent, rule_of
from scheduler.domain.zones import packaged_zones

SEPT_2 = "1997-09-02T09:00:00"
EVERY_DAY_OF_JANUARY = [
    f"{year}-01-{day:02}" for year in (1998, 1999, 2000) for day in range(1, 32)
]
WEEKDAYS = "MO,TU,WE,TH,FR"

# The rule, its start, the dates, and whether these are all there are.
EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", SEPT_2, "1997-09: 2 3 4 5 6 7 8 9 10 11", True),
    (
        "FREQ=DAILY;INTERVAL=2",
        SEPT_2,
        "1997-09: 2 4 6 8 10 12 14 16 18 20 22 24 26 28 30; 1997-10: 2 4",
        False,
    ),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", SEPT_2, "1997-09: 2 12 22; 1997-10: 2 12", True),
    (
        "FREQ=WEEKLY;COUNT=10",
        SEPT_2,
        "1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4",
        True,
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        SEPT_2,
        "1997-09: 2 9 16 23 30; 1997-10: 7 14 21 28; 1997-11: 4 11 18 25; 1997-12: 2 9 16 23",
        True,
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        SEPT_2,
        "1997-09: 2 16 30; 1997-10: 14 28; 1997-11: 11 25; 1997-12: 9 23; 1998-01: 6 20; "
        "1998-02: 3 17",
        False,
    ),
    (
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        SEPT_2,
        "1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2",
        True,
    ),
    (
        "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH",
        SEPT_2,
        "1997-09: 2 4 9 11 16 18 23 25 30; 1997-10: 2",
        True,
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997-09-01T09:00:00",
        "1997-09: 1 3 5 15 17 19 29; 1997-10: 1 3 13 15 17 27 29 31; 1997-11: 10 12 14 24 26 28; "
        "1997-12: 8 10 12 22",
        True,
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        SEPT_2,
        "1997-09: 2 4 16 18 30; 1997-10: 2 14 16",
        True,
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997-09-05T09:00:00",
        "1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5; 1998-01: 2; 1998-02: 6; 1998-03: 6; "
        "1998-04: 3; 1998-05: 1; 1998-06: 5",
        True,
    ),
    (
        "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR",
        "1997-09-05T09:00:00",
        "1997-09: 5; 1997-10: 3; 1997-11: 7; 1997-12: 5",
        True,
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997-09-07T09:00:00",
        "1997-09: 7 28; 1997-11: 2 30; 1998-01: 4 25; 1998-03: 1 29; 1998-05: 3 31",
        True,
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        "1997-09-22T09:00:00",
        "1997-09: 22; 1997-10: 20; 1997-11: 17; 1997-12: 22; 1998-01: 19; 1998-02: 16",
        True,
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=-3",
        "1997-09-28T09:00:00",
        "1997-09: 28; 1997-10: 29; 1997-11: 28; 1997-12: 29; 1998-01: 29; 1998-02: 26",
        False,
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        SEPT_2,
        "1997-09: 2 15; 1997-10: 2 15; 1997-11: 2 15; 1997-12: 2 15; 1998-01: 2 15",
        True,
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997-09-30T09:00:00",
        "1997-09: 30; 1997-10: 1 31; 1997-11: 1 30; 1997-12: 1 31; 1998-01: 1 31; 1998-02: 1",
        True,
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997-09-10T09:00:00",
        "1997-09: 10 11 12 13 14 15; 1999-03: 10 11 12 13",
        True,
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        SEPT_2,
        "1997-09: 2 9 16 23 30; 1997-11: 4 11 18 25; 1998-01: 6 13 20 27; 1998-03: 3 10 17 24 31",
        False,
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997-06-10T09:00:00",
        "; ".join(f"{year}-06: 10; {year}-07: 10" for year in range(1997, 2002)),
        True,
    ),
    (
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997-03-10T09:00:00",
        "1997-03: 10; "
        + "; ".join(f"{y}-01: 10; {y}-02: 10; {y}-03: 10" for y in (1999, 2001, 2003)),
        True,
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997-01-01T09:00:00",
        "1997-01: 1; 1997-04: 10; 1997-07: 19; 2000-01: 1; 2000-04: 9; 2000-07: 18; 2003-01: 1; "
        "2003-04: 10; 2003-07: 19; 2006-01: 1",
        True,
    ),
    (
        "FREQ=YEARLY;BYDAY=20MO",
        "1997-05-19T09:00:00",
        "1997-05: 19; 1998-05: 18; 1999-05: 17",
        False,
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        "1997-05-12T09:00:00",
        "1997-05: 12; 1998-05: 11; 1999-05: 17",
        False,
    ),
    (
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997-03-13T09:00:00",
        "1997-03: 13 20 27; 1998-03: 5 12 19 26; 1999-03: 4 11 18 25",
        False,
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997-06-05T09:00:00",
        "1997-06: 5 12 19 26; 1997-07: 3 10 17 24 31; 1997-08: 7 14 21 28; 1998-06: 4 11 18 25; "
        "1998-07: 2 9 16 23 30; 1998-08: 6 13 20 27; 1999-06: 3 10 17 24; "
        "1999-07: 1 8 15 22 29; 1999-08: 5 12 19 26",
        False,
    ),
    (
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997-09-13T09:00:00",
        "1997-09: 13; 1997-10: 11; 1997-11: 8; 1997-12: 13; 1998-01: 10; 1998-02: 7; 1998-03: 7; "
        "1998-04: 11; 1998-05: 9; 1998-06: 13",
        False,
    ),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996-11-05T09:00:00",
        "1996-11: 5; 2000-11: 7; 2004-11: 2",
        False,
    ),
    (
        "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3",
        "1997-09-04T09:00:00",
        "1997-09: 4; 1997-10: 7; 1997-11: 6",
        True,
    ),
    (
        f"FREQ=MONTHLY;BYDAY={WEEKDAYS};BYSETPOS=-2",
        "1997-09-29T09:00:00",
        "1997-09: 29; 1997-10: 30; 1997-11: 27; 1997-12: 30; 1998-01: 29; 1998-02: 26; 1998-03: 30",
        False,
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        "1997-08-05T09:00:00",
        "1997-08: 5 10 19 24",
        True,
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        "1997-08-05T09:00:00",
        "1997-08: 5 17 19 31",
        True,
    ),
    (
        "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5",
        "2007-01-15T09:00:00",
        "2007-01: 15 30; 2007-02: 15; 2007-03: 15 30",
        True,
    ),
]


def dates(written: str) -> list[date]:
    found = []
    for month in written.split("; "):
        name, _, days = month.partition(": ")
        found += [date.fromisoformat(f"{name}-{int(day):02}") for day in days.split()]
    return found


def instances(rule: str, start: str, most: int, **more: tuple[str, ...]) -> list[Instance]:
    new_york = packaged_zones().zone("America/New_York")
    recurrence = Recurrence(rule, exdates=more.get("exdates", ()))
    first = datetime.fromisoformat(start)
    found = timetable_of(first, new_york, timedelta(hours=1), recurrence).instances()
    return list(islice(found, most))


@pytest.mark.parametrize(("rule", "start", "written", "is_all"), EXAMPLES)
def test_a_published_rule_has_its_published_dates(
    rule: str, start: str, written: str, is_all: bool
) -> None:
    expected = dates(written)
    found = instances(rule, start, len(expected) + 1)
    assert [one.civil.date() for one in found][: len(expected)] == expected
    assert {one.civil.hour for one in found} == {9}
    assert (len(found) == len(expected)) is is_all


def test_a_daily_rule_until_christmas_ends_the_day_before() -> None:
    found = instances("FREQ=DAILY;UNTIL=19971224T000000Z", SEPT_2, 200)
    assert (len(found), found[-1].civil.date()) == (113, date(1997, 12, 23))
    # Nine in New York is another hour of UTC from the end of October on.
    assert [found[place].start.hour for place in (0, -1)] == [13, 14]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA",
        "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1",
    ],
)
def test_every_day_in_january_can_be_said_in_two_ways(rule: str) -> None:
    found = instances(rule, "1998-01-01T09:00:00", 200)
    assert [one.civil.date().isoformat() for one in found] == EVERY_DAY_OF_JANUARY
    assert found[-1].start == datetime(2000, 1, 31, 14, tzinfo=UTC)


def test_every_friday_the_thirteenth_leaves_out_the_start() -> None:
    found = instances("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", SEPT_2, 5, exdates=(SEPT_2,))
    assert [one.civil.date() for one in found] == dates(
        "1998-02: 13; 1998-03: 13; 1998-11: 13; 1999-08: 13; 2000-10: 13"
    )


def test_every_three_hours_until_five_in_the_afternoon() -> None:
    """As the erratum has it: 21:00 UTC is five in New York, where the RFC wrote 17:00 UTC."""
    found = instances("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", SEPT_2, 9)
    assert [one.civil.hour for one in found] == [9, 12, 15]


def test_every_twenty_minutes_of_the_working_day() -> None:
    rule = "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40"
    found = instances(rule, SEPT_2, 48)
    times = [f"{hour:02}:{minute:02}" for hour in range(9, 17) for minute in (0, 20, 40)]
    assert [f"{one.civil:%d %H:%M}" for one in found] == [
        f"{day} {time}" for day in ("02", "03") for time in times
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    ],
)
def test_the_published_rules_by_the_minute_are_refused(rule: str) -> None:
    with pytest.raises(TooFrequent, match="HOURLY"):
        rule_of(rule)
