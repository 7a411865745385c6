"""The one place that decides who is told what of a meeting, within the change's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from common.addresses import AddressRules
from convene.scheduler.v1 import events_pb2 as facts
from scheduler.domain.definitions import Definition
from scheduler.domain.invitations import Invitation, InvitationId
from scheduler.domain.meetings import Meeting, MeetingId
from scheduler.domain.notices import Channel, NoticeKind
from scheduler.domain.occurrences import Occurrence, OccurrenceState
from scheduler.domain.people import check_people
from scheduler.domain.rolls import Roll, ask_anew, may_tell, roll_of
from scheduler.domain.telling import (
    WITHDRAWN,
    News,
    Standing,
    Verdict,
    asked,
    taken_back,
    told_of,
)
from scheduler.service.drafting import Drafter
from scheduler.service.sheets import Picture, Sheets, content_of, is_retimed
from scheduler.store import MeetingTransaction
from scheduler.store.invitations import CalendarMark

# Looks again whether a deleted meeting's last notices are sent, to erase them.
FORGET = "notices-forget"
FORGET_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a meeting; *definition* is what it was, none for a new one.

    *split_from* is that of the series that a new one goes on with. *was_to_come* says that
    something was, before the change left nothing; *moved_zones* that the clock of its zone changed.
    *occurrence* is one before and after its own change.
    """

    definition: Definition | None = None
    fields: Sequence[str] = ()
    was_to_come: bool = False
    moved_zones: bool = False
    occurrence: tuple[Occurrence, Occurrence] | None = None
    split_from: Definition | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    """A meeting's calendar before and after a change."""

    change: Change
    before: CalendarMark
    after: CalendarMark
    picture: Picture

    @property
    def is_retimed(self) -> bool:
        return is_retimed(self.before.content, self.after.content) or self.change.moved_zones


