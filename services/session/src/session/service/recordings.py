"""Recording control: start, pause, resume, stop, each one transaction of the caller's."""

from collections.abc import Callable

from google.protobuf.message import Message

from common.principal import Principal
from convene.session.v1 import events_pb2 as facts
from session.domain.recordings import Layout, Recording, RecordingHeld
from session.domain.sessions import Session, SessionNotLive
from session.service.recorded import change, seconds_now, start_recording
from session.service.sessions import Wake
from session.store import SessionTransaction, Store

Move = Callable[[Recording, float], Recording]


class Recordings:
    """*wake* has the session's owner look at once, which lets video be captured."""

    def __init__(self, store: Store, wake: Wake) -> None:
        self._store = store
        self._wake = wake

    async def start(
        self, caller: Principal, meeting_id: str, session_name: str, layout: Layout = Layout.GRID
    ) -> tuple[Recording, Session]:
        """Record a session; a second start answers the recording under way.

        *session_name* is a session's id or `active`. Raises ``NoLiveSession``,
        ``SessionNotFound``, ``SessionNotLive``.
        """
        async with self._store.begin(caller) as tx:
            session = await _session(tx, meeting_id, session_name)
            if not session.is_live:
                raise SessionNotLive(session.id, session.state)
            session, recording = await start_recording(tx, session, layout)
        self._wake(session.id)
        return recording, session

    async def pause(
        self, caller: Principal, meeting_id: str, session_name: str, recording_id: str = ""
    ) -> tuple[Recording, Session]:
        """Leave what follows out; an empty *recording_id* is the recording under way.

        Raises ``RecordingNotFound``, and ``WrongState`` for one that is stopped.
        """
        return await self._move(
            caller,
            (meeting_id, session_name, recording_id),
            lambda recording, at: recording.paused(at),
            facts.RecordingPaused,
        )

    async def resume(
        self, caller: Principal, meeting_id: str, session_name: str, recording_id: str = ""
    ) -> tuple[Recording, Session]:
        """Record again; raises ``RecordingHeld`` while the session is held."""
        return await self._move(
            caller,
            (meeting_id, session_name, recording_id),
            lambda recording, at: recording.resumed(at),
            facts.RecordingResumed,
        )

    async def stop(
        self, caller: Principal, meeting_id: str, session_name: str, recording_id: str = ""
    ) -> tuple[Recording, Session]:
        """End the recording; stopping a stopped one answers it."""
        names = (meeting_id, session_name, recording_id)
        async with self._store.begin(caller) as tx:
            session, recording = await _named(tx, *names)
            stopped = recording.stopped(await seconds_now(tx, session), tx.now)
            if stopped is not recording:
                session = await change(tx, session, stopped, facts.RecordingStopped)
        self._wake(session.id)
        return stopped, session

    async def _move(
        self, caller: Principal, names: tuple[str, str, str], move: Move, fact: type[Message]
    ) -> tuple[Recording, Session]:
        async with self._store.begin(caller) as tx:
            session, recording = await _named(tx, *names)
            if session.held and fact is facts.RecordingResumed:
                raise RecordingHeld(session.id)
            moved = move(recording, await seconds_now(tx, session))
            if moved is not recording:
                session = await change(tx, session, moved, fact)
        self._wake(session.id)
        return moved, session


async def _session(tx: SessionTransaction, meeting_id: str, name: str) -> Session:
    """The named session, held until the commit."""
    named = await tx.named_session(meeting_id, name)
    return await tx.session_to_change(named.id)


async def _named(
    tx: SessionTransaction, meeting_id: str, name: str, recording_id: str
) -> tuple[Session, Recording]:
    session = await _session(tx, meeting_id, name)
    return session, await tx.recording(session.id, recording_id or session.recording_id)
