"""Calendars as texts: what people write cannot break them, and readers agree on zones."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from dateutil import tz
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from scheduler.domain.calendar_rules import CalendarRule
from scheduler.domain.codes import CodeSigner, UnknownCode
from scheduler.domain.zones import packaged_zones
from scheduler.wire.calendars import Attendee, Organizer, Sheet, for_person, full_text

STAMP = datetime(2030, 1, 1, tzinfo=UTC)
ZONES = """
    Europe/Lisbon America/New_York Australia/Lord_Howe Asia/Kolkata UTC America/Sao_Paulo
    Europe/Dublin Pacific/Chatham Asia/Tehran America/Nuuk"""
URL = "https://meet.example/j/" + "a" * 150


def a_text(
    name: str = "Bo", title: str = "Kick-off", agenda: str = "", zone: str = "Europe/Lisbon"
) -> str:
    sheet = Sheet(
        "mtg_1@meet.example",
        title,
        agenda,
        packaged_zones().zone(zone),
        CalendarRule(datetime.fromisoformat("2030-03-05T09:00:00")),
        timedelta(minutes=30),
        (),
        0,
        STAMP,
        STAMP,
        Organizer("Meetings", "meetings@meet.example"),
    )
    return for_person(full_text(sheet), Attendee(name, "bo@x.org", "HOST", "NEEDS_ACTION", URL))


def event_of(text: str) -> Any:
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


@settings(max_examples=150, deadline=None)
@given(name=st.text(max_size=120), title=st.text(min_size=1, max_size=150), agenda=st.text())
def test_whatever_people_write_is_one_event_with_their_words(
    name: str, title: str, agenda: str
) -> None:
    text = a_text(name, title, agenda)

    event = event_of(text)
    assert event["url"] == event["location"] == event["conference"] == URL
    assert event["attendee"] == "mailto:bo@x.org"
    assert event["attendee"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 75


@pytest.mark.parametrize("agenda", ["X-CONVENE-PERSON:here", "\r\nX-CONVENE-PERSON:here\r\n"])
def test_a_text_that_looks_like_the_place_for_a_person_stays_a_text(agenda: str) -> None:
    text = a_text(title=f"Kick-off {agenda}", agenda=agenda)

    event = event_of(text)
    assert event["summary"].endswith("X-CONVENE-PERSON:here")
    assert "X-CONVENE-PERSON:here" in event["description"]
    assert event["attendee"] == "mailto:bo@x.org"


@pytest.mark.parametrize("name", ['Bo "B" Ö, MD; x:y', "Bo^n", "李 " * 40, "a\r\nATTENDEE:x"])
def test_a_name_comes_through_as_it_was_written(name: str) -> None:
    attendee = event_of(a_text(name))["attendee"]

    assert attendee.params["CN"] == " ".join(name.split())


def test_an_agenda_of_any_length_is_cut_where_it_would_be_carried_a_thousand_times() -> None:
    assert len(event_of(a_text(agenda="x" * 20_000))["description"]) == 2000


@pytest.mark.parametrize("zone", ZONES.split())
def test_a_zone_that_is_written_out_is_the_zone_that_meetings_are_planned_with(zone: str) -> None:
    written = tz.tzical(StringIO(a_text(zone=zone).replace("\r\n ", ""))).get(zone)
    known = packaged_zones().zone(zone)

    for hour in range(0, 24 * 365 * 5, 11):
        local = datetime.fromisoformat("2029-06-01T00:30:00") + timedelta(hours=hour)
        ours, theirs = local.replace(tzinfo=known), local.replace(tzinfo=written)
        back = ours.astimezone(UTC).astimezone(known).replace(tzinfo=None)
        is_twice = ours.utcoffset() != ours.replace(fold=1).utcoffset()
        if back == local and not is_twice:
            assert theirs.utcoffset() == ours.utcoffset(), local


def test_a_code_is_read_for_its_own_purpose_and_by_its_own_key() -> None:
    mine = CodeSigner(b"key", "reply")
    code = mine.code("wsp_1", "mtg_1", "")

    assert mine.read(code, 3) == ["wsp_1", "mtg_1", ""]
    for other in (CodeSigner(b"key", "feed"), CodeSigner(b"other", "reply")):
        with pytest.raises(UnknownCode):
            other.read(code, 3)
    with pytest.raises(UnknownCode):
        mine.read(code, 4)
