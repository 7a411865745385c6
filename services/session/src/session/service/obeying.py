"""How a session's owner carries out a command: first in the room, then in the ledger."""

from contextlib import suppress
from dataclasses import replace

from convene.session.v1 import events_pb2 as facts
from session.domain.commands import Command, Verb
from session.domain.participants import Participant, ParticipantState
from session.domain.rooms import NotConnected
from session.domain.sessions import Session
from session.service.charge import Charge
from session.service.crowds import settle
from session.service.endings import announce
from session.store import SessionTransaction

REMOVABLE = frozenset(
    {ParticipantState.JOINING, ParticipantState.CONNECTED, ParticipantState.RECONNECTING}
)
NOT_LIVE = "SESSION_NOT_LIVE"
NOT_CONNECTED = "PARTICIPANT_NOT_CONNECTED"
GONE = "PARTICIPANT_GONE"


async def obey(charge: Charge, session: Session, command: Command) -> None:
    """Apply or refuse *command*; a repetition after a crash ends the same."""
    refusal = await _act_in_room(charge, session, command)
    async with charge.writing(charge.on_behalf_of(command.actor)) as tx:
        current = await tx.session_to_change(session.id)
        refusal = refusal or await _write(tx, current, command)
        settled = command.refused(refusal, tx.now) if refusal else command.applied(tx.now)
        await tx.settle_command(settled)


async def _act_in_room(charge: Charge, session: Session, command: Command) -> str:
    """What the media node must do; answers why it cannot, or nothing."""
    room = charge.room(session)
    if command.verb is Verb.MUTE:
        try:
            await charge.plane.set_muted(room, command.target_id, True)
        except NotConnected:
            return NOT_CONNECTED
    elif command.verb is Verb.REMOVE:
        # Whoever is not connected is taken off the roster all the same.
        with suppress(NotConnected):
            await charge.plane.disconnect(room, command.target_id)
    return ""


async def _write(tx: SessionTransaction, session: Session, command: Command) -> str:
    """What the command changes in the ledger; answers why it is refused, or nothing."""
    if not session.admits:
        return NOT_LIVE
    if command.verb in {Verb.LOCK, Verb.UNLOCK}:
        return await _lock(tx, session, command)
    target = await tx.participant(session.id, command.target_id)
    if command.verb is Verb.MUTE:
        return await _mute(tx, session, target, command)
    return await _remove(tx, session, target, command)


async def _lock(tx: SessionTransaction, session: Session, command: Command) -> str:
    locked = command.verb is Verb.LOCK
    if session.locked is locked:
        return ""
    await tx.save_session(replace(session, locked=locked))
    fact = facts.SessionLocked if locked else facts.SessionUnlocked
    await announce(tx, session, fact(session_id=session.id, reason=command.text))
    return ""


async def _mute(
    tx: SessionTransaction, session: Session, target: Participant, command: Command
) -> str:
    if target.state is not ParticipantState.CONNECTED:
        return NOT_CONNECTED
    if not target.muted:
        await tx.put_participant(replace(target, muted=True))
        muted = facts.ParticipantMuted(participant_id=target.id, reason=command.text)
        await announce(tx, session, muted)
    return ""


async def _remove(
    tx: SessionTransaction, session: Session, target: Participant, command: Command
) -> str:
    if target.state not in REMOVABLE:
        return GONE
    before = await tx.roster(session.id)
    removed = target.removed(command.ban, tx.now)
    await tx.put_participant(removed)
    fact = facts.ParticipantRemoved(
        participant_id=target.id, reason=command.text, banned=command.ban
    )
    await announce(tx, session, fact)
    after = [removed if one.id == removed.id else one for one in before]
    await settle(tx, session, before, after)
    return ""
