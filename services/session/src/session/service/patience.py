"""What becomes of a session whose media node does not answer."""

import asyncio
from dataclasses import replace

import structlog

from session.domain.rooms import MediaUnavailable, RoomGone, node_for
from session.domain.sessions import EndReason, Session
from session.service.charge import Charge
from session.service.endings import begin_ending
from session.service.metrics import Metering
from session.service.wire import actor_of

log = structlog.get_logger()


class Patience:
    """Waits for the node a while, tries the others, and in the end gives the session up."""

    def __init__(self, charge: Charge, metering: Metering) -> None:
        self._charge = charge
        self._metering = metering
        # Since when each node that was tried has not answered.
        self._silent: dict[str, float] = {}

    def rewarded(self) -> None:
        """The node answered."""
        self._silent.clear()

    async def bear(self, session: Session, error: MediaUnavailable) -> bool:
        """Do what *error* asks for by now; true when the session is on another node."""
        now = asyncio.get_running_loop().time()
        if session.node not in self._silent:
            log.warning("media node is silent", session_id=session.id, error=str(error))
        waited = now - self._silent.setdefault(session.node, now)
        if not session.admits:
            return False
        left = self._left(session)
        longest = self._charge.waits.move_seconds if left else self._charge.waits.give_up_seconds
        if waited < longest or await self._answers(session):
            return False
        if left:
            return await self._move(session, left[0])
        await self._give_up(session, str(error))
        return False

    def _left(self, session: Session) -> list[str]:
        """The nodes that were not tried yet, the best first."""
        nodes = self._charge.nodes
        ranked = [node_for(session.id, nodes, attempt) for attempt in range(len(nodes))]
        return [node for node in ranked if node not in self._silent]

    async def _answers(self, session: Session) -> bool:
        """Whether the node is there after all; knowing no room is an answer."""
        try:
            await self._charge.plane.occupancy(self._charge.room(session))
        except MediaUnavailable:
            return False
        except RoomGone:
            pass
        return True

    async def _move(self, session: Session, node: str) -> bool:
        async with self._charge.writing() as tx:
            current = await tx.session_to_change(session.id)
            if not current.admits or current.node != session.node:
                return False
            # The next node knows nothing of what this one heard.
            await self._metering.keep(tx, current)
            await tx.save_session(replace(current, node=node))
        log.warning("session is moved", session_id=session.id, was=session.node, node=node)
        return True

    async def _give_up(self, session: Session, why: str) -> None:
        async with self._charge.writing() as tx:
            current = await tx.session_to_change(session.id)
            if current.is_live and current.node == session.node:
                by = actor_of(self._charge.suite)
                await begin_ending(tx, current, EndReason.MEDIA_FAILURE, why, by)
