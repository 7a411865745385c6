"""Where invitations live, and what a meeting's calendar has come to."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from common.db import Transaction
from scheduler.domain.invitations import (
    Answer,
    Invitation,
    InvitationId,
    InvitationNotFound,
    Response,
)
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import OccurrenceId
from scheduler.store.meetings import invitee_of


class CalendarMark(NamedTuple):
    """The SEQUENCE of a meeting's calendar, that of its last change as a whole, its content."""

    sequence: int
    base: int
    content: str


class InvitationRows(Transaction):
    async def invitations(
        self, meeting_id: MeetingId, *, lock: bool = False
    ) -> Sequence[Invitation]:
        """All that were ever made for the meeting, those taken back too."""
        rows = await self.run(
            "select * from invitations where meeting_id = :m order by id "
            f"{'for update' if lock else ''}",
            m=meeting_id,
        )
        return [invitation_from(row) for row in rows]

    async def invitations_page(
        self, meeting_id: MeetingId, after: str, limit: int
    ) -> Sequence[Invitation]:
        rows = await self.run(
            "select * from invitations where meeting_id = :m and id > :after "
            "and response <> 'REMOVED' order by id limit :limit",
            m=meeting_id,
            after=after,
            limit=limit,
        )
        return [invitation_from(row) for row in rows]

    async def invitation(
        self, meeting_id: MeetingId, invitation_id: InvitationId, *, lock: bool = False
    ) -> Invitation:
        """The invitation of this meeting, if not taken back; raises ``InvitationNotFound``."""
        found = await self.run(
            "select * from invitations where id = :id and meeting_id = :m "
            f"and response <> 'REMOVED' {'for update' if lock else ''}",
            id=invitation_id,
            m=meeting_id,
        )
        row = found.one_or_none()
        if row is None:
            raise InvitationNotFound(invitation_id)
        return invitation_from(row)

    async def find_invited(self, meeting_id: MeetingId, email_key: str) -> Invitation | None:
        """Who is invited by this address, held until the commit."""
        found = await self.run(
            "select * from invitations where meeting_id = :m and email = :email "
            "and response <> 'REMOVED' for update",
            m=meeting_id,
            email=email_key,
        )
        row = found.one_or_none()
        return invitation_from(row) if row else None

    async def put_invitations(self, invitations: Sequence[Invitation]) -> None:
        """Write these, new or known, in one statement."""
        if not invitations:
            return
        await self.run(
            """
            insert into invitations (workspace_id, id, meeting_id, email, person, response,
                response_comment, respond_time, answers, create_time)
            select :w, one.* from unnest(cast(:ids as text[]), cast(:meetings as text[]),
                cast(:emails as text[]), cast(:people as jsonb[]), cast(:responses as text[]),
                cast(:comments as text[]), cast(:times as timestamptz[]),
                cast(:answers as jsonb[]), cast(:created as timestamptz[])) as one
            on conflict (id) do update set person = excluded.person,
                response = excluded.response, response_comment = excluded.response_comment,
                respond_time = excluded.respond_time, answers = excluded.answers,
                version = invitations.version + 1""",
            w=self.caller.workspace_id,
            ids=[one.id for one in invitations],
            meetings=[one.meeting_id for one in invitations],
            emails=[one.key for one in invitations],
            people=[orjson.dumps(one.person).decode() for one in invitations],
            responses=[_response(one) for one in invitations],
            comments=[one.answer.comment for one in invitations],
            times=[one.answer.time for one in invitations],
            answers=[_answers(one) for one in invitations],
            created=[one.create_time for one in invitations],
        )

    async def calendar_mark(self, meeting_id: MeetingId) -> CalendarMark:
        found = await self.run(
            "select calendar_sequence, calendar_base, calendar_content from meetings "
            "where id = :id",
            id=meeting_id,
        )
        return mark_from(found.one())

    async def mark_calendar(self, meeting_id: MeetingId, mark: CalendarMark) -> None:
        await self.run(
            "update meetings set calendar_sequence = :sequence, calendar_base = :base, "
            "calendar_content = :content where id = :id",
            id=meeting_id,
            **mark._asdict(),
        )

    async def last_to_come(self, meeting_id: MeetingId) -> tuple[datetime | None, bool]:
        """When the last that is planned or live ends; whether more is to be planned after it."""
        rows = await self.run(
            """
            select max(o.end_time) as ends, bool_or(coalesce(p.has_more, false)) as more
            from meetings m left join plans p on p.meeting_id = m.id
            left join occurrences o on o.meeting_id = m.id
                and o.state in ('PENDING', 'OPEN', 'LIVE') and o.end_time > :now
            where m.id = :m""",
            m=meeting_id,
            now=self.now,
        )
        row = rows.one()
        return row.ends, bool(row.more)

    async def occurrence_at(self, meeting_id: MeetingId, original: datetime) -> OccurrenceId | None:
        """The occurrence that the timetable gave this instant."""
        found = await self.run(
            "select id from occurrences where meeting_id = :m and original_start_time = :at "
            "order by state = 'SKIPPED', id limit 1",
            m=meeting_id,
            at=original,
        )
        name = found.scalar_one_or_none()
        return OccurrenceId(name) if name else None


def _response(one: Invitation) -> str:
    return Response.REMOVED.value if one.removed else one.answer.response.value


def _answers(one: Invitation) -> str:
    kept = {
        "sequence": one.answer.sequence,
        "occurrences": {
            name: {
                "response": answer.response.value,
                "comment": answer.comment,
                "time": answer.time.isoformat() if answer.time else None,
                "sequence": answer.sequence,
            }
            for name, answer in one.occurrence_answers.items()
        },
    }
    return json.dumps(kept)


def _answer(kept: dict[str, Any]) -> Answer:
    time = datetime.fromisoformat(kept["time"]) if kept["time"] else None
    return Answer(Response(kept["response"]), kept["comment"], time, kept["sequence"])


def mark_from(row: Any) -> CalendarMark:
    """What the meeting in *row* has come to in calendars."""
    return CalendarMark(row.calendar_sequence, row.calendar_base, row.calendar_content)


def invitation_from(row: Any) -> Invitation:
    """The invitation that *row* holds."""
    removed = row.response == Response.REMOVED.value
    response = Response.NEEDS_ACTION if removed else Response(row.response)
    return Invitation(
        InvitationId(row.id),
        row.meeting_id,
        invitee_of(row.person),
        row.create_time,
        Answer(response, row.response_comment, row.respond_time, row.answers["sequence"]),
        {name: _answer(one) for name, one in row.answers["occurrences"].items()},
        removed=removed,
    )
