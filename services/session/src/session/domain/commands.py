"""Commands: receipts for what is asked of a live session, settled by its owner."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import NewType

from common.machine import advance
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
    MUTE = "mute"
    REMOVE = "remove"


TRANSITIONS = {
    (CommandState.ACCEPTED, CommandAction.APPLY): CommandState.APPLIED,
    (CommandState.ACCEPTED, CommandAction.REFUSE): CommandState.REFUSED,
}


@dataclass(frozen=True, slots=True)
class Command:
    """*text* is what the caller said; *reason* why it was refused."""

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

    def applied(self, now: datetime) -> "Command":
        state = advance(TRANSITIONS, self.state, CommandAction.APPLY)
        return replace(self, state=state, settle_time=now)

    def refused(self, reason: str, now: datetime) -> "Command":
        state = advance(TRANSITIONS, self.state, CommandAction.REFUSE)
        return replace(self, state=state, reason=reason, settle_time=now)
