"""The deadline of somebody who is to come in: they come before it, or are awaited no more."""

from datetime import datetime, timedelta

from session.domain import deadlines
from session.domain.deadlines import key_of
from session.store import SessionTransaction


async def expect(
    tx: SessionTransaction, session_id: str, participant_id: str, due_at: datetime | None = None
) -> None:
    """Await them until *due_at*, or as long as somebody with a new token is awaited."""
    await tx.arm(
        deadlines.ABORT,
        key_of(session_id, deadlines.ABORT, participant_id),
        due_at or tx.now + timedelta(seconds=deadlines.ABORT_SECONDS),
        {"session": session_id, "participant": participant_id},
        continues=True,
    )
