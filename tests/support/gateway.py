"""The gateway's core as its composition root wires it, with facts put in by hand."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from grpc import aio
from nats.aio.client import Client

from common import bus, rpc
from common.addresses import AddressRules
from common.consuming import Consumer
from common.db import Database
from common.exchange import Outcome
from common.ids import new_id
from common.principal import Principal
from common.receiver import Receiver
from convene.common.v1.envelope_pb2 import Envelope
from convene.gateway.v1.access_pb2_grpc import (
    AccessServiceStub,
    add_AccessServiceServicer_to_server,
)
from convene.gateway.v1.webhooks_pb2_grpc import (
    WebhookServiceStub,
    add_WebhookServiceServicer_to_server,
)
from gateway.clients.clocks import Clocks
from gateway.clients.live import LivePartials
from gateway.consumers import Consumers
from gateway.domain.catalogue import EVENT_TYPES
from gateway.domain.events import MeetingNotFound
from gateway.rpc import ACCESS, WEBHOOKS, AccessRpc, WebhookRpc, scopes_of_contracts
from gateway.service.access import Access
from gateway.service.feed import Feed
from gateway.service.log import EventLog
from gateway.service.sender import Sender
from gateway.service.webhooks import Webhooks
from gateway.store.access import AccessStore
from gateway.store.deliveries import DeliveryStore
from gateway.store.log import LogStore
from gateway.store.queue import DeliveryQueue
from tests.support.services import KEY, served

IN_DEV = AddressRules(private=True)
NO_MEETING = "mtg_nowhere"


class NoFacts:
    """An owner that is never asked: the tests put facts in without a gap."""

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        raise AssertionError("a gap")


class AnyMeeting:
    """A scheduler that has every meeting, but for one."""

    async def check(self, principal: Principal, meeting_id: str) -> None:
        if meeting_id == NO_MEETING:
            raise MeetingNotFound(meeting_id)


@dataclass
class Core:
    """One core replica. *queue* and *sender* are a delivery replica beside it."""

    db: Database
    nats: Client
    due: asyncio.Event
    feed: Feed
    consumers: Consumers
    queue: DeliveryQueue
    sender: Sender
    access: AccessServiceStub
    webhooks: WebhookServiceStub
    sequences: dict[str, int] = field(default_factory=dict)

    async def hears(self, source: str, fact: Message, caller: Principal, **where: str) -> Envelope:
        """Have *fact* arrive from *source*; *where* names its meeting and session."""
        envelope = self.an_envelope(fact, caller, **where)
        await self.applies(source, envelope)
        return envelope

    async def applies(self, source: str, envelope: Envelope) -> None:
        reactions = self.consumers.reactions(source)
        await Consumer(self.db, self.nats, source, reactions, NoFacts()).accept(envelope)

    def an_envelope(self, fact: Message, caller: Principal, **where: str) -> Envelope:
        aggregate = where.get("session") or where.get("meeting") or new_id("agg")
        self.sequences[aggregate] = self.sequences.get(aggregate, 0) + 1
        now = Timestamp()
        now.GetCurrentTime()
        return Envelope(
            id=new_id("evt"),
            message=fact.DESCRIPTOR.full_name,
            schema_version=1,
            workspace_id=caller.workspace_id,
            aggregate_id=aggregate,
            aggregate_sequence=self.sequences[aggregate],
            meeting_id=where.get("meeting", ""),
            session_id=where.get("session", ""),
            test=caller.test,
            time=now,
            traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            payload=fact.SerializeToString(),
        )

    async def sends(self) -> list[Outcome]:
        """Send all that is due now."""
        outcomes: list[Outcome] = []
        while claimed := await self.queue.claim(100):
            outcomes += await asyncio.gather(*(self.sender.send(one) for one in claimed))
        return outcomes


def a_queue(db: Database, lease_seconds: float = 30) -> DeliveryQueue:
    return DeliveryQueue(db, cap=4, lease_seconds=lease_seconds)


def a_sender(db: Database, queue: DeliveryQueue, receiver: Receiver) -> Sender:
    return Sender(queue, DeliveryStore(db), receiver, width=16, due=asyncio.Event())


@asynccontextmanager
async def a_core(
    db: Database, nats: Client, receiver: Receiver, clocks: dict[str, aio.Channel]
) -> AsyncIterator[Core]:
    """A running core on *db* and *nats*; *clocks* lead to the other services."""
    due = asyncio.Event()
    store = LogStore(db)
    feed = Feed(store, LivePartials(partial(bus.subscribe_live, nats)), AnyMeeting(), most=8)
    access = Access(
        AccessStore(db), Clocks(clocks, rpc.Caller(KEY, "gateway")), scopes_of_contracts()
    )
    webhooks = Webhooks(store, IN_DEV, EVENT_TYPES, due)
    queue = a_queue(db)
    watching = asyncio.create_task(feed.run())
    async with served(
        rpc.Servicer(add_AccessServiceServicer_to_server, AccessRpc(access), ACCESS),
        rpc.Servicer(add_WebhookServiceServicer_to_server, WebhookRpc(webhooks, feed), WEBHOOKS),
    ) as channel:
        yield Core(
            db=db,
            nats=nats,
            due=due,
            feed=feed,
            consumers=Consumers(EventLog(store, feed, due)),
            queue=queue,
            sender=a_sender(db, queue, receiver),
            access=AccessServiceStub(channel),
            webhooks=WebhookServiceStub(channel),
        )
    watching.cancel()
