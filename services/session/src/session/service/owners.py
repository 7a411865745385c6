"""Shares the live sessions out over replicas: each has one owner, and another when that dies."""

import asyncio
from collections.abc import Sequence

from common import telemetry
from common.leases import Lease, Leases, Placement
from common.links import LinkSigner
from session.domain.sessions import SessionId
from session.media import MediaPlane
from session.service.charge import Charge
from session.service.tenure import Tenure
from session.store import Store

LEASE_PREFIX = "session "


class Owners:
    """*capacity* bounds the sessions that this replica owns at once."""

    def __init__(
        self,
        store: Store,
        leases: Leases,
        plane: MediaPlane,
        signer: LinkSigner,
        *,
        capacity: int,
    ) -> None:
        self._store = store
        self._plane = plane
        self._signer = signer
        self._woken: dict[str, asyncio.Event] = {}
        self._placement = Placement(leases, self._unowned, self._own, capacity=capacity)

    async def run(self) -> None:
        """Own sessions until cancelled."""
        await self._placement.run()

    def wake(self, session_id: str) -> None:
        """Have the session looked at now, if it is owned here or by nobody yet."""
        if session_id in self._woken:
            self._woken[session_id].set()
        else:
            self._placement.look.set()

    async def _unowned(self) -> Sequence[str]:
        return [f"{LEASE_PREFIX}{session_id}" for session_id in await self._store.unowned()]

    async def _own(self, name: str, lease: Lease) -> None:
        session_id = SessionId(name.removeprefix(LEASE_PREFIX))
        at = await self._store.whereabouts(session_id)
        charge = Charge(
            self._store, self._plane, self._signer, lease, session_id, at.workspace_id, at.test
        )
        woken = self._woken[session_id] = asyncio.Event()
        try:
            # All that happens in a session is one story, told in the trace that started it.
            with telemetry.span("session is owned", parent=at.traceparent, session=session_id):
                await Tenure(charge, woken).run()
        finally:
            del self._woken[session_id]
