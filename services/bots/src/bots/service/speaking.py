"""Sayings said one after the other in each session, by whichever replica holds its voice."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog

from bots.domain.saying import CannotSpeak, Courtesy, Errand, Saying, Spoken
from bots.engines.sounds import PACKET_SECONDS, opus_of
from bots.engines.speech import TextToSpeech
from bots.service.settling import settle_saying
from bots.service.speeches import errand_of
from bots.store import VOICE, Store
from common.leases import Lease, Leases, Placement, fence
from common.principal import Principal, service_principal

log = structlog.get_logger()

# So much later than somebody asked for it a voice may fall silent, and so old may what is noted of
# its position be.
LOOK_SECONDS = 0.2


class Mouth(Protocol):
    """Where Opus is said into a room."""

    async def speak(
        self,
        caller: Principal,
        saying: Saying,
        packets: Sequence[bytes],
        courtesy: Courtesy,
        stop: asyncio.Event,
    ) -> Spoken:
        """Say *packets* until their end, until *stop* or until somebody interrupts.

        Raises ``CannotSpeak``.
        """


class Library(Protocol):
    """Where sounds are fetched from."""

    async def fetch(self, url: str) -> bytes:
        """The file at *url*; raises ``CannotSpeak``."""


@dataclass(frozen=True, slots=True)
class Throat:
    """What speaking takes: an engine for texts, a library of sounds, and a mouth."""

    engine: TextToSpeech
    library: Library
    mouth: Mouth


class Speaking:
    """Keeps what is to be said, and says it while it runs."""

    def __init__(self, store: Store, leases: Leases, throat: Throat, capacity: int) -> None:
        self._store = store
        self._throat = throat
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
            async with self._store.begin(caller) as tx:
                errand = await errand_of(tx, saying)
            spoken = saying.cut_short or await self._say(caller, saying, errand)
            if spoken.complaint:
                log.warning("not said", prompt_id=saying.prompt_id, error=spoken.complaint)
            async with self._store.begin(caller) as tx:
                await fence(tx, lease)
                await tx.drop_saying(saying.prompt_id)
                await settle_saying(tx, saying, errand, spoken)

    async def _say(self, caller: Principal, saying: Saying, errand: Errand) -> Spoken:
        if errand.is_void:
            return Spoken(stopped=True)
        try:
            async with self._watching(caller, saying) as watch:
                packets = await asyncio.to_thread(opus_of, await self._sound(saying, errand))
                if watch.stop.is_set():
                    return Spoken(0.0, len(packets) * PACKET_SECONDS, stopped=True)
                watch.begins(len(packets) * PACKET_SECONDS)
                return await self._throat.mouth.speak(
                    caller, saying, packets, errand.courtesy, watch.stop
                )
        except CannotSpeak as error:
            return Spoken(error=str(error))

    async def _sound(self, saying: Saying, errand: Errand) -> bytes:
        if errand.url:
            return await self._throat.library.fetch(errand.url)
        return await self._throat.engine.sound(saying.text, errand.language)

    @asynccontextmanager
    async def _watching(self, caller: Principal, saying: Saying) -> AsyncIterator["Watch"]:
        """See whether *saying* is to stop, whoever was told so, and note how far it has come."""
        watch = Watch()

        async def look() -> None:
            while not watch.stop.is_set():
                await asyncio.sleep(LOOK_SECONDS)
                async with self._store.begin(caller) as tx:
                    if await tx.is_stopped(saying.prompt_id):
                        watch.stop.set()
                    elif watch.total_seconds:
                        await tx.note_spoken(saying.prompt_id, watch.seconds, watch.total_seconds)

        watching = asyncio.create_task(look(), name=f"watch {saying.prompt_id}")
        try:
            yield watch
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


class Watch:
    """One saying while it is said: *stop* is set when it is to stop."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.total_seconds = 0.0
        self._began = 0.0

    def begins(self, total_seconds: float) -> None:
        """It is said from now on, as fast as it lasts."""
        self.total_seconds = total_seconds
        self._began = asyncio.get_running_loop().time()

    @property
    def seconds(self) -> float:
        """About how much of it was said by now."""
        passed = asyncio.get_running_loop().time() - self._began
        return round(min(passed, self.total_seconds), 2)
