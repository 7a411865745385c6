"""What one fact comes to: its effect once and in order, or a place where it waits and is seen."""

import asyncio
import random
from collections.abc import Sequence
from typing import Any

import pytest
from nats.aio.client import Client
from sqlalchemy import text

from common import outbox
from common.consuming import Consumer
from common.db import Database, Transaction
from common.errors import Unavailable
from common.parking import ATTEMPTS_BEFORE_DEAD, NotFirstParked, NotParked, dead_letters_of
from common.principal import Principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from tests.support.eventually import eventually
from tests.support.facts import (
    SOURCE,
    Heard,
    Outbox,
    a_consumer,
    announce,
    facts_of,
    hurry,
    running,
)
from tests.support.services import a_caller


@pytest.fixture
def heard(target: Database) -> Heard:
    return Heard(target)


@pytest.fixture
def consumer(source: Database, target: Database, heard: Heard) -> Consumer:
    """A consumer that is handed its facts; what reads the broker is tested beside it."""
    return a_consumer(target, None, heard, source)  # type: ignore[arg-type]


async def test_announced_facts_take_effect_once_and_in_order(
    source: Database, target: Database, nats: Client, heard: Heard
) -> None:
    await announce(source, "mtg_1", *map(str, range(20)))

    async with running(a_consumer(target, nats, heard, source).run, outbox.Relay(source, nats).run):
        await eventually(lambda: len(heard.reasons) >= 20)
        async with source.begin_system() as connection:
            await connection.execute(text("update outbox set published_at = null"))
        await announce(source, "mtg_1", "last")
        await eventually(lambda: "last" in heard.reasons)

    assert heard.reasons == [*map(str, range(20)), "last"]


async def test_twenty_copies_of_each_fact_in_any_order_take_effect_once_and_in_order(
    source: Database, consumer: Consumer, heard: Heard
) -> None:
    meetings = ["mtg_1", "mtg_2"]
    for meeting in meetings:
        await announce(source, meeting, *(f"{meeting} {number}" for number in range(4)))
    copies = [fact for meeting in meetings for fact in await facts_of(source, meeting)] * 20
    random.Random(7).shuffle(copies)

    for start in range(0, len(copies), 8):
        await asyncio.gather(*(consumer.accept(fact) for fact in copies[start : start + 8]))

    for meeting in meetings:
        assert [one for one in heard.reasons if one.startswith(meeting)] == [
            f"{meeting} {number}" for number in range(4)
        ]


async def test_a_gap_is_repaired_from_the_owner(
    source: Database, consumer: Consumer, heard: Heard
) -> None:
    await announce(source, "mtg_1", "a", "b", "c")
    facts = await facts_of(source, "mtg_1")

    for number in (0, 2, 1):
        await consumer.accept(facts[number])

    assert heard.reasons == ["a", "b", "c"]


async def test_a_history_that_is_trimmed_stops_no_new_consumer(
    source: Database, consumer: Consumer, heard: Heard
) -> None:
    await announce(source, "mtg_1", "gone", "gone", "kept", "last")
    last = (await facts_of(source, "mtg_1"))[3]
    async with source.begin_system() as connection:
        await connection.execute(text("delete from outbox where aggregate_sequence <= 2"))

    await consumer.accept(last)

    assert heard.reasons == ["kept", "last"]


class AwayThenThere(Outbox):
    """An owner that does not answer at first."""

    is_away = True

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        if self.is_away:
            raise Unavailable("away")
        return await super().list_facts(caller, aggregate_id, from_sequence)


async def test_a_gap_whose_owner_is_away_is_repaired_when_it_is_back(
    source: Database, target: Database, heard: Heard
) -> None:
    owner = AwayThenThere(source)
    reactions = {MeetingCancelled: heard.react}
    consumer = Consumer(target, None, SOURCE, reactions, owner)  # type: ignore[arg-type]
    await announce(source, "mtg_1", "a", "b")
    await announce(source, "mtg_2", "other")
    await consumer.accept((await facts_of(source, "mtg_1"))[1])
    await consumer.accept((await facts_of(source, "mtg_2"))[0])
    assert heard.reasons == ["other"]

    owner.is_away = False
    await hurry(target)
    await consumer.revisit()

    assert heard.reasons == ["other", "a", "b"]


