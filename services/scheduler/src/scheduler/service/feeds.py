"""Calendars to read: a meeting's file, and what one person is invited to."""

from dataclasses import replace
from datetime import timedelta

from common.ids import new_id
from common.principal import Kind, Principal
from scheduler.domain.codes import UnknownCode
from scheduler.domain.feeds import Feed, FeedId
from scheduler.domain.meetings import MeetingId, MeetingState
from scheduler.domain.people import address_key
from scheduler.service.sheets import Sheets
from scheduler.store import Store
from scheduler.wire import calendars
from scheduler.wire.calendars import Attendee, Sheet

# What was over before this is not in a feed, nor what comes after so many.
FEED_PAST = timedelta(days=90)
FEED_MOST = 500
SUFFIX = ".ics"
NOBODY = Attendee("", "", "", "", "")


class Feeds:
    def __init__(self, store: Store, sheets: Sheets) -> None:
        self._store = store
        self._sheets = sheets

    async def file(self, caller: Principal, meeting_id: MeetingId) -> str:
        """The meeting as a file; one that has no time is a calendar without events."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id)
            picture = await self._sheets.picture(tx, meeting)
            mark = await tx.calendar_mark(meeting.id)
            sheet = self._sheets.sheet(meeting, picture, mark.sequence, tx.now)
        is_off = meeting.state is MeetingState.CANCELLED
        sheets = [replace(sheet, cancelled=is_off)] if sheet else []
        text = calendars.many_text(sheets, meeting.definition.title)
        return calendars.for_person(text, NOBODY)

    async def open(self, caller: Principal, email: str) -> Feed:
        """The person's feed, the same each time until it is deleted."""
        async with self._store.begin(caller) as tx:
            return await tx.open_feed(FeedId(new_id("fed")), address_key(email))

    async def rotate(self, caller: Principal, feed_id: FeedId) -> Feed:
        """Give the feed another address; raises ``CalendarFeedNotFound``."""
        async with self._store.begin(caller) as tx:
            rotated = (await tx.feed(feed_id)).rotated(tx.now)
            await tx.save_feed(rotated)
            return rotated

    async def delete(self, caller: Principal, feed_id: FeedId) -> None:
        """Have no address read the feed any more; raises ``CalendarFeedNotFound``."""
        async with self._store.begin(caller) as tx:
            await tx.save_feed((await tx.feed(feed_id)).taken_back(tx.now))

    def address(self, caller: Principal, feed: Feed) -> str:
        """Where the calendar of *feed* is read."""
        code = self._sheets.feeds.code(caller.workspace_id, feed.email)
        if feed.version:
            code = self._sheets.feed_versions.code(
                caller.workspace_id, str(feed.version), feed.email
            )
        return f"{self._sheets.base_url}/v1/calendar-feeds/{code}{SUFFIX}"

    async def read(self, token: str) -> str:
        """What one person is invited to, less what they declined; raises ``UnknownCode``."""
        workspace, version, email = self._read_code(token.removesuffix(SUFFIX))
        sheets: list[Sheet] = []
        attendees: list[Attendee] = []
        reader = Principal(workspace, Kind.PARTICIPANT, "calendar")
        async with self._store.begin(reader) as tx:
            feed = await tx.feed_of(email)
            # Early releases kept nothing of the addresses that they gave.
            if not (feed.reads(version) if feed else version == 0):
                raise UnknownCode
            found = await tx.invited_to(email, tx.now - FEED_PAST, FEED_MOST)
            pictures = await self._sheets.pictures(tx, [meeting for meeting, _, _ in found])
        for meeting, mark, one in found:
            sheet = self._sheets.sheet(meeting, pictures[meeting.id], mark.sequence, tx.now)
            if sheet is None:
                continue
            reading = self._sheets.subscriber(workspace, meeting.definition, one)
            sheets.append(sheet)
            attendees += [reading] * calendars.places_in(sheet)
        return calendars.for_persons(calendars.many_text(sheets, "Convene"), attendees)

    def _read_code(self, code: str) -> tuple[str, int, str]:
        """Workspace, version and email that *code* holds; raises ``UnknownCode``."""
        try:
            workspace, version, email = self._sheets.feed_versions.read(code, 3)
        except UnknownCode:
            workspace, email = self._sheets.feeds.read(code, 2)
            version = "0"
        if not workspace:
            raise UnknownCode
        return workspace, int(version), email
