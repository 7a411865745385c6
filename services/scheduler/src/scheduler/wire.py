"""Meetings between the domain and the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from google.protobuf import json_format, struct_pb2

from common.links import LinkClaims, LinkSigner
from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain import (
    DEFAULT_DURATION_SECONDS,
    BotSpec,
    Definition,
    ExternalRef,
    HostRole,
    Invitee,
    Meeting,
    Occurrence,
    Policy,
    ScheduledEnd,
)

_PLAIN_POLICY = tuple(one.name for one in fields(Policy) if one.name != "scheduled_end")
# Kind and role of the links that every meeting has.
OWN_LINKS = (
    ("HOST", "PERSON", "HOST"),
    ("PARTICIPANT", "PERSON", "PARTICIPANT"),
    ("BOT", "BOT", "OBSERVER"),
)


def definition_of(draft: pb.MeetingDraft) -> Definition:
    """The definition that *draft* gives, defaults filled in."""
    return replace(
        revised_definition(Definition(""), draft, [one.name for one in draft.DESCRIPTOR.fields]),
        duration_seconds=draft.duration_seconds or DEFAULT_DURATION_SECONDS,
    )


def revised_definition(
    current: Definition, draft: pb.MeetingDraft, named: Sequence[str]
) -> Definition:
    """*current* with the *named* fields taken from *draft*; a policy changes field by field."""
    changes = {name: _READERS[name](draft) for name in named if name in _READERS}
    if "policy" in named:
        changes["policy"] = _policy_of(current.policy, draft.policy)
    return replace(current, **changes)


def meeting_to_wire(
    meeting: Meeting, upcoming: Sequence[Occurrence], workspace_id: str, links: LinkSigner | None
) -> pb.Meeting:
    """*meeting* as callers see it, with its next instants and, given *links*, its own links."""
    definition = meeting.definition
    return pb.Meeting(
        id=meeting.id,
        state=f"MEETING_STATE_{meeting.state.value}",
        title=definition.title,
        agenda=definition.agenda,
        start_time=definition.start_time,
        time_zone=definition.time_zone,
        duration_seconds=definition.duration_seconds,
        host_roles=_host_roles(definition),
        invitees=[
            pb.Invitee(
                name=one.name,
                email=one.email,
                role=f"ROLE_{one.role}",
                channel=f"CHANNEL_{one.channel}",
                locale=one.locale,
            )
            for one in definition.invitees
        ],
        tags=definition.tags,
        metadata=definition.metadata,
        custom_fields=_struct(definition.custom_fields),
        external_refs=_refs(definition),
        bots=_bots(definition.bots),
        policy=_policy_to_wire(definition.policy),
        join_links=_own_links(meeting, workspace_id, links) if links else [],
        next_occurrences=[
            pb.NextOccurrence(id=one.id, start_time=one.start_time) for one in upcoming
        ],
        active_session_id=meeting.active_session_id,
        test=meeting.test,
        etag=meeting.etag if meeting.id else "",
        create_time=meeting.create_time,
        update_time=meeting.update_time,
    )


def _own_links(meeting: Meeting, workspace_id: str, links: LinkSigner) -> list[pb.MeetingLink]:
    return [
        pb.MeetingLink(kind=name, url=links.url(LinkClaims(workspace_id, meeting.id, kind, role)))
        for name, kind, role in OWN_LINKS
    ]


def occurrence_to_wire(occurrence: Occurrence) -> pb.Occurrence:
    return pb.Occurrence(
        id=occurrence.id,
        meeting_id=occurrence.meeting_id,
        state=f"OCCURRENCE_STATE_{occurrence.state.value}",
        start_time=occurrence.start_time,
        end_time=occurrence.end_time,
        session_id=occurrence.session_id,
    )


def snapshot_of(
    meeting: Meeting, occurrence: Occurrence | None, extra_bots: Sequence[BotSpec] = ()
) -> shared.MeetingSnapshot:
    """What a session needs to know of *meeting* from its first moment on."""
    definition = meeting.definition
    snapshot = shared.MeetingSnapshot(
        meeting_id=meeting.id,
        title=definition.title,
        host_roles=_host_roles(definition),
        tags=definition.tags,
        metadata=definition.metadata,
        external_refs=_refs(definition),
        bots=_bots([*definition.bots, *extra_bots]),
        policy=_policy_to_wire(definition.policy),
        test=meeting.test,
        time_zone=definition.time_zone,
    )
    if occurrence is not None:
        snapshot.occurrence_id = occurrence.id
        snapshot.planned_end_time.FromDatetime(occurrence.end_time)
    return snapshot


def bots_of(bots: Sequence[shared.BotSpec]) -> Sequence[BotSpec]:
    return tuple(BotSpec(one.kind, json_format.MessageToDict(one.config)) for one in bots)


def _policy_of(current: Policy, given: shared.Policy) -> Policy:
    changes: dict[str, Any] = {
        one.name: getattr(given, one.name)
        for one in given.DESCRIPTOR.fields
        if one.has_presence and given.HasField(one.name)
    }
    if given.scheduled_end:
        name = shared.ScheduledEnd.Name(given.scheduled_end)
        changes["scheduled_end"] = ScheduledEnd(name.removeprefix("SCHEDULED_END_"))
    return replace(current, **changes)


def _policy_to_wire(policy: Policy) -> shared.Policy:
    plain = {name: getattr(policy, name) for name in _PLAIN_POLICY}
    end = f"SCHEDULED_END_{policy.scheduled_end.value}"
    return shared.Policy(scheduled_end=end, **plain)


def _host_roles(definition: Definition) -> list[shared.HostRole]:
    return [
        shared.HostRole(email=one.email, role=f"ROLE_{one.role}") for one in definition.host_roles
    ]


def _refs(definition: Definition) -> list[shared.ExternalRef]:
    return [
        shared.ExternalRef(system=one.system, type=one.type, id=one.id)
        for one in definition.external_refs
    ]


def _bots(bots: Sequence[BotSpec]) -> list[shared.BotSpec]:
    return [shared.BotSpec(kind=one.kind, config=_struct(one.config)) for one in bots]


def _struct(content: Mapping[str, Any]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(content)
    return struct


def _role(value: shared.Role, default: str) -> str:
    return shared.Role.Name(value).removeprefix("ROLE_") if value else default


def _channel(value: pb.Channel) -> str:
    return pb.Channel.Name(value).removeprefix("CHANNEL_") if value else "NONE"


_READERS: Mapping[str, Any] = {
    "title": lambda draft: draft.title,
    "agenda": lambda draft: draft.agenda,
    "start_time": lambda draft: draft.start_time,
    "time_zone": lambda draft: draft.time_zone,
    "duration_seconds": lambda draft: draft.duration_seconds or DEFAULT_DURATION_SECONDS,
    "host_roles": lambda draft: tuple(
        HostRole(one.email, _role(one.role, "HOST")) for one in draft.host_roles
    ),
    "invitees": lambda draft: tuple(
        Invitee(
            one.name, one.email, _role(one.role, "PARTICIPANT"), _channel(one.channel), one.locale
        )
        for one in draft.invitees
    ),
    "tags": lambda draft: tuple(draft.tags),
    "metadata": lambda draft: dict(draft.metadata),
    "custom_fields": lambda draft: json_format.MessageToDict(draft.custom_fields),
    "external_refs": lambda draft: tuple(
        ExternalRef(one.system, one.type, one.id) for one in draft.external_refs
    ),
    "bots": lambda draft: bots_of(draft.bots),
}
