"""Calendars that people keep elsewhere: what is known of them, and what is taken as one. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType
from urllib.parse import urlsplit

from common.errors import AlreadyExists, Exhausted, NotFound

CalendarId = NewType("CalendarId", str)

REFRESH = timedelta(minutes=15)
# How far ahead busy time is known, and how far back.
AHEAD = timedelta(days=366)
BEHIND = timedelta(days=1)
# An unchanged calendar is read again all the same: with every day, another one comes in sight.
READ_ANEW = timedelta(days=1)
MOST_BYTES = 2_000_000
MOST_EVENTS = 5000
MOST_SPANS = 20_000
MOST_CALENDARS = 1000


class CalendarState(Enum):
    # It was not looked at yet.
    PENDING = "PENDING"
    OK = "OK"
    FAILING = "FAILING"


class CalendarNotFound(NotFound):
    def __init__(self, calendar_id: str) -> None:
        super().__init__(f"no calendar {calendar_id}", calendar_id=calendar_id)


class CalendarIsThere(AlreadyExists):
    def __init__(self, calendar_id: str) -> None:
        super().__init__(
            f"this person's calendar is {calendar_id} already; delete that first, or keep it",
            field="url",
            calendar_id=calendar_id,
        )


class TooManyCalendars(Exhausted):
    def __init__(self) -> None:
        super().__init__(f"a workspace has at most {MOST_CALENDARS} calendars; delete one first")


class UnreadableCalendar(Exception):
    """What came is no calendar, or more than is taken; the message says which."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar of the person with this *email*. Its *url* is a secret.

    *read_at* is when its text was last read, and *etag* that of this text.
    """

    id: CalendarId
    email: str
    url: str
    create_time: datetime
    state: CalendarState = CalendarState.PENDING
    reason: str = ""
    etag: str = ""
    last_success: datetime | None = None
    read_at: datetime | None = None

    @property
    def shown_url(self) -> str:
        """The address without what lets others read the calendar."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.hostname}/…"

    def known_etag(self, now: datetime) -> str:
        """The etag of a text that need not be read again now, or empty."""
        is_fresh = self.read_at is not None and now - self.read_at < READ_ANEW
        return self.etag if is_fresh else ""

    def failing(self, reason: str) -> "Calendar":
        return replace(self, state=CalendarState.FAILING, reason=reason)

    def unchanged(self, now: datetime) -> "Calendar":
        return replace(self, state=CalendarState.OK, reason="", last_success=now)

    def read(self, etag: str, now: datetime) -> "Calendar":
        return replace(self.unchanged(now), etag=etag, read_at=now)


def plain_url(url: str) -> str:
    """*url* as it is fetched: ``webcal`` is how some programs write https."""
    scheme, colon, rest = url.partition(":")
    return f"https{colon}{rest}" if scheme.lower() in ("webcal", "webcals") else url
