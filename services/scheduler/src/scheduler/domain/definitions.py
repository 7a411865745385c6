"""What callers say of a meeting: its texts, people, bots, policy and timetable."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from common.errors import InvalidInput
from scheduler.domain.pools import Pick, PoolDemand
from scheduler.domain.recurrence import (
    Recurrence,
    RecurrenceNeedsStart,
    Timetable,
    timetable_of,
)
from scheduler.domain.zones import ZoneDatabase

DEFAULT_DURATION_SECONDS = 3600


class ScheduledEnd(Enum):
    NONE = "NONE"
    SOFT = "SOFT"
    HARD = "HARD"


class StartEarly(Enum):
    ANYONE = "ANYONE"
    HOSTS = "HOSTS"
    NOBODY = "NOBODY"


class MissingTimeZone(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "start_time is a local time and needs a time_zone, say Europe/Lisbon", field="time_zone"
        )


@dataclass(frozen=True, slots=True)
class HostRole:
    email: str
    role: str


@dataclass(frozen=True, slots=True)
class WebPush:
    """A browser's push subscription."""

    endpoint: str
    p256dh: str = ""
    auth: str = ""


@dataclass(frozen=True, slots=True)
class Invitee:
    """Who is asked. *address* is where PUSH and WEBHOOK tell them; it carries secrets."""

    name: str
    email: str
    role: str
    channel: str
    locale: str
    address: str = ""
    web_push: WebPush | None = None
    # How long before a start they are reminded; empty: as the policy says.
    reminders_seconds: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """Who gets what came of the meeting without being asked to it."""

    name: str
    email: str
    channel: str
    address: str
    locale: str


class Telling(Enum):
    """Whether people are told of the meeting."""

    SEND = "SEND"
    NONE = "NONE"


@dataclass(frozen=True, slots=True)
class ExternalRef:
    system: str
    type: str
    id: str

    @property
    def path(self) -> str:
        """How a filter names it."""
        return f"{self.system}:{self.type}:{self.id}"


@dataclass(frozen=True, slots=True)
class BotSpec:
    kind: str
    config: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """How a session behaves; lengths are seconds, and 0 turns off what may be off."""

    no_show_seconds: int = 300
    all_left_seconds: int = 60
    reconnect_grace_seconds: int = 20
    host_absent_seconds: int = 0
    solo_seconds: int = 0
    scheduled_end: ScheduledEnd = ScheduledEnd.SOFT
    max_duration_seconds: int = 86400
    drain_seconds: int = 30
    early_join_seconds: int = 600
    wait_for_host: bool = False
    start_on_first_join: bool = False
    allow_unmute: bool = False
    catch_up_seconds: int = 300
    lobby: bool = False
    max_participants: int = 200
    auto_record: bool = False
    start_early: StartEarly = StartEarly.ANYONE
    # How long before each start, in seconds; empty: nobody is reminded.
    reminders: tuple[int, ...] = (600,)
    invitations: Telling = Telling.SEND
    summary_to_invitees: bool = False
    # Whether one may be given what is said.
    language_model: bool = True

    @property
    def early_join(self) -> timedelta:
        return timedelta(seconds=self.early_join_seconds)


@dataclass(frozen=True, slots=True)
class Definition:
    """What a caller says of a meeting. *start_time* is local to *time_zone*; empty: no schedule."""

    title: str
    agenda: str = ""
    start_time: str = ""
    time_zone: str = ""
    duration_seconds: int = DEFAULT_DURATION_SECONDS
    recurrence: Recurrence | None = None
    host_roles: Sequence[HostRole] = ()
    invitees: Sequence[Invitee] = ()
    tags: Sequence[str] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    external_refs: Sequence[ExternalRef] = ()
    bots: Sequence[BotSpec] = ()
    policy: Policy = field(default_factory=Policy)
    # Who is to be picked when it is made, and who was.
    pools: Sequence[PoolDemand] = ()
    picks: Sequence[Pick] = ()
    stakeholders: Sequence[Stakeholder] = ()

    @property
    def duration(self) -> timedelta:
        return timedelta(seconds=self.duration_seconds)

    def timetable(self, zones: ZoneDatabase) -> Timetable | None:
        """When it is, if it has a start; raises what is wrong with its times."""
        if not self.start_time:
            if self.recurrence is not None:
                raise RecurrenceNeedsStart
            return None
        if not self.time_zone:
            raise MissingTimeZone
        start, zone = datetime.fromisoformat(self.start_time), zones.zone(self.time_zone)
        return timetable_of(start, zone, self.duration, self.recurrence)


def changed_fields(before: Definition, after: Definition) -> list[str]:
    """The names of the fields that differ."""
    return [
        one.name
        for one in fields(Definition)
        if getattr(before, one.name) != getattr(after, one.name)
    ]


def is_moved(before: Definition, after: Definition) -> bool:
    """Whether another timetable is asked for."""
    if not before.start_time and not after.start_time:
        return False
    return _timing(before) != _timing(after)


def _timing(definition: Definition) -> tuple[object, ...]:
    repeats = definition.recurrence
    rule = repeats and (repeats.rrule, repeats.rdates, repeats.exdates, repeats.gap_policy)
    return definition.start_time, definition.time_zone, definition.duration_seconds, rule
