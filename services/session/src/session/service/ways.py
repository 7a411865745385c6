"""What a command is obeyed by: an act in the room, then a change in the ledger, or a refusal."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import NamedTuple

from session.domain.commands import Command
from session.domain.participants import Participant, ParticipantState
from session.domain.rooms import NotConnected
from session.domain.sessions import Session
from session.service.charge import Charge
from session.store import SessionTransaction

NOT_LIVE = "SESSION_NOT_LIVE"
HELD = "SESSION_HELD"
NOT_CONNECTED = "PARTICIPANT_NOT_CONNECTED"
GONE = "PARTICIPANT_GONE"
# Calls to a media node at once, where everybody in a room is meant.
WIDTH = 16
OVER = frozenset(
    {
        ParticipantState.LEFT,
        ParticipantState.REMOVED,
        ParticipantState.DENIED,
        ParticipantState.ABORTED,
    }
)

# Both answer why the command is refused, or nothing.
Act = Callable[[Charge, Session, Command], Awaitable[str]]
Write = Callable[[SessionTransaction, Session, Command], Awaitable[str]]


async def nothing(_charge: Charge, _session: Session, _command: Command) -> str:
    """The command changes the ledger alone."""
    return ""


class Way(NamedTuple):
    """*act* first, outside of any transaction; then *write*. Each may be done twice."""

    write: Write
    act: Act = nothing


def why_absent(participant: Participant) -> str:
    """Why somebody without a connection cannot be reached."""
    return GONE if participant.state in OVER else NOT_CONNECTED


async def reach(call: Awaitable[None]) -> str:
    """Await what is done to one participant's connection."""
    try:
        await call
    except NotConnected:
        return NOT_CONNECTED
    return ""


async def reach_all(calls: Iterable[Awaitable[None]]) -> None:
    """Do it to many at once; whoever has gone meanwhile needs it no more."""
    width = asyncio.Semaphore(WIDTH)

    async def one(call: Awaitable[None]) -> str:
        async with width:
            return await reach(call)

    outcomes = await asyncio.gather(*map(one, calls), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