class Teller:
    """*rules* say which addresses of strangers may be called."""

    def __init__(self, sheets: Sheets, rules: AddressRules) -> None:
        self.rules = rules
        self._sheets = sheets
        self._drafter = Drafter(sheets)

    def named(self, meeting: Meeting) -> Meeting:
        """*meeting*, which is new, with the name that calendars know it by from now on."""
        return replace(meeting, calendar_uid=self._sheets.new_uid(meeting.id))

    async def changed(self, tx: MeetingTransaction, meeting: Meeting, change: Change) -> None:
        """Tell people what *change* made of *meeting*; raises what is wrong with who is named."""
        before, after = change.definition, meeting.definition
        if change.occurrence is None:
            check_people(after, self.rules, before or change.split_from)
        if not after.invitees and not (before and before.invitees):
            return
        turn = await self._turn(tx, meeting, change)
        if not _concerns(turn, after):
            return
        was = before if change.occurrence is None else after
        # An answer that comes meanwhile waits: what is read here is written back whole.
        known = await tx.invitations(meeting.id, lock=True)
        roll = roll_of(known, meeting, was, tx.now)
        if turn.after.sequence == turn.before.sequence and roll.crosses:
            # A cancellation, and what takes it back, is newer than what it cancels.
            turn = replace(turn, after=turn.after._replace(sequence=turn.before.sequence + 1))
        _forget_stale_answers(roll, turn)
        await tx.mark_calendar(meeting.id, turn.after)
        await _keep(tx, meeting, roll)
        await _overtake_prompts(tx, meeting, roll, turn)
        await self._tell(tx, meeting, roll, turn)

    async def cancelled(self, tx: MeetingTransaction, meeting: Meeting, reason: str = "") -> None:
        """Tell who was invited that *meeting*, as it still is, is not held."""
        invitations = [one for one in await tx.invitations(meeting.id) if not one.removed]
        mark = await tx.calendar_mark(meeting.id)
        standings = await tx.standings(meeting.id)
        verdicts = {
            one.id: taken_back(standings.get(one.id, Standing()), mark.content)
            for one in invitations
        }
        await _drop(tx, verdicts)
        await tx.drop_prompts(meeting.id)
        is_told = any(one.kind for one in verdicts.values()) and may_tell(meeting.definition)
        if is_told and await is_to_come(tx, meeting):
            mark = mark._replace(sequence=mark.sequence + 1, base=mark.sequence + 1)
            await tx.mark_calendar(meeting.id, mark)
            picture = await self._sheets.picture(tx, meeting)
            subject = await self._drafter.subject(tx, meeting, picture, mark)
            subject = replace(subject, letter=replace(subject.letter, reason=reason))
            await tx.add_notices(self._drafter.drafts(tx, subject, invitations, verdicts))

    async def forget(self, tx: MeetingTransaction, meeting: Meeting) -> None:
        """Erase what people were told of a meeting that goes; what is on its way, later."""
        await forget_told(tx, meeting.id)

    async def resend(self, tx: MeetingTransaction, meeting: Meeting, one: Invitation) -> None:
        """Invite *one* once more, as the meeting is now; what waits for them is said by it.

        Where that is being sent already, or waits for its next attempt, it goes out at once and
        is not written twice.
        """
        standing = (await tx.standings(meeting.id)).get(one.id, Standing())
        if standing.asking:
            await tx.hasten_notices(standing.asking)
            return
        mark = await tx.calendar_mark(meeting.id)
        picture = await self._sheets.picture(tx, meeting)
        verdicts = {one.id: Verdict(standing.overtaken, NoticeKind.INVITED)}
        await _drop(tx, verdicts)
        subject = await self._drafter.subject(tx, meeting, picture, mark)
        await tx.add_notices(self._drafter.drafts(tx, subject, [one], verdicts))

    async def _turn(self, tx: MeetingTransaction, meeting: Meeting, change: Change) -> _Turn:
        before = await tx.calendar_mark(meeting.id)
        picture = await self._sheets.picture(tx, meeting)
        after = before._replace(content=picture.content)
        turn = _Turn(change, before, after, picture)
        if not before.content or not turn.is_retimed:
            return turn
        sequence = before.sequence + 1
        is_whole = change.occurrence is None or picture.only is not None
        base = sequence if is_whole else before.base
        return replace(turn, after=CalendarMark(sequence, base, picture.content))

    async def _tell(
        self, tx: MeetingTransaction, meeting: Meeting, roll: Roll, turn: _Turn
    ) -> None:
        standings = await tx.standings(meeting.id)
        news = self._news(meeting, turn, tx.now)
        verdicts = _verdicts(meeting, roll, standings, news, turn.before.content)
        if await _is_over(tx, meeting, turn):
            # What is still on its way is the last that is said of it.
            verdicts = {name: one for name, one in verdicts.items() if not one.kind}
        await _drop(tx, verdicts)
        if not any(one.kind for one in verdicts.values()):
            return
        change, sequence = turn.change, turn.after.sequence
        subject = await self._drafter.subject(tx, meeting, turn.picture, turn.after)
        if news.occurrence_id and change.occurrence is not None:
            one = change.occurrence[1]
            subject = self._drafter.of_one(subject, one, turn.picture, sequence, tx.now)
        # Who wants to hear nothing any more hears that by the channel of before.
        silenced = {one.id: one for one in roll.silenced}
        people = [silenced.get(one.id, one) for one in roll.invited]
        await tx.add_notices(self._drafter.drafts(tx, subject, [*people, *roll.gone], verdicts))

    def _news(self, meeting: Meeting, turn: _Turn, now: datetime) -> News:
        change, before, after = turn.change, turn.before.content, turn.after.content
        if change.occurrence is None:
            previous = None
            if change.definition is not None and is_retimed(before, after):
                previous = self._sheets.previous_start(change.definition, now)
            return News(before, after, change.fields, "", previous, force=change.moved_zones)
        old, new = change.occurrence
        previous = old.start_time if new.start_time != old.start_time else None
        if meeting.definition.recurrence is None:
            return News(before, after, change.fields, "", previous)
        cancelled = new.state is OccurrenceState.CANCELLED
        contents = content_of(old), content_of(new)
        return News(*contents, change.fields, new.id, previous, cancelled)


async def forget_told(tx: MeetingTransaction, meeting_id: str) -> None:
    """Erase what was told of a meeting that is gone, and come back for what is still on its way."""
    if await tx.forget_notices(MeetingId(meeting_id)):
        due = tx.now + FORGET_AGAIN
        await tx.arm(FORGET, f"{FORGET} {meeting_id}", due, {"meeting_id": meeting_id})


