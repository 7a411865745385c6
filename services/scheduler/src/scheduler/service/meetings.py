"""What callers ask of meetings. Each method is one transaction, but a start also asks session."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from common.ids import derived_id, new_id
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import meeting_pb2 as pb
from convene.session.v1.session_pb2 import Session
from scheduler.domain.definitions import BotSpec, Definition, changed_fields, is_moved
from scheduler.domain.meetings import (
    MeetingAction,
    MeetingId,
    MeetingIsLive,
    MeetingState,
    MissingStartTime,
    NotAllowedToCreate,
    plan,
    revise,
)
from scheduler.domain.occurrences import OccurrenceState
from scheduler.domain.people import check_people
from scheduler.domain.planning import Replan
from scheduler.service.announcing import (
    SHOWN_OCCURRENCES,
    Announcer,
    View,
    announce_cancelled,
    view_of,
)
from scheduler.service.ordering import (
    Wanted,
    check_custom_fields,
    definition_for,
    meeting_for,
)
from scheduler.service.picking import picked, repicked
from scheduler.service.planner import Planner, announce_gaps
from scheduler.service.telling import Change, Teller
from scheduler.store import MeetingTransaction, Store
from scheduler.wire import revised_definition, snapshot_of


class Sessions(Protocol):
    """The session service, as the scheduler needs it."""

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session: ...


class Scheduler:
    def __init__(
        self,
        store: Store,
        sessions: Sessions,
        planner: Planner,
        announcer: Announcer,
        teller: Teller,
    ) -> None:
        self._store = store
        self._sessions = sessions
        self._planner = planner
        self._announcer = announcer
        self._teller = teller

    async def create(
        self, caller: Principal, wanted: Wanted, meeting_id: MeetingId | None = None
    ) -> View:
        """Keep a new meeting; one that has a start time is scheduled."""
        async with self._store.begin(caller) as tx:
            if found := await meeting_for(tx, wanted):
                return replace(await view_of(tx, found), found=True)
            definition = await definition_for(tx, wanted)
            return await self._create(tx, definition, meeting_id or MeetingId(new_id("mtg")))

    async def schedule(self, caller: Principal, wanted: Wanted, *, dry_run: bool) -> View:
        """Keep a new meeting that starts by itself; a dry run only answers what would be."""
        async with self._store.begin(caller) as tx:
            if found := await meeting_for(tx, wanted):
                return replace(await view_of(tx, found), found=True)
            definition = await definition_for(tx, wanted)
            if not definition.start_time:
                raise MissingStartTime
            if not dry_run:
                return await self._create(tx, definition, MeetingId(new_id("mtg")))
            # Nothing is kept, so nothing gets an id that somebody could come back with.
            nameless = MeetingId("")
            outlook = self._planner.outlook(definition, tx.now)
            definition = await picked(tx, nameless, definition, outlook)
            check_people(definition, self._teller.rules)
            meeting = plan(nameless, definition, outlook, tx.now, test=caller.test)
        return View(meeting, dry=outlook.instances if outlook else ())

    async def get(self, caller: Principal, meeting_id: MeetingId) -> View:
        async with self._store.begin(caller) as tx:
            return await view_of(tx, await tx.get(meeting_id))

    async def update(
        self,
        caller: Principal,
        meeting_id: MeetingId,
        draft: pb.MeetingDraft,
        named: Sequence[str],
        etag: str,
    ) -> View:
        """Change the *named* fields; a new time moves what is still to come.

        Whoever was picked of a pool and is busy then is replaced; raises ``NobodyFree``.
        """
        async with self._store.begin(caller) as tx:
            before = await tx.get(meeting_id, lock=True)
            before.check_etag(etag)
            definition = revised_definition(before.definition, draft, named)
            changed = changed_fields(before.definition, definition)
            if not changed:
                return await view_of(tx, before)
            if "custom_fields" in changed:
                await check_custom_fields(tx, definition)
            outlook = self._planner.outlook(definition, tx.now)
            moved = is_moved(before.definition, definition)
            if moved:
                definition = await repicked(tx, before.id, definition, outlook)
                changed = changed_fields(before.definition, definition)
            meeting = await tx.save(revise(before, definition, outlook, tx.now))
            replan = Replan()
            if moved:
                replan = await self._planner.follow(tx, meeting)
            elif {"policy", "invitees"} & set(changed):
                await self._planner.arm(tx, meeting)
            view = await view_of(tx, meeting)
            await self._announcer.updated(tx, view, changed, replan.differences)
            await announce_gaps(tx, replan)
            await self._teller.changed(tx, meeting, Change(before.definition, changed))
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
                return View(before)
            await self._teller.cancelled(tx, before, reason)
            meeting = await tx.save(replace(meeting, update_time=tx.now))
            await self._planner.disarm(tx, meeting, await tx.cancel_upcoming(meeting.id))
            await announce_cancelled(tx, meeting.id, reason)
            return View(meeting)

    async def delete(self, caller: Principal, meeting_id: MeetingId, etag: str) -> None:
        """Forget a meeting that is not live."""
        async with self._store.begin(caller) as tx:
            meeting = await tx.get(meeting_id, lock=True)
            meeting.check_etag(etag)
            if meeting.active_session_id:
                raise MeetingIsLive(meeting.id)
            upcoming = await tx.upcoming(meeting.id)
            if meeting.state is not MeetingState.CANCELLED:
                await self._teller.cancelled(tx, meeting)
            await self._teller.forget(tx, meeting)
            await self._planner.disarm(tx, meeting, [one.id for one in upcoming])
            await tx.remove(meeting.id)

    async def start(
        self, caller: Principal, meeting_id: MeetingId, bots: Sequence[BotSpec]
    ) -> Session:
        """The live session of a meeting, started if there is none.

        It takes the occurrence whose window is open now, if there is one.
        """
        async with self._store.begin(caller) as tx:
            meeting = (await tx.get(meeting_id)).after(MeetingAction.START)
            upcoming = await tx.next_of([meeting.id], SHOWN_OCCURRENCES)
        opened = [one for one in upcoming if one.state is OccurrenceState.OPEN]
        snapshot = snapshot_of(meeting, opened[0] if opened else None, bots)
        return await self._sessions.start(caller, snapshot)

    async def start_new(
        self, caller: Principal, wanted: Wanted, bots: Sequence[BotSpec], key: str
    ) -> tuple[Session, bool]:
        """Create a meeting and start it; the same *key* creates it once, whatever breaks.

        Answers the session, and whether this call created the meeting rather than found it.

        Raises ``NotAllowedToCreate``.
        """
        if not caller.may("meetings:write"):
            raise NotAllowedToCreate
        name = derived_id("mtg", caller.workspace_id, caller.id, key) if key else new_id("mtg")
        view = await self.create(caller, wanted, MeetingId(name))
        return await self.start(caller, view.meeting.id, bots), not view.found

    def to_wire(self, view: View, caller: Principal) -> pb.Meeting:
        """*view* as *caller* may see it."""
        return self._announcer.to_wire(view, caller)

    async def _create(
        self, tx: MeetingTransaction, definition: Definition, meeting_id: MeetingId
    ) -> View:
        outlook = self._planner.outlook(definition, tx.now)
        definition = await picked(tx, meeting_id, definition, outlook)
        planned = plan(meeting_id, definition, outlook, tx.now, test=tx.caller.test)
        meeting = self._teller.named(planned)
        if not await tx.add(meeting):
            return await view_of(tx, await tx.get(meeting_id))
        replan = await self._planner.add(tx, meeting, outlook)
        view = await view_of(tx, meeting)
        await self._announcer.created(tx, view)
        await announce_gaps(tx, replan)
        await self._teller.changed(tx, meeting, Change())
        return view
