"""Mails that would keep their reader busy: what is read of them is bounded."""

from scheduler.domain.invitations import Response
from scheduler.wire.mails import MOST_ANSWERS, replies_in

REPLY = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:%s\r\n"
    b"ATTENDEE;PARTSTAT=DECLINED:mailto:bo@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CALENDAR = b"Content-Type: text/calendar; method=REPLY\r\n\r\n"


def nested(depth: int, innermost: bytes) -> bytes:
    """Parts within parts, and *innermost* in the last."""
    levels = [
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(depth)
    ]
    return b"".join(levels) + innermost


def test_an_answer_is_found_in_a_mail_that_was_handed_on() -> None:
    forwarded = nested(2, b"Content-Type: message/rfc822\r\n\r\n" + CALENDAR + REPLY % b"m1")

    (found,) = replies_in(forwarded)

    assert (found.uid, found.email, found.response) == (
        "m1",
        "bo@example.com",
        Response.DECLINED,
    )


def test_parts_within_parts_without_end_bring_no_answer() -> None:
    assert replies_in(nested(1000, CALENDAR + REPLY % b"m1")) == []


def test_of_a_mail_with_a_thousand_answers_the_first_few_are_read() -> None:
    events = b"".join(
        b"BEGIN:VEVENT\r\nUID:%d\r\nATTENDEE;PARTSTAT=DECLINED:mailto:a\r\nEND:VEVENT\r\n" % one
        for one in range(500)
    )
    mail = CALENDAR + b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + events + b"END:VCALENDAR\r\n"

    assert [one.uid for one in replies_in(mail)] == [str(one) for one in range(MOST_ANSWERS)]


def test_of_many_calendars_the_first_few_are_read() -> None:
    parts = [b"--b0\r\n" + CALENDAR + REPLY % b"m%d" % one for one in range(9)]
    mail = b"Content-Type: multipart/mixed; boundary=b0\r\n\r\n" + b"".join(parts)

    assert [one.uid for one in replies_in(mail)] == ["m0", "m1", "m2"]


def test_a_calendar_longer_than_any_answer_is_not_read() -> None:
    assert replies_in(CALENDAR + REPLY % b"m1" + b"X-A:b\r\n" * 20_000) == []
