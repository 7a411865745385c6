"""A command: what somebody tells a bot to do, and the receipt of what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, NewType

from bots.domain.bot import Bot, BotId
from common.errors import Exhausted, InvalidInput, WrongState

CommandId = NewType("CommandId", str)


class CommandState(Enum):
    ACCEPTED = "ACCEPTED"
    APPLIED = "APPLIED"
    REFUSED = "REFUSED"
    # What it had said or played was cut off.
    INTERRUPTED = "INTERRUPTED"


@dataclass(frozen=True, slots=True)
class Command:
    """*asked_by* is the actor, or the participant who asked in the chat.

    *answer_to* says who is answered there: a participant, ``all``, or nobody.
    """

    id: CommandId
    bot_id: BotId
    session_id: str
    meeting_id: str
    verb: str
    arguments: Mapping[str, Any]
    asked_by: str
    create_time: datetime
    update_time: datetime
    state: CommandState = CommandState.ACCEPTED
    reason: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)
    answer_to: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is still to be seen what becomes of it."""
        return self.state is CommandState.ACCEPTED


class UnknownVerb(InvalidInput):
    def __init__(self, kind: str, verb: str, known: Sequence[str]) -> None:
        super().__init__(
            f"a {kind} does not know {verb!r}; it knows {', '.join(known)}", field="verb"
        )


class InvalidArgument(InvalidInput):
    def __init__(self, name: str, complaint: str) -> None:
        super().__init__(f"arguments.{name} {complaint}", field=f"arguments.{name}")


class BotGone(WrongState):
    def __init__(self, bot: Bot) -> None:
        super().__init__(
            f"bot {bot.id} is {bot.state.value} and takes no commands; bring another one",
            bot_id=bot.id,
        )


class SpeaksTooMuch(Exhausted):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"{most} texts and sounds wait to be said; wait, or tell it to stop",
            retry_after=5.0,
            most=most,
        )


class BotPaused(WrongState):
    def __init__(self, bot: Bot) -> None:
        super().__init__(f"bot {bot.id} is paused; resume it first", bot_id=bot.id)
