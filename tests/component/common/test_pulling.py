"""What a durable holds is handed over at once, whatever requests for it come to their end."""

from collections.abc import AsyncIterator

import pytest
from nats.aio.client import Client

from common import bus
from common.pulling import RequestRefused, pulling
from tests.support.eventually import eventually
from tests.support.facts import SOURCE

DURABLE = f"target-from-{SOURCE}"


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


async def _publish(nats: Client, text: str) -> None:
    await nats.jetstream().publish(f"convene.{SOURCE}.v1.Told.p00.wsp_1.mtg_1", text.encode())
