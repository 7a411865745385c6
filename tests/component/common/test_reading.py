"""The way in, over a real broker: read by one replica, taken over, mended, never stuck."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from nats.aio.client import Client
from nats.js.errors import NotFoundError
from structlog.testing import capture_logs

from common import bus, leases, outbox
from common.consuming import Consumer
from common.db import Database
from common.leases import Leases
from convene_cli import nats as broker
from convene_cli.loopback import free_port
from convene_cli.nats import NatsServer
from tests.support.eventually import eventually
from tests.support.facts import (
    SOURCE,
    Heard,
    a_consumer,
    announce,
    bus_at,
    expire_leases,
    facts_of,
    running,
)
from tests.support.fault_proxy import proxy_to

# Longer than a test: a replica that stood still for a moment is not taken for dead.
TTL = 60.0


async def test_one_of_two_replicas_reads_and_the_other_takes_over_after_its_lease(
    source: Database, target: Database, nats: Client
) -> None:
    heard = [Heard(target), Heard(target)]
    replicas = [
        asyncio.create_task(_replica(name, target, nats, one, source))
        for name, one in zip("ab", heard, strict=True)
    ]
    async with running(outbox.Relay(source, nats).run):
        await announce(source, "mtg_1", "0", "1")
        await eventually(lambda: sum(len(one.reasons) for one in heard) == 2)
        reader = 0 if heard[0].reasons else 1
        assert heard[1 - reader].reasons == []

        # The reader dies with a fact in its hands, and says good-bye to nobody.
        taken = asyncio.Event()

        async def never() -> None:
            taken.set()
            await asyncio.Event().wait()

        heard[reader].before = never
        await announce(source, "mtg_1", "2")
        await eventually(taken.is_set)
        await _die(replicas[reader])
        await expire_leases(target)
        await eventually(lambda: heard[1 - reader].reasons == ["2"])
    await _die(replicas[1 - reader])


async def test_a_fact_whose_reader_died_before_acknowledging_takes_effect_once(
    source: Database, target: Database, nats: Client
) -> None:
    first, second = Heard(target), Heard(target)
    committed = a_consumer(target, nats, first, source)
    await announce(source, "mtg_1", "a")
    await outbox.Relay(source, nats).relay()
    await committed.accept((await facts_of(source, "mtg_1"))[0])
    assert first.reasons == ["a"]

    await announce(source, "mtg_1", "b")
    await outbox.Relay(source, nats).relay()
    async with running(a_consumer(target, nats, second, source).run):
        await eventually(lambda: _acknowledged(nats, second, target, 2))
    assert second.reasons == ["b"]


async def test_reading_goes_on_after_the_broker_was_away(
    source: Database, target: Database, server_folder: Path
) -> None:
    heard, options = Heard(target), broker.NatsOptions(port=free_port())
    async with AsyncExitStack() as stack:
        async with broker.running(server_folder, options) as server:
            client = await stack.enter_async_context(bus_at(server.url))
            loops = a_consumer(target, client, heard, source), outbox.Relay(source, client)
            await stack.enter_async_context(running(*(loop.run for loop in loops)))
            await announce(source, "mtg_1", "before")
            await eventually(lambda: heard.reasons == ["before"])
        await announce(source, "mtg_1", "meanwhile")
        async with broker.running(server_folder, options):
            await announce(source, "mtg_1", "after")
            await eventually(lambda: heard.reasons == ["before", "meanwhile", "after"])
            await stack.aclose()


async def test_what_was_on_its_way_when_the_connection_broke_comes_again_soon(
    source: Database, target: Database, nats: Client, own_nats_server: NatsServer
) -> None:
    heard = Heard(target)
    async with (
        proxy_to(own_nats_server.url) as proxy,
        bus_at(proxy.url(own_nats_server.url)) as client,
        running(a_consumer(target, client, heard, source).run, outbox.Relay(source, nats).run),
    ):
        await announce(source, "mtg_1", "a")
        await eventually(lambda: heard.reasons == ["a"])
        proxy.swallow = True
        await announce(source, "mtg_2", "into the void")
        await eventually(lambda: _delivered(nats, target, 2))
        proxy.swallow = False
        proxy.cut()
        await eventually(lambda: heard.reasons == ["a", "into the void"])


async def test_a_deleted_durable_is_declared_again_and_nothing_takes_effect_twice(
    source: Database, target: Database, nats: Client
) -> None:
    heard = Heard(target)
    consumer = a_consumer(target, nats, heard, source)
    async with running(consumer.run, outbox.Relay(source, nats).run):
        await announce(source, "mtg_1", "a")
        await eventually(lambda: heard.reasons == ["a"])
        await nats.jetstream().delete_consumer(SOURCE, consumer.name)
        await announce(source, "mtg_1", "b")
        await eventually(lambda: heard.reasons == ["a", "b"])


async def test_what_is_not_a_fact_stops_no_reading(
    source: Database, target: Database, nats: Client
) -> None:
    heard = Heard(target)
    await nats.jetstream().publish(f"convene.{SOURCE}.v1.X.p00.wsp_1.mtg_0", b"\xff\xff")
    async with running(a_consumer(target, nats, heard, source).run, outbox.Relay(source, nats).run):
        await announce(source, "mtg_1", "a")
        await eventually(lambda: heard.reasons == ["a"])


async def test_a_reaction_that_hangs_holds_up_its_own_aggregate_alone(
    source: Database, target: Database, nats: Client
) -> None:
    heard = Heard(target)
    hung = asyncio.Event()

    async def hang_once() -> None:
        if not hung.is_set():
            hung.set()
            await asyncio.Event().wait()

    heard.before = hang_once
    async with running(a_consumer(target, nats, heard, source).run, outbox.Relay(source, nats).run):
        await announce(source, "mtg_1", "hangs")
        await eventually(hung.is_set)
        for number in range(3):
            await announce(source, "mtg_2", str(number))
        await eventually(lambda: heard.reasons == ["0", "1", "2"])


async def _replica(
    name: str, target: Database, client: Client, heard: Heard, source: Database
) -> None:
    consumer: Consumer = a_consumer(target, client, heard, source)
    await leases.hold(MortalLeases(target, name, ttl=TTL), "reading", lambda _: consumer.run())


class MortalLeases(Leases):
    """The leases of a replica that dies: nothing is let go."""

    async def release(self, lease: leases.Lease) -> None:
        return


async def _die(replica: "asyncio.Task[None]") -> None:
    replica.cancel()
    await asyncio.wait([replica])


async def _delivered(client: Client, target: Database, wanted: int) -> bool:
    found = await client.jetstream().consumer_info(SOURCE, f"{target.service}-from-{SOURCE}")
    return bool(found.delivered.stream_seq == wanted)


async def _acknowledged(client: Client, heard: Heard, target: Database, wanted: int) -> bool:
    try:
        found = await client.jetstream().consumer_info(SOURCE, f"{target.service}-from-{SOURCE}")
    except NotFoundError:
        return False
    return bool(heard.reasons) and found.ack_floor.stream_seq == wanted


async def test_streams_and_consumers_are_set_right_when_somebody_changed_them(
    nats: Client,
) -> None:
    js = nats.jetstream()
    wanted = bus.consumer_config("reader", SOURCE, 0, 1)
    await bus.declare_consumer(js, SOURCE, wanted)
    stream = bus.stream_config(SOURCE)
    stream.max_age, stream.duplicate_window = 60.0, 10.0
    await js.update_stream(stream)
    changed = bus.consumer_config("reader", SOURCE, 0, 1)
    changed.max_deliver, changed.filter_subjects = 3, None
    await js.add_consumer(SOURCE, changed)

    await bus.declare_stream(js, SOURCE)
    await bus.declare_consumer(js, SOURCE, wanted)

    found = (await js.stream_info(SOURCE)).config
    assert found.max_age == bus.STREAM_AGE_SECONDS
    assert found.duplicate_window == bus.DUPLICATE_WINDOW_SECONDS
    reader = (await js.consumer_info(SOURCE, "reader")).config
    assert reader.max_deliver == -1
    assert reader.filter_subjects == wanted.filter_subjects


async def test_a_consumer_waits_without_alarm_for_a_source_that_starts_later(
    source: Database, target: Database, nats: Client
) -> None:
    await nats.jetstream().delete_stream(SOURCE)
    heard = Heard(target)
    await announce(source, "mtg_1", "a")

    with capture_logs() as logs:
        async with running(a_consumer(target, nats, heard, source).run):
            await eventually(lambda: bool(logs))
            await bus.declare_stream(nats.jetstream(), SOURCE)
            await outbox.Relay(source, nats).relay()
            await eventually(lambda: heard.reasons == ["a"])

    assert {one["log_level"] for one in logs} <= {"debug", "info"}
