"""Recording control: start, pause, resume, stop, each one transaction of the caller's."""

from collections.abc import Callable
from dataclasses import dataclass

from google.protobuf.message import Message

from common.ids import new_id
from common.principal import Principal
from convene.session.v1 import events_pb2 as facts
from session.domain.commands import Command, CommandId, CommandState, Verb
from session.domain.recordings import Layout, OtherLayoutUnderWay, Recording, RecordingHeld
from session.domain.sessions import Session, SessionId, SessionNotLive
from session.service.recorded import change, seconds_now, start_recording
from session.service.sessions import Wake
from session.service.wire import actor_of
from session.store import SessionTransaction, Store

Move = Callable[[Recording, float], Recording]


@dataclass(frozen=True, slots=True)
class Asked:
    """*session_name* is a session's id or `active`; no *recording_id* is the one under way."""

    meeting_id: str
    session_name: str
    recording_id: str = ""
    # What the caller says of it.
    reason: str = ""


class Recordings:
    """*wake* has the session's owner look at once, which lets video be captured."""

    def __init__(self, store: Store, wake: Wake) -> None:
        self._store = store
        self._wake = wake

    async def start(
        self, caller: Principal, asked: Asked, layout: Layout | None = None
    ) -> tuple[Recording, Session, bool]:
        """Record a session; a second start answers the recording under way, and that it was.

        Raises ``NoLiveSession``, ``SessionNotFound``, ``SessionNotLive``, and
        ``OtherLayoutUnderWay`` where *layout* is not that of the recording under way.
        """
        async with self._store.begin(caller) as tx:
            session = await _session(tx, asked)
            if not session.is_live:
                raise SessionNotLive(session.id, session.state)
            under_way = await tx.recording_under_way(session.id)
            if under_way and layout not in (None, under_way.layout):
                raise OtherLayoutUnderWay(under_way)
            session, recording = await start_recording(
                tx, session, layout or Layout.GRID, asked.reason
            )
            if not under_way:
                await _note(tx, Verb.START_RECORDING, recording, asked.reason)
        self._wake(session.id)
        return recording, session, under_way is not None

    async def pause(self, caller: Principal, asked: Asked) -> tuple[Recording, Session]:
        """Leave what follows out.

        Raises ``RecordingNotFound``, and ``WrongState`` for one that is stopped.
        """
        return await self._move(
            caller,
            asked,
            lambda recording, at: recording.paused(at),
            (Verb.PAUSE_RECORDING, facts.RecordingPaused),
        )

    async def resume(self, caller: Principal, asked: Asked) -> tuple[Recording, Session]:
        """Record again; raises ``RecordingHeld`` while the session is held."""
        return await self._move(
            caller,
            asked,
            lambda recording, at: recording.resumed(at),
            (Verb.RESUME_RECORDING, facts.RecordingResumed),
        )

    async def stop(self, caller: Principal, asked: Asked) -> tuple[Recording, Session]:
        """End the recording; stopping a stopped one answers it."""
        async with self._store.begin(caller) as tx:
            session, recording = await _named(tx, asked)
            stopped = recording.stopped(await seconds_now(tx, session), tx.now)
            if stopped is not recording:
                session = await change(tx, session, stopped, facts.RecordingStopped, asked.reason)
                await _note(tx, Verb.STOP_RECORDING, recording, asked.reason)
        self._wake(session.id)
        return stopped, session

    async def _move(
        self, caller: Principal, asked: Asked, move: Move, told: tuple[Verb, type[Message]]
    ) -> tuple[Recording, Session]:
        verb, fact = told
        async with self._store.begin(caller) as tx:
            session, recording = await _named(tx, asked)
            if session.held and verb is Verb.RESUME_RECORDING:
                raise RecordingHeld(session.id)
            moved = move(recording, await seconds_now(tx, session))
            if moved is not recording:
                session = await change(tx, session, moved, fact, asked.reason)
                await _note(tx, verb, recording, asked.reason)
        self._wake(session.id)
        return moved, session


async def _note(tx: SessionTransaction, verb: Verb, recording: Recording, reason: str) -> None:
    """Keep who did it and why among the session's commands."""
    command = Command(
        id=CommandId(new_id("cmd")),
        session_id=SessionId(recording.session_id),
        verb=verb,
        target_id=recording.id,
        text=reason,
        ban=False,
        actor=actor_of(tx.caller),
        create_time=tx.now,
        state=CommandState.APPLIED,
        settle_time=tx.now,
    )
    await tx.add_command(command)


async def _session(tx: SessionTransaction, asked: Asked) -> Session:
    """The named session, held until the commit."""
    named = await tx.named_session(asked.meeting_id, asked.session_name)
    return await tx.session_to_change(named.id)


async def _named(tx: SessionTransaction, asked: Asked) -> tuple[Session, Recording]:
    session = await _session(tx, asked)
    return session, await tx.recording(session.id, asked.recording_id or session.recording_id)
