"""The event log's use case: a public fact is numbered, kept, and set on its way to endpoints."""

import asyncio
from dataclasses import replace
from datetime import datetime

import structlog

from common.ids import new_id
from common.principal import Principal
from gateway.domain.deliveries import Delivery
from gateway.domain.endpoints import Endpoint
from gateway.domain.events import Event
from gateway.service.feed import Feed
from gateway.store.log import LogStore

log = structlog.get_logger()

SWEEP_SECONDS = 3600.0


class EventLog:
    """*due* is set when there may be something to send."""

    def __init__(self, store: LogStore, feed: Feed, due: asyncio.Event) -> None:
        self._store = store
        self._feed = feed
        self._due = due

    async def record(self, caller: Principal, event: Event, traceparent: str) -> None:
        """Number *event*, keep it, and make one delivery for each endpoint that wants it."""
        async with self._store.begin(caller) as tx:
            if event.meeting_id:
                event = replace(event, sequence=await tx.next_sequence(event.meeting_id))
            await tx.add_event(event, traceparent)
            for endpoint in await tx.live_endpoints():
                if endpoint.wants(event.type):
                    await tx.add_delivery(a_delivery_of(event, endpoint, tx.now))
        self._feed.wake((event.workspace_id, event.meeting_id))
        self._due.set()

    async def sweep(self) -> None:
        """Forget what is past its time, again and again, until cancelled."""
        while True:
            try:
                await self._store.forget_old()
            except Exception as error:
                log.warning("event log not swept", error=str(error) or type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)


def a_delivery_of(event: Event, endpoint: Endpoint, now: datetime) -> Delivery:
    return Delivery(
        id=new_id("del"),
        workspace_id=event.workspace_id,
        endpoint_id=endpoint.id,
        event_id=event.id,
        event_type=event.type,
        create_time=now,
        next_attempt_time=now,
    )
