"""One replica's ownership of one session: it alone speaks to the room and moves the session."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from common.errors import Conflict
from common.ids import new_id
from common.leases import LeaseLost
from convene.session.v1 import events_pb2 as facts
from session.domain.commands import Command
from session.domain.deadlines import ALLOCATE, NO_SHOW, key_of
from session.domain.participants import Participant
from session.domain.prompts import Prompt, PromptKind
from session.domain.recordings import Recording
from session.domain.rooms import (
    Came,
    Chatted,
    Connection,
    Departed,
    Hint,
    Lost,
    MediaUnavailable,
    NotConnected,
    Occupancy,
    PerformanceOver,
    Room,
    RoomGone,
    Talk,
)
from session.domain.rosters import compare
from session.domain.runs import RunState, ScenarioRun
from session.domain.sessions import Session, SessionAction, SessionState
from session.domain.visits import Visits
from session.service.charge import Charge
from session.service.crowds import catch_up, reconcile
from session.service.endings import announce, arm, empty_room, seal
from session.service.metrics import Metering
from session.service.obeying import Obeying
from session.service.patience import Patience
from session.service.playing import close_runs, hurry_end, play
from session.service.prompts import say
from session.service.recorded import begin_waiting_recording
from session.service.signalling.audience import Audience, News
from session.service.steering_sessions import keep
from session.store import SessionTransaction

log = structlog.get_logger()

# A call wakes the owner just before it commits, so the owner looks once more soon after.
AFTER_WAKING_SECONDS = 0.1
WATCH_AGAIN_SECONDS = 1.0
# Hints waiting for the next look at the room; more are dropped.
MOST_HINTS = 10_000


@dataclass(frozen=True, slots=True)
class View:
    """A session as its rows say at *now*."""

    session: Session
    roster: Sequence[Participant]
    commands: Sequence[Command]
    runs: Sequence[ScenarioRun]
    recording: Recording | None
    now: datetime
    news: News

    @property
    def is_playing(self) -> bool:
        return any(run.state is RunState.RUNNING for run in self.runs)


class Tenure:
    """Runs until the session is over or the lease is lost. *woken* makes it look at once."""

    def __init__(self, charge: Charge, woken: asyncio.Event, audience: Audience) -> None:
        self._charge = charge
        self._woken = woken
        self._audience = audience
        self._metering = Metering(charge)
        self._obeying = Obeying(charge)
        self._stirred = False
        # The room while this tenure knows it to be open, and whether it is being watched.
        self._room: Room | None = None
        self._inside = asyncio.Event()
        self._watched = False
        self._hints: list[Hint] = []
        self._departed = audience.seating.departed
        self._visits = Visits()
        self._patience = Patience(charge, self._metering)
        # How many spans of a recording with video the media node was told of; -1: it was not asked.
        self._captured = -1

    async def run(self) -> None:
        self._watching = self._begin_to_watch()
        try:
            while not await self._turn():
                await self._rest()
        except LeaseLost:
            log.warning("session is owned elsewhere", session_id=self._charge.session_id)
        finally:
            self._watching.cancel()
            with suppress(asyncio.CancelledError):
                await self._watching

    async def _turn(self) -> bool:
        """Do what the session's state asks for; true when it is over."""
        view = await self._look()
        if view.session.is_over:
            return True
        try:
            await self._advance(view)
            self._patience.rewarded()
        except RoomGone:
            log.warning("room is gone", session_id=view.session.id, node=view.session.node)
            self._leave()
        except MediaUnavailable as error:
            await self._bear_silence(view.session, error)
        except LeaseLost:
            raise
        except Conflict as error:
            log.info("session changed meanwhile", error=str(error))
        return False

    async def _advance(self, view: View) -> None:
        if view.session.state is SessionState.STARTING:
            await self._open(view.session)
        elif view.session.state is SessionState.ENDING:
            await self._drain(view.session)
        else:
            await self._steer(view)
            if self._audience.is_listening:
                view = await self._look()
                await self._audience.watch(view.session, view.roster, view.now)
                self._audience.mend()

    async def _rest(self) -> None:
        seconds = AFTER_WAKING_SECONDS if self._stirred else self._charge.waits.look_seconds
        self._stirred = False
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
            self._woken.clear()
            self._stirred = True

    async def _look(self) -> View:
        """The session as it is now, told to its audience."""
        view = await self._view()
        self._audience.show(view.session, view.roster, view.news, view.now)
        return view

    async def _view(self) -> View:
        session_id = self._charge.session_id
        async with self._charge.store.begin(self._charge.suite) as tx:
            session = await tx.session(session_id)
            return View(
                session,
                await tx.roster(session_id),
                await tx.waiting_commands(session_id),
                await tx.unfinished_runs(session.meeting_id, session_id),
                await tx.recording_under_way(session_id),
                tx.now,
                await self._audience.news(tx),
            )

    async def _open(self, session: Session) -> None:
        """Have the room opened; the join gate opens with it."""
        room = self._charge.room(session)
        await self._charge.plane.open(room)
        occupancy = await self._charge.plane.occupancy(room)
        async with self._charge.writing() as tx:
            current = await tx.session_to_change(session.id)
            if current.state is not SessionState.STARTING or current.node != session.node:
                return
            opened_at = await tx.real_time() - timedelta(seconds=occupancy.room_seconds)
            opened = replace(current.moved(SessionAction.OPEN), room_open_time=opened_at)
            waiting = await tx.save_session(opened)
            await tx.disarm(key_of(session.id, ALLOCATE))
            due = tx.now + timedelta(seconds=session.policy.no_show_seconds)
            await arm(tx, waiting, NO_SHOW, due, node=waiting.node)
            await announce(tx, waiting, facts.SessionWaiting(session_id=session.id))
            await begin_waiting_recording(tx, waiting)
        self._be_inside(session)
        self._woken.set()

    async def _steer(self, view: View) -> None:
        if not self._inside.is_set():
            await self._enter(view)
        occupancy = await self._charge.plane.occupancy(self._charge.room(view.session))
        await self._record(view, occupancy)
        await keep(self._charge, view.session, view.roster, occupancy)
        await self._capture(view)
        for command in view.commands:
            await self._obeying.obey(command)
        # What its people do at once would go unheard before.
        for run in view.runs if self._watched else ():
            if run.state is RunState.ARMED:
                await play(self._charge, view.session, run, 0.0)
        await self._metering.look(view.session)

    async def _enter(self, view: View) -> None:
        """Claim the room of an earlier owner, or build it again where it was lost."""
        await self._charge.plane.open(self._charge.room(view.session))
        for run in view.runs:
            if run.state is RunState.RUNNING:
                await play(self._charge, view.session, run, run.position_seconds(view.now))
        self._be_inside(view.session)

    async def _capture(self, view: View) -> None:
        """Have video kept while it is recorded; asked anew when a pause is over, for key frames."""
        recording = view.recording
        wanted = recording is not None and recording.wants_video
        spans = len(recording.spans) if recording is not None and wanted else 0
        if spans != self._captured:
            await self._charge.plane.capture_video(self._charge.room(view.session), wanted)
            self._captured = spans

    def _be_inside(self, session: Session) -> None:
        self._room = self._charge.room(session)
        self._inside.set()

    def _leave(self) -> None:
        self._room = None
        self._captured = -1
        self._inside.clear()

    async def _record(self, view: View, occupancy: Occupancy) -> None:
        """Write what happened in the room since the rows were written."""
        heard = list(self._hints)
        over = {one.run_id: one.error for one in heard if isinstance(one, PerformanceOver)}
        chats = [one for one in heard if isinstance(one, Chatted)]
        played = view.is_playing and (occupancy.performed or bool(over))
        missed = self._visits.missed(view.roster, occupancy.connections, self._departed)
        strangers: Sequence[str] = ()
        moved = missed or compare(view.roster, occupancy.connections, self._departed)
        if played or chats or moved:
            strangers = await self._write(occupancy, missed, chats, over)
        del self._hints[: len(heard)]
        for stranger in strangers:
            with suppress(NotConnected):
                await self._charge.plane.disconnect(self._charge.room(view.session), stranger)

    async def _write(
        self,
        occupancy: Occupancy,
        missed: Sequence[Connection],
        chats: Sequence[Chatted],
        over: Mapping[str, str],
    ) -> Sequence[str]:
        """Answers whose connections are to be cut.

        The roster is read again here, after the room was: whoever was let in in between is
        no stranger.
        """
        async with self._charge.writing() as tx:
            session = await tx.session_to_change(self._charge.session_id)
            if not session.admits:
                return ()
            await close_runs(tx, session, over, occupancy.performed)
            if missed:
                session = await catch_up(tx, session, missed)
            for chat in chats:
                await say(tx, session, await _line_of(tx, session, chat))
            strangers = await reconcile(tx, session, occupancy.connections, self._departed)
            await hurry_end(tx, session.id)
            return strangers

    async def _drain(self, session: Session) -> None:
        """Close the room, then seal the ledger as soon as nothing is awaited any more."""
        # What happens in the room now changes nothing: it is watched no longer.
        self._leave()
        if session.room_closed or session.drained:
            if session.may_seal:
                await self._seal(session)
            return
        room = self._charge.room(session)
        await self._charge.plane.close(room)
        talk = Talk()
        with suppress(RoomGone):
            talk = await self._charge.plane.talk(room)
        async with self._charge.writing() as tx:
            current = await tx.session_to_change(session.id)
            await empty_room(tx, current, talk)
            current = await tx.save_session(replace(current, room_closed=True))
            if current.may_seal:
                await seal(tx, current)

    async def _seal(self, session: Session) -> None:
        if not session.room_closed:
            # Time is up: what the node does not hear now, it hears of by its own limits.
            with suppress(MediaUnavailable, RoomGone):
                await self._charge.plane.close(self._charge.room(session))
        async with self._charge.writing() as tx:
            await seal(tx, await tx.session_to_change(session.id))

    async def _bear_silence(self, session: Session, error: MediaUnavailable) -> None:
        if await self._patience.bear(session, error):
            self._leave()
            # The node that is gone may never say that it is watched no longer.
            self._watching.cancel()
            self._watching = self._begin_to_watch()
            self._woken.set()

    def _begin_to_watch(self) -> "asyncio.Task[None]":
        name = f"watch {self._charge.session_id}"
        return asyncio.create_task(self._watch(), name=name)

    async def _watch(self) -> None:
        """Take hints, so that what happens is seen before the next look."""
        while True:
            await self._inside.wait()
            try:
                await self._take_hints()
            except (RoomGone, MediaUnavailable) as error:
                log.info("room is not watched", error=str(error))
            finally:
                self._watched = False
            await asyncio.sleep(WATCH_AGAIN_SECONDS)

    async def _take_hints(self) -> None:
        if self._room is None:
            return
        async for hint in self._charge.plane.watch(self._room):
            self._watched = True
            if isinstance(hint, Departed):
                self._departed[hint.participant_id] = hint.epoch
            elif isinstance(hint, Came | Lost):
                self._visits.hear(hint)
            elif len(self._hints) < MOST_HINTS:
                self._hints.append(hint)
            self._woken.set()


async def _line_of(tx: SessionTransaction, session: Session, chat: Chatted) -> Prompt:
    """What somebody wrote in the room, as a line of the chat."""
    writer = await tx.find_participant(session.id, chat.participant_id)
    return Prompt(
        id=new_id("pmt"),
        kind=PromptKind.CHAT,
        text=chat.text,
        create_time=tx.now,
        from_participant_id=chat.participant_id,
        from_name=writer.name if writer is not None else "",
    )
