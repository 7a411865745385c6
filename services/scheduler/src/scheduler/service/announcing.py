"""The facts of meetings and occurrences, as they are announced."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from common.announcing import Told
from common.links import LinkSigner
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.meetings import Meeting, MeetingId
from scheduler.domain.occurrences import Occurrence
from scheduler.domain.planning import Difference
from scheduler.domain.recurrence import Instance
from scheduler.store import MeetingTransaction
from scheduler.wire import difference_to_wire, meeting_to_wire, snapshot_of

# How many occurrences a meeting shows, and how many changes of them a fact tells.
SHOWN_OCCURRENCES = 10
TOLD_CHANGES = 100
# Fields of a definition that callers know by another name.
SHOWN_AS = {"picks": "pool_picks"}


@dataclass(frozen=True, slots=True)
class View:
    """A meeting with what is next of it, or with what a dry run would plan.

    *found* says that it was there before the call that was to create it.
    """

    meeting: Meeting
    upcoming: Sequence[Occurrence] = ()
    dry: Sequence[Instance] = ()
    found: bool = False


async def view_of(tx: MeetingTransaction, meeting: Meeting) -> View:
    return View(meeting, await tx.next_of([meeting.id], SHOWN_OCCURRENCES))


class Announcer:
    def __init__(self, links: LinkSigner) -> None:
        self._links = links

    def to_wire(self, view: View, caller: Principal) -> pb.Meeting:
        """*view* as *caller* may see it: links open the meeting, so they need a scope."""
        signer = self._links if caller.may("join-links:read") and view.meeting.id else None
        return meeting_to_wire(view.meeting, caller.workspace_id, signer, view.upcoming, view.dry)

    async def created(self, tx: MeetingTransaction, view: View) -> None:
        fact = facts.MeetingCreated(meeting=self.to_wire(view, tx.caller))
        await tx.announce(fact, aggregate=view.meeting.id, meeting=view.meeting.id)

    async def updated(
        self,
        tx: MeetingTransaction,
        view: View,
        fields: Iterable[str],
        differences: Sequence[Difference] = (),
    ) -> None:
        """Say which fields changed, and what became of the first hundred occurrences."""
        fact = facts.MeetingUpdated(
            meeting=self.to_wire(view, tx.caller),
            fields=[SHOWN_AS.get(one, one) for one in fields],
            occurrence_changes=[difference_to_wire(one) for one in differences[:TOLD_CHANGES]],
            further_changes=max(len(differences) - TOLD_CHANGES, 0),
        )
        await tx.announce(fact, aggregate=view.meeting.id, meeting=view.meeting.id)


async def announce_cancelled(tx: MeetingTransaction, meeting_id: str, reason: str) -> None:
    fact = facts.MeetingCancelled(meeting_id=meeting_id, reason=reason)
    await tx.announce(fact, aggregate=meeting_id, meeting=meeting_id)


async def announce_completed(tx: MeetingTransaction, meeting_id: MeetingId) -> None:
    fact = facts.MeetingCompleted(meeting_id=meeting_id)
    await tx.announce(fact, aggregate=meeting_id, meeting=meeting_id)


def opened_fact(occurrence: Occurrence) -> Told:
    fact = facts.OccurrenceOpened(occurrence_id=occurrence.id, start_time=occurrence.start_time)
    return Told(fact, occurrence.meeting_id, occurrence.meeting_id)


def missed_fact(occurrence: Occurrence) -> Told:
    fact = facts.OccurrenceMissed(occurrence_id=occurrence.id, start_time=occurrence.start_time)
    return Told(fact, occurrence.meeting_id, occurrence.meeting_id)


def skipped_fact(occurrence: Occurrence) -> Told:
    assert occurrence.skip_reason is not None
    fact = facts.OccurrenceSkipped(
        occurrence_id=occurrence.id,
        start_time=occurrence.start_time,
        reason=occurrence.skip_reason.value,
    )
    return Told(fact, occurrence.meeting_id, occurrence.meeting_id)


def due_fact(meeting: Meeting, occurrence: Occurrence) -> Told:
    fact = facts.OccurrenceDue(snapshot=snapshot_of(meeting, occurrence))
    return Told(fact, meeting.id, meeting.id)


def revoked_fact(occurrence: Occurrence, session_id: str, *, cancelled: bool) -> Told:
    """Have session end a live session: for the next occurrence, or because it was cancelled."""
    fact = facts.SessionRevoked(
        occurrence_id=occurrence.id, session_id=session_id, cancelled=cancelled
    )
    return Told(fact, occurrence.meeting_id, occurrence.meeting_id)
