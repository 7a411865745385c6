"""What comes back by mail: the iCalendar replies of RFC 5546, found in whatever holds them."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from itertools import islice
from typing import Any

from icalendar import Calendar, Event

from common.errors import InvalidInput
from scheduler.domain.invitations import Response

CALENDAR_TYPES = ("text/calendar", "application/ics")
# Parts of a mail that are looked at; a reply is among the first few.
MOST_PARTS = 50
# Reading parts within parts takes as long as they are deep and many: seconds for a few kilobytes.
MOST_NESTED = 50
_NESTS = re.compile(rb"(?:multipart|message)/", re.IGNORECASE)
# A calendar program answers for one event, in a part and again in a file.
MOST_CALENDARS = 3
LONGEST_CALENDAR = 64 * 1024
MOST_ANSWERS = 20
_UNREADABLE = (
    ValueError,
    OverflowError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    RecursionError,
)
_RESPONSES = {
    "ACCEPTED": Response.ACCEPTED,
    "DECLINED": Response.DECLINED,
    "TENTATIVE": Response.TENTATIVE,
    "NEEDS-ACTION": Response.NEEDS_ACTION,
}


class UnreadableMail(InvalidInput):
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
    """The answers that a mail brings, the first 20; none for a mail of another kind.

    Raises ``UnreadableMail``.
    """
    if len(_NESTS.findall(content)) > MOST_NESTED:
        return []
    # The older policy reads no header that is not asked for; others take seconds to be read.
    mail = message_from_bytes(content, policy=policy.compat32)
    if not mail.keys():
        raise UnreadableMail
    parts = islice(mail.walk(), MOST_PARTS)
    calendars = [one for one in parts if one.get_content_type() in CALENDAR_TYPES]
    found = [reply for one in calendars[:MOST_CALENDARS] for reply in _replies_of(one)]
    # A mail has the same reply as a part and as an attachment.
    return list(dict.fromkeys(found))[:MOST_ANSWERS]


def _replies_of(part: Any) -> list[MailedReply]:
    text = part.get_payload(decode=True) or b""
    if len(text) > LONGEST_CALENDAR:
        return []
    try:
        calendar = Calendar.from_ical(text)
        if str(calendar.get("method", "")).upper() != "REPLY":
            return []
        events = [one for one in calendar.walk("VEVENT") if isinstance(one, Event)]
        return [reply for event in events for reply in _answers_of(event)]
    except (
        ValueError,
        OverflowError,
        KeyError,
        IndexError,
        AttributeError,
        TypeError,
        RecursionError,
    ):
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
