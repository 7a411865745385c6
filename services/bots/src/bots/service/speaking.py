"""Sayings said one after the other in each session, by whichever replica holds its voice."""

import asyncio
from collections.abc import Sequence
from typing import Protocol

import structlog

from bots.domain.saying import CannotSpeak, Saying
from bots.engines.speech import TextToSpeech, opus_of
from bots.store import VOICE, Store
from common.leases import Lease, Leases, Placement, fence
from common.principal import Principal, service_principal
from convene.bots.v1.events_pb2 import BotActionCompleted

log = structlog.get_logger()


class Mouth(Protocol):
    """Where Opus is said into a room."""

    async def speak(self, caller: Principal, saying: Saying, packets: Sequence[bytes]) -> None:
        """Say *packets* to their end; raises ``CannotSpeak``."""


class Speaking:
    """Keeps what is to be said, and says it while it runs."""

    def __init__(
        self, store: Store, leases: Leases, engine: TextToSpeech, mouth: Mouth, capacity: int
    ) -> None:
        self._store = store
        self._engine = engine
        self._mouth = mouth
        self._placement = Placement(leases, store.unsaid, self._work, capacity=capacity)

    async def run(self) -> None:
        """Say what is to be said until cancelled."""
        await self._placement.run()

    async def ask(self, caller: Principal, saying: Saying) -> None:
        """Have *saying* said, once."""
        async with self._store.begin(caller) as tx:
            await tx.add_saying(saying)
        self._placement.look.set()

    async def _work(self, name: str, lease: Lease) -> None:
        session_id = name.removeprefix(VOICE)
        while (saying := await self._store.next_saying(session_id)) is not None:
            caller = service_principal("bots", saying.workspace_id, test=saying.test)
            error = await self._say(caller, saying)
            async with self._store.begin(caller) as tx:
                await fence(tx, lease)
                await tx.drop_saying(saying.prompt_id)
                await tx.announce(
                    BotActionCompleted(prompt_id=saying.prompt_id, error=error),
                    aggregate=session_id,
                    meeting=saying.meeting_id,
                    session=session_id,
                )

    async def _say(self, caller: Principal, saying: Saying) -> str:
        """Why it could not be said, or nothing."""
        try:
            wav = await self._engine.wav(saying.text)
            packets = await asyncio.to_thread(opus_of, wav)
            await self._mouth.speak(caller, saying, packets)
        except CannotSpeak as error:
            log.warning("prompt not said", prompt_id=saying.prompt_id, error=str(error))
            return str(error)
        return ""
