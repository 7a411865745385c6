"""Dead letters in an operator's hands: seen, replayed and skipped over the service's own gRPC."""

from collections.abc import AsyncIterator

import pytest

from common import rpc, shared
from common.consuming import Consumer
from common.db import Database
from common.parking import ATTEMPTS_BEFORE_DEAD
from convene_cli.dead_letters import DeadLetters, Refused
from tests.support.facts import Heard, a_consumer, announce, facts_of, hurry
from tests.support.services import KEY

CONSUMER = "scheduler-from-scheduler"


@pytest.fixture
def heard(target: Database) -> Heard:
    return Heard(target)


@pytest.fixture
async def consumer(source: Database, target: Database, heard: Heard) -> Consumer:
    """A consumer to whom mtg_1's first fact was poison until it was given up on."""
    consumer = a_consumer(target, None, heard, source)  # type: ignore[arg-type]
    heard.failures["bad"] = ATTEMPTS_BEFORE_DEAD
    await announce(source, "mtg_1", "bad", "after")
    for fact in await facts_of(source, "mtg_1"):
        await consumer.accept(fact)
    while heard.failures["bad"]:
        await hurry(target)
        await consumer.revisit()
    return consumer


@pytest.fixture
async def letters(target: Database) -> AsyncIterator[DeadLetters]:
    async with rpc.serving("127.0.0.1:0", shared.servicers(target), key=KEY) as (port, _):
        yield DeadLetters({"scheduler": f"127.0.0.1:{port}"}, KEY.decode())


async def test_a_poison_fact_is_listed_with_what_it_failed_with(
    consumer: Consumer, letters: DeadLetters
) -> None:
    (found,) = await letters.listed()

    assert (found.consumer, found.aggregate_id, found.sequence) == (CONSUMER, "mtg_1", 1)
    assert found.message == "convene.scheduler.v1.MeetingCancelled"
    assert (found.attempts, found.workspace_id) == (ATTEMPTS_BEFORE_DEAD, "wsp_1")
    assert "told to fail" in found.error


async def test_a_replayed_fact_takes_effect_once_the_reaction_is_mended(
    consumer: Consumer, letters: DeadLetters, heard: Heard
) -> None:
    await consumer.revisit()
    assert heard.reasons == []

    await letters.replay(CONSUMER, "mtg_1")
    for _ in range(2):
        await consumer.revisit()

    assert heard.reasons == ["bad", "after"]
    assert await letters.listed() == []


async def test_a_skipped_fact_has_no_effect_and_the_one_behind_it_has(
    consumer: Consumer, letters: DeadLetters, heard: Heard
) -> None:
    await letters.skip(CONSUMER, "mtg_1", 1)
    await consumer.revisit()

    assert heard.reasons == ["after"]
    assert await letters.listed() == []


async def test_only_the_first_parked_fact_of_an_aggregate_is_skipped(
    consumer: Consumer, letters: DeadLetters
) -> None:
    with pytest.raises(Refused, match="give up 1 of mtg_1 first"):
        await letters.skip(CONSUMER, "mtg_1", 2)

    assert len(await letters.listed()) == 1


async def test_what_is_not_parked_cannot_be_replayed(letters: DeadLetters) -> None:
    with pytest.raises(Refused, match="no fact of mtg_9 is parked"):
        await letters.replay(CONSUMER, "mtg_9")
    with pytest.raises(Refused, match="bots is no consumer"):
        await letters.replay("bots", "mtg_9")
