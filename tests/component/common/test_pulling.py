"""What a durable holds is handed over at once, whatever requests for it come to their end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest
from nats.aio.client import Client

from common import bus
from common.pulling import Pull, RequestRefused, pulling
from convene_cli import nats as broker
from convene_cli.loopback import free_port
from convene_cli.nats import NatsOptions, NatsServer
from tests.support.eventually import eventually
from tests.support.facts import SOURCE, bus_at
from tests.support.fault_proxy import FaultProxy, proxy_to

DURABLE = f"target-from-{SOURCE}"


@pytest.fixture
async def far(own_nats_server: NatsServer) -> AsyncIterator[tuple[FaultProxy, Client]]:
    """A client to whom, and from whom, all comes by way of a proxy."""
    async with (
        proxy_to(own_nats_server.url) as proxy,
        bus.connected(proxy.url(own_nats_server.url), "far") as client,
    ):
        await bus.wait_for_server(client)
        yield proxy, client


@pytest.fixture
async def durable(nats: Client) -> AsyncIterator[str]:
    js = nats.jetstream()
    await bus.declare_consumer(js, SOURCE, bus.consumer_config(DURABLE, SOURCE, 0, 1))
    yield DURABLE
    await js.delete_consumer(SOURCE, DURABLE)


async def test_a_message_does_not_wait_for_the_rest_of_its_batch(
    nats: Client, durable: str
) -> None:
    async with pulling(nats, SOURCE, durable) as pull:
        for text in ("one", "two"):
            await _publish(nats, text)
            message = await pull.next()

            assert message is not None
            assert message.data == text.encode()
            # The request that it came with is still open.
            assert (await nats.jetstream().consumer_info(SOURCE, durable)).num_waiting == 1


async def test_more_is_asked_for_when_a_batch_has_come(nats: Client, durable: str) -> None:
    texts = [str(number) for number in range(5)]
    for text in texts:
        await _publish(nats, text)

    async with pulling(nats, SOURCE, durable, batch=2) as pull:
        come = [await pull.next() for _ in texts]

    assert [message.data.decode() for message in come if message] == texts


async def test_a_request_that_brought_nothing_is_told_and_the_next_one_brings_what_comes(
    nats: Client, durable: str
) -> None:
    async with pulling(nats, SOURCE, durable, seconds=0.05) as pull:
        assert await pull.next() is None
        await _publish(nats, "late")

        # More requests may bring nothing before.
        message = await eventually(pull.next)

    assert message is not None
    assert message.data == b"late"


async def test_a_durable_that_is_deleted_is_not_waited_for(nats: Client, durable: str) -> None:
    js = nats.jetstream()
    async with pulling(nats, SOURCE, durable) as pull:
        await _publish(nats, "one")
        assert await pull.next() is not None
        await js.delete_consumer(SOURCE, durable)
        with pytest.raises(RequestRefused):
            await pull.next()
    await bus.declare_consumer(js, SOURCE, bus.consumer_config(durable, SOURCE, 0, 1))


async def test_the_late_end_of_one_request_is_not_the_end_of_the_next(
    nats: Client, durable: str, far: tuple[FaultProxy, Client]
) -> None:
    proxy, client = far
    async with pulling(client, SOURCE, durable, seconds=1.0) as pull:
        # It reaches the broker when its time is nearly over here, and ends there later still.
        proxy.delay = 1.5
        assert await pull.next() is None
        proxy.delay = 0.0

        assert await pull.next() is None

        # Else that end was the former's, and this one is still open.
        assert await _waiting(nats, durable) == 0


async def test_the_message_of_a_request_that_was_given_up_is_handed_over(
    nats: Client, durable: str, far: tuple[FaultProxy, Client]
) -> None:
    proxy, client = far
    async with pulling(client, SOURCE, durable, seconds=1.0) as pull:
        asked = asyncio.create_task(pull.next())
        await eventually(lambda: _is_waiting(nats, durable))
        proxy.delay = 2.5
        await _publish(nats, "late")
        assert await asked is None

        come = await pull.next()

    assert come is not None
    assert come.data == b"late"


async def test_a_broken_connection_leaves_one_request_open_and_no_message_behind(
    nats: Client, durable: str, far: tuple[FaultProxy, Client]
) -> None:
    proxy, client = far
    async with pulling(client, SOURCE, durable, seconds=1.0) as pull:
        asked = asyncio.create_task(pull.next())
        await eventually(lambda: _is_waiting(nats, durable))
        proxy.cut()
        await eventually(lambda: client.stats["reconnects"] == 1 and client.is_connected)
        assert await asked is None

        assert await _next_published(nats, durable, pull) == b"after"
        assert await _waiting(nats, durable) == 1


async def test_a_broker_that_starts_again_serves_the_next_request(server_folder: Path) -> None:
    options = NatsOptions(port=free_port())
    async with AsyncExitStack() as later:
        async with broker.running(server_folder, options) as server:
            client = await later.enter_async_context(bus_at(server.url))
            config = bus.consumer_config(DURABLE, SOURCE, 0, 1)
            await bus.declare_consumer(client.jetstream(), SOURCE, config)
            pull = await later.enter_async_context(pulling(client, SOURCE, DURABLE, seconds=1.0))
            asked = asyncio.create_task(pull.next())
            await eventually(lambda: _is_waiting(client, DURABLE))
        # The stream and the durable are on the disk; who waited is forgotten.
        async with broker.running(server_folder, options):
            await eventually(lambda: client.is_connected)
            (told,) = await asyncio.gather(asked, return_exceptions=True)
            # One that has the time says so.
            assert told is None or isinstance(told, RequestRefused)

            assert await _next_published(client, DURABLE, pull) == b"after"
            assert await _waiting(client, DURABLE) == 1
            await later.aclose()


async def test_however_many_requests_there_were_one_subscription_serves_and_none_is_left(
    nats: Client, durable: str, own_nats_server: NatsServer
) -> None:
    before = await _subscriptions(own_nats_server)
    async with pulling(nats, SOURCE, durable, batch=1) as pull:
        for text in ("one", "two", "three"):
            await _publish(nats, text)
            assert await pull.next() is not None

        assert await _subscriptions(own_nats_server) == before + 1

    await eventually(lambda: _has_subscriptions(own_nats_server, before))


async def _publish(nats: Client, text: str) -> None:
    await nats.jetstream().publish(f"convene.{SOURCE}.v1.Told.p00.wsp_1.mtg_1", text.encode())


async def _next_published(nats: Client, durable: str, pull: Pull) -> bytes:
    """What *pull* gets of a message that is published once it waits."""
    asked = asyncio.create_task(pull.next())
    await eventually(lambda: _is_waiting(nats, durable))
    await _publish(nats, "after")
    come = await asked
    assert come is not None
    return come.data


async def _waiting(nats: Client, durable: str) -> int:
    return (await nats.jetstream().consumer_info(SOURCE, durable)).num_waiting or 0


async def _is_waiting(nats: Client, durable: str) -> bool:
    return await _waiting(nats, durable) == 1


async def _subscriptions(server: NatsServer) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.monitor_url}/connz") as answer,
    ):
        return sum(one["subscriptions"] for one in (await answer.json())["connections"])


async def _has_subscriptions(server: NatsServer, count: int) -> bool:
    return await _subscriptions(server) == count
