"""Commands to participants: heard, seen, let in, taken out."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace

from convene.session.v1 import events_pb2 as facts
from session.domain.commands import Command
from session.domain.participants import (
    HOSTS,
    OUTSIDE,
    Participant,
    ParticipantAction,
    ParticipantState,
)
from session.domain.prompts import is_voice
from session.domain.rooms import NotConnected
from session.domain.sessions import Session
from session.service.charge import Charge
from session.service.coming import expect
from session.service.crowds import settle
from session.service.endings import announce
from session.service.ways import GONE, HELD, OVER, reach, reach_all, why_absent
from session.store import SessionTransaction

UNMUTE_NOT_ALLOWED = "UNMUTE_NOT_ALLOWED"
NOT_KNOCKING = "PARTICIPANT_NOT_KNOCKING"
REMOVABLE = frozenset(
    {ParticipantState.JOINING, ParticipantState.CONNECTED, ParticipantState.RECONNECTING}
)


async def mute_in_room(charge: Charge, session: Session, command: Command) -> str:
    return await reach(charge.plane.set_muted(charge.room(session), command.target_id, True))


async def mute(tx: SessionTransaction, session: Session, command: Command) -> str:
    target = await tx.participant(session.id, command.target_id)
    if target.state is not ParticipantState.CONNECTED:
        return why_absent(target)
    await silence(tx, session, [target], command.text)
    return ""


async def mute_all_in_room(charge: Charge, session: Session, _command: Command) -> str:
    async with charge.store.begin(charge.suite) as tx:
        roster = await tx.roster(session.id)
    await mute_everyone(charge, session, _guests(roster))
    return ""


async def mute_all(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Mute everybody but hosts."""
    await silence(tx, session, _guests(await tx.roster(session.id)), command.text)
    return ""


async def unmute_in_room(charge: Charge, session: Session, command: Command) -> str:
    if not session.policy.allow_unmute:
        return UNMUTE_NOT_ALLOWED
    if session.held:
        return HELD
    return await reach(charge.plane.set_muted(charge.room(session), command.target_id, False))


async def unmute(tx: SessionTransaction, session: Session, command: Command) -> str:
    target = await tx.participant(session.id, command.target_id)
    if target.state is not ParticipantState.CONNECTED:
        return why_absent(target)
    if target.muted:
        await tx.put_participant(replace(target, muted=False))
        unmuted = facts.ParticipantUnmuted(participant_id=target.id, reason=command.text)
        await announce(tx, session, unmuted)
    return ""


async def pause_video_in_room(charge: Charge, session: Session, command: Command) -> str:
    room = charge.room(session)
    return await reach(charge.plane.set_video_paused(room, command.target_id, True))


async def pause_video(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Keep their video from being seen until it is resumed, also over the end of a hold."""
    target = await tx.participant(session.id, command.target_id)
    if target.state is not ParticipantState.CONNECTED:
        return why_absent(target)
    await tx.put_participant(target.with_video(paused=True))
    if not target.video_paused:
        paused = facts.ParticipantVideoPaused(participant_id=target.id, reason=command.text)
        await announce(tx, session, paused)
    return ""


async def resume_video_in_room(charge: Charge, session: Session, command: Command) -> str:
    if session.held:
        return HELD
    room = charge.room(session)
    return await reach(charge.plane.set_video_paused(room, command.target_id, False))


async def resume_video(tx: SessionTransaction, session: Session, command: Command) -> str:
    target = await tx.participant(session.id, command.target_id)
    if target.state is not ParticipantState.CONNECTED:
        return why_absent(target)
    if target.video_paused:
        await tx.put_participant(target.with_video(paused=False))
        resumed = facts.ParticipantVideoResumed(participant_id=target.id, reason=command.text)
        await announce(tx, session, resumed)
    return ""


async def admit(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Let in somebody who knocks; whoever is in already is let in."""
    target = await tx.participant(session.id, command.target_id)
    if target.state in OVER:
        return GONE
    if target.state is ParticipantState.KNOCKING:
        await tx.put_participant(target.moved(ParticipantAction.ADMIT))
        await expect(tx, session.id, target.id)
        admitted = facts.ParticipantAdmitted(participant_id=target.id, reason=command.text)
        await announce(tx, session, admitted)
    return ""


async def deny(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Turn away somebody who knocks; whoever was turned away stays so."""
    target = await tx.participant(session.id, command.target_id)
    if target.state is ParticipantState.DENIED:
        return ""
    if target.state is not ParticipantState.KNOCKING:
        return GONE if target.state in OVER else NOT_KNOCKING
    await _turn_away(tx, session, target, command)
    return ""


async def cut(charge: Charge, session: Session, command: Command) -> str:
    # Whoever is not connected is taken off the roster all the same.
    with suppress(NotConnected):
        await charge.plane.disconnect(charge.room(session), command.target_id)
    return ""


async def remove(tx: SessionTransaction, session: Session, command: Command) -> str:
    """Take somebody out who is in or on their way; whoever is outside still is turned away."""
    target = await tx.participant(session.id, command.target_id)
    if target.state in OUTSIDE:
        await _turn_away(tx, session, target, command)
        return ""
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


async def mute_everyone(charge: Charge, session: Session, whom: Iterable[Participant]) -> None:
    """Mute *whom* in the room, at once."""
    room = charge.room(session)
    await reach_all(charge.plane.set_muted(room, one.id, True) for one in whom)


async def silence(
    tx: SessionTransaction, session: Session, whom: Iterable[Participant], reason: str
) -> None:
    """Write that *whom* are muted, and tell of those who were not."""
    for one in whom:
        if not one.muted:
            await tx.put_participant(replace(one, muted=True))
            muted = facts.ParticipantMuted(participant_id=one.id, reason=reason)
            await announce(tx, session, muted)


async def _turn_away(
    tx: SessionTransaction, session: Session, target: Participant, command: Command
) -> None:
    await tx.put_participant(target.turned_away(command.ban))
    denied = facts.ParticipantDenied(
        participant_id=target.id, reason=command.text, banned=command.ban
    )
    await announce(tx, session, denied)


def connected(roster: Iterable[Participant]) -> list[Participant]:
    """Who is there, but for the session's own voice: it does not speak unasked."""
    present = ParticipantState.CONNECTED
    return [one for one in roster if one.state is present and not is_voice(one)]


def _guests(roster: Iterable[Participant]) -> list[Participant]:
    return [one for one in connected(roster) if one.role not in HOSTS]
