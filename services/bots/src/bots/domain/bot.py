"""A bot: one run of a kind in one session."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from math import inf
from typing import Any, Final, NewType

from bots.domain.transcript import Segment
from common.errors import AlreadyExists, Exhausted, NotFound, WrongState
from common.machine import advance

BotId = NewType("BotId", str)


class BotState(Enum):
    SCHEDULED = "SCHEDULED"
    JOINING = "JOINING"
    JOINED = "JOINED"
    LEAVING = "LEAVING"
    DONE = "DONE"
    FAILED = "FAILED"


class BotAction(Enum):
    JOIN = "JOIN"
    ARRIVE = "ARRIVE"
    LEAVE = "LEAVE"
    FINISH = "FINISH"
    FAIL = "FAIL"


_S, _A = BotState, BotAction

TRANSITIONS: Mapping[tuple[BotState, BotAction], BotState] = {
    (_S.SCHEDULED, _A.JOIN): _S.JOINING,
    (_S.SCHEDULED, _A.LEAVE): _S.DONE,
    (_S.SCHEDULED, _A.FAIL): _S.FAILED,
    (_S.JOINING, _A.ARRIVE): _S.JOINED,
    (_S.JOINING, _A.LEAVE): _S.LEAVING,
    (_S.JOINING, _A.FAIL): _S.FAILED,
    (_S.JOINED, _A.LEAVE): _S.LEAVING,
    (_S.JOINED, _A.FAIL): _S.FAILED,
    (_S.LEAVING, _A.FINISH): _S.DONE,
    (_S.LEAVING, _A.FAIL): _S.FAILED,
    # A retrying client is no error.
    (_S.LEAVING, _A.LEAVE): _S.LEAVING,
    (_S.DONE, _A.LEAVE): _S.DONE,
    (_S.FAILED, _A.LEAVE): _S.FAILED,
}

# Those that still want something from the crew.
PRESENT = frozenset({_S.SCHEDULED, _S.JOINING, _S.JOINED, _S.LEAVING})
# Those that want to hear what is said now.
ATTENDING = frozenset({_S.JOINING, _S.JOINED})
# Those that stay until somebody says otherwise.
STAYING = PRESENT - {_S.LEAVING}

# Words of a time before so many pauses have long been recognised.
MOST_PAUSES: Final = 50
# How much later a session may be than it is known to be: who is resumed hears nothing of before.
MOST_BEHIND_SECONDS: Final = 0.5

# Seconds of the session's time line; one without an end goes on.
Stretch = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class Bot:
    """*config* has passed its kind's checks, unless the bot failed by them."""

    id: BotId
    meeting_id: str
    session_id: str
    kind: str
    config: Mapping[str, Any]
    state: BotState
    reason: str
    create_time: datetime
    update_time: datetime
    # What a recorder records; the others belong to the session's crew.
    recording_id: str = ""
    # Present, and deaf until it is resumed.
    paused: bool = False
    # When it did not listen, in order: it was paused, or had been told to leave.
    deaf: Sequence[Stretch] = ()

    @property
    def is_present(self) -> bool:
        return self.state in PRESENT

    @property
    def is_attending(self) -> bool:
        return self.state in ATTENDING

    def after(self, action: BotAction, *, now: datetime, reason: str = "") -> "Bot":
        """The bot that *action* makes of it; raises ``WrongState`` where that is not possible."""
        state = advance(TRANSITIONS, self.state, action)
        if state is self.state:
            return self
        return replace(self, state=state, reason=reason or self.reason, update_time=now)

    @property
    def deaf_since(self) -> float | None:
        """The second from which on it does not listen, if it does not."""
        return self.deaf[-1][0] if self.deaf and self.deaf[-1][1] is None else None

    @property
    def deaf_until(self) -> float | None:
        """The second up to which it did not listen, if it listens again."""
        return self.deaf[-1][1] if self.deaf else None

    def made_consistent(self) -> "Bot":
        """The bot as its pause says, where a replica that knew no stretches wrote that."""
        if self.paused and self.deaf_since is None:
            # Nobody noted when: better too little is heard than what was not to be.
            return replace(self, deaf=[(0.0, None)])
        if self.deaf_since is not None and not self.paused and self.state in STAYING:
            return replace(self, deaf=self.deaf[:-1])
        return self

    def deafened(self, seconds: float) -> "Bot":
        """It listens no longer to what is said from a second on."""
        if self.deaf_since is not None:
            return self
        deaf = [*self.deaf, (seconds, None)]
        if len(deaf) > MOST_PAUSES:
            deaf[:2] = [(deaf[0][0], deaf[1][1])]
        return replace(self, deaf=deaf)

    def listening(self, seconds: float) -> "Bot":
        """It listens again to what is said after a second, unless it has been told to leave."""
        since = self.deaf_since
        if since is None or self.state is _S.LEAVING:
            return self
        until = max(seconds + MOST_BEHIND_SECONDS, since)
        return replace(self, deaf=[*self.deaf[:-1], (since, until)])

    def hears(self, segment: Segment) -> bool:
        """Whether it listened to all of *segment*; to some of it, where sound is missing."""
        first, last = segment.spoken
        stretches = [(since, inf if until is None else until) for since, until in self.deaf]
        if segment.gap:
            return not any(since <= first and last <= until for since, until in stretches)
        return not any(since < last and first < until for since, until in stretches)


class BotNotFound(NotFound):
    def __init__(self, bot_id: BotId) -> None:
        super().__init__(f"no bot {bot_id} in this meeting", bot_id=bot_id)


class BotAlreadyThere(AlreadyExists):
    def __init__(self, bot: Bot) -> None:
        super().__init__(
            f"bot {bot.id} of kind {bot.kind} is in this session already; "
            "let it leave before another one comes",
            field="kind",
            bot_id=bot.id,
        )


class HeardOtherwise(WrongState):
    def __init__(self, bot: Bot, language: str, other: Bot, others_language: str) -> None:
        super().__init__(
            f"this {bot.kind} names {language!r}, and bot {other.id} of kind {other.kind} "
            f"has people heard in {others_language!r}; people are heard once for all bots: "
            f"name {others_language!r} or no language, "
            "or have a transcriber with the language 'auto' detect it",
            bot_id=other.id,
            language=language,
            heard_in=others_language,
        )


class NoLiveSession(WrongState):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(
            f"meeting {meeting_id} has no live session; start it, or name the bot in the meeting's "
            "bots to bring it by itself; if it was started just now, try again in a second",
            meeting_id=meeting_id,
        )


class TooManyBots(Exhausted):
    def __init__(self, most: int) -> None:
        super().__init__(f"a session takes {most} bots; let one leave first", most=most)


class WorkspaceFull(Exhausted):
    def __init__(self, most: int, retry_after: float) -> None:
        super().__init__(
            f"the sessions of this workspace take {most} bots together; "
            "let some leave, or ask the operator for more",
            retry_after=retry_after,
            most=most,
        )


class NoRoomForCrew(Exhausted):
    def __init__(self, sessions: int, room: int, retry_after: float) -> None:
        super().__init__(
            f"{sessions} sessions have bots and there is room for {room}; "
            "try again later or run more replicas of the bots service",
            retry_after=retry_after,
            sessions=sessions,
            room=room,
        )
