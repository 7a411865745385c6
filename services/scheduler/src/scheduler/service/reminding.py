"""Telling people ahead of a start, that it has begun, and what came of it: by timers and facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from common.ids import derived_id
from common.principal import Principal
from common.timers import Firing, Timer
from scheduler.domain.definitions import Stakeholder
from scheduler.domain.invitations import Invitation, Response, reminder_offsets
from scheduler.domain.meetings import Meeting, MeetingId, MeetingState
from scheduler.domain.notices import Channel, Letter, Notice, NoticeKind, NoticeState, Recipient
from scheduler.domain.occurrences import Occurrence, OccurrenceId
from scheduler.domain.people import address_key
from scheduler.domain.rolls import may_tell
from scheduler.service.planner import REMIND, reminder_alarms
from scheduler.service.sheets import Sheets
from scheduler.service.telling import FORGET, forget_told
from scheduler.store import MeetingTransaction, Store
from scheduler.store.tellings import Draft
from scheduler.wire.calendars import shortened

LIVE = "session-live"
# How long who is invited has to come by themselves, before they are told that it has begun.
LIVE_GRACE = timedelta(seconds=60)
# A call to a live meeting is of no use later than this.
LIVE_LASTS = timedelta(minutes=10)
# A reminder at the start itself may still be read a little later.
REMINDER_LASTS = timedelta(minutes=5)
SUMMARY_LASTS = timedelta(days=3)


class Presence(Protocol):
    """Who is in a session, as the session service knows it."""

    async def present(
        self, caller: Principal, meeting_id: str, session_id: str
    ) -> frozenset[str] | None: ...


class Summaries(Protocol):
    """What was said in sessions, as the artifacts service tells it."""

    async def summary(self, caller: Principal, meeting_id: str, session_id: str) -> str: ...


@dataclass(frozen=True, slots=True)
class _Prompt:
    """What many are told at once, outside of their calendars; each hears it once by its *mark*."""

    kind: NoticeKind
    letter: Letter
    expires_at: datetime
    mark: str
    one: Occurrence | None = None

    def draft(
        self,
        tx: MeetingTransaction,
        meeting: Meeting,
        invitation_id: str,
        recipient: Recipient,
        letter: Letter,
    ) -> Draft:
        name = self.one.id if self.one else ""
        reader = address_key(recipient.email)
        return Draft(
            Notice(
                derived_id("ntc", meeting.id, reader, self.kind.value, name, self.mark),
                meeting.id,
                invitation_id,
                name,
                self.kind,
                recipient,
                letter,
                NoticeState.QUEUED,
                tx.now,
                self.expires_at,
                test=meeting.test,
            )
        )


class Reminding:
    def __init__(
        self,
        store: Store,
        sheets: Sheets,
        presence: Presence,
        summaries: Summaries,
        live_grace: timedelta = LIVE_GRACE,
    ) -> None:
        self._live_grace = live_grace
        self._store = store
        self._sheets = sheets
        self._presence = presence
        self._summaries = summaries

    def firings(self) -> Mapping[str, Firing]:
        return {REMIND: self.remind, LIVE: self.call, FORGET: self.forget}

    async def remind(self, caller: Principal, timer: Timer) -> None:
        """Remind of one occurrence, and wait for its next reminder.

        One that fires late, after others were due, reminds of all these once.
        """
        offset = int(timer.payload["before_seconds"])
        async with self._store.begin(caller) as tx:
            found = await _upcoming(tx, OccurrenceId(timer.payload["occurrence_id"]))
            if found is None:
                return
            meeting, one = found
            following = reminder_alarms(meeting, one, tx.now)
            if following:
                await tx.arm_all(following)
            # What was moved meanwhile is not due by the time that it has now.
            if timer.due_at != _due(one, offset):
                return
            offsets = reminder_offsets(meeting.definition)
            due = [n for n in offsets if n <= offset and _due(one, n) <= tx.now]
            await self._add(tx, meeting, await self._reminders(tx, meeting, one, due))

    async def session_began(self, caller: Principal, meeting_id: str, session_id: str) -> None:
        """Somebody is there: look a little later who is not."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(meeting_id))
            if (
                meeting is None
                or not meeting.definition.invitees
                or not may_tell(meeting.definition)
            ):
                return
            told = {"meeting_id": meeting_id, "session_id": session_id}
            due = tx.now + self._live_grace
            await tx.arm(LIVE, f"{LIVE} {session_id}", due, told, continues=True)

    async def call(self, caller: Principal, timer: Timer) -> None:
        """Tell who is invited and not there that the meeting is live, each once."""
        meeting_id, session_id = timer.payload["meeting_id"], timer.payload["session_id"]
        present = await self._presence.present(caller, meeting_id, session_id)
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(meeting_id))
            if present is None or meeting is None or meeting.active_session_id != session_id:
                return
            if meeting.session_ending or not may_tell(meeting.definition):
                return
            live = await tx.of_session(session_id)
            one = live[0] if live else None
            absent = [
                person
                for person in await tx.invitations(meeting.id)
                if person.id not in present and _wants_prompts(person, one)
            ]
            prompt = _Prompt(
                NoticeKind.LIVE, _letter_of(meeting, one), tx.now + LIVE_LASTS, session_id, one
            )
            drafts = [self._draft(tx, meeting, prompt, one) for one in absent]
            await self._add(tx, meeting, drafts)

    async def summary_is_there(self, caller: Principal, meeting_id: str, session_id: str) -> None:
        """Send a session's summary to who has a stake in it, each once."""
        text = await self._summaries.summary(caller, meeting_id, session_id)
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(meeting_id))
            if meeting is None or not text or not may_tell(meeting.definition):
                return
            ended = await tx.held_in(meeting.id, session_id)
            letter = replace(_letter_of(meeting, ended[0] if ended else None), summary=text)
            prompt = _Prompt(NoticeKind.SUMMARY, letter, tx.now + SUMMARY_LASTS, session_id)
            drafts = [
                _to_stakeholder(tx, meeting, prompt, one)
                for one in meeting.definition.stakeholders
                if one.channel != Channel.NONE.value
            ]
            if meeting.definition.policy.summary_to_invitees:
                drafts += await self._to_invitees(tx, meeting, prompt)
            await self._add(tx, meeting, drafts)

    async def forget(self, caller: Principal, timer: Timer) -> None:
        """Erase what is left of the notices of a meeting that was deleted."""
        async with self._store.begin(caller) as tx:
            await forget_told(tx, timer.payload["meeting_id"])

    async def _add(self, tx: MeetingTransaction, meeting: Meeting, drafts: Sequence[Draft]) -> None:
        """Queue what people want to hear, each with a link by which they hear no more of it."""
        unwilling = await tx.opted_out(meeting.id)
        wanted = [
            self._with_way_out(tx, one)
            for one in drafts
            if address_key(one.notice.recipient.email) not in unwilling
        ]
        await tx.add_notices(wanted)

    def _with_way_out(self, tx: MeetingTransaction, draft: Draft) -> Draft:
        notice = draft.notice
        url = self._sheets.unsubscribe_url(
            tx.caller.workspace_id, notice.meeting_id, notice.recipient.email
        )
        letter = replace(notice.letter, unsubscribe_url=url)
        return replace(draft, notice=replace(notice, letter=letter))

    async def _reminders(
        self, tx: MeetingTransaction, meeting: Meeting, one: Occurrence, due: Sequence[int]
    ) -> Sequence[Draft]:
        expires = min(max(one.start_time, tx.now + REMINDER_LASTS), one.end_time)
        letter = _letter_of(meeting, one)
        drafts = []
        for person in await tx.invitations(meeting.id):
            wanted = person.reminders(meeting.definition.policy.reminders) & set(due)
            if wanted and _wants_prompts(person, one):
                mark = f"{one.start_time.isoformat()} {min(wanted)}"
                prompt = _Prompt(NoticeKind.REMINDER, letter, expires, mark, one)
                drafts.append(self._draft(tx, meeting, prompt, person))
        return drafts

    async def _to_invitees(
        self, tx: MeetingTransaction, meeting: Meeting, prompt: _Prompt
    ) -> list[Draft]:
        has_it = {address_key(one.email) for one in meeting.definition.stakeholders}
        return [
            self._draft(tx, meeting, prompt, one)
            for one in await tx.invitations(meeting.id)
            if not one.removed and one.channel is not Channel.NONE and one.key not in has_it
        ]

    def _draft(
        self, tx: MeetingTransaction, meeting: Meeting, prompt: _Prompt, person: Invitation
    ) -> Draft:
        workspace = tx.caller.workspace_id
        name = prompt.one.id if prompt.one else ""
        attendee = self._sheets.attendee(workspace, meeting.definition, person, name)
        asks = prompt.kind is NoticeKind.REMINDER
        letter = replace(
            prompt.letter,
            role=attendee.role,
            join_url="" if prompt.kind is NoticeKind.SUMMARY else attendee.join_url,
            respond_url=self._sheets.respond_url(workspace, person, name) if asks else "",
        )
        return prompt.draft(tx, meeting, person.id, person.recipient, letter)


