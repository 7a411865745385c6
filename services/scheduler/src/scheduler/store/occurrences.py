"""Where planned instants live."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from common.db import Transaction
from common.errors import Conflict
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import (
    Change,
    Occurrence,
    OccurrenceId,
    OccurrenceNotFound,
    OccurrenceState,
    SkipReason,
)


class OccurrenceRows(Transaction):
    async def find_occurrence(
        self, occurrence_id: OccurrenceId, *, lock: bool = False
    ) -> Occurrence | None:
        """The occurrence; whoever locks it and its meeting locks the meeting first."""
        found = await self.run(
            f"select * from occurrences where id = :id {'for update' if lock else ''}",
            id=occurrence_id,
        )
        row = found.one_or_none()
        return occurrence_from(row) if row else None

    async def lock_occurrences(self, names: Sequence[OccurrenceId]) -> Sequence[Occurrence]:
        """These occurrences in time order, held against other writers; their meetings are."""
        rows = await self.run(
            "select * from occurrences where id = any(:names) order by start_time, id for update",
            names=list(names),
        )
        return [occurrence_from(row) for row in rows]

    async def occurrence(
        self, meeting_id: MeetingId, occurrence_id: OccurrenceId, *, lock: bool = False
    ) -> Occurrence:
        """The occurrence of this meeting; raises ``OccurrenceNotFound``."""
        found = await self.find_occurrence(occurrence_id, lock=lock)
        if found is None or found.meeting_id != meeting_id:
            raise OccurrenceNotFound(occurrence_id)
        return found

    async def occurrences(
        self, meeting_id: MeetingId, after: Sequence[str | int] | None, limit: int
    ) -> Sequence[Occurrence]:
        """The meeting's occurrences in time order, after the row with *after*'s keys."""
        rest = "and (start_time, id) > (cast(cast(:at as text) as timestamptz), :last)"
        keys = {} if after is None else {"at": after[0], "last": after[1]}
        rows = await self.run(
            f"select * from occurrences where meeting_id = :m {rest if keys else ''} "
            "order by start_time, id limit :limit",
            m=meeting_id,
            limit=limit,
            **keys,
        )
        return [occurrence_from(row) for row in rows]

    async def next_of(self, meeting_ids: Sequence[MeetingId], most: int) -> Sequence[Occurrence]:
        """What is still to come of these meetings, at most so many of each, in time order."""
        rows = await self.run(
            """
            select o.* from unnest(cast(:ids as text[])) as one (id) cross join lateral (
                select * from occurrences
                where meeting_id = one.id and state in ('PENDING', 'OPEN')
                order by start_time, id limit :most) as o
            order by o.start_time, o.id""",
            ids=list(meeting_ids),
            most=most,
        )
        return [occurrence_from(row) for row in rows]

    async def upcoming(self, meeting_id: MeetingId) -> Sequence[Occurrence]:
        """All that is planned and still to come, in time order."""
        rows = await self.run(
            "select * from occurrences where meeting_id = :m and state in ('PENDING', 'OPEN') "
            "order by start_time, id",
            m=meeting_id,
        )
        return [occurrence_from(row) for row in rows]

    async def planned_since(self, meeting_id: MeetingId, since: datetime) -> Sequence[Occurrence]:
        """What is to come, and whatever else was first planned for *since* or later."""
        rows = await self.run(
            "select * from occurrences where meeting_id = :m and (state in ('PENDING', 'OPEN') "
            "or original_start_time >= :since) order by start_time, id",
            m=meeting_id,
            since=since,
        )
        return [occurrence_from(row) for row in rows]

    async def of_session(self, session_id: str) -> Sequence[Occurrence]:
        """Those that are live in this session, in time order."""
        rows = await self.run(
            "select * from occurrences where session_id = :s and state = 'LIVE' "
            "order by start_time, id",
            s=session_id,
        )
        return [occurrence_from(row) for row in rows]

    async def live_in(self, sessions: Collection[str]) -> dict[str, list[Occurrence]]:
        """Those that are live in each of these sessions, in time order."""
        if not sessions:
            return {}
        rows = await self.run(
            "select * from occurrences where session_id = any(:sessions) and state = 'LIVE' "
            "order by start_time, id",
            sessions=list(sessions),
        )
        found: dict[str, list[Occurrence]] = {}
        for row in rows:
            found.setdefault(row.session_id, []).append(occurrence_from(row))
        return found

    async def held_in(self, meeting_id: MeetingId, session_id: str) -> Sequence[Occurrence]:
        """Those that were held in this session, in time order."""
        rows = await self.run(
            "select * from occurrences where meeting_id = :m and session_id = :s "
            "order by start_time, id",
            m=meeting_id,
            s=session_id,
        )
        return [occurrence_from(row) for row in rows]

    async def waiting_for(self, meeting_id: MeetingId, session_id: str) -> Sequence[Occurrence]:
        """Those whose time has come and that wait for this session to end, in time order."""
        rows = await self.run(
            "select * from occurrences where meeting_id = :m and waits_for = :s "
            "and state in ('PENDING', 'OPEN') order by start_time, id",
            m=meeting_id,
            s=session_id,
        )
        return [occurrence_from(row) for row in rows]

    async def starts_at(self, meeting_id: MeetingId, start: datetime) -> OccurrenceId | None:
        """An occurrence that is to come, or live, at this very instant."""
        found = await self.run(
            "select id from occurrences where meeting_id = :m and start_time = :start "
            "and state in ('PENDING', 'OPEN', 'LIVE') limit 1",
            m=meeting_id,
            start=start,
        )
        name = found.scalar_one_or_none()
        return OccurrenceId(name) if name else None

    async def put_occurrences(self, occurrences: Sequence[Occurrence]) -> None:
        """Write these, new or known, in one statement."""
        if not occurrences:
            return
        columns = [
            ("id", "text", [one.id for one in occurrences]),
            ("meeting_id", "text", [one.meeting_id for one in occurrences]),
            ("state", "text", [one.state.value for one in occurrences]),
            ("start_time", "timestamptz", [one.start_time for one in occurrences]),
            ("end_time", "timestamptz", [one.end_time for one in occurrences]),
            ("civil_start", "text", [one.civil_start for one in occurrences]),
            (
                "original_start_time",
                "timestamptz",
                [one.original_start_time for one in occurrences],
            ),
            ("change", "jsonb", [json.dumps(asdict(one.change)) for one in occurrences]),
            ("skip_reason", "text", [_reason(one) for one in occurrences]),
        ]
        names = ", ".join(name for name, _, _ in columns)
        arrays = ", ".join(f"cast(:{name} as {kind}[])" for name, kind, _ in columns)
        renewed = ", ".join(f"{name} = excluded.{name}" for name, _, _ in columns[2:])
        await self.run(
            f"""
            insert into occurrences (workspace_id, {names})
            select :w, one.* from unnest({arrays}) as one
            on conflict (id) do update set {renewed}, waits_for = '',
                version = occurrences.version + 1""",
            w=self.caller.workspace_id,
            **{name: values for name, _, values in columns},
        )

    async def save_occurrence(
        self, occurrence: Occurrence, *, is_change: bool = False
    ) -> Occurrence:
        """Write *occurrence* back; raises ``Conflict`` if it changed meanwhile.

        A caller's change gives it the next etag.
        """
        saved = await self.run(
            """
            update occurrences set state = :state, session_id = :session, start_time = :start,
                end_time = :end, change = cast(:change as jsonb), skip_reason = :reason,
                waits_for = :waits, version = version + 1, revision = revision + :step
            where id = :id and version = :version returning *""",
            state=occurrence.state.value,
            session=occurrence.session_id,
            start=occurrence.start_time,
            end=occurrence.end_time,
            change=json.dumps(asdict(occurrence.change)),
            reason=_reason(occurrence),
            waits=occurrence.waits_for,
            id=occurrence.id,
            version=occurrence.version,
            step=int(is_change),
        )
        row = saved.one_or_none()
        if row is None:
            raise Conflict(f"occurrence {occurrence.id} changed meanwhile")
        return occurrence_from(row)

    async def save_occurrences(self, occurrences: Sequence[Occurrence]) -> None:
        """Write back the states of these, which nobody moved; raises ``Conflict`` as for one."""
        if not occurrences:
            return
        saved = await self.run(
            """
            update occurrences o set state = after.state, session_id = after.session_id,
                skip_reason = after.skip_reason, waits_for = after.waits_for,
                version = o.version + 1
            from unnest(cast(:ids as text[]), cast(:versions as int[]), cast(:states as text[]),
                    cast(:sessions as text[]), cast(:reasons as text[]), cast(:waits as text[]))
                as after (id, version, state, session_id, skip_reason, waits_for)
            where o.id = after.id and o.version = after.version""",
            ids=[one.id for one in occurrences],
            versions=[one.version for one in occurrences],
            states=[one.state.value for one in occurrences],
            sessions=[one.session_id for one in occurrences],
            reasons=[_reason(one) for one in occurrences],
            waits=[one.waits_for for one in occurrences],
        )
        if saved.rowcount < len(occurrences):
            raise Conflict("occurrences changed meanwhile")

    async def cancel_upcoming(self, meeting_id: MeetingId) -> Sequence[OccurrenceId]:
        """Cancel all that is to come; answers what that was."""
        rows = await self.run(
            "update occurrences set state = 'CANCELLED', waits_for = '', version = version + 1 "
            "where meeting_id = :m and state in ('PENDING', 'OPEN') returning id",
            m=meeting_id,
        )
        return [OccurrenceId(row.id) for row in rows]

    async def drop_occurrences(self, ids: Sequence[OccurrenceId]) -> None:
        if ids:
            await self.run("delete from occurrences where id = any(:ids)", ids=list(ids))


def _reason(occurrence: Occurrence) -> str:
    return occurrence.skip_reason.value if occurrence.skip_reason else ""


def occurrence_from(row: Any) -> Occurrence:
    """The occurrence that *row* holds."""
    return Occurrence(
        OccurrenceId(row.id),
        row.meeting_id,
        OccurrenceState(row.state),
        row.start_time,
        row.end_time,
        row.civil_start,
        row.original_start_time,
        change=Change(**row.change),
        session_id=row.session_id,
        skip_reason=SkipReason(row.skip_reason) if row.skip_reason else None,
        waits_for=row.waits_for,
        version=row.version,
        revision=row.revision,
    )
