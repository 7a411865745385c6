"""Where meetings live, each with the traits that lists find it by."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
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
    StartEarly,
    Telling,
    WebPush,
)
from scheduler.domain.meetings import Meeting, MeetingId, MeetingNotFound, MeetingState
from scheduler.domain.occurrences import OccurrenceId
from scheduler.domain.pools import PoolDemand, pick_from
from scheduler.domain.recurrence import GapPolicy, OverlapPolicy, Recurrence
from scheduler.domain.traits import traits_of

_SAVE_ROW = """
    update meetings set state = :state, definition = cast(:definition as jsonb),
        active_session_id = :active, session_ending = :ending, version = version + :step,
        update_time = :updated
    where id = :id and version = :version returning *"""
_SAVE_ALL = f"""
    with saved as ({_SAVE_ROW}),
    lost as (
        delete from traits using saved
        where meeting_id = saved.id and trait <> all(cast(:traits as text[]))),
    found as (
        insert into traits (workspace_id, meeting_id, trait, create_time)
        select saved.workspace_id, saved.id, one.trait, saved.create_time
        from saved, unnest(cast(:traits as text[])) as one (trait)
        on conflict do nothing)
    select * from saved"""


_DEFAULT_POLICY = {one.name: getattr(Policy(), one.name) for one in fields(Policy)}


class MeetingRows(Transaction):
    async def find(self, meeting_id: MeetingId, *, lock: bool = False) -> Meeting | None:
        """The meeting, held against other writers when *lock* is set."""
        found = await self.run(
            f"select * from meetings where id = :id {'for update' if lock else ''}", id=meeting_id
        )
        row = found.one_or_none()
        return meeting_from(row) if row else None

    async def lock_meetings_of(
        self, occurrences: Sequence[OccurrenceId]
    ) -> tuple[Mapping[str, Meeting], Collection[str]]:
        """Their meetings by id, held against other writers, and which occurrences are left.

        Those are left whose meetings somebody else holds: nobody is waited for.
        """
        rows = await self.run(
            """
            with known as materialized (
                select id, meeting_id from occurrences where id = any(:names)),
            free as (
                select * from meetings where id in (select meeting_id from known)
                order by id for update skip locked)
            select free.*, known.id as occurrence_id
            from known left join free on free.id = known.meeting_id""",
            names=list(occurrences),
        )
        found, left = {}, set()
        for row in rows:
            if row.id is None:
                left.add(row.occurrence_id)
            elif row.id not in found:
                found[row.id] = meeting_from(row)
        return found, left

    async def get(self, meeting_id: MeetingId, *, lock: bool = False) -> Meeting:
        found = await self.find(meeting_id, lock=lock)
        if found is None:
            raise MeetingNotFound(meeting_id)
        return found

    async def add(self, meeting: Meeting) -> bool:
        """Write a new meeting; false when one with its id is there already."""
        added = await self.run(
            """
            with added as (
                insert into meetings (workspace_id, id, state, definition, test, split_from,
                    calendar_uid, version, create_time, update_time)
                values (:w, :id, :state, cast(:definition as jsonb), :test, :split_from,
                    :calendar_uid, 1, :created, :updated)
                on conflict (id) do nothing returning workspace_id, id, create_time),
            found as (
                insert into traits (workspace_id, meeting_id, trait, create_time)
                select added.workspace_id, added.id, one.trait, added.create_time
                from added, unnest(cast(:traits as text[])) as one (trait))
            select id from added""",
            **_meeting_values(meeting, with_traits=True),
            w=self.caller.workspace_id,
            test=meeting.test,
            split_from=meeting.split_from,
            calendar_uid=meeting.calendar_uid,
            created=meeting.create_time,
        )
        return added.one_or_none() is not None

    async def save(self, meeting: Meeting, *, is_change: bool = True) -> Meeting:
        """Write *meeting* back; raises ``Conflict`` if it changed meanwhile.

        It gets its next version if a caller made the change: what merely happens to a meeting
        must not make an editor's version stale.
        """
        saved = await self.run(
            _SAVE_ALL if is_change else _SAVE_ROW,
            **_meeting_values(meeting, with_traits=is_change),
            active=meeting.active_session_id,
            ending=meeting.session_ending,
            version=meeting.version,
            step=int(is_change),
        )
        row = saved.one_or_none()
        if row is None:
            raise Conflict(f"meeting {meeting.id} changed meanwhile", meeting_id=meeting.id)
        return meeting_from(row)

    async def remove(self, meeting_id: MeetingId) -> None:
        await self.run("delete from meetings where id = :id", id=meeting_id)


def _meeting_values(meeting: Meeting, *, with_traits: bool) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": meeting.id,
        "state": meeting.state.value,
        "definition": orjson.dumps(meeting.definition).decode(),
        "updated": meeting.update_time,
    }
    return values | ({"traits": sorted(traits_of(meeting.definition))} if with_traits else {})


def meeting_from(row: Any) -> Meeting:
    """The meeting that *row* holds."""
    return Meeting(
        MeetingId(row.id),
        MeetingState(row.state),
        definition_from(row.definition),
        row.create_time,
        row.update_time,
        active_session_id=row.active_session_id,
        session_ending=row.session_ending,
        test=row.test,
        split_from=row.split_from,
        calendar_uid=row.calendar_uid,
        version=row.version,
    )


def definition_from(kept: dict[str, Any]) -> Definition:
    """The definition that was *kept*; what was not said then has its default."""
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
            "pools": tuple(PoolDemand(**one) for one in kept.get("pools", ())),
            "picks": tuple(pick_from(one) for one in kept.get("picks", ())),
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
    # What was not kept then has its default.
    known = _DEFAULT_POLICY | kept
    return Policy(
        **{
            **known,
            "scheduled_end": ScheduledEnd(known["scheduled_end"]),
            "start_early": StartEarly(known["start_early"]),
            "reminders": tuple(known["reminders"]),
            "invitations": Telling(known["invitations"]),
        }
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
