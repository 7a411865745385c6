"""The notices of one change, drafted for many people from texts that they share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from common.ids import new_id
from scheduler.domain.invitations import Invitation, InvitationId
from scheduler.domain.meetings import Meeting
from scheduler.domain.notices import Channel, Letter, Notice, NoticeKind, NoticeState
from scheduler.domain.occurrences import Occurrence, OccurrenceState
from scheduler.domain.telling import Verdict
from scheduler.service.sheets import Picture, Sheets
from scheduler.store import MeetingTransaction
from scheduler.store.invitations import CalendarMark
from scheduler.store.tellings import Draft
from scheduler.wire import calendars

# After this nobody learns of a change any more, however far off the meeting is.
LONGEST_TELLING = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Subject:
    """What the notices of one change are about, and the texts that they share.

    *request* and *cancel* are of all of the meeting, *one_text* of the occurrence *one*.
    """

    meeting: Meeting
    letter: Letter
    expires_at: datetime
    request: str = ""
    cancel: str = ""
    one: Occurrence | None = None
    one_text: str = ""


class Drafter:
    def __init__(self, sheets: Sheets) -> None:
        self._sheets = sheets

    async def subject(
        self,
        tx: MeetingTransaction,
        meeting: Meeting,
        picture: Picture,
        mark: CalendarMark,
    ) -> Subject:
        """All of *meeting* as it is now."""
        subject = Subject(meeting, await _letter(tx, meeting, picture), await _expiry(tx, meeting))
        sheet = self._sheets.sheet(meeting, picture, mark.sequence, tx.now)
        if sheet is not None:
            return replace(
                subject,
                request=calendars.full_text(sheet),
                cancel=calendars.cancelled_text(sheet),
            )
        if not mark.base:
            return subject
        # It had a time once, which may still be in calendars.
        gone = self._sheets.timeless(meeting, mark.sequence, tx.now)
        return replace(subject, cancel=calendars.cancelled_text(gone))

    def of_one(
        self, subject: Subject, one: Occurrence, picture: Picture, sequence: int, now: datetime
    ) -> Subject:
        """The same *subject*, and *one* of its occurrences that differs."""
        sheet = self._sheets.sheet(subject.meeting, picture, sequence, now)
        assert sheet is not None, "an occurrence is of a meeting that has a time"
        cancelled = one.state is OccurrenceState.CANCELLED
        make = calendars.cancelled_text if cancelled else calendars.occurrence_text
        return replace(subject, one=one, one_text=make(sheet, one))

    def drafts(
        self,
        tx: MeetingTransaction,
        subject: Subject,
        people: Iterable[Invitation],
        verdicts: Mapping[InvitationId, Verdict],
    ) -> Sequence[Draft]:
        """The notices that *verdicts* ask for."""
        return [
            self._draft(tx, subject, one, verdicts[one.id])
            for one in people
            if verdicts[one.id].kind and one.channel is not Channel.NONE
        ]

    def _draft(
        self, tx: MeetingTransaction, subject: Subject, one: Invitation, verdict: Verdict
    ) -> Draft:
        assert verdict.kind is not None
        meeting, workspace = subject.meeting, tx.caller.workspace_id
        name = verdict.occurrence_id
        attendee = self._sheets.attendee(workspace, meeting.definition, one, name)
        is_cancel = verdict.kind is NoticeKind.CANCELLED
        text, method = _calendar_for(subject, verdict)
        letter = replace(
            _letter_of_one(subject) if name else subject.letter,
            changes=tuple(verdict.changes),
            previous_start_time=verdict.previous_start,
            role=attendee.role,
            join_url="" if is_cancel else attendee.join_url,
            respond_url="" if is_cancel else self._sheets.respond_url(workspace, one, name),
            calendar_text=calendars.for_person(text, attendee),
            calendar_method=method,
        )
        notice = Notice(
            new_id("ntc"),
            meeting.id,
            one.id,
            name,
            verdict.kind,
            one.recipient,
            letter,
            NoticeState.QUEUED,
            tx.now,
            subject.expires_at,
            test=meeting.test,
        )
        return Draft(notice, verdict.since)


def _calendar_for(subject: Subject, verdict: Verdict) -> tuple[str, str]:
    """The text for a verdict and its method; a meeting that lost its time leaves the calendar."""
    is_cancel = verdict.kind is NoticeKind.CANCELLED
    if verdict.occurrence_id:
        return subject.one_text, calendars.CANCEL if is_cancel else calendars.REQUEST
    if subject.request and not is_cancel:
        return subject.request, calendars.REQUEST
    if subject.cancel and verdict.kind is not NoticeKind.INVITED:
        return subject.cancel, calendars.CANCEL
    return "", ""


def _letter_of_one(subject: Subject) -> Letter:
    one, definition = subject.one, subject.meeting.definition
    assert one is not None
    return replace(
        subject.letter,
        title=one.change.title or definition.title,
        agenda=calendars.shortened(one.change.agenda or definition.agenda),
        start_time=one.start_time,
        end_time=one.end_time,
        original_start_time=one.original_start_time,
    )


async def _letter(tx: MeetingTransaction, meeting: Meeting, picture: Picture) -> Letter:
    """What every notice says of the meeting: its texts, and the times of the next one."""
    definition = meeting.definition
    upcoming = await tx.next_of([meeting.id], 1)
    following = picture.only or (upcoming[0] if upcoming else None)
    timed = following if definition.start_time else None
    change = picture.only.change if picture.only else None
    return Letter(
        (change and change.title) or definition.title,
        calendars.shortened((change and change.agenda) or definition.agenda),
        definition.time_zone,
        timed.start_time if timed else None,
        timed.end_time if timed else None,
        rrule=definition.recurrence.rrule if definition.recurrence else "",
    )


async def _expiry(tx: MeetingTransaction, meeting: Meeting) -> datetime:
    ends, more = await tx.last_to_come(meeting.id)
    longest = tx.now + LONGEST_TELLING
    return longest if ends is None or more else min(ends, longest)
