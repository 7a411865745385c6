"""What is written of somebody who goes before the room has seen them."""

from convene.session.v1 import events_pb2 as facts
from session.domain.participants import OUTSIDE, ParticipantAction, ParticipantState
from session.service.charge import Charge
from session.service.endings import announce

NOT_YET_IN = OUTSIDE | {ParticipantState.JOINING}


async def go_away(charge: Charge, participant_id: str) -> None:
    """They are not awaited any more, and take no place; whoever was in the room has left it."""
    async with charge.writing() as tx:
        session = await tx.session_to_change(charge.session_id)
        participant = await tx.participant(session.id, participant_id)
        if participant.state not in NOT_YET_IN or not session.is_live:
            return
        await tx.put_participant(participant.moved(ParticipantAction.ABORT))
        aborted = facts.ParticipantAborted(participant_id=participant.id, reason="LEFT")
        await announce(tx, session, aborted)
