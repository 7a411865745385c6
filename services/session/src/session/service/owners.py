"""Shares the live sessions out over replicas: each has one owner, and another when that dies."""

import asyncio
from collections.abc import Sequence

from common import telemetry
from common.bells import Bells
from common.leases import Lease, Leases, Placement
from session.domain.sessions import SessionId
from session.service.charge import Charge, Ground
from session.service.signalling.audience import Audiences
from session.service.tenure import Tenure

LEASE_PREFIX = "session "


def lease_of(session_id: str) -> str:
    """The name of the lease whose holder owns the session."""
    return f"{LEASE_PREFIX}{session_id}"


class Owners:
    """*capacity* bounds the sessions that this replica owns at once."""

    def __init__(
        self,
        ground: Ground,
        leases: Leases,
        bells: Bells,
        audiences: Audiences,
        *,
        capacity: int,
    ) -> None:
        self._ground = ground
        self._bells = bells
        self._audiences = audiences
        self._woken: dict[str, asyncio.Event] = {}
        self._placement = Placement(leases, self._unowned, self._own, capacity=capacity)

    async def run(self) -> None:
        """Own sessions until cancelled."""
        await self._placement.run()

    def wake(self, session_id: str) -> None:
        """Have the session's owner look at it now, wherever that is, or let it have one."""
        if session_id in self._woken:
            self._woken[session_id].set()
        else:
            self._placement.look.set()
            self._bells.ring(session_id)

    def warn(self, session_id: str, remaining_seconds: int) -> None:
        """Have the session's owner tell its people that it ends in *remaining_seconds*."""
        self._bells.ring(session_id, str(remaining_seconds).encode())

    async def _unowned(self) -> Sequence[str]:
        return [lease_of(session_id) for session_id in await self._ground.store.unowned()]

    async def _own(self, name: str, lease: Lease) -> None:
        session_id = SessionId(name.removeprefix(LEASE_PREFIX))
        at = await self._ground.store.whereabouts(session_id)
        charge = Charge(
            self._ground.store,
            self._ground.plane,
            self._ground.signer,
            lease,
            session_id,
            at.workspace_id,
            at.test,
            self._ground.nodes,
            self._ground.waits,
        )
        woken = self._woken[session_id] = asyncio.Event()
        audience = self._audiences.open(charge, woken.set)

        def rung(note: bytes) -> None:
            if note:
                audience.warn(int(note))
            woken.set()

        try:
            # All that happens in a session is one story, told in the trace that started it.
            with telemetry.span("session is owned", parent=at.traceparent, session=session_id):
                async with self._bells.heard(session_id, rung):
                    await Tenure(charge, woken, audience).run()
        finally:
            self._audiences.close(audience)
            del self._woken[session_id]
