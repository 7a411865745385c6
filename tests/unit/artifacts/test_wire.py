"""How messages of other services become what artifacts works on, and what it shows."""

from datetime import UTC, date, datetime, timedelta

import pytest

from artifacts.domain import SessionRecord
from artifacts.wire import attendance_of, language_of, lines_of
from convene.bots.v1.bots_pb2 import Segment, Speaker
from convene.session.v1 import session_pb2

BEFORE_MIDNIGHT = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)


def a_session(time_zone: str) -> SessionRecord:
    return SessionRecord("ses_1", "mtg_1", BEFORE_MIDNIGHT, time_zone=time_zone)


def a_segment(**changes: object) -> Segment:
    fields: dict[str, object] = {"id": "seg_1", "speaker": Speaker(name="Ada"), "text": "Hello."}
    return Segment(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("time_zone", "seconds", "day"),
    [
        ("", 0, date(2026, 12, 1)),
        ("Asia/Tokyo", 0, date(2026, 12, 2)),
        ("America/Lima", 0, date(2026, 12, 1)),
        ("UTC", 3600, date(2026, 12, 2)),
        ("Mars/Olympus_Mons", 0, date(2026, 12, 1)),
    ],
)
def test_a_line_is_dated_where_the_meeting_is(time_zone: str, seconds: float, day: date) -> None:
    (line,) = lines_of([a_segment(start_seconds=seconds)], a_session(time_zone))
    assert line.said_on == day


def test_a_gap_says_nothing() -> None:
    assert lines_of([a_segment(gap=True, text=""), a_segment(text="")], a_session("")) == []


def test_the_language_is_the_one_of_most_segments() -> None:
    spoken = [a_segment(language=one) for one in ("en", "pt", "en", "")]
    assert language_of(spoken) == "en"
    assert language_of([]) == ""


def test_bots_and_those_who_never_came_attend_nothing() -> None:
    stay = session_pb2.Interval(joined=BEFORE_MIDNIGHT, left=BEFORE_MIDNIGHT + timedelta(minutes=1))
    kinds = session_pb2.ParticipantKind
    people = [
        session_pb2.Participant(id=name, kind=kind, intervals=stays)
        for name, kind, stays in (
            ("person", kinds.PARTICIPANT_KIND_PERSON, [stay]),
            ("phone", kinds.PARTICIPANT_KIND_PHONE, [stay]),
            ("bot", kinds.PARTICIPANT_KIND_BOT, [stay]),
            ("observer", kinds.PARTICIPANT_KIND_OBSERVER, [stay]),
            ("denied", kinds.PARTICIPANT_KIND_PERSON, []),
        )
    ]
    shown = attendance_of(session_pb2.GetLedgerResponse(participants=people))
    assert [one.participant_id for one in shown.items] == ["person", "phone"]
