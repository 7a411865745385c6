"""Prompts that are commanded: shown as chat or notice, or said aloud by the session's voice."""

from common.ids import derived_id
from session.domain.commands import Command
from session.domain.participants import ParticipantState
from session.domain.prompts import Prompt, PromptKind, voice_of
from session.domain.sessions import Session
from session.service.charge import Charge
from session.service.prompts import say
from session.service.ways import GONE, why_absent
from session.store import SessionTransaction


async def seat_voice(charge: Charge, session: Session, command: Command) -> str:
    """For a spoken one: whoever says it is on the roster and in the room."""
    assert command.prompt is not None
    if command.prompt.kind is not PromptKind.SPOKEN:
        return ""
    voice = voice_of(session.id)
    async with charge.writing() as tx:
        known = await tx.find_participant(session.id, voice.id)
        if known is None:
            # On the roster first: whoever is in the room and not on it is cut off.
            await tx.session_to_change(session.id)
            await tx.put_participant(voice)
        elif known.state is ParticipantState.REMOVED:
            return GONE
    await charge.plane.voice(charge.room(session), voice.id, voice.name)
    return ""


async def write(tx: SessionTransaction, session: Session, command: Command) -> str:
    draft = command.prompt
    assert draft is not None
    if draft.to_participant_id:
        reader = await tx.participant(session.id, draft.to_participant_id)
        if not reader.is_present:
            return why_absent(reader)
    writer = await tx.find_participant(session.id, command.actor.id)
    prompt = Prompt(
        id=derived_id("pmt", command.id),
        kind=draft.kind,
        text=draft.text,
        create_time=tx.now,
        from_participant_id=writer.id if writer else "",
        from_name=writer.name if writer else "",
        to_role=draft.to_role,
        to_participant_id=draft.to_participant_id,
    )
    spoken = draft.kind is PromptKind.SPOKEN
    voice_id = voice_of(session.id).id if spoken else ""
    await say(tx, session, prompt, voice_id, reference=draft.reference)
    return ""
