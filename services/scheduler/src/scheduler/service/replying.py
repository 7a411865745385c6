"""Answers that come by a link in a message, or by mail."""

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from common.principal import Kind, Principal
from scheduler.channels.languages import first_written, locale_of
from scheduler.channels.moments import Moments
from scheduler.domain.codes import UnknownCode
from scheduler.domain.invitations import (
    Answer,
    Invitation,
    InvitationId,
    InvitationNotFound,
    NothingToAnswer,
    Response,
)
from scheduler.domain.meetings import Meeting, MeetingId
from scheduler.domain.occurrences import OccurrenceId
from scheduler.domain.people import address_key
from scheduler.domain.zones import ZoneDatabase
from scheduler.service.invitations import check_open, note_answer
from scheduler.service.sheets import Sheets
from scheduler.store import MeetingTransaction, Store
from scheduler.wire.mails import MailedReply, replies_in

NO_REPLY = "NO_REPLY"
UNKNOWN_MEETING = "UNKNOWN_MEETING"
UNKNOWN_INVITEE = "UNKNOWN_INVITEE"
UNKNOWN_OCCURRENCE = "UNKNOWN_OCCURRENCE"
OUTDATED = "OUTDATED"
# As an answer by any other way is refused.
NOTHING_TO_ANSWER = "NOTHING_TO_ANSWER"


@dataclass(frozen=True, slots=True)
class Question:
    """What the link in a message asks its reader.

    *when* and *clock* are written in *language*, a tag.
    """

    title: str
    name: str
    locale: str
    time_zone: str
    start_time: datetime | None
    end_time: datetime | None
    is_series: bool
    response: Response
    is_over: bool
    language: str = ""
    when: str = ""
    clock: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a mail; *reason* says why nothing was noted."""

    reason: str = ""
    meeting_id: str = ""
    invitation_id: str = ""

    @property
    def noted(self) -> bool:
        return not self.reason


class Replying:
    def __init__(self, store: Store, sheets: Sheets, zones: ZoneDatabase) -> None:
        self._store = store
        self._sheets = sheets
        self._zones = zones

    async def question(self, code: str, locale: str = "") -> Question:
        """What *code* asks about; it changes nothing. Raises ``UnknownCode``.

        *locale* is for a person whose own is of no language that we write.
        """
        workspace, meeting_id, invitation_id, occurrence_id = self._sheets.replies.read(code, 4)
        async with self._store.begin(_bearer(workspace, invitation_id)) as tx:
            meeting, one = await _of_code(tx, meeting_id, invitation_id)
            asked = await self._question(tx, meeting, one, occurrence_id)
        tag = first_written(asked.locale, locale)
        if asked.start_time is None:
            return replace(asked, language=tag)
        moments = Moments(locale_of(tag), self._zones, asked.time_zone)
        when = moments.span(asked.start_time, asked.end_time)
        return replace(asked, language=tag, when=when, clock=moments.clock(asked.start_time))

    async def answer(self, code: str, response: Response, comment: str) -> Response:
        """Note what whoever has *code* says; raises ``UnknownCode`` or ``NothingToAnswer``."""
        workspace, meeting_id, invitation_id, occurrence_id = self._sheets.replies.read(code, 4)
        async with self._store.begin(_bearer(workspace, invitation_id)) as tx:
            meeting, one = await _of_code(tx, meeting_id, invitation_id, lock=True)
            await check_open(tx, meeting)
            sequence = (await tx.calendar_mark(meeting.id)).sequence
            if occurrence_id and await tx.find_occurrence(OccurrenceId(occurrence_id)) is None:
                raise NothingToAnswer
            said = Answer(response, comment, tx.now, sequence)
            await note_answer(tx, one, said, occurrence_id)
            return response

    async def receive(self, caller: Principal, content: bytes) -> Received:
        """Note the answer that a mail brings; raises ``UnreadableMail``.

        A mail that brings none, or one of somebody or something unknown, is no error: whoever
        hands mails on cannot tell them apart.
        """
        # A large one takes a while to read, in which others must not wait.
        replies = await asyncio.to_thread(replies_in, content)
        if not replies:
            return Received(NO_REPLY)
        async with self._store.begin(caller) as tx:
            outcomes = [await self._note(tx, one) for one in replies]
        noted = [one for one in outcomes if one.noted]
        return (noted or outcomes)[0]

    async def _note(self, tx: MeetingTransaction, reply: MailedReply) -> Received:
        meeting = await tx.find(self._sheets.meeting_id_in(reply.uid))
        if meeting is None:
            return Received(UNKNOWN_MEETING)
        one = await tx.find_invited(meeting.id, address_key(reply.email))
        if one is None:
            return Received(UNKNOWN_INVITEE, meeting.id)
        if await _is_over(tx, meeting):
            return Received(NOTHING_TO_ANSWER, meeting.id, one.id)
        occurrence_id = ""
        if reply.original is not None and meeting.definition.recurrence is not None:
            found = await tx.occurrence_at(meeting.id, reply.original)
            if found is None:
                return Received(UNKNOWN_OCCURRENCE, meeting.id, one.id)
            occurrence_id = found
        mark = await tx.calendar_mark(meeting.id)
        # What claims to come from later would lock out every answer before that.
        stamp = min(reply.stamp or tx.now, tx.now)
        sequence = min(reply.sequence, mark.sequence)
        said = Answer(reply.response, reply.comment, stamp, sequence)
        if sequence < mark.base or not one.is_news(said, occurrence_id):
            return Received(OUTDATED, meeting.id, one.id)
        await note_answer(tx, one, said, occurrence_id)
        return Received("", meeting.id, one.id)

    async def _question(
        self,
        tx: MeetingTransaction,
        meeting: Meeting,
        one: Invitation,
        occurrence_id: str,
    ) -> Question:
        definition = meeting.definition
        found = await tx.find_occurrence(OccurrenceId(occurrence_id)) if occurrence_id else None
        upcoming = await tx.next_of([meeting.id], 1)
        shown = found or (upcoming[0] if upcoming else None)
        return Question(
            (shown and shown.change.title) or definition.title,
            one.person.name,
            one.person.locale,
            definition.time_zone,
            shown.start_time if shown else None,
            shown.end_time if shown else None,
            definition.recurrence is not None and not occurrence_id,
            one.answer_for(occurrence_id).response if occurrence_id else one.answer.response,
            await _is_over(tx, meeting),
        )


async def _is_over(tx: MeetingTransaction, meeting: Meeting) -> bool:
    try:
        await check_open(tx, meeting)
    except NothingToAnswer:
        return True
    return False


def _bearer(workspace_id: str, invitation_id: str) -> Principal:
    """Whoever has the link: nobody but the person of that invitation got it."""
    return Principal(workspace_id, Kind.PARTICIPANT, invitation_id)


async def _of_code(
    tx: MeetingTransaction, meeting_id: str, invitation_id: str, *, lock: bool = False
) -> tuple[Meeting, Invitation]:
    meeting = await tx.find(MeetingId(meeting_id))
    if meeting is None:
        raise UnknownCode
    try:
        return meeting, await tx.invitation(meeting.id, InvitationId(invitation_id), lock=lock)
    except InvitationNotFound:
        raise UnknownCode from None
