"""What callers ask of subscribed calendars, and how these are kept fresh."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from common import pages
from common.addresses import AddressRules
from common.ids import new_id
from common.principal import Principal
from common.timers import Firings, Timer, alone
from scheduler.channels.subscriptions import Reading
from scheduler.domain.availability import Interval
from scheduler.domain.subscriptions import (
    AHEAD,
    BEHIND,
    MOST_CALENDARS,
    REFRESH,
    Calendar,
    CalendarId,
    CalendarIsThere,
    TooManyCalendars,
    UnreadableCalendar,
    plain_url,
)
from scheduler.store import MeetingTransaction, Store

REFRESH_KIND = "calendar-refresh"


class Source(Protocol):
    """Where calendars are fetched."""

    rules: AddressRules

    async def fetch(self, url: str, etag: str, whole: Interval) -> Reading: ...


class Calendars:
    def __init__(self, store: Store, source: Source) -> None:
        self._store = store
        self._source = source

    def firings(self) -> Firings:
        return {REFRESH_KIND: alone(self.refresh, lane="calendars")}

    async def subscribe(self, caller: Principal, email: str, url: str) -> Calendar:
        """Have the calendar at *url* say when the person is busy; it is fetched in a moment.

        Raises ``RefusedAddress``, ``CalendarIsThere`` or ``TooManyCalendars``.
        """
        url = plain_url(url)
        self._source.rules.check_url(url)
        async with self._store.begin(caller) as tx:
            count = await tx.count_calendars()
            if same := await tx.same_calendar(email, url):
                raise CalendarIsThere(same)
            if count >= MOST_CALENDARS:
                raise TooManyCalendars
            calendar = Calendar(CalendarId(new_id("cal")), email.casefold(), url, tx.now)
            await tx.add_calendar(calendar)
            await _arm(tx, calendar.id, tx.now)
            return calendar

    async def get(self, caller: Principal, calendar_id: str) -> Calendar:
        async with self._store.begin(caller) as tx:
            return await tx.calendar(CalendarId(calendar_id))

    async def list(
        self, caller: Principal, email: str, page_size: int, page_token: str
    ) -> tuple[Sequence[Calendar], str]:
        """Calendars by id, and the token of the next page."""
        after = str((pages.keys_of(page_token, 1) or [""])[0])
        size = pages.page_size(page_size)
        async with self._store.begin(caller) as tx:
            found = await tx.calendars(email, after, size + 1)
        if len(found) <= size:
            return found, ""
        return found[:size], pages.token_for(found[size - 1].id)

    async def unsubscribe(self, caller: Principal, calendar_id: str) -> None:
        """Forget the calendar and all that it told."""
        async with self._store.begin(caller) as tx:
            calendar = await tx.calendar(CalendarId(calendar_id))
            await tx.drop_calendar(calendar.id)
            await tx.disarm(_key(calendar.id))

    async def refresh(self, caller: Principal, timer: Timer) -> None:
        """Fetch a calendar and keep what it tells.

        The next turn is armed first: whatever breaks meanwhile, it comes.
        """
        name = CalendarId(timer.payload["calendar_id"])
        async with self._store.begin(caller) as tx:
            calendar = await tx.find_calendar(name)
            if calendar is None:
                return
            await _arm(tx, name, tx.now + REFRESH)
            now = tx.now
        whole = Interval(now - BEHIND, now + AHEAD)
        try:
            reading = await self._source.fetch(calendar.url, calendar.known_etag(now), whole)
        except UnreadableCalendar as error:
            await self._keep(caller, calendar.failing(str(error)), None)
        else:
            done = (
                calendar.unchanged(now) if reading.unchanged else calendar.read(reading.etag, now)
            )
            await self._keep(caller, done, None if reading.unchanged else reading.busy)

    async def _keep(
        self, caller: Principal, calendar: Calendar, busy: Sequence[Interval] | None
    ) -> None:
        async with self._store.begin(caller) as tx:
            if await tx.find_calendar(calendar.id, lock=True) is None:
                return
            await tx.save_calendar(calendar)
            if busy is not None:
                await tx.put_busy(calendar, busy)


async def _arm(tx: MeetingTransaction, calendar_id: CalendarId, due: datetime) -> None:
    await tx.arm(REFRESH_KIND, _key(calendar_id), due, {"calendar_id": calendar_id})


def _key(calendar_id: CalendarId) -> str:
    return f"{REFRESH_KIND} {calendar_id}"
