"""Calendars to read: a meeting's file, and what one person is invited to."""

from dataclasses import replace
from datetime import timedelta

from common.principal import Kind, Principal
from scheduler.domain.codes import UnknownCode
from scheduler.domain.invitations import Response
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

    def address(self, caller: Principal, email: str) -> str:
        """Where *email*'s calendar is read; the same each time."""
        code = self._sheets.feeds.code(caller.workspace_id, address_key(email))
        return f"{self._sheets.base_url}/v1/calendar-feeds/{code}{SUFFIX}"

    async def feed(self, token: str) -> str:
        """What one person is invited to, less what they declined; raises ``UnknownCode``."""
        workspace, email = self._sheets.feeds.read(token.removesuffix(SUFFIX), 2)
        if not workspace:
            raise UnknownCode
        sheets: list[Sheet] = []
        attendees: list[Attendee] = []
        reader = Principal(workspace, Kind.PARTICIPANT, "calendar")
        async with self._store.begin(reader) as tx:
            for meeting_id, one in await tx.invited_to(email, tx.now - FEED_PAST, FEED_MOST):
                if one.answer.response is Response.DECLINED:
                    continue
                meeting = await tx.get(meeting_id)
                picture = await self._sheets.picture(tx, meeting)
                mark = await tx.calendar_mark(meeting_id)
                sheet = self._sheets.sheet(meeting, picture, mark.sequence, tx.now)
                if sheet is None:
                    continue
                reading = self._sheets.subscriber(workspace, meeting.definition, one)
                sheets.append(sheet)
                attendees += [reading] * calendars.places_in(sheet)
        return calendars.for_persons(calendars.many_text(sheets, "Convene"), attendees)
