"""What people were told of meetings, and what a calendar makes of it.

Nobody sends here: a test says itself which notices went out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text

from common.db import Database
from scheduler.domain.definitions import Definition, Invitee


@dataclass(frozen=True)
class Told:
    """A notice as it is kept."""

    id: str
    kind: str
    email: str
    channel: str
    state: str
    occurrence_id: str
    invitation_id: str
    letter: dict[str, Any]
    expires_at: datetime
    test: bool

    @property
    def calendar(self) -> str:
        written: str = self.letter["calendar_text"]
        return written

    @property
    def gist(self) -> tuple[str, str]:
        return self.kind, self.email


def an_invitee(email: str, **changes: object) -> Invitee:
    """Somebody who is told by mail."""
    fields: dict[str, object] = {
        "name": email.partition("@")[0].title(),
        "email": email,
        "role": "PARTICIPANT",
        "channel": "EMAIL",
        "locale": "",
    }
    return Invitee(**(fields | changes))  # type: ignore[arg-type]


def a_single(start_time: str = "2030-12-03T09:00:00", **changes: object) -> Definition:
    """Half an hour in Lisbon, to which Bo is invited."""
    fields: dict[str, object] = {
        "title": "Kick-off",
        "start_time": start_time,
        "time_zone": "Europe/Lisbon",
        "duration_seconds": 1800,
        "invitees": (an_invitee("bo@example.com"),),
    }
    return Definition(**(fields | changes))  # type: ignore[arg-type]


async def notices(db: Database, *, state: str = "") -> Sequence[Told]:
    """All notices, or those in *state*, in the order they were written."""
    async with db.begin_system() as connection:
        rows = await connection.execute(
            text("select * from notices where :state in ('', state) order by create_time, id"),
            {"state": state},
        )
        return [
            Told(
                row.id,
                row.kind,
                row.recipient["email"],
                row.recipient["channel"],
                row.state,
                row.occurrence_id,
                row.invitation_id,
                row.letter,
                row.expires_at,
                row.test,
            )
            for row in rows.all()
        ]


async def waiting(db: Database) -> Sequence[Told]:
    return await notices(db, state="QUEUED")


async def gists(db: Database) -> Sequence[tuple[str, str]]:
    """Kind and reader of what waits to be sent."""
    return [one.gist for one in await waiting(db)]


async def send_all(db: Database) -> Sequence[Told]:
    """Have all that waits be sent; answers what that was."""
    sent = await waiting(db)
    await set_state(db, [one.id for one in sent], "SENT")
    return sent


async def set_state(db: Database, ids: Sequence[str], state: str, attempts: int = 1) -> None:
    async with db.begin_system() as connection:
        await connection.execute(
            text("update notices set state = :state, attempts = :n where id = any(:ids)"),
            {"state": state, "n": attempts, "ids": list(ids)},
        )
