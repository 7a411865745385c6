"""Facts on their way from a committed transaction to their effect in another service."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest
from nats.aio.client import Client
from sqlalchemy import text

from common import bus, outbox
from common.consuming import Consumer
from common.db import Database, Transaction
from common.ids import new_id
from common.principal import Principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from convene_cli.nats import NatsServer
from tests.support.eventually import eventually
from tests.support.services import OpenDatabase, a_caller


class Outbox:
    """The owner of the facts, asked again."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        facts, _ = await outbox.facts_of(self._db, aggregate_id, from_sequence, 100)
        return facts


class Heard:
    """A reaction that writes down what it hears, and fails as often as it is told."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.reasons: list[str] = []
        self.failures: dict[str, int] = {}

    async def react(self, fact: MeetingCancelled, envelope: Envelope) -> None:
        caller = a_caller(workspace_id=envelope.workspace_id)
        async with self._db.begin(caller, Transaction):
            if self.failures.get(fact.reason, 0) > 0:
                self.failures[fact.reason] -= 1
                raise RuntimeError("told to fail")
        self.reasons.append(fact.reason)


@pytest.fixture
async def nats(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    async with bus.connected(own_nats_server.url, "test") as client:
        await bus.wait_for_server(client)
        await bus.declare_stream(client.jetstream(), "scheduler")
        yield client


@pytest.fixture
async def source(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


@pytest.fixture
async def target(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


async def announce(db: Database, meeting: str, *reasons: str) -> None:
    for reason in reasons:
        async with db.begin(a_caller(workspace_id="wsp_1"), Transaction) as tx:
            fact = MeetingCancelled(meeting_id=meeting, reason=reason)
            await tx.announce(fact, aggregate=meeting, meeting=meeting)


async def test_announced_facts_take_effect_once_and_in_order(
    source: Database, target: Database, nats: Client
) -> None:
    heard = Heard(target)
    consumer = Consumer(target, nats, "scheduler", {MeetingCancelled: heard.react}, Outbox(source))
    relay = outbox.Relay(source, nats)
    await announce(source, "mtg_1", *map(str, range(20)))

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(consumer.run()), tasks.create_task(relay.run())]
        await eventually(lambda: len(heard.reasons) >= 20)
        async with source.begin_system() as connection:
            await connection.execute(text("update outbox set published_at = null"))
        await announce(source, "mtg_1", "last")
        await eventually(lambda: "last" in heard.reasons)
        for task in running:
            task.cancel()

    assert heard.reasons == [*map(str, range(20)), "last"]


async def test_a_gap_is_repaired_from_the_owner(
    source: Database, target: Database, nats: Client
) -> None:
    heard = Heard(target)
    consumer = Consumer(target, nats, "scheduler", {MeetingCancelled: heard.react}, Outbox(source))
    await announce(source, "mtg_1", "a", "b", "c")
    facts, _ = await outbox.facts_of(source, "mtg_1", 1, 10)

    await consumer.accept(facts[0])
    await consumer.accept(facts[2])
    await consumer.accept(facts[1])

    assert heard.reasons == ["a", "b", "c"]


async def test_a_poison_fact_parks_its_aggregate_and_no_other(
    source: Database, target: Database, nats: Client
) -> None:
    heard = Heard(target)
    heard.failures["bad"] = 2
    consumer = Consumer(target, nats, "scheduler", {MeetingCancelled: heard.react}, Outbox(source))
    await announce(source, "mtg_1", "bad", "after")
    await announce(source, "mtg_2", "other")
    first, second = (await outbox.facts_of(source, "mtg_1", 1, 10))[0]

    await consumer.accept(first)
    await consumer.accept(second)
    await consumer.accept((await outbox.facts_of(source, "mtg_2", 1, 10))[0][0])
    assert heard.reasons == ["other"]

    async def retried() -> bool:
        await consumer.revisit()
        return len(heard.reasons) == 3

    await eventually(retried)
    assert heard.reasons == ["other", "bad", "after"]


async def test_the_reconciler_sends_again_what_the_stream_lost(
    source: Database, nats: Client
) -> None:
    await announce(source, new_id("mtg"), "a", "b")
    relay = outbox.Relay(source, nats)
    assert await relay.relay() == 2
    js = nats.jetstream()
    await js.delete_stream("scheduler")

    assert await outbox.Reconciler(source, nats).reconcile() == 2
    assert await relay.relay() == 2
    assert (await js.stream_info("scheduler")).state.messages == 2
