"""Prompts: what is said to the people of a session, as chat, as a notice or aloud."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from common.ids import derived_id
from session.domain.participants import Participant, ParticipantId, ParticipantKind, Role
from session.domain.sessions import SessionId

VOICE_NAME = "Convene"


class PromptKind(Enum):
    CHAT = "CHAT"
    SYSTEM = "SYSTEM"
    SPOKEN = "SPOKEN"


@dataclass(frozen=True, slots=True)
class Draft:
    """A prompt as it is asked for; without *to_role* and *to_participant_id* it is for all."""

    kind: PromptKind
    text: str
    to_role: Role | None = None
    to_participant_id: str = ""
    # What its sender calls it.
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """Something said to the people of a session; its writer is named when a participant."""

    id: str
    kind: PromptKind
    text: str
    create_time: datetime
    from_participant_id: str = ""
    from_name: str = ""
    to_role: Role | None = None
    to_participant_id: str = ""


def voice_of(session_id: SessionId) -> Participant:
    """Who says what is spoken: one bot per session, on its roster but not counted."""
    return Participant(
        id=ParticipantId(derived_id("prt", session_id, "voice")),
        session_id=session_id,
        name=VOICE_NAME,
        role=Role.PARTICIPANT,
        kind=ParticipantKind.BOT,
    )


def is_voice(participant: Participant) -> bool:
    """Whether it is the session's own voice, which is there for prompts alone."""
    bot = participant.kind is ParticipantKind.BOT
    return bot and participant.id == voice_of(participant.session_id).id
