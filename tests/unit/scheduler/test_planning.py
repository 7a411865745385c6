"""How far a timetable is planned, what COUNT, UNTIL, RDATE and EXDATE do, and overlaps."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from scheduler.domain.calendar_rules import calendar_rule
from scheduler.domain.definitions import Definition, Policy, ScheduledEnd
from scheduler.domain.occurrences import Change, Occurrence, OccurrenceState, occurrence_of
from scheduler.domain.overlaps import Encounter, encounter
from scheduler.domain.planning import (
    ARMED_AHEAD,
    MOST_AHEAD,
    Kind,
    armed,
    next_look,
    outlook_of,
    replanned,
)
from scheduler.domain.recurrence import (
    GapPolicy,
    Instance,
    Note,
    OverlapPolicy,
    Recurrence,
    Timetable,
    timetable_of,
)
from scheduler.domain.rules import RuleNotUnderstood, rewritten, rule_of
from scheduler.domain.zones import TooFarAway, packaged_zones

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def a_table(
    rrule: str, start: str = "2026-12-01T09:00:00", zone: str = "Europe/Lisbon", **changes: object
) -> Timetable:
    recurrence = Recurrence(rrule, **changes)  # type: ignore[arg-type]
    first = datetime.fromisoformat(start)
    return timetable_of(first, packaged_zones().zone(zone), HALF_AN_HOUR, recurrence)


def days(instances: Sequence[Instance]) -> list[str]:
    return [f"{one.civil:%m-%d}" for one in instances]


def planned(table: Timetable, now: datetime = NOW) -> list[Occurrence]:
    return replanned("mtg_1", outlook_of(table, now, now), (), now).put


def test_a_daily_series_is_planned_a_year_ahead_and_has_more() -> None:
    outlook = outlook_of(a_table("FREQ=DAILY"), NOW, NOW)
    assert (len(outlook.instances), outlook.has_more) == (MOST_AHEAD, True)


def test_a_rare_series_shows_its_next_two() -> None:
    outlook = outlook_of(a_table("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), NOW, NOW)
    assert [one.civil.year for one in outlook.instances] == [2028, 2032]
    assert outlook.has_more


def test_a_counted_series_ends() -> None:
    outlook = outlook_of(a_table("FREQ=WEEKLY;COUNT=3"), NOW, NOW)
    assert (len(outlook.instances), outlook.has_more) == (3, False)


def test_a_rule_without_any_time_ends_too() -> None:
    outlook = outlook_of(a_table("FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30"), NOW, NOW)
    assert (list(outlook.instances), outlook.has_more) == ([], False)


def test_a_day_that_a_month_lacks_is_left_out() -> None:
    found = list(a_table("FREQ=MONTHLY;COUNT=4", "2026-12-31T09:00:00").instances())
    assert days(found) == ["12-31", "01-31", "03-31", "05-31"]


def test_an_excluded_date_is_counted_and_an_extra_one_is_not() -> None:
    table = a_table(
        "FREQ=DAILY;COUNT=3", rdates=("2026-12-24T09:00:00",), exdates=("2026-12-02T09:00:00",)
    )
    assert days(list(table.instances())) == ["12-01", "12-03", "12-24"]


def test_an_extra_date_on_an_instant_of_the_rule_is_dropped() -> None:
    table = a_table("FREQ=DAILY;COUNT=2", rdates=("2026-12-02T09:00:00",))
    notes = [one.notes for one in table.instances()]
    assert notes == [(), (), (Note.DUPLICATE_DROPPED,)]
    assert len(planned(table)) == 2


def test_the_day_of_until_is_the_last_local_day() -> None:
    table = a_table("FREQ=DAILY;UNTIL=20261203", "2026-12-01T23:30:00", "America/New_York")
    assert days(list(table.instances())) == ["12-01", "12-02", "12-03"]


def test_the_instant_of_until_is_the_last_that_may_be() -> None:
    at_last = a_table("FREQ=DAILY;UNTIL=20261203T090000Z")
    before = a_table("FREQ=DAILY;UNTIL=20261203T085959Z")
    assert (len(list(at_last.instances())), len(list(before.instances()))) == (3, 2)


def test_an_excluded_time_in_a_gap_may_be_named_as_it_is_held() -> None:
    table = a_table("FREQ=DAILY;COUNT=3", "2027-03-27T01:30:00", exdates=("2027-03-28T02:30:00",))
    assert days(list(table.instances())) == ["03-27", "03-29"]


def test_dates_alone_are_a_series_that_begins_at_the_start() -> None:
    table = a_table("", rdates=("2026-12-24T09:00:00", "2026-12-05T10:00:00"))
    assert days(list(table.instances())) == ["12-01", "12-05", "12-24"]


def test_dates_that_meet_in_a_gap_are_held_once_and_in_time_order() -> None:
    table = a_table(
        "",
        "2027-03-28T00:30:00",
        rdates=("2027-03-28T01:30:00", "2027-03-28T02:00:00", "2027-03-28T02:30:00"),
    )
    starts = [f"{one.start:%H:%M}" for one in table.instances() if one.is_held]
    assert starts == ["00:30", "01:00", "01:30"]


@pytest.mark.parametrize(
    ("rrule", "start", "zone", "count"),
    [
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "2026-12-01T09:00:00", "Europe/Lisbon", MOST_AHEAD),
        ("FREQ=DAILY;UNTIL=99991231", "2026-12-01T09:00:00", "America/New_York", MOST_AHEAD),
        ("FREQ=YEARLY;INTERVAL=10000", "2026-12-01T09:00:00", "Europe/Lisbon", 1),
        ("FREQ=WEEKLY;INTERVAL=10000", "9998-12-20T09:00:00", "Asia/Tokyo", 1),
        ("FREQ=MONTHLY;INTERVAL=10000", "9998-12-20T09:00:00", "Asia/Tokyo", 1),
    ],
)
def test_a_rule_may_lead_beyond_the_last_date(
    rrule: str, start: str, zone: str, count: int
) -> None:
    table = a_table(rrule, start, zone)
    assert len(outlook_of(table, NOW, NOW).instances) == count
    assert calendar_rule(table, NOW).rrule.startswith("FREQ=")


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("start_time", {"start": "0001-01-01T09:00:00"}),
        ("recurrence.rdates[0]", {"rdates": ("9999-12-31T09:00:00",)}),
        ("recurrence.exdates[1]", {"exdates": ("2027-01-01T09:00:00", "9999-12-31T09:00:00")}),
    ],
)
def test_a_date_at_the_end_of_time_is_named(field: str, changes: dict[str, Any]) -> None:
    with pytest.raises(TooFarAway) as refused:
        a_table("FREQ=WEEKLY;WKST=SU", **changes)
    assert refused.value.field == field


def test_a_start_that_the_rule_does_not_give_is_no_instance() -> None:
    """1 December 2026 is a Tuesday."""
    assert days(list(a_table("FREQ=WEEKLY;BYDAY=MO;COUNT=2").instances())) == ["12-07", "12-14"]


def test_ids_are_the_same_whenever_a_series_is_planned() -> None:
    table = a_table("FREQ=WEEKLY")
    later = {one.civil_start: one.id for one in planned(table, NOW + timedelta(days=100))}
    first = {one.civil_start: one.id for one in planned(table)}
    both = set(later) & set(first)
    assert len(both) > 30
    assert [name for name in both if later[name] != first[name]] == []


def test_a_changed_occurrence_beyond_what_is_planned_now_stays() -> None:
    """An hourly series reaches 366 occurrences in days; a day in June is not among them."""
    june = next(one for one in planned(a_table("FREQ=DAILY")) if one.civil_start > "2027-06")
    changed = replace(june, change=Change(title="Exam"))
    plain = next(one for one in planned(a_table("FREQ=DAILY")) if one.civil_start > "2027-07")
    hourly = outlook_of(a_table("FREQ=HOURLY"), NOW, NOW)
    replan = replanned("mtg_1", hourly, [changed, plain], NOW)
    assert replan.drop == [plain]
    assert [one.kind for one in replan.differences if one.occurrence_id == plain.id] == [
        Kind.REMOVED
    ]


@pytest.mark.parametrize(
    "state", [OccurrenceState.LIVE, OccurrenceState.ENDED, OccurrenceState.MISSED]
)
def test_what_is_live_or_over_is_neither_changed_nor_planned_twice(state: OccurrenceState) -> None:
    table = a_table("FREQ=DAILY;COUNT=3")
    first, *rest = planned(table)
    replan = replanned("mtg_1", outlook_of(table, NOW, NOW), [replace(first, state=state)], NOW)
    assert [one.id for one in replan.put] == [one.id for one in rest]
    assert replan.drop == []


def test_a_policy_that_skips_a_gap_takes_a_planned_one_away_and_back() -> None:
    shifting = a_table("FREQ=DAILY;COUNT=3", "2027-03-27T01:30:00")
    skipping = a_table("FREQ=DAILY;COUNT=3", "2027-03-27T01:30:00", gap_policy=GapPolicy.SKIP)
    before = planned(shifting)
    replan = replanned("mtg_1", outlook_of(skipping, NOW, NOW), before, NOW)
    (skipped,) = replan.skipped
    assert (skipped.id, skipped.state) == (before[1].id, OccurrenceState.SKIPPED)
    back = replanned("mtg_1", outlook_of(shifting, NOW, NOW), planned(skipping), NOW)
    assert [one.state for one in back.put] == [OccurrenceState.PENDING]


def test_timers_wait_for_the_next_few_and_for_what_opens_soon() -> None:
    daily, hourly = planned(a_table("FREQ=DAILY")), planned(a_table("FREQ=HOURLY"))
    assert len(armed(daily, timedelta(minutes=10), NOW)) == ARMED_AHEAD
    # Windows that open a day ahead: a day of hours and as many again.
    assert len(armed(hourly, timedelta(days=1), NOW)) == 39


def test_the_next_look_is_halfway_between_two_starts() -> None:
    waiting = planned(a_table("FREQ=DAILY"))[:ARMED_AHEAD]
    assert next_look(waiting, NOW) == waiting[3].start_time + timedelta(hours=12)
    assert next_look(waiting[:1], NOW) == waiting[0].start_time
    assert next_look([], NOW) > NOW


@pytest.mark.parametrize(
    ("policy", "met"),
    [
        (OverlapPolicy.SKIP, Encounter.SKIP),
        (OverlapPolicy.ALLOW, Encounter.JOIN),
        (OverlapPolicy.END_PREVIOUS, Encounter.DISPLACE),
    ],
)
def test_the_overlap_policy_decides_while_another_occurrence_is_live(
    policy: OverlapPolicy, met: Encounter
) -> None:
    live = [occurrence_of("mtg_1", a_table("FREQ=DAILY").first)]
    series = Definition("Stand-up", recurrence=Recurrence("FREQ=DAILY", overlap_policy=policy))
    later = live[0].end_time
    assert encounter(series, live, later, ending=False) is met
    assert encounter(series, live, later, ending=True) is Encounter.WAIT
    assert encounter(series, [], later, ending=False) is Encounter.JOIN
    hard = replace(series, policy=Policy(scheduled_end=ScheduledEnd.HARD))
    assert encounter(hard, live, later, ending=False) is Encounter.WAIT
    assert encounter(hard, live, live[0].start_time, ending=False) is met


def test_a_rule_is_rewritten_part_by_part() -> None:
    assert rewritten("RRULE:freq=weekly;count=5;", COUNT="2") == "FREQ=WEEKLY;COUNT=2"
    assert rewritten("FREQ=WEEKLY", UNTIL="20270101") == "FREQ=WEEKLY;UNTIL=20270101"
    assert rewritten("FREQ=WEEKLY;COUNT=5", COUNT="") == "FREQ=WEEKLY"


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("", "NAME=VALUE"),
        ("FREQ=DAILY;FREQ=DAILY", "twice"),
        ("FREQ=DAILY;INTERVAL=x", "whole numbers"),
        ("FREQ=DAILY;INTERVAL=0", "from 1"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "counts from 1"),
        ("FREQ=MONTHLY;BYDAY=XX", "write days as MO"),
        ("FREQ=MONTHLY;BYDAY=0MO", "write days as MO"),
        ("FREQ=MONTHLY;BYDAY=\u0662TU", "write days as MO"),
        ("FREQ=WEEKLY;WKST=XX", "known are MO"),
        ("FREQ=DAILY;UNTIL=20270231", "write an instant"),
        ("FREQ=DAILY;BYYEARDAY=1", "BYYEARDAY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "BYWEEKNO"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "beside BYWEEKNO"),
        ("FREQ=DAILY;BYSECOND=60", "from 0 to 59"),
    ],
)
def test_a_rule_that_is_not_one_says_what_is_wrong(rule: str, complaint: str) -> None:
    with pytest.raises(RuleNotUnderstood, match=complaint) as refused:
        rule_of(rule)
    assert refused.value.field == "recurrence.rrule"
