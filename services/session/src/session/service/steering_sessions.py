"""Commands to a session as a whole: locked, held, made longer."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from convene.session.v1 import events_pb2 as facts
from session.domain.commands import Command
from session.domain.deadlines import keys_from_start, timed_ends
from session.domain.participants import Participant
from session.domain.prompts import voice_of
from session.domain.rooms import MediaRefused, Occupancy
from session.domain.sessions import Session
from session.service.charge import Charge
from session.service.endings import announce, arm_deadlines
from session.service.recorded import pause_for_hold, resume_after_hold
from session.service.steering_people import connected, mute_everyone, silence
from session.service.ways import reach_all
from session.store import SessionTransaction

log = structlog.get_logger()


async def lock(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Let no newcomers in."""
    if not session.locked:
        await tx.save_session(replace(session, locked=True))
        await announce(tx, session, facts.SessionLocked(session_id=session.id, reason=command.text))
    return ""


async def unlock(tx: SessionTransaction, session: Session, command: Command) -> str:
    if session.locked:
        await tx.save_session(replace(session, locked=False))
        await announce(
            tx, session, facts.SessionUnlocked(session_id=session.id, reason=command.text)
        )
    return ""


async def quieten_room(charge: Charge, session: Session, _command: Command) -> str:
    """Everybody is muted and nobody is seen."""
    whom = connected(await _roster(charge, session))
    await mute_everyone(charge, session, whom)
    room = charge.room(session)
    await reach_all(charge.plane.set_video_paused(room, one.id, True) for one in whom)
    return ""


async def hold(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Hold the session, and remember whose video the release brings back."""
    if session.held:
        return ""
    roster = await tx.roster(session.id)
    held = await tx.save_session(replace(session, held=True))
    await announce(tx, session, facts.SessionHeld(session_id=session.id, reason=command.text))
    await pause_for_hold(tx, held, command.text)
    for one in connected(roster):
        if one.video_paused:
            continue
        await tx.put_participant(one.with_video(paused=True, held=True))
        if one.camera or one.screen:
            paused = facts.ParticipantVideoPaused(participant_id=one.id, reason=command.text)
            await announce(tx, session, paused)
    whom = connected(await tx.roster(session.id))
    await silence(tx, session, whom, command.text)
    return ""


async def show_again(charge: Charge, session: Session, _command: Command) -> str:
    """Whom the hold kept from being seen is seen; people unmute themselves."""
    if not session.held:
        return ""
    room = charge.room(session)
    held = [one for one in await _roster(charge, session) if one.video_held]
    await reach_all(charge.plane.set_video_paused(room, one.id, False) for one in held)
    return ""


async def release(tx: SessionTransaction, session: Session, command: Command) -> str:
    if not session.held:
        return ""
    freed = await tx.save_session(replace(session, held=False))
    released = facts.SessionReleased(session_id=session.id, reason=command.text)
    await announce(tx, session, released)
    await resume_after_hold(tx, freed, command.text)
    for one in await tx.roster(session.id):
        if not one.video_held:
            continue
        await tx.put_participant(one.with_video(paused=False))
        if one.is_present and (one.camera or one.screen):
            resumed = facts.ParticipantVideoResumed(participant_id=one.id, reason=command.text)
            await announce(tx, session, resumed)
    return ""


async def extend(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Move the ends that the clock brings away; what was warned of is warned of again."""
    later = await tx.save_session(session.extended(command.seconds, tx.now))
    await tx.disarm(*keys_from_start(session))
    await arm_deadlines(tx, later, timed_ends(later, tx.now))
    extended = facts.SessionExtended(
        session_id=session.id,
        extend_seconds=command.seconds,
        planned_end_time=later.planned_end_time,
        reason=command.text,
    )
    await announce(tx, session, extended)
    return ""


async def keep(
    charge: Charge, session: Session, roster: Sequence[Participant], occupancy: Occupancy
) -> None:
    """Bring the room to what was ordered: newcomers of a held session, and who came again.

    What the media node refuses is asked for again, and keeps nothing else from being done.
    """
    paused = {one.id for one in roster if one.video_paused}
    voice, room = voice_of(session.id).id, charge.room(session)
    calls = []
    for one in occupancy.connections:
        if one.participant_id == voice:
            continue
        wanted = session.held or one.participant_id in paused
        seen = one.camera or one.screen
        if wanted is not one.video_paused and (seen or one.video_paused):
            calls.append(charge.plane.set_video_paused(room, one.participant_id, wanted))
        if session.held and not one.muted:
            calls.append(charge.plane.set_muted(room, one.participant_id, True))
    try:
        await reach_all(calls)
    except MediaRefused as error:
        log.warning("room is not as ordered", session_id=session.id, error=str(error))


async def _roster(charge: Charge, session: Session) -> Sequence[Participant]:
    async with charge.store.begin(charge.suite) as tx:
        return await tx.roster(session.id)
