"""The crews that this replica holds: placed by leases, taken over when their replica dies."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from bots.domain.crew import Crew
from bots.domain.reading import Engines
from bots.domain.transcript import Segment
from bots.engines.diarising import Diariser
from bots.engines.recognition import Recogniser
from bots.engines.vad import Vad
from bots.service.acting import Hands
from bots.service.crew import CrewRun, Means
from bots.service.ledger import Ledger
from bots.service.nudges import Nudges
from bots.service.senses import Ear, Senses
from bots.store import CREW, REPLICA, Store
from bots.wire import segment_to_wire
from common import telemetry
from common.leases import Lease, Leases, Placement, hold
from common.principal import service_principal
from convene.bots.v1.events_pb2 import LivePartial


class Feed(Protocol):
    """Where partial words pass by."""

    async def show(self, partial: LivePartial) -> None: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What hearing takes: ears, a recogniser, one voice detector for each stream, a live feed.

    *hands* do what bots ask to be done; *engines* are what readers ask beyond the words; *early*
    is whether what is recognised while somebody pauses may be the last word on it. A *diariser*
    tells apart who shares a device.
    """

    ear: Ear
    recogniser: Recogniser
    new_vad: Callable[[], Vad]
    feed: Feed
    hands: Hands
    engines: Engines = field(default_factory=Engines)
    early: bool = True
    diariser: Diariser | None = None


class Crews:
    """Runs at most *capacity* crews here."""

    def __init__(
        self, store: Store, leases: Leases, nudges: Nudges, tools: Tools, capacity: int
    ) -> None:
        self._store = store
        self._leases = leases
        self._nudges = nudges
        self._senses = Senses(
            tools.ear, tools.recogniser, tools.new_vad, self._show, tools.early, tools.diariser
        )
        self._feed = tools.feed
        self._means = Means(tools.engines, tools.hands)
        self._placement = Placement(leases, store.unplaced, self._work, capacity=capacity)
        nudges.unplaced = self._placement.look

    async def run(self) -> None:
        """Take crews and run them until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._placement.run(), name="crews")
            tasks.create_task(
                hold(self._leases, f"{REPLICA}{self._leases.owner}", _for_ever), name="presence"
            )

    async def _work(self, name: str, lease: Lease) -> None:
        crew = await self._store.crew(name.removeprefix(CREW))
        if crew is None:
            return
        caller = service_principal("bots", crew.workspace_id, test=crew.test)
        ledger = Ledger(self._store, caller, crew, lease)
        try:
            with telemetry.span("crew runs", parent=crew.traceparent, session=crew.session_id):
                wake = self._nudges.enrol(crew.session_id)
                await CrewRun(ledger, self._senses, self._means, wake).run()
        finally:
            self._nudges.dismiss(crew.session_id)

    async def _show(self, crew: Crew, partial: Segment) -> None:
        await self._feed.show(
            LivePartial(
                workspace_id=crew.workspace_id,
                meeting_id=crew.meeting_id,
                session_id=crew.session_id,
                segment=segment_to_wire(partial, final=False),
            )
        )


async def _for_ever(_: Lease) -> None:
    await asyncio.Event().wait()
