"""Brings a session's roster to what its room shows, with everything that follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from google.protobuf.message import Message

from convene.session.v1 import events_pb2 as facts
from session.domain import deadlines, rosters
from session.domain.deadlines import key_of
from session.domain.participants import Participant, ParticipantAction, ParticipantId
from session.domain.recordings import Layout
from session.domain.rooms import Connection
from session.domain.rosters import (
    Crowd,
    Dropped,
    Intruding,
    Joined,
    Left,
    MuteChanged,
    VideoChanged,
)
from session.domain.sessions import Session, SessionAction
from session.service.endings import announce, arm, left
from session.service.recorded import start_recording
from session.service.wire import participant_to
from session.store import SessionTransaction


async def catch_up(
    tx: SessionTransaction, session: Session, missed: Sequence[Connection]
) -> Session:
    """Write that *missed* joins began, whose end is for ``reconcile`` to write."""
    before = await tx.roster(session.id)
    after = {one.id: one for one in before}
    for connection in missed:
        was = after.get(ParticipantId(connection.participant_id))
        if was is None or not was.may_connect or connection.epoch <= was.epoch:
            continue
        joined, fact = _changed(tx, session, Joined(was, connection))
        await tx.put_participant(joined)
        if fact is not None:
            await announce(tx, session, fact)
        after[joined.id] = joined
    return await settle(tx, session, before, list(after.values()))


async def reconcile(
    tx: SessionTransaction,
    session: Session,
    connections: Sequence[Connection],
    departed: Mapping[str, int],
) -> list[str]:
    """Write what *connections* and *departed* say of *session*'s participants.

    Answers the ids of connections that nobody may have.
    """
    before = await tx.roster(session.id)
    after = {one.id: one for one in before}
    intruders = []
    for move in rosters.compare(before, connections, departed):
        if isinstance(move, Intruding):
            intruders.append(move.participant_id)
            continue
        changed, fact = _changed(tx, session, move)
        await tx.put_participant(changed)
        if fact is not None:
            await announce(tx, session, fact)
        if isinstance(move, Dropped):
            await _arm_grace(tx, session, changed)
        after[changed.id] = changed
    await settle(tx, session, before, list(after.values()))
    return intruders


def _changed(
    tx: SessionTransaction,
    session: Session,
    move: Joined | Dropped | Left | MuteChanged | VideoChanged,
) -> tuple[Participant, Message | None]:
    """The participant after *move*, and the fact that tells of it, if there is one."""
    was = move.participant
    if isinstance(move, VideoChanged):
        return _sending(was, move.connection, tx.now), None
    if isinstance(move, Joined):
        connection = move.connection
        joined = was.connected(connection.epoch, connection.muted, tx.now)
        joined = _sending(joined, connection, tx.now)
        if session.held and not joined.video_paused:
            joined = joined.with_video(paused=True, held=True)
        return joined, facts.ParticipantJoined(
            participant=participant_to(joined, tx.now),
            ear_address=session.node,
            offset_seconds=connection.offset_seconds,
        )
    if isinstance(move, Dropped):
        return was.gone(ParticipantAction.DROP, tx.now), facts.ParticipantReconnecting(
            participant_id=was.id, epoch=was.epoch
        )
    if isinstance(move, Left):
        return was.gone(ParticipantAction.LEAVE, tx.now), left(was)
    changed = replace(was, muted=move.muted)
    if move.muted:
        return changed, facts.ParticipantMuted(participant_id=was.id)
    return changed, facts.ParticipantUnmuted(participant_id=was.id)


def _sending(participant: Participant, connection: Connection, now: datetime) -> Participant:
    return participant.sending(camera=connection.camera, screen=connection.screen, now=now)


async def _arm_grace(tx: SessionTransaction, session: Session, participant: Participant) -> None:
    await tx.arm(
        deadlines.GRACE,
        key_of(session.id, deadlines.GRACE, participant.id),
        tx.now + timedelta(seconds=session.policy.reconnect_grace_seconds),
        {"session": session.id, "participant": participant.id, "epoch": participant.epoch},
        continues=True,
    )


async def settle(
    tx: SessionTransaction,
    session: Session,
    before: Sequence[Participant],
    after: Sequence[Participant],
) -> Session:
    """Let *session* follow its crowd: its state, its host, the timers that hang on them."""
    crowd = Crowd.of(after)
    action = rosters.consequence(session, crowd)
    moved = _moved(session, action, tx)
    moved = replace(moved, host_present=bool(crowd.hosts))
    if moved != session:
        moved = await tx.save_session(moved)
    await _rearm(
        tx,
        moved,
        rosters.watched(session.policy, session, Crowd.of(before)),
        rosters.watched(session.policy, moved, crowd),
    )
    if action is not None:
        await announce(tx, moved, _told(moved, action))
    if action is SessionAction.ACTIVATE and moved.policy.auto_record:
        moved, _ = await start_recording(tx, moved, Layout.GRID)
    return moved


def _moved(session: Session, action: SessionAction | None, tx: SessionTransaction) -> Session:
    if action is None:
        return session
    return session.activated(tx.now) if action is SessionAction.ACTIVATE else session.moved(action)


async def _rearm(
    tx: SessionTransaction,
    session: Session,
    was: Mapping[str, timedelta],
    now: Mapping[str, timedelta],
) -> None:
    ended = [key_of(session.id, kind) for kind in was if kind not in now]
    if session.start_time == tx.now:
        ended.append(key_of(session.id, deadlines.NO_SHOW))
    if ended:
        await tx.disarm(*ended)
    for kind in now:
        if kind not in was:
            await arm(tx, session, kind, tx.now + now[kind], node=session.node)


def _told(session: Session, action: SessionAction) -> Message:
    if action is SessionAction.ACTIVATE:
        return facts.SessionStarted(session_id=session.id, start_time=session.start_time)
    if action is SessionAction.EMPTY:
        return facts.SessionIdle(session_id=session.id)
    return facts.SessionResumed(session_id=session.id)
