"""Meetings between the domain and the contract."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from google.protobuf import json_format, struct_pb2

from common.links import LinkClaims, LinkSigner
from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from convene.scheduler.v1.scheduler_pb2 import PreviewOccurrencesRequest
from scheduler.domain.definitions import (
    DEFAULT_DURATION_SECONDS,
    BotSpec,
    Definition,
    ExternalRef,
    HostRole,
    Policy,
    ScheduledEnd,
    StartEarly,
    Telling,
)
from scheduler.domain.meetings import Meeting
from scheduler.domain.occurrences import Change, Occurrence
from scheduler.domain.people import with_kept_secrets
from scheduler.domain.planning import Difference
from scheduler.domain.pools import Pick, PoolDemand
from scheduler.domain.recurrence import GapPolicy, Instance, OverlapPolicy, Recurrence
from scheduler.wire.people import (
    invitee_of,
    invitee_to_wire,
    offsets_of,
    role_of,
    stakeholder_of,
    stakeholder_to_wire,
)

_SHAPED_POLICY = ("scheduled_end", "start_early", "reminders", "invitations")
_PLAIN_POLICY = tuple(one.name for one in fields(Policy) if one.name not in _SHAPED_POLICY)
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


def previewed_definition(request: PreviewOccurrencesRequest) -> Definition:
    """The timetable that a preview asks about."""
    return Definition(
        "",
        start_time=request.start_time,
        time_zone=request.time_zone,
        duration_seconds=request.duration_seconds or DEFAULT_DURATION_SECONDS,
        recurrence=recurrence_of(request.recurrence) if request.HasField("recurrence") else None,
    )


def revised_definition(
    current: Definition, draft: pb.MeetingDraft, named: Sequence[str]
) -> Definition:
    """*current* with the *named* fields taken from *draft*; a policy changes field by field."""
    changes = {name: _READERS[name](draft) for name in named if name in _READERS}
    if "policy" in named:
        changes["policy"] = _policy_of(current.policy, draft.policy)
    return with_kept_secrets(current, replace(current, **changes))


def meeting_to_wire(
    meeting: Meeting,
    workspace_id: str,
    links: LinkSigner | None,
    upcoming: Sequence[Occurrence] = (),
    dry: Sequence[Instance] = (),
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
        invitees=[invitee_to_wire(one) for one in definition.invitees],
        stakeholders=[stakeholder_to_wire(one) for one in definition.stakeholders],
        tags=definition.tags,
        metadata=definition.metadata,
        custom_fields=_struct(definition.custom_fields),
        external_refs=_refs(definition),
        bots=_bots(definition.bots),
        policy=_policy_to_wire(definition.policy),
        join_links=_own_links(meeting, workspace_id, links) if links else [],
        next_occurrences=[
            pb.NextOccurrence(id=one.id, start_time=one.start_time, civil_time=one.civil_start)
            for one in upcoming
        ]
        + [_dry_instance(one) for one in dry],
        active_session_id=meeting.active_session_id,
        test=meeting.test,
        etag=meeting.etag if meeting.id else "",
        create_time=meeting.create_time,
        update_time=meeting.update_time,
        recurrence=_recurrence_to_wire(definition.recurrence),
        split_from=meeting.split_from,
        pool_picks=[_pick(one) for one in definition.picks],
    )


def _own_links(meeting: Meeting, workspace_id: str, links: LinkSigner) -> list[pb.MeetingLink]:
    return [
        pb.MeetingLink(kind=name, url=links.url(LinkClaims(workspace_id, meeting.id, kind, role)))
        for name, kind, role in OWN_LINKS
    ]


def occurrence_to_wire(occurrence: Occurrence, definition: Definition) -> pb.Occurrence:
    change = occurrence.change
    return pb.Occurrence(
        id=occurrence.id,
        meeting_id=occurrence.meeting_id,
        state=f"OCCURRENCE_STATE_{occurrence.state.value}",
        start_time=occurrence.start_time,
        end_time=occurrence.end_time,
        session_id=occurrence.session_id,
        original_start_time=occurrence.original_start_time,
        civil_time=occurrence.civil_start,
        time_zone=definition.time_zone,
        moved=occurrence.is_moved,
        title=change.title or definition.title,
        agenda=change.agenda or definition.agenda,
        duration_seconds=change.duration_seconds or definition.duration_seconds,
        skip_reason=occurrence.skip_reason.value if occurrence.skip_reason else "",
        etag=occurrence.etag,
    )


def instance_to_wire(instance: Instance) -> pb.PreviewedOccurrence:
    shown = pb.PreviewedOccurrence(civil_time=instance.civil.isoformat(), notes=_notes(instance))
    if instance.is_held:
        shown.start_time.FromDatetime(instance.start)
        shown.end_time.FromDatetime(instance.end)
    return shown


def _dry_instance(instance: Instance) -> pb.NextOccurrence:
    shown = pb.NextOccurrence(civil_time=instance.civil.isoformat(), notes=_notes(instance))
    if instance.is_held:
        shown.start_time.FromDatetime(instance.start)
    return shown


def difference_to_wire(difference: Difference) -> facts.OccurrenceChange:
    return facts.OccurrenceChange(
        kind=f"OCCURRENCE_CHANGE_KIND_{difference.kind.value}",
        occurrence_id=difference.occurrence_id,
        old_start_time=difference.before,
        start_time=difference.after,
    )


def revised_change(current: Change, draft: pb.OccurrenceDraft, named: Sequence[str]) -> Change:
    """*current* with the *named* fields taken from *draft*."""
    known = {one.name for one in fields(Change)}
    return replace(current, **{name: getattr(draft, name) for name in named if name in known})


def snapshot_of(
    meeting: Meeting, occurrence: Occurrence | None, extra_bots: Sequence[BotSpec] = ()
) -> shared.MeetingSnapshot:
    """What a session needs to know of *meeting* from its first moment on."""
    definition = meeting.definition
    snapshot = shared.MeetingSnapshot(
        meeting_id=meeting.id,
        title=(occurrence and occurrence.change.title) or definition.title,
        host_roles=_host_roles(definition),
        tags=definition.tags,
        metadata=definition.metadata,
        external_refs=_refs(definition),
        bots=_bots([*definition.bots, *extra_bots]),
        policy=_policy_to_wire(definition.policy),
        test=meeting.test,
        time_zone=definition.time_zone,
        agenda=(occurrence and occurrence.change.agenda) or definition.agenda,
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
    if given.HasField("reminders"):
        changes["reminders"] = offsets_of(given.reminders.before_seconds)
    if given.invitations:
        told = shared.InvitationPolicy.Name(given.invitations)
        changes["invitations"] = Telling(told.removeprefix("INVITATION_POLICY_"))
    if given.scheduled_end:
        name = shared.ScheduledEnd.Name(given.scheduled_end)
        changes["scheduled_end"] = ScheduledEnd(name.removeprefix("SCHEDULED_END_"))
    if given.start_early:
        early = shared.StartEarly.Name(given.start_early)
        changes["start_early"] = StartEarly(early.removeprefix("START_EARLY_"))
    return replace(current, **changes)


def _policy_to_wire(policy: Policy) -> shared.Policy:
    plain = {name: getattr(policy, name) for name in _PLAIN_POLICY}
    end = f"SCHEDULED_END_{policy.scheduled_end.value}"
    early = f"START_EARLY_{policy.start_early.value}"
    return shared.Policy(
        scheduled_end=end,
        start_early=early,
        reminders=shared.Reminders(before_seconds=policy.reminders),
        invitations=f"INVITATION_POLICY_{policy.invitations.value}",
        **plain,
    )


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


def recurrence_of(given: pb.Recurrence) -> Recurrence:
    """The recurrence that a caller gives, defaults filled in."""
    gap = pb.GapPolicy.Name(given.gap_policy).removeprefix("GAP_POLICY_")
    overlap = pb.OverlapPolicy.Name(given.overlap_policy).removeprefix("OVERLAP_POLICY_")
    return Recurrence(
        given.rrule,
        tuple(given.rdates),
        tuple(given.exdates),
        GapPolicy(gap) if given.gap_policy else GapPolicy.SHIFT_FORWARD,
        OverlapPolicy(overlap) if given.overlap_policy else OverlapPolicy.SKIP,
    )


def _recurrence_to_wire(recurrence: Recurrence | None) -> pb.Recurrence | None:
    if recurrence is None:
        return None
    return pb.Recurrence(
        rrule=recurrence.rrule,
        rdates=recurrence.rdates,
        exdates=recurrence.exdates,
        gap_policy=f"GAP_POLICY_{recurrence.gap_policy.value}",
        overlap_policy=f"OVERLAP_POLICY_{recurrence.overlap_policy.value}",
    )


def _notes(instance: Instance) -> list[str]:
    return [f"OCCURRENCE_NOTE_{note.value}" for note in instance.notes]


def _pool_demand(given: pb.PoolDemand) -> PoolDemand:
    may_be_nobody = given.if_nobody == pb.IF_NOBODY_ASSIGN_NONE
    role = role_of(given.role, "PARTICIPANT")
    return PoolDemand(given.pool_id, role, given.count or 1, may_be_nobody)


def _pick(pick: Pick) -> pb.PoolPick:
    return pb.PoolPick(
        pool_id=pick.pool_id,
        email=pick.email,
        role=f"ROLE_{pick.role}",
        start_time=pick.start,
        end_time=pick.end,
        conflicts=pick.conflicts,
        replaces=pick.replaces,
    )


_READERS: Mapping[str, Any] = {
    "title": lambda draft: draft.title,
    "agenda": lambda draft: draft.agenda,
    "start_time": lambda draft: draft.start_time,
    "time_zone": lambda draft: draft.time_zone,
    "duration_seconds": lambda draft: draft.duration_seconds or DEFAULT_DURATION_SECONDS,
    "host_roles": lambda draft: tuple(
        HostRole(one.email, role_of(one.role, "HOST")) for one in draft.host_roles
    ),
    "invitees": lambda draft: tuple(invitee_of(one) for one in draft.invitees),
    "stakeholders": lambda draft: tuple(stakeholder_of(one) for one in draft.stakeholders),
    "tags": lambda draft: tuple(draft.tags),
    "metadata": lambda draft: dict(draft.metadata),
    "custom_fields": lambda draft: json_format.MessageToDict(draft.custom_fields),
    "external_refs": lambda draft: tuple(
        ExternalRef(one.system, one.type, one.id) for one in draft.external_refs
    ),
    "bots": lambda draft: bots_of(draft.bots),
    "pools": lambda draft: tuple(_pool_demand(one) for one in draft.pools),
    "recurrence": lambda draft: (
        recurrence_of(draft.recurrence) if draft.HasField("recurrence") else None
    ),
}
