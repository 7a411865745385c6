"""The way out: outbox, relay and reconciler under cuts, delays and lost answers."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from nats.aio.client import Client
from sqlalchemy import text

from common import bus, outbox
from common.announcing import Told
from common.db import Database, Transaction
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from convene_cli.nats import NatsServer
from tests.support.eventually import eventually
from tests.support.facts import (
    SOURCE,
    WORKSPACE,
    announce,
    bus_at,
    facts_of,
    running,
    sequences,
    stored,
)
from tests.support.fault_proxy import FaultProxy, proxy_to
from tests.support.services import a_caller


@pytest.fixture
async def proxy(own_nats_server: NatsServer, nats: Client) -> AsyncIterator[FaultProxy]:
    async with proxy_to(own_nats_server.url) as between:
        yield between


async def waiting(db: Database) -> int:
    async with db.begin_system() as connection:
        found = await connection.execute(
            text("select count(*) from outbox where published_at is null")
        )
        count: int = found.scalar_one()
        return count


async def test_a_transaction_that_fails_announces_and_arms_nothing(source: Database) -> None:
    async def fail() -> None:
        async with source.begin(a_caller(), Transaction) as tx:
            await tx.announce(MeetingCancelled(), aggregate="mtg_1", meeting="mtg_1")
            await tx.arm("bell", "k", tx.now)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()

    assert await facts_of(source, "mtg_1") == []
    async with source.begin_system() as connection:
        assert (await connection.execute(text("select count(*) from timers"))).scalar_one() == 0


async def test_a_later_position_that_commits_first_hides_no_earlier_one(
    source: Database, nats: Client
) -> None:
    relay = outbox.Relay(source, nats)
    caller = a_caller(workspace_id=WORKSPACE)
    async with source.begin(caller, Transaction) as slow:
        await slow.announce(MeetingCancelled(), aggregate="mtg_1", meeting="mtg_1")
        await announce(source, "mtg_2", "later position, earlier commit")
        assert await relay.relay() == 1

    assert await relay.relay() == 1
    assert sequences(await stored(nats)) == {"mtg_2": [1], "mtg_1": [1]}


async def test_what_waits_goes_out_as_one_atomic_batch(source: Database, nats: Client) -> None:
    await announce(source, "mtg_1", *map(str, range(30)))
    assert await outbox.Relay(source, nats).relay() == 30

    js = nats.jetstream()
    batches = {((await js.get_msg(SOURCE, n)).headers or {}).get("Nats-Batch-Id") for n in (1, 30)}
    assert len(batches) == 1
    assert batches != {None}


async def test_a_batch_whose_acknowledgement_is_lost_is_stored_once(
    source: Database, nats: Client, own_nats_server: NatsServer, proxy: FaultProxy
) -> None:
    await announce(source, "mtg_1", *map(str, range(20)))
    async with bus_at(proxy.url(own_nats_server.url)) as client:
        proxy.swallow = True
        publishing = asyncio.create_task(outbox.Relay(source, client).relay())
        await eventually(lambda: _count(nats, 20))
        proxy.swallow = False
        proxy.cut()
        await asyncio.gather(publishing, return_exceptions=True)
        await eventually(lambda: _relayed(source, client))

    assert sequences(await stored(nats)) == {"mtg_1": list(range(1, 21))}


async def test_a_batch_that_holds_what_is_stored_goes_singly_and_gets_its_old_sequences(
    source: Database, nats: Client
) -> None:
    await announce(source, "mtg_1", "a", "b", "c")
    rows = [bus.letter_for(one, 0) for one in await facts_of(source, "mtg_1")]
    assert await bus.publish(nats, SOURCE, rows[:2]) == [1, 2]

    assert await bus.publish(nats, SOURCE, rows) == [1, 2, 3]
    assert sequences(await stored(nats)) == {"mtg_1": [1, 2, 3]}


async def test_two_relays_on_a_bad_network_lose_double_and_reorder_nothing(
    source: Database, nats: Client, own_nats_server: NatsServer, proxy: FaultProxy
) -> None:
    meetings = [f"mtg_{number}" for number in range(8)]
    url = proxy.url(own_nats_server.url)
    async with bus_at(url) as one, bus_at(url) as other:
        relays = outbox.Relay(source, one, batch=7), outbox.Relay(source, other, batch=5)
        async with running(*(relay.run for relay in relays)):
            for number in range(12):
                await asyncio.gather(*(announce(source, one, str(number)) for one in meetings))
                proxy.delay = 0.02 * (number % 3)
                proxy.swallow = number % 4 == 2
                if number % 4 == 3:
                    proxy.cut()
            proxy.delay, proxy.swallow = 0.0, False
            proxy.cut()
            await eventually(lambda: _nothing_waits(source))

    assert sequences(await stored(nats)) == {one: list(range(1, 13)) for one in meetings}


async def test_a_relay_waits_for_a_broker_that_is_away(
    source: Database, nats: Client, own_nats_server: NatsServer, proxy: FaultProxy
) -> None:
    async with bus_at(proxy.url(own_nats_server.url)) as client:
        proxy.refuse = True
        proxy.cut()
        async with running(outbox.Relay(source, client).run):
            await announce(source, "mtg_1", "a")
            proxy.refuse = False
            await eventually(lambda: _nothing_waits(source))

    assert sequences(await stored(nats)) == {"mtg_1": [1]}


async def test_a_deleted_stream_is_filled_again_in_order(source: Database, nats: Client) -> None:
    await announce(source, "mtg_1", "a", "b", "c")
    relay = outbox.Relay(source, nats)
    await relay.relay()
    await nats.jetstream().delete_stream(SOURCE)

    assert await outbox.Reconciler(source, nats).reconcile() == 3
    await relay.relay()
    assert sequences(await stored(nats)) == {"mtg_1": [1, 2, 3]}


async def test_a_lost_tail_is_sent_again(source: Database, nats: Client) -> None:
    relay, js = outbox.Relay(source, nats), nats.jetstream()
    await announce(source, "mtg_1", "a", "b", "c")
    await relay.relay()
    await _lose_after(source, nats, 1)

    assert await outbox.Reconciler(source, nats).reconcile() == 2
    await relay.relay()
    assert sequences(await stored(nats)) == {"mtg_1": [1, 2, 3]}
    assert (await js.stream_info(SOURCE)).state.last_seq == 3


async def test_a_tail_that_was_written_over_is_sent_again(source: Database, nats: Client) -> None:
    relay = outbox.Relay(source, nats)
    await announce(source, "mtg_1", "a", "b")
    await relay.relay()
    await _lose_after(source, nats, 1)
    await announce(source, "mtg_2", "takes the place of b", "and more")
    await relay.relay()

    await outbox.Reconciler(source, nats).reconcile()
    await relay.relay()

    assert sequences(await stored(nats)) == {"mtg_1": [1, 2], "mtg_2": [1, 2]}
    assert await outbox.Reconciler(source, nats).reconcile() == 0


async def test_a_whole_stream_is_left_alone(source: Database, nats: Client) -> None:
    await announce(source, "mtg_1", "a", "b")
    await outbox.Relay(source, nats).relay()
    assert await outbox.Reconciler(source, nats).reconcile() == 0


async def _count(client: Client, wanted: int) -> bool:
    return (await client.jetstream().stream_info(SOURCE)).state.messages == wanted


async def _relayed(source: Database, client: Client) -> bool:
    try:
        await outbox.Relay(source, client).relay()
    except Exception as error:
        raise AssertionError("not yet") from error
    return await waiting(source) == 0


async def _nothing_waits(source: Database) -> bool:
    return await waiting(source) == 0


async def _lose_after(source: Database, client: Client, last: int) -> None:
    """The stream as a power cut leaves it: whole up to *last*, and no memory of the rest."""
    js = client.jetstream()
    kept = [one.id for one in (await stored(client))[:last]]
    await js.delete_stream(SOURCE)
    await bus.declare_stream(js, SOURCE)
    async with source.begin_system() as connection:
        # The stream itself is as old as it was.
        await connection.execute(
            text(
                "update outbox set published_at = clock_timestamp() where published_at is not null"
            )
        )
        found = await connection.execute(
            text(
                "select envelope, aggregate_sequence, partition from outbox "
                "where event_id = any(:kept) order by position"
            ),
            {"kept": kept},
        )
        letters = [bus.letter_for(outbox.envelope_of(row), row.partition) for row in found]
    await bus.publish(client, SOURCE, letters)


async def test_facts_announced_at_once_are_numbered_for_each_aggregate_in_their_order(
    source: Database, nats: Client
) -> None:
    await announce(source, "mtg_1", "before")
    async with source.begin(a_caller(workspace_id=WORKSPACE), Transaction) as tx:
        await tx.announce_all(
            [
                Told(MeetingCancelled(meeting_id=name, reason=reason), name, name)
                for reason in ("first", "second", "third")
                for name in ("mtg_2", "mtg_1")
            ]
        )
        await tx.announce_all([])
    await announce(source, "mtg_2", "after")

    assert await outbox.Relay(source, nats).relay() == 8
    assert sequences(await stored(nats)) == {"mtg_1": [1, 2, 3, 4], "mtg_2": [1, 2, 3, 4]}
    told = {
        name: [
            MeetingCancelled.FromString(one.payload).reason for one in await facts_of(source, name)
        ]
        for name in ("mtg_1", "mtg_2")
    }
    assert told == {
        "mtg_1": ["before", "first", "second", "third"],
        "mtg_2": ["first", "second", "third", "after"],
    }
