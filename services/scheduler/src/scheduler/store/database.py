"""Transactions over all tables of the service, and what sees every workspace."""

from contextlib import AbstractAsyncContextManager

from sqlalchemy import text

from common.db import Database
from common.principal import Principal
from scheduler.store.availability import AvailabilityRows
from scheduler.store.calendars import CalendarRows
from scheduler.store.custom_fields import CustomFieldRows
from scheduler.store.feeds import FeedRows
from scheduler.store.invitations import InvitationRows
from scheduler.store.meetings import MeetingRows
from scheduler.store.occurrences import OccurrenceRows
from scheduler.store.optouts import OptOutRows
from scheduler.store.plans import PlanRows
from scheduler.store.pools import PoolRows
from scheduler.store.refs import RefRows
from scheduler.store.search import SearchRows
from scheduler.store.secrets import SecretRows
from scheduler.store.tellings import TellingRows
from scheduler.store.templates import TemplateRows


class MeetingTransaction(
    MeetingRows,
    OccurrenceRows,
    PlanRows,
    RefRows,
    SearchRows,
    TemplateRows,
    CustomFieldRows,
    AvailabilityRows,
    CalendarRows,
    PoolRows,
    InvitationRows,
    FeedRows,
    SecretRows,
    OptOutRows,
    TellingRows,
):
    """One transaction of one workspace."""


class Store:
    def __init__(self, db: Database) -> None:
        self._db = db

    def begin(self, caller: Principal) -> AbstractAsyncContextManager[MeetingTransaction]:
        """A transaction that commits when the block ends and rolls back when it raises."""
        return self._db.begin(caller, MeetingTransaction)

    async def arm_renewals(self, kind: str, release: str, limit: int) -> int:
        """Have *kind* fire now for meetings planned by another zone release; tells how many.

        At most *limit* at once: call it until none is left.
        """
        async with self._db.begin_system() as connection:
            armed = await connection.execute(
                text("""
                    with stale as (
                        select p.workspace_id, p.meeting_id, m.test
                        from plans p join meetings m on m.id = p.meeting_id
                        where p.asked_release <> :release and m.state = 'SCHEDULED'
                        order by p.meeting_id limit :limit for update of p skip locked),
                    asked as (
                        update plans set asked_release = :release from stale
                        where plans.meeting_id = stale.meeting_id)
                    insert into timers (workspace_id, key, kind, due_at, payload, test)
                    select workspace_id, cast(:kind as text) || ' ' || meeting_id, :kind,
                        clock_timestamp(),
                        jsonb_build_object('meeting_id', meeting_id, 'release',
                                           cast(:release as text)), test
                    from stale
                    on conflict (workspace_id, key) do update set payload = excluded.payload,
                        due_at = excluded.due_at, attempts = 0, token = '', leased_until = null"""),
                {"kind": kind, "release": release, "limit": limit},
            )
            count: int = armed.rowcount
        if count:
            self._db.armed.set()
        return count

    async def name_for_calendars(self, host: str, limit: int) -> int:
        """Keep for meetings of early releases how calendars know them; tells how many.

        At most *limit* at once: call it until none is left.
        """
        async with self._db.begin_system() as connection:
            named = await connection.execute(
                text("""
                    with unnamed as (
                        select id from meetings where calendar_uid = ''
                        order by id limit :limit for no key update skip locked)
                    update meetings m set calendar_uid = m.id || '@' || cast(:host as text)
                    from unnamed where m.id = unnamed.id"""),
                {"host": host, "limit": limit},
            )
            count: int = named.rowcount
        return count
