"""A session's recording inside the transaction of what happens to the session."""

from dataclasses import replace

from google.protobuf.message import Message

from common.ids import new_id
from convene.session.v1 import events_pb2 as facts
from session.domain.recordings import Layout, Recording, RecordingId, RecordingState
from session.domain.sessions import Session
from session.service.wire import recording_to
from session.store import SessionTransaction


async def start_recording(
    tx: SessionTransaction, session: Session, layout: Layout, reason: str = ""
) -> tuple[Session, Recording]:
    """Record *session*, from now or from the opening of its room; one under way is answered."""
    if found := await tx.recording_under_way(session.id):
        return session, found
    recording = Recording(
        id=RecordingId(new_id("rec")),
        session_id=session.id,
        meeting_id=session.meeting_id,
        layout=layout,
        create_time=tx.now,
    )
    await tx.add_recording(recording)
    session = await keep(tx, session, recording)
    if session.room_open_time is not None:
        session, recording = await _begin(tx, session, recording, reason)
    return session, recording


async def begin_waiting_recording(tx: SessionTransaction, session: Session) -> Session:
    """The room is open: a recording that was asked for before begins."""
    found = await tx.recording_under_way(session.id)
    if found is None or found.state is not RecordingState.STARTING:
        return session
    return (await _begin(tx, session, found))[0]


async def pause_for_hold(tx: SessionTransaction, session: Session, reason: str = "") -> Session:
    """A hold leaves what follows out of the recording."""
    found = await tx.recording_under_way(session.id)
    if found is None or found.state is not RecordingState.RECORDING:
        return session
    paused = found.paused(await seconds_now(tx, session), held=True)
    return await change(tx, session, paused, facts.RecordingPaused, reason)


async def resume_after_hold(tx: SessionTransaction, session: Session, reason: str = "") -> Session:
    """A recording that the hold paused goes on; one that somebody paused before does not."""
    found = await tx.recording_under_way(session.id)
    if found is None or not found.held:
        return session
    resumed = found.resumed(await seconds_now(tx, session))
    return await change(tx, session, resumed, facts.RecordingResumed, reason)


async def stop_with_session(tx: SessionTransaction, session: Session) -> Session:
    """The session ends, and its recording with it."""
    found = await tx.recording_under_way(session.id)
    if found is None:
        return session
    stopped = found.stopped(await seconds_now(tx, session), tx.now)
    return await change(tx, session, stopped, facts.RecordingStopped)


async def seconds_now(tx: SessionTransaction, session: Session) -> float:
    """Where the session's time line stands: the room's clock, as the session service keeps it.

    The ear counts from the opening of the room; ``room_open_time`` is that instant by this
    database's clock, so that every replica answers the same without asking the ear.
    """
    if session.room_open_time is None:
        return 0.0
    passed = await tx.real_time() - session.room_open_time
    return round(max(passed.total_seconds(), 0.0), 3)


async def change(
    tx: SessionTransaction,
    session: Session,
    recording: Recording,
    fact: type[Message],
    reason: str = "",
) -> Session:
    """Write *recording* and tell of it, in the order of the session's facts."""
    await tx.save_recording(recording)
    kept = await keep(tx, session, recording)
    told = fact(recording=recording_to(recording, kept), reason=reason)
    await tx.announce(told, aggregate=kept.id, meeting=kept.meeting_id, session=kept.id)
    return kept


async def keep(tx: SessionTransaction, session: Session, recording: Recording) -> Session:
    under_way = recording.is_under_way
    shown = replace(
        session,
        recording_state=recording.state.value if under_way else "",
        recording_id=recording.id if under_way else "",
    )
    return shown if shown == session else await tx.save_session(shown)


async def _begin(
    tx: SessionTransaction, session: Session, recording: Recording, reason: str = ""
) -> tuple[Session, Recording]:
    begun = recording.begun(await seconds_now(tx, session))
    session = await change(tx, session, begun, facts.RecordingStarted, reason)
    if session.held:
        session = await pause_for_hold(tx, session)
        begun = await tx.recording(session.id, begun.id)
    return session, begun
