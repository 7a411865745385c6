"""An act: something that a bot does to its session, once, however often it is tried."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, NewType

from bots.domain.bot import BotId
from bots.domain.reading import Do
from common.errors import Unavailable, WrongState

ActId = NewType("ActId", str)


class ActState(Enum):
    PENDING = "PENDING"
    DONE = "DONE"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Act:
    """*insight_ids* speak for it, or the command *command_id* asked for it."""

    id: ActId
    session_id: str
    meeting_id: str
    bot_id: BotId
    do: Do
    arguments: Mapping[str, Any]
    insight_ids: Sequence[str] = ()
    command_id: str = ""
    state: ActState = ActState.PENDING
    error: str = ""


class ActRefused(WrongState):
    """The session does not let it be done."""


class NothingRecorded(WrongState):
    def __init__(self) -> None:
        super().__init__("nothing was recorded that could be paused")


class SessionBusy(Unavailable):
    """The session service could not do it now."""