def _to_stakeholder(
    tx: MeetingTransaction, meeting: Meeting, prompt: _Prompt, one: Stakeholder
) -> Draft:
    recipient = Recipient(one.name, one.email, one.locale, Channel(one.channel), one.address)
    return prompt.draft(tx, meeting, "", recipient, prompt.letter)


def _due(one: Occurrence, offset: int) -> datetime:
    return one.start_time - timedelta(seconds=offset)


def _wants_prompts(person: Invitation, one: Occurrence | None) -> bool:
    """Whether somebody is told of this one at all: not who said that they do not come."""
    said = person.answer_for(one.id if one else "").response
    asked = not person.removed and person.channel is not Channel.NONE
    return asked and said is not Response.DECLINED


def _letter_of(meeting: Meeting, one: Occurrence | None) -> Letter:
    definition = meeting.definition
    change = one.change if one else None
    return Letter(
        (change and change.title) or definition.title,
        shortened((change and change.agenda) or definition.agenda),
        definition.time_zone,
        one.start_time if one else None,
        one.end_time if one else None,
        one.original_start_time if one and definition.recurrence else None,
    )


async def _upcoming(
    tx: MeetingTransaction, name: OccurrenceId
) -> tuple[Meeting, Occurrence] | None:
    known = await tx.find_occurrence(name)
    meeting = known and await tx.find(MeetingId(known.meeting_id), lock=True)
    one = await tx.find_occurrence(name)
    if not meeting or one is None or not one.is_upcoming():
        return None
    if meeting.state is MeetingState.CANCELLED or not may_tell(meeting.definition):
        return None
    return meeting, one
