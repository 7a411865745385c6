"""What a meeting's calendar shows now, and how it is named to see whether it differs."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

import orjson

from common.links import LinkClaims, LinkSigner
from scheduler.domain.calendar_rules import NO_TIME, CalendarRule, calendar_rule
from scheduler.domain.codes import CodeSigner
from scheduler.domain.definitions import Definition
from scheduler.domain.invitations import Invitation, role_in
from scheduler.domain.meetings import Meeting, MeetingId
from scheduler.domain.occurrences import Occurrence, OccurrenceState
from scheduler.domain.people import address_key
from scheduler.domain.zones import ZoneDatabase
from scheduler.store import MeetingTransaction
from scheduler.wire.calendars import Attendee, Organizer, Sheet

# What codes are for. Feeds have had one that names a version since they can be taken back.
REPLY, FEED, FEED_VERSION = "reply", "calendar feed", "calendar feed, version"
OPT_OUT = "opt out"


@dataclass(frozen=True, slots=True)
class Picture:
    """What calendars show of a meeting: *timing* and *text* name it, to be compared."""

    timing: str
    text: str
    exceptions: Sequence[Occurrence] = ()
    only: Occurrence | None = None

    @property
    def content(self) -> str:
        return f"{self.timing}:{self.text}"


def is_retimed(before: str, after: str) -> bool:
    """Whether two contents differ in when the meeting is."""
    return before.partition(":")[0] != after.partition(":")[0]


def content_of(one: Occurrence) -> str:
    """What calendars show of one occurrence, named as `Picture.content` is."""
    held = one.state is not OccurrenceState.CANCELLED
    times = [held, one.start_time, one.end_time]
    return f"{_digest(times)}:{_digest([one.change.title, one.change.agenda])}"


class Sheets:
    """Draws calendars; *base_url* is where people reach the suite."""

    def __init__(
        self, zones: ZoneDatabase, links: LinkSigner, key: bytes, base_url: str, mail_from: str
    ) -> None:
        self._zones = zones
        self._links = links
        self.replies = CodeSigner(key, REPLY)
        self.feeds = CodeSigner(key, FEED)
        self.feed_versions = CodeSigner(key, FEED_VERSION)
        self.opt_outs = CodeSigner(key, OPT_OUT)
        self.base_url = base_url.rstrip("/")
        host = urlsplit(base_url).hostname or "localhost"
        self.host = host
        self._organizer = organizer_of(mail_from, host)

    async def picture(self, tx: MeetingTransaction, meeting: Meeting) -> Picture:
        """What calendars show of *meeting* by what is planned of it in *tx*."""
        return (await self.pictures(tx, [meeting]))[meeting.id]

    async def pictures(
        self, tx: MeetingTransaction, meetings: Sequence[Meeting]
    ) -> Mapping[str, Picture]:
        """What calendars show of each, by two reads for all of them."""
        timed = [one for one in meetings if one.definition.start_time]
        series = [one.id for one in timed if one.definition.recurrence is not None]
        single = [one.id for one in timed if one.definition.recurrence is None]
        exceptions = await tx.exceptions_of(series) if series else {}
        only = await tx.only_occurrences(single) if single else {}
        return {
            one.id: _picture(one.definition, only.get(one.id), exceptions.get(one.id, ()))
            for one in meetings
        }

    def sheet(
        self, meeting: Meeting, picture: Picture, sequence: int, now: datetime
    ) -> Sheet | None:
        """The calendar of *meeting*; none while it has no time."""
        definition = meeting.definition
        timetable = definition.timetable(self._zones)
        if timetable is None:
            return None
        rule = calendar_rule(timetable, now)
        title, agenda, duration = definition.title, definition.agenda, definition.duration
        only = picture.only
        if only is not None:
            local = only.start_time.astimezone(timetable.zone)
            rule = replace(rule, start=local.replace(tzinfo=None, fold=0))
            title = only.change.title or title
            agenda = only.change.agenda or agenda
            duration = only.end_time - only.start_time
        return Sheet(
            self._uid(meeting),
            title,
            agenda,
            timetable.zone,
            rule,
            duration,
            picture.exceptions,
            sequence,
            now,
            meeting.create_time,
            self._organizer,
        )

    def timeless(self, meeting: Meeting, sequence: int, now: datetime) -> Sheet:
        """The calendar of a meeting that has no time any more: good to cancel it with."""
        definition = meeting.definition
        return Sheet(
            self._uid(meeting),
            definition.title,
            definition.agenda,
            None,
            CalendarRule(NO_TIME),
            definition.duration,
            (),
            sequence,
            now,
            meeting.create_time,
            self._organizer,
        )

    def previous_start(self, definition: Definition, now: datetime) -> datetime | None:
        """When the next one was by *definition*."""
        timetable = definition.timetable(self._zones)
        if timetable is None:
            return None
        if timetable.recurrence is None:
            return timetable.first.start
        return next((one.start for one in timetable.instances(now) if one.is_held), None)

    def new_uid(self, meeting_id: str) -> str:
        """By which calendars know a new meeting: kept with it, since the host may change."""
        return f"{meeting_id}@{self.host}"

    def join_url(self, workspace_id: str, definition: Definition, one: Invitation) -> str:
        """The own link of somebody who is invited: whoever comes by it is known by it."""
        role = role_in(definition, one.person)
        return self._links.url(LinkClaims(workspace_id, one.meeting_id, "PERSON", role, one.id))

    def respond_url(self, workspace_id: str, one: Invitation, occurrence_id: str = "") -> str:
        code = self.replies.code(workspace_id, one.meeting_id, one.id, occurrence_id)
        return f"{self.base_url}/r/{code}"

    def unsubscribe_url(self, workspace_id: str, meeting_id: str, email: str) -> str:
        code = self.opt_outs.code(workspace_id, meeting_id, address_key(email))
        return f"{self.base_url}/u/{code}"

    def attendee(
        self, workspace_id: str, definition: Definition, one: Invitation, occurrence_id: str = ""
    ) -> Attendee:
        return Attendee(
            one.person.name,
            one.person.email,
            role_in(definition, one.person),
            one.answer_for(occurrence_id).response.value,
            self.join_url(workspace_id, definition, one),
        )

    def subscriber(self, workspace_id: str, definition: Definition, one: Invitation) -> Attendee:
        """As one reads of a meeting who is not asked to answer in that calendar."""
        attendee = self.attendee(workspace_id, definition, one)
        return replace(attendee, response="")

    def _uid(self, meeting: Meeting) -> str:
        """As it is kept; a meeting of an early release is about to be given just that."""
        return meeting.calendar_uid or self.new_uid(meeting.id)

    def meeting_id_in(self, uid: str) -> MeetingId:
        """The meeting that a calendar names so."""
        return MeetingId(uid.partition("@")[0])


def _picture(
    definition: Definition, only: Occurrence | None, exceptions: Sequence[Occurrence]
) -> Picture:
    texts = [definition.title, definition.agenda]
    if not definition.start_time:
        return Picture("", _digest(texts))
    timing: list[object] = [
        definition.start_time,
        definition.time_zone,
        definition.duration_seconds,
    ]
    repeats = definition.recurrence
    if repeats is None:
        if only is not None:
            timing += [only.start_time, only.end_time]
            texts += [only.change.title, only.change.agenda]
        return Picture(_digest(timing), _digest(texts), only=only)
    timing += [repeats.rrule, repeats.rdates, repeats.exdates, repeats.gap_policy.value]
    for one in exceptions:
        held = one.state is not OccurrenceState.CANCELLED
        timing.append([one.civil_start, held, one.start_time, one.end_time])
        texts += [one.civil_start, one.change.title, one.change.agenda]
    return Picture(_digest(timing), _digest(texts), exceptions)


def organizer_of(mail_from: str, host: str) -> Organizer:
    """Who asks people: the address that mails come from, as `Name <address>` or bare."""
    name, _, address = mail_from.rpartition("<")
    address = address.strip(" >")
    if not address:
        return Organizer("Convene", f"meetings@{host}")
    return Organizer(name.strip(' "') or "Convene", address)


def _digest(parts: object) -> str:
    written = orjson.dumps(parts, default=list)
    return hashlib.sha256(written).hexdigest()[:16]
