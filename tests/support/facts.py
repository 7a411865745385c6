"""Facts for tests of their way: announced in one database, heard in another."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from nats.aio.client import Client
from sqlalchemy import text

from common import bus, outbox, run
from common.consuming import Consumer
from common.db import Database, Transaction
from common.principal import Principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.scheduler.v1.events_pb2 import MeetingCancelled
from tests.support.services import a_caller

SOURCE = "scheduler"
WORKSPACE = "wsp_1"


class Outbox:
    """The owner of the facts, asked again."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]:
        facts, _ = await outbox.facts_of(self._db, aggregate_id, from_sequence, 1000)
        return facts


class Heard:
    """A reaction that writes down what it hears, and fails as often as it is told."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.reasons: list[str] = []
        self.failures: dict[str, int] = {}
        self.error: Callable[[], Exception] = lambda: RuntimeError("told to fail")
        self.before: Callable[[], Awaitable[None]] | None = None

    async def react(self, fact: MeetingCancelled, envelope: Envelope) -> None:
        if self.before is not None:
            await self.before()
        caller = a_caller(workspace_id=envelope.workspace_id)
        async with self._db.begin(caller, Transaction):
            if self.failures.get(fact.reason, 0) > 0:
                self.failures[fact.reason] -= 1
                raise self.error()
        self.reasons.append(fact.reason)


def a_consumer(target: Database, client: Client, heard: Heard, source: Database) -> Consumer:
    return Consumer(target, client, SOURCE, {MeetingCancelled: heard.react}, Outbox(source))


async def announce(db: Database, meeting: str, *reasons: str) -> None:
    """One committed fact of *meeting* for each of *reasons*."""
    for reason in reasons:
        async with db.begin(a_caller(workspace_id=WORKSPACE), Transaction) as tx:
            fact = MeetingCancelled(meeting_id=meeting, reason=reason)
            await tx.announce(fact, aggregate=meeting, meeting=meeting)


async def facts_of(db: Database, meeting: str) -> Sequence[Envelope]:
    return (await outbox.facts_of(db, meeting, 1, 1000))[0]


async def hurry(db: Database) -> None:
    """Let what is parked be due, however often it failed."""
    async with db.begin_system() as connection:
        await connection.execute(text("update parked set next_attempt_at = clock_timestamp()"))


async def expire_leases(db: Database) -> None:
    """Let every lease run out now; who is there to renew theirs does, unless somebody took it."""
    async with db.begin_system() as connection:
        await connection.execute(text("update leases set expires_at = clock_timestamp()"))


async def stored(client: Client) -> list[Envelope]:
    """Every fact in the source's stream, in the order of the stream."""
    js = client.jetstream()
    state = (await js.stream_info(SOURCE)).state
    found = []
    for sequence in range(max(state.first_seq, 1), state.last_seq + 1):
        message = await js.get_msg(SOURCE, sequence)
        found.append(Envelope.FromString(message.data or b""))
    return found


def sequences(facts: Sequence[Envelope]) -> dict[str, list[int]]:
    """The sequences of each aggregate, in the order in which they are."""
    found: dict[str, list[int]] = {}
    for fact in facts:
        found.setdefault(fact.aggregate_id, []).append(fact.aggregate_sequence)
    return found


@asynccontextmanager
async def bus_at(url: str) -> AsyncIterator[Client]:
    """A client of the broker at *url*, which has the source's stream."""
    async with bus.connected(url, "test") as client:
        await bus.wait_for_server(client)
        await bus.declare_stream(client.jetstream(), SOURCE)
        yield client


@asynccontextmanager
async def running(*loops: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """*loops* side by side while the block runs."""

    async def go(loop: Callable[[], Awaitable[None]]) -> None:
        await loop()

    async with asyncio.TaskGroup() as tasks:
        started = [tasks.create_task(go(loop)) for loop in loops]
        yield
        await run.stop(*started)
