"""Old notices, forgotten over all workspaces a page at a time."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import text

from common.db import Database

# Whether somebody was asked to a meeting that is still to come decides what they are told of it.
_IS_NEEDED = """
    n.invitation_id <> '' and n.occurrence_id = '' and n.kind in ('INVITED', 'CANCELLED')
    and (n.state = 'SENT' or n.attempts > 0) and n.state <> 'FAILED'
    and exists (select 1 from meetings m where m.id = n.meeting_id
                and m.state in ('READY', 'SCHEDULED'))"""
_FORGET = f"""
    with page as (
        select n.id, n.create_time, {_IS_NEEDED} as is_needed
        from notices n
        where n.state in ('SENT', 'FAILED', 'DROPPED')
            and n.create_time < clock_timestamp() - cast(:kept as interval)
            and (n.create_time, n.id) > (cast(:at as timestamptz), cast(:last as text))
        order by n.create_time, n.id limit :limit for update of n skip locked),
    gone as (
        delete from notices n using page where n.id = page.id and not page.is_needed),
    emptied as (
        update notices n set letter = '{{}}',
            recipient = jsonb_build_object('channel', n.recipient ->> 'channel')
        from page where n.id = page.id and page.is_needed and n.letter <> '{{}}')
    select create_time, id, count(*) over () as size from page
    order by create_time desc, id desc limit 1"""
_BEGINNING = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


class Place(NamedTuple):
    """The notice that a sweep has come to."""

    create_time: datetime = _BEGINNING
    id: str = ""


class NoticeSweep:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def forget(self, kept: timedelta, after: Place, limit: int) -> Place | None:
        """Forget notices that ended and were written longer ago than *kept*: one page of *limit*.

        One that says that somebody was asked to a meeting still to come is emptied instead.
        Answers where the next page begins, if there may be one.
        """
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text(_FORGET),
                {"kept": kept, "at": after.create_time, "last": after.id, "limit": limit},
            )
            row = found.one_or_none()
        if row is None or row.size < limit:
            return None
        return Place(row.create_time, row.id)
