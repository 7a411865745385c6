"""Rows of consents."""

from collections.abc import Sequence
from typing import Any

from common.db import Transaction
from session.domain.consents import Consent, Subject
from session.domain.participants import ParticipantId
from session.domain.sessions import SessionId


class ConsentRows(Transaction):
    async def add_consent(self, consent: Consent) -> None:
        """Keep it; the first of a participant for a subject stays."""
        await self.run(
            """
            insert into consents (workspace_id, session_id, participant_id, subject, method,
                create_time)
            values (:w, :session, :participant, :subject, :method, :created)
            on conflict (participant_id, subject) do nothing""",
            w=self.caller.workspace_id,
            session=consent.session_id,
            participant=consent.participant_id,
            subject=consent.subject.value,
            method=consent.method,
            created=consent.create_time,
        )

    async def consents(self, session_id: str) -> Sequence[Consent]:
        """Everything that the people of a session agreed to, oldest first."""
        rows = await self.run(
            """
            select session_id, participant_id, subject, method, create_time from consents
            where session_id = :s order by create_time, participant_id, subject""",
            s=session_id,
        )
        return [_consent(row) for row in rows]


def _consent(row: Any) -> Consent:
    return Consent(
        SessionId(row.session_id),
        ParticipantId(row.participant_id),
        Subject(row.subject),
        row.method,
        row.create_time,
    )
