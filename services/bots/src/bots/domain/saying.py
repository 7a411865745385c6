"""A saying: a prompt that the session's voice is to say aloud."""

from dataclasses import dataclass

from common.errors import Unavailable


class CannotSpeak(Unavailable):
    """The text could not be made into sound, or the sound not be said."""


@dataclass(frozen=True, slots=True)
class Saying:
    """*voice_id* is the participant who says it, through the ear at *ear_address*."""

    prompt_id: str
    workspace_id: str
    session_id: str
    meeting_id: str
    voice_id: str
    ear_address: str
    text: str
    test: bool
