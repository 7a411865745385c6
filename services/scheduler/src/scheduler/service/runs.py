"""What live sessions make of their meetings: each fact of a session is one transaction."""

from dataclasses import replace

from common.principal import Principal
from convene.session.v1.session_pb2 import Session
from scheduler.domain.meetings import Meeting, MeetingId, MeetingState
from scheduler.domain.occurrences import (
    Occurrence,
    OccurrenceAction,
    OccurrenceId,
    OccurrenceState,
    SkipReason,
)
from scheduler.service.announcing import (
    announce_cancelled,
    due_fact,
    revoked_fact,
    skipped_fact,
)
from scheduler.service.planner import Planner, disarm_one
from scheduler.store import MeetingTransaction, Store


class Runs:
    def __init__(self, store: Store, planner: Planner) -> None:
        self._store = store
        self._planner = planner

    async def session_started(self, caller: Principal, session: Session) -> None:
        """Remember a meeting's live session, and that its occurrence is held."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(session.meeting_id), lock=True)
            if meeting is None or meeting.state is MeetingState.CANCELLED:
                # It was cancelled while it was being started: session has to hear of it again.
                await announce_cancelled(tx, session.meeting_id, "cancelled at its start")
            if meeting is None:
                return
            active = replace(meeting, active_session_id=session.id, session_ending=False)
            await tx.save(active, is_change=False)
            occurrence = await tx.find_occurrence(OccurrenceId(session.occurrence_id), lock=True)
            if occurrence is None:
                return
            if occurrence.is_upcoming():
                live = occurrence.after(OccurrenceAction.GO_LIVE)
                await tx.save_occurrence(replace(live, session_id=session.id, waits_for=""))
                await disarm_one(tx, occurrence)
            elif occurrence.state is OccurrenceState.CANCELLED:
                revoked = revoked_fact(occurrence, session.id, cancelled=True)
                await tx.announce_all([revoked])

    async def session_ending(self, caller: Principal, meeting_id: str, session_id: str) -> None:
        """The meeting's session is on its way out: what is due waits for its end."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(meeting_id), lock=True)
            if meeting is not None and meeting.active_session_id == session_id:
                await tx.save(replace(meeting, session_ending=True), is_change=False)

    async def session_over(self, caller: Principal, meeting_id: str, session_id: str) -> None:
        """The meeting's session has ended or failed; what waited for that is due."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(meeting_id), lock=True)
            if meeting is None or meeting.active_session_id != session_id:
                return
            idle = replace(meeting, active_session_id="", session_ending=False)
            meeting = await tx.save(idle, is_change=False)
            for occurrence in await tx.of_session(session_id):
                await tx.save_occurrence(occurrence.after(OccurrenceAction.END))
            await self._start_waiting(tx, meeting, session_id)
            await self._planner.complete_if_over(tx, meeting)

    async def _start_waiting(
        self, tx: MeetingTransaction, meeting: Meeting, session_id: str
    ) -> None:
        """Start the last of those that waited; the time of any before it has passed."""
        waiting = await tx.waiting_for(meeting.id, session_id)
        for occurrence in waiting[:-1]:
            await _skip(tx, occurrence)
        for occurrence in waiting[-1:]:
            due = await tx.save_occurrence(replace(occurrence, waits_for=""))
            await tx.announce_all([due_fact(meeting, due)])


async def _skip(tx: MeetingTransaction, occurrence: Occurrence) -> None:
    over = occurrence.after(OccurrenceAction.SKIP)
    skipped = replace(over, skip_reason=SkipReason.OVERLAP, waits_for="")
    await tx.save_occurrence(skipped)
    await disarm_one(tx, skipped)
    await tx.announce_all([skipped_fact(skipped)])
