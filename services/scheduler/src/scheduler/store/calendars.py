"""Where subscribed calendars live, and the busy time that they tell of."""

from collections.abc import Sequence
from typing import Any

from common.db import Transaction
from scheduler.domain.availability import Interval
from scheduler.domain.subscriptions import (
    Calendar,
    CalendarId,
    CalendarNotFound,
    CalendarState,
)


class CalendarRows(Transaction):
    async def find_calendar(
        self, calendar_id: CalendarId, *, lock: bool = False
    ) -> Calendar | None:
        found = await self.run(
            f"select * from calendars where id = :id {'for update' if lock else ''}",
            id=calendar_id,
        )
        row = found.one_or_none()
        return _calendar(row) if row else None

    async def calendar(self, calendar_id: CalendarId) -> Calendar:
        """The calendar; raises ``CalendarNotFound``."""
        found = await self.find_calendar(calendar_id)
        if found is None:
            raise CalendarNotFound(calendar_id)
        return found

    async def calendars(self, email: str, after: str, limit: int) -> Sequence[Calendar]:
        """Those of one person, or with no *email* of everybody, by id after this one."""
        rows = await self.run(
            "select * from calendars where (:email = '' or email = :email) and id > :after "
            "order by id limit :limit",
            email=email.casefold(),
            after=after,
            limit=limit,
        )
        return [_calendar(row) for row in rows]

    async def count_calendars(self) -> int:
        """How many the workspace has; others who add one wait until this ends."""
        await self.run(
            "select pg_advisory_xact_lock(hashtextextended(:key, 0))",
            key=f"{self.caller.workspace_id} calendars",
        )
        return int((await self.run("select count(*) from calendars")).scalar_one())

    async def same_calendar(self, email: str, url: str) -> CalendarId | None:
        found = await self.run(
            "select id from calendars where email = :email and url = :url limit 1",
            email=email.casefold(),
            url=url,
        )
        name = found.scalar_one_or_none()
        return CalendarId(name) if name else None

    async def add_calendar(self, calendar: Calendar) -> None:
        await self.run(
            """
            insert into calendars (workspace_id, id, email, url, state, create_time)
            values (:w, :id, :email, :url, :state, :created)""",
            w=self.caller.workspace_id,
            id=calendar.id,
            email=calendar.email,
            url=calendar.url,
            state=calendar.state.value,
            created=calendar.create_time,
        )

    async def save_calendar(self, calendar: Calendar) -> None:
        await self.run(
            """
            update calendars set state = :state, reason = :reason, etag = :etag,
                last_success = :success, read_at = :read where id = :id""",
            id=calendar.id,
            state=calendar.state.value,
            reason=calendar.reason,
            etag=calendar.etag,
            success=calendar.last_success,
            read=calendar.read_at,
        )

    async def put_busy(self, calendar: Calendar, busy: Sequence[Interval]) -> None:
        """Keep *busy*, merged, in place of what was known."""
        await self.run("delete from calendar_spans where calendar_id = :id", id=calendar.id)
        if busy:
            await self.run(
                """
                insert into calendar_spans (workspace_id, calendar_id, email, start_time, end_time)
                select :w, :id, :email, one.* from unnest(
                    cast(:starts as timestamptz[]), cast(:ends as timestamptz[])) as one""",
                w=self.caller.workspace_id,
                id=calendar.id,
                email=calendar.email,
                starts=[one.start for one in busy],
                ends=[one.end for one in busy],
            )

    async def drop_calendar(self, calendar_id: CalendarId) -> None:
        await self.run("delete from calendars where id = :id", id=calendar_id)


def _calendar(row: Any) -> Calendar:
    return Calendar(
        CalendarId(row.id),
        row.email,
        row.url,
        row.create_time,
        CalendarState(row.state),
        row.reason,
        row.etag,
        row.last_success,
        row.read_at,
    )
