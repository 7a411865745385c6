"""Commands: receipts for what is asked of a live session, settled by its owner."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from common.errors import InvalidInput
from common.machine import advance
from session.domain.prompts import Draft
from session.domain.sessions import Actor, SessionId

CommandId = NewType("CommandId", str)


class CommandState(Enum):
    ACCEPTED = "ACCEPTED"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"


class CommandAction(Enum):
    APPLY = "APPLY"
    REFUSE = "REFUSE"


class Verb(Enum):
    END = "end"
    LOCK = "lock"
    UNLOCK = "unlock"
    HOLD = "hold"
    RELEASE = "release"
    EXTEND = "extend"
    PROMPT = "prompt"
    MUTE = "mute"
    MUTE_ALL = "mute-all"
    UNMUTE = "unmute"
    PAUSE_VIDEO = "pause-video"
    RESUME_VIDEO = "resume-video"
    ADMIT = "admit"
    DENY = "deny"
    REMOVE = "remove"
    START_RECORDING = "start-recording"
    PAUSE_RECORDING = "pause-recording"
    RESUME_RECORDING = "resume-recording"
    STOP_RECORDING = "stop-recording"


LEAST_EXTENSION_SECONDS = 60
MOST_EXTENSION_SECONDS = 86_400


class InvalidExtension(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            f"extend_seconds takes {LEAST_EXTENSION_SECONDS} to {MOST_EXTENSION_SECONDS}",
            field="extend_seconds",
        )


def check_extension(seconds: int) -> None:
    """Raise ``InvalidExtension`` for an extension that is too short or too long."""
    if not LEAST_EXTENSION_SECONDS <= seconds <= MOST_EXTENSION_SECONDS:
        raise InvalidExtension


TRANSITIONS = {
    (CommandState.ACCEPTED, CommandAction.APPLY): CommandState.APPLIED,
    (CommandState.ACCEPTED, CommandAction.REFUSE): CommandState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Command:
    """*text* is what the caller said; *reason* why it was refused.

    *seconds* is by how much to extend; *prompt* what to say.
    """

    id: CommandId
    session_id: SessionId
    verb: Verb
    target_id: str
    text: str
    ban: bool
    actor: Actor
    create_time: datetime
    state: CommandState = CommandState.ACCEPTED
    reason: str = ""
    settle_time: datetime | None = None
    seconds: int = 0
    prompt: Draft | None = None

    def applied(self, now: datetime) -> "Command":
        state = advance(TRANSITIONS, self.state, CommandAction.APPLY)
        return replace(self, state=state, settle_time=now)

    def refused(self, reason: str, now: datetime) -> "Command":
        state = advance(TRANSITIONS, self.state, CommandAction.REFUSE)
        return replace(self, state=state, reason=reason, settle_time=now)
