"""Everybody's mailbox: what went out is read by every program, and their calendars are compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text

from common.db import Database
from tests.support.calendar_model import READERS, CalendarProgram, Shown
from tests.support.tellings import Told, set_state, waiting


def programs() -> Sequence[CalendarProgram]:
    return [CalendarProgram(read, shifts) for read in READERS for shifts in (False, True)]


@dataclass
class Mailboxes:
    """What people read, each in four programs; mails come in the order they were written."""

    db: Database
    boxes: dict[str, Sequence[CalendarProgram]] = field(default_factory=dict)
    mails: list[Told] = field(default_factory=list)

    async def deliver(self, only: Sequence[str] | None = None, state: str = "SENT") -> None:
        """Have what waits be read; *state* is what the sender makes of it then."""
        for one in await waiting(self.db):
            if only is not None and one.email not in only:
                continue
            await set_state(self.db, [one.id], state)
            self.mails.append(one)
            if one.calendar:
                for program in self.boxes.setdefault(one.email, programs()):
                    program.take(one.calendar)

    def shown(self, email: str, first: datetime, last: datetime) -> Sequence[Shown]:
        """What *email*'s programs show, which has to be the same in all of them."""
        views = [list(program.shown(first, last)) for program in self.boxes.get(email, ())]
        for other in views[1:]:
            assert other == views[0]
        return views[0] if views else []


async def planned(db: Database, email: str, now: datetime, last: datetime) -> Sequence[Shown]:
    """What is planned of all that *email* is invited to, as the scheduler holds it."""
    async with db.begin_system() as connection:
        rows = await connection.execute(
            text("""
                select o.start_time, o.end_time,
                    coalesce(nullif(o.change ->> 'title', ''), m.definition ->> 'title') as title
                from occurrences o join meetings m on m.id = o.meeting_id
                join invitations i on i.meeting_id = m.id
                where i.email = :email and i.response <> 'REMOVED'
                    and o.state in ('PENDING', 'OPEN') and m.state = 'SCHEDULED'
                    and o.original_start_time between :now and :last
                order by o.start_time, title"""),
            {"email": email, "now": now, "last": last},
        )
        return [Shown(row.title, row.start_time, row.end_time) for row in rows.all()]
