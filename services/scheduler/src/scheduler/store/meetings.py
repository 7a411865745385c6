"""Where meetings live, and how lists find them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from common.db import Transaction
from common.errors import Conflict
from scheduler.domain.definitions import (
    BotSpec,
    Definition,
    ExternalRef,
    HostRole,
    Invitee,
    Policy,
    ScheduledEnd,
    Stakeholder,
    Telling,
    WebPush,
)
from scheduler.domain.meetings import Meeting, MeetingId, MeetingNotFound, MeetingState
from scheduler.domain.recurrence import GapPolicy, OverlapPolicy, Recurrence


@dataclass(frozen=True, slots=True)
class MeetingFilter:
    """Which meetings a list shows; an empty field shows all."""

    state: str = ""
    tag: str = ""
    metadata: Sequence[tuple[str, str]] = ()
    external_ref: str = ""
    starts_after: datetime | None = None
    starts_before: datetime | None = None


class MeetingRows(Transaction):
    async def find(self, meeting_id: MeetingId, *, lock: bool = False) -> Meeting | None:
        """The meeting, held against other writers when *lock* is set."""
        found = await self.run(
            f"select * from meetings where id = :id {'for update' if lock else ''}", id=meeting_id
        )
        row = found.one_or_none()
        return _meeting(row) if row else None

    async def get(self, meeting_id: MeetingId, *, lock: bool = False) -> Meeting:
        found = await self.find(meeting_id, lock=lock)
        if found is None:
            raise MeetingNotFound(meeting_id)
        return found

    async def add(self, meeting: Meeting) -> bool:
        """Write a new meeting; false when one with its id is there already."""
        added = await self.run(
            """
            insert into meetings (workspace_id, id, state, definition, tags, metadata,
                external_refs, test, split_from, version, create_time, update_time)
            values (:w, :id, :state, cast(:definition as jsonb), :tags,
                cast(:metadata as jsonb), :refs, :test, :split_from, 1, :created, :updated)
            on conflict (id) do nothing""",
            **_meeting_values(meeting),
            w=self.caller.workspace_id,
            test=meeting.test,
            split_from=meeting.split_from,
            created=meeting.create_time,
        )
        return bool(added.rowcount)

    async def save(self, meeting: Meeting, *, is_change: bool = True) -> Meeting:
        """Write *meeting* back; raises ``Conflict`` if it changed meanwhile.

        It gets its next version if a caller made the change: what merely happens to a meeting
        must not make an editor's version stale.
        """
        saved = await self.run(
            """
            update meetings set state = :state, definition = cast(:definition as jsonb),
                tags = :tags, metadata = cast(:metadata as jsonb), external_refs = :refs,
                active_session_id = :active, session_ending = :ending,
                version = version + :step, update_time = :updated
            where id = :id and version = :version returning *""",
            **_meeting_values(meeting),
            active=meeting.active_session_id,
            ending=meeting.session_ending,
            version=meeting.version,
            step=int(is_change),
        )
        row = saved.one_or_none()
        if row is None:
            raise Conflict(f"meeting {meeting.id} changed meanwhile", meeting_id=meeting.id)
        return _meeting(row)

    async def remove(self, meeting_id: MeetingId) -> None:
        await self.run("delete from meetings where id = :id", id=meeting_id)

    async def page(
        self, wanted: MeetingFilter, after: Sequence[str | int] | None, limit: int
    ) -> Sequence[Meeting]:
        """Meetings that match, newest first, after the row with *after*'s keys."""
        clauses, values = _clauses(wanted)
        if after is not None:
            clauses.append("(create_time, id) < (cast(cast(:at as text) as timestamptz), :last)")
            values |= {"at": after[0], "last": after[1]}
        where = " and ".join(["true", *clauses])
        rows = await self.run(
            f"select * from meetings where {where} order by create_time desc, id desc limit :limit",
            **values,
            limit=limit,
        )
        return [_meeting(row) for row in rows]


def _clauses(wanted: MeetingFilter) -> tuple[list[str], dict[str, Any]]:
    clauses: list[str] = []
    values: dict[str, Any] = {}
    if wanted.state:
        clauses.append("state = :state")
        values["state"] = wanted.state
    if wanted.tag:
        clauses.append("tags @> array[:tag]")
        values["tag"] = wanted.tag
    if wanted.metadata:
        clauses.append("metadata @> cast(:metadata as jsonb)")
        values["metadata"] = json.dumps(dict(wanted.metadata))
    if wanted.external_ref:
        clauses.append("external_refs @> array[:ref]")
        values["ref"] = wanted.external_ref
    span = [
        (wanted.starts_after, "start_time >= :starts_after", "starts_after"),
        (wanted.starts_before, "start_time < :starts_before", "starts_before"),
    ]
    limits = [(value, text, name) for value, text, name in span if value is not None]
    if limits:
        within = " and ".join(text for _, text, _ in limits)
        clauses.append(
            f"exists (select 1 from occurrences o where o.meeting_id = meetings.id and {within})"
        )
        values |= {name: value for value, _, name in limits}
    return clauses, values


def _meeting_values(meeting: Meeting) -> dict[str, Any]:
    definition = meeting.definition
    return {
        "id": meeting.id,
        "state": meeting.state.value,
        "definition": orjson.dumps(definition).decode(),
        "tags": list(definition.tags),
        "metadata": json.dumps(dict(definition.metadata)),
        "refs": [one.path for one in definition.external_refs],
        "updated": meeting.update_time,
    }


def _meeting(row: Any) -> Meeting:
    return Meeting(
        MeetingId(row.id),
        MeetingState(row.state),
        _definition(row.definition),
        row.create_time,
        row.update_time,
        active_session_id=row.active_session_id,
        session_ending=row.session_ending,
        test=row.test,
        split_from=row.split_from,
        version=row.version,
    )


def _definition(kept: dict[str, Any]) -> Definition:
    return Definition(
        **{
            **kept,
            "recurrence": _recurrence(kept.get("recurrence")),
            "host_roles": tuple(HostRole(**one) for one in kept["host_roles"]),
            "invitees": tuple(invitee_of(one) for one in kept["invitees"]),
            "stakeholders": tuple(Stakeholder(**one) for one in kept.get("stakeholders", ())),
            "tags": tuple(kept["tags"]),
            "external_refs": tuple(ExternalRef(**one) for one in kept["external_refs"]),
            "bots": tuple(BotSpec(**one) for one in kept["bots"]),
            "policy": _policy(kept["policy"]),
        }
    )


def invitee_of(kept: dict[str, Any]) -> Invitee:
    """The invitee as it was kept; early releases kept less."""
    pushed = kept.get("web_push")
    return Invitee(
        **{
            **kept,
            "web_push": WebPush(**pushed) if pushed else None,
            "reminders_seconds": tuple(kept.get("reminders_seconds", ())),
        }
    )


def _policy(kept: dict[str, Any]) -> Policy:
    policy = Policy(**{**kept, "scheduled_end": ScheduledEnd(kept["scheduled_end"])})
    return replace(
        policy, reminders=tuple(policy.reminders), invitations=Telling(policy.invitations)
    )


def _recurrence(kept: dict[str, Any] | None) -> Recurrence | None:
    if kept is None:
        return None
    return Recurrence(
        kept["rrule"],
        tuple(kept["rdates"]),
        tuple(kept["exdates"]),
        GapPolicy(kept["gap_policy"]),
        OverlapPolicy(kept["overlap_policy"]),
    )
