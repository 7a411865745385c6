"""A calendar program as small as can be: it reads messages in the order they come, and shows days.

It is written from RFC 5545 and RFC 5546 and shares nothing with the scheduler. Two readers feed it:
`icalendar`, which knows zones by their names, and `vobject`, which reads them from the message.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count
from typing import Any

import vobject
from dateutil import rrule, tz
from icalendar import Calendar


@dataclass(frozen=True)
class Entry:
    """One VEVENT. Times are local with a zone; *original* names the instance it replaces."""

    uid: str
    sequence: int
    stamp: datetime
    title: str
    start: datetime
    duration: timedelta
    original: datetime | None
    rule: str
    rdates: tuple[datetime, ...]
    exdates: tuple[datetime, ...]
    cancelled: bool


@dataclass(frozen=True)
class Message:
    method: str
    entries: Sequence[Entry]


Reader = Callable[[str], Message]


@dataclass(frozen=True)
class Shown:
    """What somebody sees in their calendar."""

    title: str
    start: datetime
    end: datetime


_MARKS = count()
# Of what is cancelled a message need not say when it was.
NEVER = datetime.min.replace(tzinfo=UTC)


def read_by_icalendar(text: str) -> Message:
    calendar = Calendar.from_ical(text)
    entries = [_entry_of(one) for one in calendar.walk("VEVENT")]
    return Message(str(calendar["method"]), entries)


def read_by_vobject(text: str) -> Message:
    # A zone by a name that nobody knows can only be read from the message itself.
    mark = f"{next(_MARKS)}-"
    text = text.replace("TZID=", f"TZID={mark}").replace("TZID:", f"TZID:{mark}")
    if mark in text:
        zones = tz.tzical(io.StringIO(text.replace("\r\n ", "")))
        for name in zones.keys():  # noqa: SIM118 - it is no mapping
            vobject.icalendar.registerTzid(name, zones.get(name))
    calendar = vobject.readOne(text)
    return Message(calendar.method.value, [_entry_of_vobject(one) for one in calendar.vevent_list])


READERS: Sequence[Reader] = (read_by_icalendar, read_by_vobject)


@dataclass
class CalendarProgram:
    """Keeps what messages say. *shifts_gaps* is a habit in which programs differ."""

    read: Reader
    shifts_gaps: bool = False
    _masters: dict[str, Entry] = field(default_factory=dict)
    _instances: dict[str, dict[datetime, Entry]] = field(default_factory=dict)
    # The newest that was seen of what was cancelled as a whole.
    _gone: dict[str, tuple[int, datetime]] = field(default_factory=dict)

    def take(self, text: str) -> None:
        """Read a message; one that is older than what is known changes nothing."""
        message = self.read(text)
        assert message.method in ("REQUEST", "CANCEL")
        for uid in dict.fromkeys(one.uid for one in message.entries):
            mine = [one for one in message.entries if one.uid == uid]
            whole = [one for one in mine if one.original is None]
            if whole:
                self._take_whole(whole[0], mine, message.method)
            else:
                for one in mine:
                    self._take_instance(one, message.method)

    def shown(self, first: datetime, last: datetime) -> Sequence[Shown]:
        """All that was first planned in this span, in the order of its starts."""
        found = [
            one
            for uid in self._masters
            for original, one in self._of(uid, last).items()
            if first <= original <= last
        ]
        return sorted(found, key=lambda one: (one.start, one.title))

    def _take_whole(self, entry: Entry, mine: Sequence[Entry], method: str) -> None:
        known = self._masters.get(entry.uid)
        newest = (known.sequence, known.stamp) if known else self._gone.get(entry.uid)
        if newest and (entry.sequence, entry.stamp) < newest:
            return
        if method == "CANCEL":
            assert newest is None or known is None or entry.sequence > known.sequence
            self._masters.pop(entry.uid, None)
            self._instances.pop(entry.uid, None)
            self._gone[entry.uid] = entry.sequence, entry.stamp
            return
        self._masters[entry.uid] = entry
        self._instances[entry.uid] = {
            one.original.astimezone(UTC): one for one in mine if one.original is not None
        }

    def _take_instance(self, entry: Entry, method: str) -> None:
        assert entry.original is not None
        assert entry.uid in self._masters, "an instance of a meeting that is not known"
        original = entry.original.astimezone(UTC)
        known = self._instances[entry.uid].get(original) or self._masters[entry.uid]
        if (entry.sequence, entry.stamp) < (known.sequence, known.stamp):
            return
        self._instances[entry.uid][original] = replace(entry, cancelled=method == "CANCEL")

    def _of(self, uid: str, last: datetime) -> dict[datetime, Shown]:
        master = self._masters[uid]
        starts = {one: master for one in self._starts(master, last)}
        instances = self._instances.get(uid, {})
        for original, one in instances.items():
            assert original in starts, f"{original} is no instance of {master}"
            starts[original] = one
        shown = {}
        for original, one in starts.items():
            if not one.cancelled:
                start = original if one is master else one.start.astimezone(UTC)
                shown[original] = Shown(one.title, start, start + one.duration)
        return shown

    def _starts(self, master: Entry, last: datetime) -> set[datetime]:
        zone = master.start.tzinfo
        assert zone is not None
        local = master.start.replace(tzinfo=None)
        found = set()
        # A single event is at its start; a recurring one begins with it.
        if not master.rule:
            found.add(master.start.astimezone(UTC))
        else:
            for civil in rrule.rrulestr(
                _stretched(master.rule), dtstart=_rule_start(master, local)
            ):
                naive = civil.replace(tzinfo=None)
                instant = self._instant(naive, zone)
                if naive > last.replace(tzinfo=None) + timedelta(days=2):
                    break
                if instant is not None and not _is_after_until(instant, master.rule):
                    found.add(instant)
        found |= {one.astimezone(UTC) for one in master.rdates}
        return found - {self._excluded(one) for one in master.exdates}

    def _instant(self, naive: datetime, zone: tzinfo) -> datetime | None:
        """The instant of a local time; none in a gap, which some programs read on instead."""
        instant = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
        back = instant.astimezone(zone).replace(tzinfo=None)
        if back == naive:
            return instant
        return _by_offset_before(naive, zone) if self.shifts_gaps else None

    def _excluded(self, given: datetime) -> datetime | None:
        assert given.tzinfo is not None
        return self._instant(given.replace(tzinfo=None), given.tzinfo)


def _by_offset_before(naive: datetime, zone: tzinfo) -> datetime:
    before = (naive - timedelta(hours=4)).replace(tzinfo=zone).utcoffset()
    assert before is not None
    return (naive - before).replace(tzinfo=UTC)


def _rule_start(master: Entry, local: datetime) -> datetime:
    """dateutil wants a zone beside an UNTIL in UTC; any will do, as UNTIL is looked at apart."""
    return local.replace(tzinfo=UTC) if "UNTIL=" in master.rule else local


def _is_after_until(instant: datetime, rule: str) -> bool:
    parts = dict(part.split("=") for part in rule.split(";"))
    if "UNTIL" not in parts:
        return False
    until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return instant > until


def _stretched(rule: str) -> str:
    """Without the UNTIL, which dateutil would compare with local times; days are its bound."""
    parts = dict(part.split("=") for part in rule.split(";"))
    if "UNTIL" in parts:
        until = datetime.strptime(parts["UNTIL"] + "+0000", "%Y%m%dT%H%M%SZ%z") + timedelta(days=1)
        parts["UNTIL"] = until.strftime("%Y%m%dT%H%M%SZ")
    return ";".join(f"{name}={value}" for name, value in parts.items())


def _entry_of(event: Any) -> Entry:
    rule = event["rrule"].to_ical().decode() if "rrule" in event else ""
    original = event.get("recurrence-id")
    return Entry(
        str(event["uid"]),
        int(event["sequence"]),
        event["dtstamp"].dt,
        str(event["summary"]),
        event["dtstart"].dt if "dtstart" in event else NEVER,
        event["duration"].dt if "duration" in event else timedelta(),
        original.dt if original else None,
        rule,
        _dates(event.get("rdate")),
        _dates(event.get("exdate")),
        str(event.get("status")) == "CANCELLED",
    )


def _dates(given: Any) -> tuple[datetime, ...]:
    lists = given if isinstance(given, list) else [given] if given else []
    return tuple(date.dt for one in lists for date in one.dts)


def _entry_of_vobject(event: Any) -> Entry:
    contents = event.contents
    original = contents.get("recurrence-id")
    return Entry(
        event.uid.value,
        int(event.sequence.value),
        event.dtstamp.value,
        event.summary.value,
        event.dtstart.value if "dtstart" in contents else NEVER,
        event.duration.value if "duration" in contents else timedelta(),
        original[0].value if original else None,
        event.rrule.value if "rrule" in contents else "",
        tuple(date for one in contents.get("rdate", ()) for date in one.value),
        tuple(date for one in contents.get("exdate", ()) for date in one.value),
        event.status.value == "CANCELLED",
    )
