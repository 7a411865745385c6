"""The recorders of this replica: placed by leases, taken over when their replica dies."""

from bots.service.captures import Captures
from bots.service.nudges import Nudges
from bots.service.recorder import RecorderRun
from bots.service.taking import Source
from bots.store import Store
from bots.store.recordings import RECORDING
from common import telemetry
from common.blobs import Blobs
from common.leases import Lease, Leases, Placement
from common.principal import service_principal


class Recorders:
    """Runs at most *capacity* recorders here, each under a lease of its own."""

    def __init__(
        self,
        store: Store,
        leases: Leases,
        nudges: Nudges,
        source: Source,
        blobs: Blobs,
        *,
        capacity: int,
    ) -> None:
        self._store = store
        self._nudges = nudges
        self._source = source
        self._blobs = blobs
        self._placement = Placement(
            leases, store.unplaced_recordings, self._work, capacity=capacity
        )
        nudges.unplaced = self._placement.look

    async def run(self) -> None:
        """Take recordings and work on them until cancelled."""
        await self._placement.run()

    async def _work(self, name: str, lease: Lease) -> None:
        recording_id = name.removeprefix(RECORDING)
        workspace_id, test, traceparent = await self._store.whereabouts(recording_id)
        caller = service_principal("bots", workspace_id, test=test)
        captures = Captures(self._store, caller, recording_id, lease)
        wake = self._nudges.enrol(recording_id)
        try:
            with telemetry.span("recorder runs", parent=traceparent, recording=recording_id):
                await RecorderRun(captures, self._source, self._blobs, wake).run()
        finally:
            self._nudges.dismiss(recording_id)
