"""Meetings as iCalendar texts: what is asked, what is cancelled, what a subscriber reads.

A text is made once and then given to each person, with the few lines that are theirs: an
invitation of a thousand people costs a thousand short replacements.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vRecur

from scheduler.domain.calendar_rules import CalendarRule
from scheduler.domain.occurrences import Occurrence, OccurrenceState
from scheduler.wire.vtimezones import vtimezone

PRODUCT = "-//Convene//Scheduler//EN"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
_PLACE = "X-CONVENE-PERSON"
# A line of its own that nobody can write: texts are folded, and nobody knows the number.
_HERE = secrets.token_hex(16)
_PLACE_LINE = f"\r\n{_PLACE}:{_HERE}\r\n"
# What is longer goes with the meeting, not with every message about it.
MOST_TEXT = 2000
_ROLES = {"HOST": "CHAIR", "CO_HOST": "CHAIR", "OBSERVER": "NON-PARTICIPANT"}


@dataclass(frozen=True, slots=True)
class Organizer:
    """Who asks: the address that answers are sent to."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a calendar shows of a meeting. *rule* is in local times of *zone*.

    *exceptions* are occurrences of a series that differ; a single meeting has its own start in
    *rule* and no exceptions. Without a *zone* it has no time, and can only be cancelled.
    """

    uid: str
    title: str
    agenda: str
    zone: ZoneInfo | None
    rule: CalendarRule
    duration: timedelta
    exceptions: Sequence[Occurrence]
    sequence: int
    stamp: datetime
    created: datetime
    organizer: Organizer
    cancelled: bool = False

    @property
    def is_series(self) -> bool:
        return bool(self.rule.rrule or self.rule.rdates)


@dataclass(frozen=True, slots=True)
class Attendee:
    """Whose calendar it is. *response* is empty for one who is not asked to answer."""

    name: str
    email: str
    role: str
    response: str
    join_url: str


def full_text(sheet: Sheet, method: str = REQUEST) -> str:
    """All of the meeting, every exception with it; `for_person` finishes it."""
    return _text(method, sheet, _events(sheet))


def many_text(sheets: Sequence[Sheet], name: str) -> str:
    """Several meetings in one calendar to subscribe to; `for_persons` finishes it."""
    calendar = _calendar(PUBLISH)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    for zone, years in _zones_of(sheets).items():
        calendar.add_component(vtimezone(zone, *years))
    for sheet in sheets:
        for event in _events(sheet):
            calendar.add_component(event)
    return _written(calendar)


def occurrence_text(sheet: Sheet, one: Occurrence) -> str:
    """One occurrence of a series as it is now; `for_person` finishes it."""
    return _text(REQUEST, sheet, [_exception(sheet, one)])


def cancelled_text(sheet: Sheet, one: Occurrence | None = None) -> str:
    """That the meeting, or *one* of its occurrences, is not held; `for_person` finishes it."""
    event = _exception(sheet, one) if one else _master(sheet, with_rule=False)
    event.pop("status", None)
    event.add("status", "CANCELLED")
    return _text(CANCEL, sheet, [event])


def for_person(text: str, attendee: Attendee) -> str:
    return text.replace(_PLACE_LINE, f"\r\n{_lines(attendee)}")


def for_persons(text: str, attendees: Sequence[Attendee]) -> str:
    """*text* with as many places as *attendees*, one for each event."""
    parts = text.split(_PLACE_LINE)
    ends = [*(f"\r\n{_lines(one)}" for one in attendees), ""]
    return "".join(part + end for part, end in zip(parts, ends, strict=True))


def places_in(sheet: Sheet) -> int:
    """How many events, and so places for a person, the sheet makes."""
    return len(_events(sheet))


def _events(sheet: Sheet) -> list[Event]:
    if sheet.cancelled:
        return [_master(sheet, with_rule=False)]
    changed = [one for one in sheet.exceptions if one.state is not OccurrenceState.CANCELLED]
    return [_master(sheet), *(_exception(sheet, one) for one in changed)]


def _text(method: str, sheet: Sheet, events: Sequence[Event]) -> str:
    calendar = _calendar(method)
    for zone, years in _zones_of([sheet]).items():
        calendar.add_component(vtimezone(zone, *years))
    for event in events:
        calendar.add_component(event)
    return _written(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _written(calendar: Calendar) -> str:
    written: bytes = calendar.to_ical()
    return written.decode()


def _zones_of(sheets: Sequence[Sheet]) -> dict[ZoneInfo, tuple[int, int]]:
    years: dict[ZoneInfo, tuple[int, int]] = {}
    for sheet in sheets:
        if sheet.zone is None:
            continue
        first, last = sheet.rule.start.year, max(sheet.stamp.year, sheet.rule.start.year)
        known = years.get(sheet.zone, (first, last))
        years[sheet.zone] = min(known[0], first), max(known[1], last)
    return years


def _master(sheet: Sheet, *, with_rule: bool = True) -> Event:
    rule = sheet.rule
    event = _event(sheet, sheet.title, sheet.agenda)
    if sheet.zone is None:
        return event
    event.add("dtstart", rule.start.replace(tzinfo=sheet.zone))
    event.add("duration", sheet.duration)
    if not with_rule or not sheet.is_series:
        return event
    zone = sheet.zone
    cancelled = {
        _local(one.original_start_time, zone)
        for one in sheet.exceptions
        if one.state is OccurrenceState.CANCELLED
    }
    rule = rule.without(cancelled)
    if rule.rrule:
        event.add("rrule", vRecur.from_ical(rule.rrule))
    if rule.rdates:
        event.add("rdate", [one.replace(tzinfo=zone) for one in rule.rdates])
    if rule.exdates:
        event.add("exdate", [one.replace(tzinfo=zone) for one in rule.exdates])
    return event


def _exception(sheet: Sheet, one: Occurrence) -> Event:
    change = one.change
    event = _event(sheet, change.title or sheet.title, change.agenda or sheet.agenda)
    event.add("recurrence-id", one.original_start_time.astimezone(sheet.zone))
    event.add("dtstart", one.start_time.astimezone(sheet.zone))
    event.add("duration", one.end_time - one.start_time)
    return event


def _event(sheet: Sheet, title: str, agenda: str) -> Event:
    event = Event()
    event.add("uid", sheet.uid)
    event.add("sequence", sheet.sequence)
    event.add("dtstamp", sheet.stamp.astimezone(UTC).replace(microsecond=0))
    event.add("created", sheet.created.astimezone(UTC).replace(microsecond=0))
    event.add("summary", clean(title))
    if agenda:
        event.add("description", shortened(agenda))
    organizer = vCalAddress(f"mailto:{sheet.organizer.email}")
    organizer.params["CN"] = clean(sheet.organizer.name)
    event.add("organizer", organizer)
    event.add("status", "CANCELLED" if sheet.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add(_PLACE, _HERE)
    return event


def _lines(attendee: Attendee) -> str:
    """The lines that are a person's own, written by hand: a thousand people are served at once."""
    lines = []
    if attendee.response:
        parameters = {
            "CN": clean(attendee.name) or attendee.email,
            "CUTYPE": "INDIVIDUAL",
            "ROLE": _ROLES.get(attendee.role, "REQ-PARTICIPANT"),
            "PARTSTAT": attendee.response.replace("_", "-"),
            "RSVP": "TRUE",
        }
        written = "".join(f";{name}={_parameter(value)}" for name, value in parameters.items())
        lines.append(f"ATTENDEE{written}:mailto:{attendee.email}")
    if url := attendee.join_url:
        lines += [
            f"URL:{url}",
            f"LOCATION:{url}",
            f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL=Join:{url}",
        ]
    return "".join(map(_folded, lines))


def _parameter(value: str) -> str:
    """By RFC 5545, section 3.2, and RFC 6868 for what that has no way to write."""
    value = value.replace("^", "^^").replace('"', "^'")
    return f'"{value}"' if any(mark in value for mark in ",;:") else value


def _folded(line: str) -> str:
    """*line* in pieces of at most 75 octets, none of which parts a letter."""
    pieces, size, start = [], 0, 0
    if line.isascii():
        pieces = [line[:75], *(line[at : at + 74] for at in range(75, len(line), 74))]
        return "\r\n ".join(pieces) + "\r\n"
    for place, letter in enumerate(line):
        width = len(letter.encode())
        if size + width > 75:
            pieces.append(line[start:place])
            # The space that begins the next piece counts.
            start, size = place, 1
        size += width
    return "\r\n ".join([*pieces, line[start:]]) + "\r\n"


def clean(text: str) -> str:
    """*text* on one line, without what no reader shows."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def shortened(text: str) -> str:
    return text if len(text) <= MOST_TEXT else text[: MOST_TEXT - 1] + "…"


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None, fold=0)
