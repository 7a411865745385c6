"""The busy time that an iCalendar text tells of. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import recurring_ical_events
from icalendar import Calendar

from scheduler.domain.availability import Interval, merged, within
from scheduler.domain.subscriptions import MOST_EVENTS, MOST_SPANS, UnreadableCalendar
from scheduler.domain.zones import UnknownTimeZone, packaged_zones


def busy_time(text: bytes, whole: Interval) -> list[Interval]:
    """When the events of *text* make their owner busy within *whole*; merged, in time order.

    Raises ``UnreadableCalendar``. It is not bounded in time: rules may be endless to follow.
    """
    try:
        calendar: Any = Calendar.from_ical(text)
    except (ValueError, IndexError, KeyError):
        raise UnreadableCalendar("it is no iCalendar text") from None
    if sum(1 for _ in calendar.walk("VEVENT")) > MOST_EVENTS:
        raise UnreadableCalendar(f"it has more than {MOST_EVENTS} events")
    zone = _zone(str(calendar.get("X-WR-TIMEZONE", "UTC")))
    query: Any = recurring_ical_events.of(calendar, skip_bad_series=True)
    # A day more on either side, for events on the clock of a zone.
    found = query.between(whole.start - timedelta(days=1), whole.end + timedelta(days=1))
    spans = merged(within(_intervals(found, zone), whole))
    if len(spans) > MOST_SPANS:
        raise UnreadableCalendar(f"it has more than {MOST_SPANS} busy times in a year")
    return spans


def _intervals(events: Any, zone: tzinfo) -> Iterator[Interval]:
    for event in events:
        if _is_busy(event):
            start, end = _instant(event.start, zone), _instant(event.end, zone)
            if start < end:
                yield Interval(start, end)


def _is_busy(event: Any) -> bool:
    free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    shown_free = str(event.get("X-MICROSOFT-CDO-BUSYSTATUS", "")).upper() == "FREE"
    return not (free or shown_free or str(event.get("STATUS", "")).upper() == "CANCELLED")


def _instant(moment: date | datetime, zone: tzinfo) -> datetime:
    """A day begins at its midnight; what names no zone is on the calendar's clock."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time())
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def _zone(name: str) -> tzinfo:
    try:
        return packaged_zones().zone(name)
    except UnknownTimeZone:
        return UTC
