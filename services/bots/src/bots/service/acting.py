"""What a crew's bots ask to be done to their session, done once each, in order."""

import asyncio
from typing import Final, Protocol

import structlog

from bots.domain.act import Act
from bots.service.ledger import Ledger
from common.errors import Conflict, DomainError, Exhausted, Unavailable
from common.principal import Principal

log = structlog.get_logger()

# Waits between the tries of something that may work later: half a minute in all.
WAITS: Final = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
# A failure that is over by itself.
PASSING: Final = (Conflict, Exhausted, Unavailable)


class Hands(Protocol):
    """Does things to sessions."""

    async def do(self, caller: Principal, act: Act) -> None:
        """Do *act*; a second time it changes nothing. Raises ``DomainError``."""


class Acting:
    """Does what is asked for while this replica holds the crew."""

    def __init__(self, ledger: Ledger, hands: Hands) -> None:
        self._ledger = ledger
        self._hands = hands
        self._more = asyncio.Event()
        ledger.listeners.append(self.nudge)

    def nudge(self) -> None:
        """There may be more to do."""
        self._more.set()

    async def run(self) -> None:
        """Do what is asked for until cancelled; raises ``LeaseLost``."""
        while True:
            self._more.clear()
            acts = await self._ledger.pending_acts()
            for act in acts:
                error = await self._do(act)
                await self._ledger.settle_act(act, error)
            if not acts:
                await self._more.wait()

    async def _do(self, act: Act) -> str:
        """Why it could not be done, or nothing."""
        for wait in (*WAITS, None):
            try:
                await self._hands.do(self._ledger.caller, act)
            except DomainError as error:
                log.warning("act not done", act=act.id, do=act.do.value, error=str(error))
                if wait is None or not isinstance(error, PASSING):
                    return f"{error.reason}: {error}"
                await asyncio.sleep(wait)
            else:
                break
        return ""
