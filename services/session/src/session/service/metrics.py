"""Metrics: asked of the media node while a session lives, told now and then, sealed at its end."""

import asyncio
from dataclasses import replace

from common.principal import Principal
from convene.session.v1 import events_pb2 as facts
from session.domain.metrics import Counts, Metrics, counted, measure, total
from session.domain.rooms import MediaUnavailable, Room, RoomGone, Talk
from session.domain.sessions import Session, SessionState
from session.media import MediaPlane
from session.service.charge import Charge
from session.service.wire import metrics_to
from session.store import SessionTransaction, Store

ASK_SECONDS = 5.0


class Measuring:
    """A session's figures for whoever asks, at any replica."""

    def __init__(self, store: Store, plane: MediaPlane) -> None:
        self._store = store
        self._plane = plane

    async def find(self, caller: Principal, meeting_id: str, name: str) -> tuple[Session, Metrics]:
        """The figures as they are now, or as they were sealed.

        While the media node does not answer, the newest that were told; raises
        ``MediaUnavailable`` when there are none.
        """
        async with self._store.begin(caller) as tx:
            session = await tx.named_session(meeting_id, name)
            kept = await tx.find_metrics(session.id)
        if kept is not None and kept.sealed:
            return session, kept
        try:
            talk = await self._talk(caller, session)
        except MediaUnavailable:
            if kept is None:
                raise
            return session, kept
        async with self._store.begin(caller) as tx:
            return session, await _measured(tx, session, talk)

    async def _talk(self, caller: Principal, session: Session) -> Talk:
        if session.is_over or session.state is SessionState.STARTING:
            return Talk()
        room = Room(session.node, session.id, caller.workspace_id, session.test)
        try:
            return await self._plane.talk(room)
        except RoomGone:
            return Talk()


class Metering:
    """Tells a session's figures now and then, where they changed; its owner calls it."""

    def __init__(self, charge: Charge) -> None:
        self._charge = charge
        self._seconds = charge.waits.metrics_seconds
        self._due = 0.0
        # The node is asked more often than figures are told: it may be gone the next time.
        self._asked_at = 0.0
        self._newest = Talk()

    async def look(self, session: Session) -> None:
        """Tell the figures when it is time; raises like the plane."""
        now = asyncio.get_running_loop().time()
        if not self._due:
            self._due = now + self._seconds
        if now - self._asked_at < min(ASK_SECONDS, self._seconds):
            return
        self._newest = await self._charge.plane.talk(self._charge.room(session))
        self._asked_at = now
        if now < self._due:
            return
        self._due = now + self._seconds
        async with self._charge.writing() as tx:
            current = await tx.session_to_change(session.id)
            if current.admits:
                await self.keep(tx, current)

    async def keep(self, tx: SessionTransaction, session: Session) -> None:
        """Tell the figures as they were when the node was asked last."""
        await _keep(tx, session, await _measured(tx, session, self._newest))


async def counts_of(tx: SessionTransaction, session: Session, talk: Talk) -> Counts:
    """What was heard on all nodes: *talk* is the newest of one, or empty where it said nothing."""
    return counted(await tx.find_metrics(session.id), talk)


async def seal_metrics(tx: SessionTransaction, session: Session, talk: Talk) -> None:
    """Keep the figures for good, after everybody's presence was closed."""
    metrics = await _measured(tx, session, talk)
    await _keep(tx, session, replace(metrics, sealed=True))


async def _measured(tx: SessionTransaction, session: Session, talk: Talk) -> Metrics:
    until = session.end_time or tx.now
    roster = await tx.roster(session.id)
    counts, lines = await counts_of(tx, session, talk), await tx.chat_lines(session.id)
    return Metrics(measure(roster, total(counts), lines, until), until, counts=counts)


async def _keep(tx: SessionTransaction, session: Session, metrics: Metrics) -> None:
    """Write and tell *metrics*, unless they are what was told last."""
    before = await tx.find_metrics(session.id)
    if before is not None and before.sealed:
        return
    same = before is not None and list(before.participants) == list(metrics.participants)
    if same and not metrics.sealed:
        return
    await tx.put_metrics(session.id, metrics)
    told = facts.MetricsSnapshot(
        participants=metrics_to(metrics),
        sealed=metrics.sealed,
        formula_version=metrics.formula_version,
    )
    await tx.announce(told, aggregate=session.id, meeting=session.meeting_id, session=session.id)
