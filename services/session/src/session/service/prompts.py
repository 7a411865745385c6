"""Saying something to the people of a session: kept, and told to whoever shows it."""

from convene.session.v1 import events_pb2 as facts
from session.domain.prompts import Prompt
from session.domain.sessions import Session
from session.service.endings import announce
from session.service.wire import prompt_to
from session.store import SessionTransaction


async def say(
    tx: SessionTransaction,
    session: Session,
    prompt: Prompt,
    voice_participant_id: str = "",
    *,
    reference: str = "",
) -> None:
    """Keep *prompt* and announce it, once; a spoken one names whose voice says it."""
    if not await tx.add_prompt(session.id, prompt):
        return
    writer = await tx.find_participant(session.id, prompt.from_participant_id)
    sent = facts.PromptSent(
        participant_id=prompt.from_participant_id,
        text=prompt.text,
        prompt=prompt_to(prompt),
        voice_participant_id=voice_participant_id,
        ear_address=session.node if voice_participant_id else "",
        reference=reference,
        from_role=f"ROLE_{writer.role.value}" if writer else None,
    )
    await announce(tx, session, sent)