def _concerns(turn: _Turn, definition: Definition) -> bool:
    """Whether anything of the change is of interest to anybody."""
    change, before = turn.change, turn.change.definition
    if change.occurrence is not None or change.moved_zones:
        return True
    if before is None or turn.before.content != turn.after.content:
        return True
    return (
        before.invitees != definition.invitees
        or before.host_roles != definition.host_roles
        or before.policy.invitations != definition.policy.invitations
    )


def _forget_stale_answers(roll: Roll, turn: _Turn) -> None:
    """Who answered for another time has not answered for this one; less dates are no other."""
    change = turn.change
    if change.occurrence is not None:
        old, new = change.occurrence
        if old.start_time != new.start_time:
            ask_anew(roll, "" if turn.picture.only else new.id)
    elif turn.is_retimed and tuple(change.fields) != ("recurrence",):
        ask_anew(roll)


async def _keep(tx: MeetingTransaction, meeting: Meeting, roll: Roll) -> None:
    await tx.put_invitations(roll.put)
    for one in roll.gone:
        removed = facts.InvitationRemoved(invitation_id=one.id)
        await tx.announce(removed, aggregate=meeting.id, meeting=meeting.id)
    for one in roll.restored:
        restored = facts.InvitationRestored(invitation_id=one.id)
        await tx.announce(restored, aggregate=meeting.id, meeting=meeting.id)
    for one, role in roll.recast:
        recast = facts.InvitationRoleChanged(invitation_id=one.id, role=f"ROLE_{role}")
        await tx.announce(recast, aggregate=meeting.id, meeting=meeting.id)


async def _overtake_prompts(
    tx: MeetingTransaction, meeting: Meeting, roll: Roll, turn: _Turn
) -> None:
    if turn.change.occurrence is not None:
        await tx.drop_prompts(meeting.id, occurrence_ids=[turn.change.occurrence[1].id])
    elif turn.is_retimed or not may_tell(meeting.definition):
        await tx.drop_prompts(meeting.id)
    elif roll.gone:
        await tx.drop_prompts(meeting.id, invitation_ids=[one.id for one in roll.gone])


async def _drop(tx: MeetingTransaction, verdicts: Mapping[InvitationId, Verdict]) -> None:
    await tx.drop_notices([name for one in verdicts.values() for name in one.drop])


async def _is_over(tx: MeetingTransaction, meeting: Meeting, turn: _Turn) -> bool:
    """Whether nobody has to hear of it: all that it is about has passed."""
    if turn.change.was_to_come:
        return False
    if turn.change.occurrence is not None:
        return max(one.end_time for one in turn.change.occurrence) <= tx.now
    return not await is_to_come(tx, meeting)


async def is_to_come(tx: MeetingTransaction, meeting: Meeting) -> bool:
    """Whether anything of the meeting is planned, live, or not planned at all."""
    if not meeting.definition.start_time:
        return True
    ends, more = await tx.last_to_come(meeting.id)
    return ends is not None or more


def _verdicts(
    meeting: Meeting,
    roll: Roll,
    standings: Mapping[str, Standing],
    news: News,
    before: str,
) -> dict[InvitationId, Verdict]:
    silent = not may_tell(meeting.definition)
    found: dict[InvitationId, Verdict] = {}
    silenced = {one.id for one in roll.silenced}
    for one in roll.invited:
        standing = standings.get(one.id, Standing())
        if one.id in silenced and not silent:
            found[one.id] = _withdrawn(taken_back(standing, before))
        elif silent or one.channel is Channel.NONE:
            found[one.id] = Verdict(standing.overtaken)
        elif one.id in roll.new:
            found[one.id] = asked(standing, news.after)
        elif one.id in roll.readdressed and standing.unheard:
            found[one.id] = told_of(standing, replace(news, force=True))
        else:
            found[one.id] = told_of(standing, news)
    for one in roll.gone:
        verdict = taken_back(standings.get(one.id, Standing()), before)
        found[one.id] = replace(verdict, kind=None) if silent else _withdrawn(verdict)
    return found


def _withdrawn(verdict: Verdict) -> Verdict:
    """What is taken back from one person alone: the meeting itself is held."""
    return replace(verdict, changes=(WITHDRAWN,)) if verdict.kind else verdict
