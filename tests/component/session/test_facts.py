"""Other services' facts make sessions start and end, over a real broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from google.protobuf.message import Message
from nats.aio.client import Client

from common import bus, outbox
from common.consuming import Consumer
from common.db import Database, Transaction
from common.principal import Principal
from convene.bots.v1 import events_pb2 as bots
from convene.common.v1.envelope_pb2 import Envelope
from convene.common.v1.meeting_pb2 import BotSpec
from convene.scheduler.v1.events_pb2 import MeetingCancelled, OccurrenceDue, SessionRevoked
from convene.session.v1 import session_pb2 as pb
from convene_cli.nats import NatsServer
from session.consumers import Consumers
from tests.component.session.conftest import World
from tests.support.eventually import eventually
from tests.support.services import OpenDatabase
from tests.support.sessions import a_snapshot

Announce = Callable[[Message, str], Awaitable[None]]


class Facts:
    def __init__(self, db: Database) -> None:
        self._db = db

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        return (await outbox.facts_of(self._db, aggregate_id, from_sequence, 100))[0]


@asynccontextmanager
async def heard_from(
    world: World, nats: Client, source: str, db: Database
) -> AsyncIterator[Announce]:
    """What is announced in the block reaches the session service as *source*'s facts."""
    consumers = Consumers(world.sessions, world.joining)
    reactions = {"scheduler": consumers.of_scheduler(), "bots": consumers.of_bots()}[source]
    await bus.declare_stream(nats.jetstream(), source)

    async def announce(fact: Message, aggregate: str) -> None:
        async with db.begin(world.caller, Transaction) as tx:
            await tx.announce(fact, aggregate=aggregate, meeting="mtg_1")
        db.wake(tx)

    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(outbox.Relay(db, nats).run()),
            tasks.create_task(Consumer(world.db, nats, source, reactions, Facts(db)).run()),
        ]
        yield announce
        for task in running:
            task.cancel()


@pytest.fixture
async def nats(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    async with bus.connected(own_nats_server.url, "test") as client:
        await bus.wait_for_server(client)
        yield client


async def live(world: World) -> pb.Session | None:
    request = pb.ListSessionsRequest(meeting_id="mtg_1")
    found = (await world.stub.ListSessions(request, metadata=world.mine)).items
    return found[0] if found else None


async def test_a_due_occurrence_starts_and_a_cancelled_meeting_ends_its_session(
    world: World, nats: Client, open_database: OpenDatabase
) -> None:
    async with heard_from(world, nats, "scheduler", await open_database("scheduler")) as announce:
        await announce(OccurrenceDue(snapshot=a_snapshot(occurrence_id="occ_1")), "mtg_1")
        session = await eventually(lambda: live(world))
        assert session is not None
        assert session.occurrence_id == "occ_1"

        await announce(MeetingCancelled(meeting_id="mtg_1", reason="rain"), "mtg_1")
        ended = await world.until(session.id, "ENDED")

    assert ended.end_reason == pb.END_REASON_MEETING_CANCELLED
    assert ended.end_text == "rain"


@pytest.mark.parametrize(
    ("cancelled", "reason"),
    [(False, pb.END_REASON_SCHEDULED_END), (True, pb.END_REASON_MEETING_CANCELLED)],
)
async def test_a_revoked_session_ends_and_no_other_does(
    world: World, nats: Client, open_database: OpenDatabase, cancelled: bool, reason: pb.EndReason
) -> None:
    session = await world.started()
    async with heard_from(world, nats, "scheduler", await open_database("scheduler")) as announce:
        await announce(SessionRevoked(session_id="ses_before"), "mtg_1")
        await announce(SessionRevoked(session_id=session.id, cancelled=cancelled), "mtg_1")
        ended = await world.until(session.id, "ENDED")

    assert ended.end_reason == reason


async def test_a_session_waits_for_the_bots_it_was_told_of(
    world: World, nats: Client, open_database: OpenDatabase
) -> None:
    session = await world.started()
    async with heard_from(world, nats, "bots", await open_database("bots")) as announce:
        joining = bots.BotJoining()
        joining.bot.session_id = session.id
        await announce(joining, session.id)
        await announce(bots.CrewFlushed(session_id="ses_of_nobody"), "ses_of_nobody")

        async def awaited() -> bool:
            async with world.db.begin(world.caller, Transaction) as tx:
                row = await tx.run("select crewed from sessions where id = :s", s=session.id)
                return bool(row.scalar_one())

        await eventually(awaited)
        await world.end()
        await eventually(lambda: world.plane.closed)
        assert (await world.find(session.id)).state == pb.SESSION_STATE_ENDING

        await announce(bots.CrewFlushed(session_id=session.id, segments=2), session.id)
        await world.until(session.id, "ENDED")


async def test_a_session_with_bots_in_its_snapshot_waits_for_their_flush(
    world: World, nats: Client, open_database: OpenDatabase
) -> None:
    session = await world.started(bots=[BotSpec(kind="transcriber")])
    async with heard_from(world, nats, "bots", await open_database("bots")) as announce:
        await world.end()
        await announce(bots.CrewFlushed(session_id=session.id), session.id)
        await world.until(session.id, "ENDED")
