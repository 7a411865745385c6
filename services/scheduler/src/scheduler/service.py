"""What the scheduler can do. Each method is one transaction, but a start also asks session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from common import pages
from common.db import Alarm
from common.ids import derived_id, new_id
from common.links import LinkSigner
from common.principal import Principal
from common.timers import Firing, Timer
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from convene.session.v1.session_pb2 import Session
from scheduler.domain import (
    BotSpec,
    Definition,
    Meeting,
    MeetingAction,
    MeetingId,
    MeetingIsLive,
    MeetingState,
    MissingStartTime,
    NotAllowedToCreate,
    Occurrence,
    OccurrenceAction,
    OccurrenceId,
    OccurrenceState,
    Policy,
    changed_fields,
    is_moved,
    is_within_catch_up,
    occurrence_of,
    plan,
    revise,
)
from scheduler.store import MeetingFilter, MeetingTransaction, Store
from scheduler.wire import meeting_to_wire, revised_definition, snapshot_of

OPEN, START, CLOSE = "occurrence-open", "occurrence-start", "occurrence-close"


class Sessions(Protocol):
    """The session service, as the scheduler needs it."""

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session: ...


@dataclass(frozen=True, slots=True)
class View:
    """A meeting with what is still to come of it."""

    meeting: Meeting
    upcoming: Sequence[Occurrence]


class Scheduler:
    def __init__(self, store: Store, sessions: Sessions, links: LinkSigner) -> None:
        self._store = store
        self._sessions = sessions
        self._links = links

    async def create(
        self, caller: Principal, definition: Definition, meeting_id: MeetingId | None = None
    ) -> View:
        """Keep a new meeting; one that has a start time is scheduled."""
        async with self._store.begin(caller) as tx:
            return await self._create(tx, definition, meeting_id or MeetingId(new_id("mtg")))

    async def schedule(self, caller: Principal, definition: Definition, *, dry_run: bool) -> View:
        """Keep a new meeting that starts by itself; a dry run only answers what would be."""
        if not definition.start_time:
            raise MissingStartTime
        if not dry_run:
            return await self.create(caller, definition)
        async with self._store.begin(caller) as tx:
            # Nothing is kept, so nothing gets an id that somebody could come back with.
            meeting = plan(MeetingId(""), definition, caller.test, tx.now)
        occurrence = occurrence_of(meeting, OccurrenceId(""))
        return View(meeting, [occurrence] if occurrence else [])

    async def get(self, caller: Principal, meeting_id: MeetingId) -> View:
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id)
            return View(meeting, await tx.upcoming([meeting.id]))

    async def list(
        self, caller: Principal, wanted: MeetingFilter, page_size: int, page_token: str
    ) -> tuple[Sequence[View], str]:
        """Meetings that match, newest first, and the token of the next page."""
        size = pages.page_size(page_size)
        async with self._store.begin(caller) as tx:
            found = await tx.page(wanted, pages.keys_of(page_token, 2), size + 1)
            shown = found[:size]
            upcoming = await tx.upcoming([one.id for one in shown])
        views = [View(one, [o for o in upcoming if o.meeting_id == one.id]) for one in shown]
        last = shown[-1] if len(found) > size else None
        return views, pages.token_for(last.create_time.isoformat(), last.id) if last else ""

    async def update(
        self,
        caller: Principal,
        meeting_id: MeetingId,
        draft: pb.MeetingDraft,
        named: Sequence[str],
        etag: str,
    ) -> View:
        """Change the *named* fields; a new time moves what is still to come."""
        async with self._store.begin(caller) as tx:
            before = await tx.get(meeting_id, lock=True)
            before.check_etag(etag)
            definition = revised_definition(before.definition, draft, named)
            changed = changed_fields(before.definition, definition)
            if not changed:
                return View(before, await tx.upcoming([before.id]))
            meeting = await tx.save(revise(before, definition, tx.now))
            await self._replan(tx, before, meeting)
            view = View(meeting, await tx.upcoming([meeting.id]))
            fact = facts.MeetingUpdated(meeting=self.to_wire(view, caller), fields=changed)
            await tx.announce(fact, aggregate=meeting.id, meeting=meeting.id)
            return view

    async def cancel(
        self, caller: Principal, meeting_id: MeetingId, reason: str, etag: str
    ) -> View:
        """Cancel a meeting; session ends a live one when it hears of it."""
        async with self._store.begin(caller) as tx:
            before = await tx.get(meeting_id, lock=True)
            before.check_etag(etag)
            meeting = before.after(MeetingAction.CANCEL)
            if before.state is MeetingState.CANCELLED:
                return View(before, [])
            meeting = await tx.save(replace(meeting, update_time=tx.now))
            for occurrence in await tx.upcoming([meeting.id]):
                await self._drop_timers(tx, occurrence)
                await tx.save_occurrence(occurrence.after(OccurrenceAction.CANCEL))
            await self._announce_cancelled(tx, meeting.id, reason)
            return View(meeting, [])

    async def delete(self, caller: Principal, meeting_id: MeetingId, etag: str) -> None:
        """Forget a meeting that is not live."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            meeting.check_etag(etag)
            if meeting.active_session_id:
                raise MeetingIsLive(meeting.id)
            for occurrence in await tx.upcoming([meeting.id]):
                await self._drop_timers(tx, occurrence)
            await tx.remove(meeting.id)

    async def occurrences(
        self, caller: Principal, meeting_id: MeetingId, page_size: int, page_token: str
    ) -> tuple[Sequence[Occurrence], str]:
        size = pages.page_size(page_size)
        async with self._store.begin(caller) as tx:
            await tx.get(meeting_id)
            found = await tx.occurrences(meeting_id, pages.keys_of(page_token, 2), size + 1)
        last = found[size - 1] if len(found) > size else None
        return found[:size], pages.token_for(last.start_time.isoformat(), last.id) if last else ""

    async def start(
        self, caller: Principal, meeting_id: MeetingId, bots: Sequence[BotSpec]
    ) -> Session:
        """The live session of a meeting, started if there is none.

        It takes the occurrence whose window is open now, if there is one.
        """
        async with self._store.begin(caller) as tx:
            meeting = (await tx.get(meeting_id)).after(MeetingAction.START)
            upcoming = await tx.upcoming([meeting.id])
        opened = [one for one in upcoming if one.state is OccurrenceState.OPEN]
        snapshot = snapshot_of(meeting, opened[0] if opened else None, bots)
        return await self._sessions.start(caller, snapshot)

    async def start_new(
        self, caller: Principal, definition: Definition, bots: Sequence[BotSpec], key: str
    ) -> Session:
        """Create a meeting and start it; the same *key* creates it once, whatever breaks.

        Raises ``NotAllowedToCreate``.
        """
        if not caller.may("meetings:write"):
            raise NotAllowedToCreate
        name = derived_id("mtg", caller.workspace_id, caller.id, key) if key else new_id("mtg")
        view = await self.create(caller, definition, MeetingId(name))
        return await self.start(caller, view.meeting.id, bots)

    def to_wire(self, view: View, caller: Principal) -> pb.Meeting:
        """*view* as *caller* may see it: links open the meeting, so they need a scope."""
        signer = self._links if caller.may("join-links:read") and view.meeting.id else None
        return meeting_to_wire(view.meeting, view.upcoming, caller.workspace_id, signer)

    # What timers make happen

    def firings(self) -> Mapping[str, Firing]:
        return {OPEN: self.open_window, START: self.start_due, CLOSE: self.close_window}

    async def open_window(self, caller: Principal, timer: Timer) -> None:
        """Let people in ahead of an occurrence's start."""
        async with self._store.begin(caller) as tx:
            occurrence = await tx.occurrence(OccurrenceId(timer.payload["occurrence_id"]))
            if occurrence is not None and occurrence.state is OccurrenceState.PENDING:
                await self._open(tx, occurrence)

    async def start_due(self, caller: Principal, timer: Timer) -> None:
        """Have a session run for an occurrence whose time has come.

        Later than the policy's catch-up window it stays open: somebody may still start it.
        """
        async with self._store.begin(caller) as tx:
            occurrence = await tx.occurrence(OccurrenceId(timer.payload["occurrence_id"]))
            if occurrence is None or not occurrence.is_upcoming():
                return
            meeting = await tx.get(occurrence.meeting_id)
            occurrence = await self._open(tx, occurrence)
            if not is_within_catch_up(occurrence.start_time, tx.now, meeting.definition.policy):
                return
            due = facts.OccurrenceDue(snapshot=snapshot_of(meeting, occurrence))
            await tx.announce(due, aggregate=meeting.id, meeting=meeting.id)

    async def close_window(self, caller: Principal, timer: Timer) -> None:
        """Say that an occurrence whose end has passed was never held."""
        async with self._store.begin(caller) as tx:
            occurrence = await tx.occurrence(OccurrenceId(timer.payload["occurrence_id"]))
            if occurrence is None or not occurrence.is_upcoming():
                return
            await tx.save_occurrence(occurrence.after(OccurrenceAction.MISS))
            fact = facts.OccurrenceMissed(
                occurrence_id=occurrence.id, start_time=occurrence.start_time
            )
            await tx.announce(fact, aggregate=occurrence.meeting_id, meeting=occurrence.meeting_id)
            await self._complete_if_over(tx, await tx.get(occurrence.meeting_id, lock=True))

    # What sessions make happen

    async def session_started(self, caller: Principal, session: Session) -> None:
        """Remember a meeting's live session, and that its occurrence is held."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(session.meeting_id), lock=True)
            if meeting is None or meeting.state is MeetingState.CANCELLED:
                # It was cancelled while it was being started: session has to hear of it again.
                await self._announce_cancelled(tx, session.meeting_id, "cancelled at its start")
            if meeting is None:
                return
            await tx.save(replace(meeting, active_session_id=session.id), is_change=False)
            occurrence = await tx.occurrence(OccurrenceId(session.occurrence_id))
            if occurrence is not None and occurrence.is_upcoming():
                live = occurrence.after(OccurrenceAction.GO_LIVE)
                await tx.save_occurrence(replace(live, session_id=session.id))
                await self._drop_timers(tx, occurrence)

    async def session_over(self, caller: Principal, meeting_id: str, session_id: str) -> None:
        """The meeting's session has ended or failed."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(meeting_id), lock=True)
            if meeting is None or meeting.active_session_id != session_id:
                return
            meeting = await tx.save(replace(meeting, active_session_id=""), is_change=False)
            for occurrence in await tx.occurrences_of_session(session_id):
                await tx.save_occurrence(occurrence.after(OccurrenceAction.END))
            await self._complete_if_over(tx, meeting)

    async def _create(
        self, tx: MeetingTransaction, definition: Definition, meeting_id: MeetingId
    ) -> View:
        meeting = plan(meeting_id, definition, tx.caller.test, tx.now)
        if not await tx.add(meeting):
            return View(await tx.get(meeting_id), await tx.upcoming([meeting_id]))
        occurrence = await self._add_occurrence(tx, meeting)
        view = View(meeting, [occurrence] if occurrence else [])
        fact = facts.MeetingCreated(meeting=self.to_wire(view, tx.caller))
        await tx.announce(fact, aggregate=meeting.id, meeting=meeting.id)
        return view

    async def _add_occurrence(self, tx: MeetingTransaction, meeting: Meeting) -> Occurrence | None:
        occurrence = occurrence_of(meeting, OccurrenceId(new_id("occ")))
        if occurrence is not None:
            await tx.add_occurrence(occurrence)
            await self._arm_timers(tx, occurrence, meeting.definition.policy)
        return occurrence

    async def _replan(self, tx: MeetingTransaction, before: Meeting, meeting: Meeting) -> None:
        """Move what is still to come where the meeting moved; else let its window follow."""
        moved = is_moved(before.definition, meeting.definition)
        for occurrence in await tx.upcoming([meeting.id]):
            if moved:
                await self._drop_timers(tx, occurrence)
                await tx.remove_occurrence(occurrence.id)
            elif occurrence.state is OccurrenceState.PENDING:
                await self._arm_timers(tx, occurrence, meeting.definition.policy)
        if moved and meeting.definition.start:
            await self._add_occurrence(tx, meeting)

    async def _announce_cancelled(
        self, tx: MeetingTransaction, meeting_id: str, reason: str
    ) -> None:
        fact = facts.MeetingCancelled(meeting_id=meeting_id, reason=reason)
        await tx.announce(fact, aggregate=meeting_id, meeting=meeting_id)

    async def _open(self, tx: MeetingTransaction, occurrence: Occurrence) -> Occurrence:
        if occurrence.state is OccurrenceState.OPEN:
            return occurrence
        opened = occurrence.after(OccurrenceAction.OPEN)
        await tx.save_occurrence(opened)
        fact = facts.OccurrenceOpened(occurrence_id=occurrence.id, start_time=occurrence.start_time)
        await tx.announce(fact, aggregate=occurrence.meeting_id, meeting=occurrence.meeting_id)
        return opened

    async def _complete_if_over(self, tx: MeetingTransaction, meeting: Meeting) -> None:
        if meeting.state is not MeetingState.SCHEDULED or await tx.upcoming([meeting.id]):
            return
        await tx.save(meeting.after(MeetingAction.COMPLETE), is_change=False)
        fact = facts.MeetingCompleted(meeting_id=meeting.id)
        await tx.announce(fact, aggregate=meeting.id, meeting=meeting.id)

    async def _arm_timers(
        self, tx: MeetingTransaction, occurrence: Occurrence, policy: Policy
    ) -> None:
        due = {
            OPEN: occurrence.start_time - policy.early_join,
            START: occurrence.start_time,
            CLOSE: occurrence.end_time,
        }
        told = {"occurrence_id": occurrence.id}
        await tx.arm_all([Alarm(kind, f"{kind} {occurrence.id}", due[kind], told) for kind in due])

    async def _drop_timers(self, tx: MeetingTransaction, occurrence: Occurrence) -> None:
        await tx.disarm(*(f"{kind} {occurrence.id}" for kind in (OPEN, START, CLOSE)))
