"""What comes back by mail: the iCalendar replies of RFC 5546, found in whatever holds them."""

import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar, Event

from common.errors import InvalidInput
from scheduler.domain.invitations import Response

CALENDAR_TYPES = ("text/calendar", "application/ics")
# Parts of a mail that are looked at; a reply is among the first few.
MOST_PARTS = 50
_RESPONSES = {
    "ACCEPTED": Response.ACCEPTED,
    "DECLINED": Response.DECLINED,
    "TENTATIVE": Response.TENTATIVE,
    "NEEDS-ACTION": Response.NEEDS_ACTION,
}


class NotAMail(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "content is no mail; send the whole message as it came, headers and all",
            field="content",
        )


@dataclass(frozen=True, slots=True)
class MailedReply:
    """One answer. *original* is the instant of the occurrence it is about, if of one alone."""

    uid: str
    email: str
    response: Response
    comment: str
    sequence: int
    stamp: datetime | None
    original: datetime | None


def replies_in(content: bytes) -> list[MailedReply]:
    """The answers that a mail brings; none for a mail of another kind. Raises ``NotAMail``."""
    mail = message_from_bytes(content, policy=policy.default)
    if not isinstance(mail, EmailMessage) or not mail.keys():
        raise NotAMail
    found: list[MailedReply] = []
    for place, part in enumerate(mail.walk()):
        if place >= MOST_PARTS:
            break
        if part.get_content_type() in CALENDAR_TYPES:
            found += _replies_of(part)
    # A mail has the same reply as a part and as an attachment.
    return list(dict.fromkeys(found))


def _replies_of(part: Any) -> list[MailedReply]:
    try:
        calendar = Calendar.from_ical(part.get_payload(decode=True) or b"")
        if str(calendar.get("method", "")).upper() != "REPLY":
            return []
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
        return [reply for event in events for reply in _answers_of(event)]
    except (ValueError, OverflowError, KeyError, IndexError, AttributeError, TypeError):
        # What no reader of calendars understands answers nothing.
        return []


def _answers_of(event: Any) -> list[MailedReply]:
    attendees = event.get("attendee", [])
    if not isinstance(attendees, list):
        attendees = [attendees]
    replies = []
    for attendee in attendees:
        response = _RESPONSES.get(str(attendee.params.get("PARTSTAT", "")).upper())
        if response is None:
            continue
        email = _plain(attendee)
        replies.append(
            MailedReply(
                _plain(event.get("uid", "")),
                email[7:] if email.lower().startswith("mailto:") else email,
                response,
                _plain(event.get("comment", ""))[:1000],
                int(event.get("sequence", 0)),
                _instant(event.get("dtstamp")),
                _instant(event.get("recurrence-id")),
            )
        )
    return replies


def _plain(given: Any) -> str:
    """*given* without what no database keeps: control characters but line ends, lone surrogates."""
    return "".join(
        one for one in str(given) if one in "\n\t" or unicodedata.category(one) not in {"Cc", "Cs"}
    )


def _instant(given: Any) -> datetime | None:
    """The instant of a property; none for what has no zone, or is a mere day."""
    value = getattr(given, "dt", None)
    if not isinstance(value, date) or not isinstance(value, datetime) or value.tzinfo is None:
        return None
    return value.astimezone(UTC)