async def test_a_poison_fact_parks_its_aggregate_and_no_other(
    source: Database, target: Database, consumer: Consumer, heard: Heard
) -> None:
    heard.failures["bad"] = 2
    await announce(source, "mtg_1", "bad", "after")
    await announce(source, "mtg_2", "other")
    for fact in (*await facts_of(source, "mtg_1"), *await facts_of(source, "mtg_2")):
        await consumer.accept(fact)
    assert heard.reasons == ["other"]

    for _ in range(3):
        await hurry(target)
        await consumer.revisit()

    assert heard.reasons == ["other", "bad", "after"]


async def test_a_gap_behind_a_parked_fact_is_repaired_too(
    source: Database, target: Database, consumer: Consumer, heard: Heard
) -> None:
    heard.failures["bad"] = 1
    await announce(source, "mtg_1", "bad", "missed", "after")
    facts = await facts_of(source, "mtg_1")
    await consumer.accept(facts[0])
    await consumer.accept(facts[2])

    for _ in range(2):
        await hurry(target)
        await consumer.revisit()

    assert heard.reasons == ["bad", "missed", "after"]


async def dead(source: Database, target: Database, consumer: Consumer, heard: Heard) -> None:
    """Have mtg_1's first fact fail until it is given up on."""
    heard.failures["bad"] = ATTEMPTS_BEFORE_DEAD
    await announce(source, "mtg_1", "bad", "after")
    for fact in await facts_of(source, "mtg_1"):
        await consumer.accept(fact)
    for _ in range(ATTEMPTS_BEFORE_DEAD + 2):
        await hurry(target)
        await consumer.revisit()


async def test_a_fact_that_fails_eight_times_is_dead_and_seen_as_such(
    source: Database, target: Database, consumer: Consumer, heard: Heard
) -> None:
    await dead(source, target, consumer, heard)

    found = await dead_letters_of(target, 10)

    assert [(one.attempts, one.envelope.aggregate_id) for one in found] == [(8, "mtg_1")]
    assert "told to fail" in found[0].error
    assert heard.reasons == []


async def test_a_dead_aggregate_goes_on_after_replay(
    source: Database, target: Database, consumer: Consumer, heard: Heard
) -> None:
    await dead(source, target, consumer, heard)

    await consumer.parking.replay("mtg_1")
    for _ in range(2):
        await consumer.revisit()

    assert heard.reasons == ["bad", "after"]
    assert await dead_letters_of(target, 10) == []


async def test_a_skipped_fact_has_no_effect_and_the_next_one_has(
    source: Database, target: Database, consumer: Consumer, heard: Heard
) -> None:
    await dead(source, target, consumer, heard)
    with pytest.raises(NotFirstParked):
        await consumer.parking.skip("mtg_1", 2)

    await consumer.parking.skip("mtg_1", 1)
    await consumer.revisit()
    await consumer.accept((await facts_of(source, "mtg_1"))[0])

    assert heard.reasons == ["after"]
    with pytest.raises(NotParked):
        await consumer.parking.replay("mtg_1")


async def test_a_part_that_is_away_makes_no_fact_dead(
    source: Database, target: Database, consumer: Consumer, heard: Heard
) -> None:
    heard.error = lambda: Unavailable("away")
    await dead(source, target, consumer, heard)
    heard.failures.clear()

    for _ in range(2):
        await hurry(target)
        await consumer.revisit()

    assert heard.reasons == ["bad", "after"]


async def test_a_reaction_that_begins_again_after_a_conflict_takes_effect_once(
    source: Database, target: Database
) -> None:
    effects: list[int] = []

    async def react(_: Any, envelope: Envelope) -> None:
        caller = a_caller(workspace_id=envelope.workspace_id)
        try:
            async with target.begin(caller, Transaction):
                raise RuntimeError("conflict")
        except RuntimeError:
            async with target.begin(caller, Transaction):
                pass
        effects.append(envelope.aggregate_sequence)

    consumer = Consumer(target, None, SOURCE, {MeetingCancelled: react}, Outbox(source))  # type: ignore[arg-type]
    await announce(source, "mtg_1", "a")
    fact = (await facts_of(source, "mtg_1"))[0]
    await consumer.accept(fact)

    async with target.begin_system() as connection:
        noted = (await connection.execute(text("select count(*) from inbox"))).scalar_one()
        await connection.execute(text("delete from progress"))
    await consumer.accept(fact)

    assert noted == 1
    assert effects == [1]
