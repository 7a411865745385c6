"""How planned occurrences and their timers follow a meeting, within one transaction."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from common.db import Alarm
from scheduler.domain.definitions import Definition
from scheduler.domain.invitations import reminder_offsets
from scheduler.domain.meetings import Meeting, MeetingAction, MeetingState
from scheduler.domain.occurrences import Occurrence, OccurrenceId, OccurrenceState
from scheduler.domain.planning import (
    Outlook,
    Replan,
    armed,
    carried,
    next_look,
    outlook_of,
    replanned,
)
from scheduler.domain.zones import ZoneDatabase
from scheduler.service.announcing import announce_completed, skipped_fact
from scheduler.store import MeetingTransaction

OPEN, START, CLOSE = "occurrence-open", "occurrence-start", "occurrence-close"
# Tells people ahead of a start, at one offset after the other.
REMIND = "occurrence-remind"
OF_ONE = (OPEN, START, CLOSE, REMIND)
# Plans a series further; plans a meeting anew by another release of the zone database.
EXTEND, RENEW = "series-extend", "series-renew"


class Planner:
    def __init__(self, zones: ZoneDatabase) -> None:
        self.zones = zones

    def outlook(
        self, definition: Definition, now: datetime, since: datetime | None = None
    ) -> Outlook | None:
        """What is planned of *definition* from *since*, else *now*; raises what is wrong with it.

        A single meeting shows its start even when that is over.
        """
        timetable = definition.timetable(self.zones)
        return outlook_of(timetable, since or now, now) if timetable else None

    async def add(
        self,
        tx: MeetingTransaction,
        meeting: Meeting,
        outlook: Outlook | None,
        kept: Mapping[str, Occurrence] | None = None,
    ) -> Replan:
        """Plan a new meeting; *kept* are changed occurrences that it takes over, by local time."""
        if outlook is None:
            return Replan()
        replan = replanned(meeting.id, outlook, (), tx.now)
        replan.put = carried(replan.put, kept or {}, outlook.timetable)
        await self._apply(tx, meeting, outlook, replan)
        return replan

    async def follow(
        self, tx: MeetingTransaction, meeting: Meeting, *, renewed: bool = False
    ) -> Replan:
        """Plan what is to come as the meeting now says; *renewed*: only its zones may differ."""
        upcoming = await tx.upcoming(meeting.id)
        since = min([tx.now, *(one.original_start_time for one in upcoming)])
        outlook = self.outlook(meeting.definition, tx.now, since)
        if outlook is None:
            await self.disarm(tx, meeting, [one.id for one in upcoming])
            await tx.drop_occurrences([one.id for one in upcoming])
            return Replan()
        existing = await tx.planned_since(meeting.id, since)
        replan = replanned(meeting.id, outlook, existing, tx.now, renewed=renewed)
        if replan.put or replan.drop:
            await self.disarm(tx, meeting, [one.id for one in (*replan.put, *replan.drop)])
        await self._apply(tx, meeting, outlook, replan)
        return replan

    async def arm(self, tx: MeetingTransaction, meeting: Meeting) -> None:
        """Have timers wait for the next few occurrences, and one for planning further.

        Each occurrence of a long series costs a row; only the next few cost timers.
        """
        upcoming = await tx.upcoming(meeting.id)
        offsets = reminder_offsets(meeting.definition)
        longest = timedelta(seconds=offsets[0]) if offsets else timedelta()
        early = max(meeting.definition.policy.early_join, longest)
        waiting = armed(upcoming, early, tx.now)
        alarms = [alarm for one in waiting for alarm in self._alarms(meeting, one, tx.now)]
        if len(waiting) < len(upcoming) or await tx.has_more(meeting.id):
            due = next_look(waiting, tx.now)
            alarms.append(Alarm(EXTEND, f"{EXTEND} {meeting.id}", due, {"meeting_id": meeting.id}))
        if alarms:
            await tx.arm_all(alarms)

    async def disarm(
        self, tx: MeetingTransaction, meeting: Meeting, ids: Sequence[OccurrenceId]
    ) -> None:
        """Forget the timers of these occurrences and the one that plans further."""
        keys = [f"{kind} {one}" for one in ids for kind in OF_ONE]
        await tx.disarm(*keys, f"{EXTEND} {meeting.id}", f"{RENEW} {meeting.id}")

    async def complete_if_over(self, tx: MeetingTransaction, meeting: Meeting) -> None:
        """Complete a scheduled meeting of which nothing is live or to come."""
        if meeting.state is not MeetingState.SCHEDULED or meeting.active_session_id:
            return
        if await tx.next_of([meeting.id], 1) or await tx.has_more(meeting.id):
            return
        await tx.save(meeting.after(MeetingAction.COMPLETE), is_change=False)
        await announce_completed(tx, meeting.id)

    async def _apply(
        self, tx: MeetingTransaction, meeting: Meeting, outlook: Outlook, replan: Replan
    ) -> None:
        await tx.drop_occurrences([one.id for one in replan.drop])
        await tx.put_occurrences(replan.put)
        await tx.save_plan(meeting.id, has_more=outlook.has_more, release=self.zones.release)
        await self.arm(tx, meeting)

    def _alarms(self, meeting: Meeting, one: Occurrence, now: datetime) -> Sequence[Alarm]:
        """The timers that one still needs: an open window is not opened, a start not started."""
        due = {CLOSE: one.end_time}
        if one.state is OccurrenceState.PENDING:
            due[OPEN] = one.start_time - meeting.definition.policy.early_join
        if one.state is OccurrenceState.PENDING or one.start_time > now:
            due[START] = one.start_time
        told = {"occurrence_id": one.id}
        alarms = [Alarm(kind, f"{kind} {one.id}", at, told) for kind, at in due.items()]
        return [*alarms, *reminder_alarms(meeting, one, now)]


def reminder_alarms(meeting: Meeting, one: Occurrence, now: datetime) -> Sequence[Alarm]:
    """The timer of the next reminder of *one*, if any is still to come."""
    for offset in reminder_offsets(meeting.definition):
        due = one.start_time - timedelta(seconds=offset)
        if due > now:
            told = {"occurrence_id": one.id, "before_seconds": offset}
            return [Alarm(REMIND, f"{REMIND} {one.id}", due, told)]
    return []


async def announce_gaps(tx: MeetingTransaction, replan: Replan) -> None:
    """Tell of what the gap policy skips, as soon as it is planned."""
    await tx.announce_all([skipped_fact(one) for one in replan.skipped])


async def disarm_one(tx: MeetingTransaction, occurrence: Occurrence) -> None:
    """Forget the timers of one occurrence that has no further use for them."""
    await disarm_several(tx, [occurrence])


async def disarm_several(tx: MeetingTransaction, occurrences: Sequence[Occurrence]) -> None:
    """Forget the timers of occurrences that have no further use for them."""
    if occurrences:
        await tx.disarm(*(f"{kind} {one.id}" for one in occurrences for kind in OF_ONE))
