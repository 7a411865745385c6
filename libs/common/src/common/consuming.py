"""The way in: facts of other services take effect once, in order, and none blocks the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from google.protobuf.message import Message
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeout
from opentelemetry.trace import SpanKind
from prometheus_client import Counter
from sqlalchemy import text

from common import bus, telemetry
from common.db import Database, Transaction, cause, errand
from common.errors import DomainError
from common.principal import Principal, service_principal
from convene.common.v1.envelope_pb2 import Envelope

log = structlog.get_logger()

BATCH = 64
FETCH_SECONDS = 5.0
# Aggregates handled side by side; one aggregate's facts always go one after the other.
WIDTH = 8
ATTEMPTS_BEFORE_DEAD = 8
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 60.0
REVISIT_SECONDS = 0.5

Reaction = Callable[[Any, Envelope], Awaitable[None]]

dead_letters = Counter("convene_dead_letters", "Facts that failed for good", ["consumer"])


class FactSource(Protocol):
    """Where the facts of an aggregate can be read again: the service that owns it."""

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]: ...


class AlreadyApplied(Exception):
    """This consumer has had the fact's effect before."""


@dataclass
class OnceApplied:
    """The errand of a fact: its inbox row and the aggregate's progress commit with its effect."""

    consumer: str
    envelope: Envelope
    commits: bool = False
    _joined: bool = field(default=False, init=False)

    async def join(self, tx: Transaction) -> None:
        if self._joined:
            return
        self._joined = True
        row = await tx.run(
            """
            with had as (
                insert into inbox (workspace_id, consumer, event_id) values (:w, :c, :e)
                on conflict do nothing returning 1),
            went as (
                insert into progress (workspace_id, consumer, aggregate_id, sequence)
                select :w, :c, :a, :n from had
                on conflict (consumer, aggregate_id) do update set sequence = :n
                where progress.sequence < :n returning 1)
            select count(*) from went""",
            w=self.envelope.workspace_id,
            c=self.consumer,
            e=self.envelope.id,
            a=self.envelope.aggregate_id,
            n=self.envelope.aggregate_sequence,
        )
        if not row.scalar_one():
            raise AlreadyApplied

    async def finish(self, tx: Transaction) -> None:
        return

    def take(self, db: Database, tx: Transaction) -> None:
        raise AssertionError("an inbox row commits with its effect")

    @property
    def joined(self) -> bool:
        return self._joined


class Consumer:
    """One service's reading of one other service's facts.

    *reactions* maps a fact's full name to what it makes happen; facts without one only advance
    the reading. Run it on one replica at a time (``leases.hold``): order depends on that.
    """

    def __init__(
        self,
        db: Database,
        client: Client,
        source: str,
        reactions: Mapping[type[Message], Reaction],
        facts: FactSource,
    ) -> None:
        self._db = db
        self._client = client
        self._source = source
        self._facts = facts
        self._reactions = {
            kind.DESCRIPTOR.full_name: (kind, react) for kind, react in reactions.items()
        }
        self.name = f"{db.service}-from-{source}"

    async def run(self) -> None:
        """Read until cancelled."""
        js = self._client.jetstream(timeout=bus.PUBLISH_TIMEOUT_SECONDS)
        await bus.declare_stream(js, self._source)
        await bus.declare_consumer(
            js, self._source, bus.consumer_config(self.name, self._source, 0, 1)
        )
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(), name=f"{self.name} reads")
            tasks.create_task(self._revisit(), name=f"{self.name} revisits")

    async def _read(self) -> None:
        while True:
            try:
                await self._read_until_broken()
            except (NatsError, OSError) as error:
                log.warning("consumer waits", consumer=self.name, error=str(error))
                await asyncio.sleep(1)

    async def _read_until_broken(self) -> None:
        js = self._client.jetstream(timeout=bus.PUBLISH_TIMEOUT_SECONDS)
        subscription = await js.pull_subscribe_bind(self.name, self._source)
        try:
            while True:
                try:
                    messages = await subscription.fetch(BATCH, timeout=FETCH_SECONDS)
                except (NatsTimeout, TimeoutError):
                    continue
                await self._take(messages)
        finally:
            await subscription.unsubscribe()

    async def _take(self, messages: Sequence[Msg]) -> None:
        lanes: dict[str, list[Msg]] = {}
        for message in messages:
            lanes.setdefault(message.subject.rsplit(".", 1)[1], []).append(message)
        width = asyncio.Semaphore(WIDTH)

        async def walk(lane: Sequence[Msg]) -> None:
            async with width:
                for message in lane:
                    await self.accept(Envelope.FromString(message.data))
                    await message.ack()

        async with asyncio.TaskGroup() as tasks:
            for lane in lanes.values():
                tasks.create_task(walk(lane))

    async def accept(self, envelope: Envelope) -> None:
        """Give *envelope* its effect, or park it; returns when either is committed."""
        last, parked = await self._standing(envelope)
        if envelope.aggregate_sequence <= last:
            return
        if parked:
            await self._park(envelope, "an earlier fact of this aggregate is parked")
            return
        if envelope.aggregate_sequence > last + 1:
            await self._repair(envelope, last)
        try:
            await self._apply(envelope)
        except Exception as error:
            self._say_failed(envelope, error)
            await self._park(envelope, f"{type(error).__name__}: {error}", attempts=1)

    async def _repair(self, envelope: Envelope, last: int) -> None:
        """Apply what lies between *last* and *envelope*, asked from its owner."""
        caller = service_principal(self._db.service, envelope.workspace_id, test=envelope.test)
        missed = await self._facts.list_facts(caller, envelope.aggregate_id, last + 1)
        log.info("gap repaired", consumer=self.name, aggregate=envelope.aggregate_id, after=last)
        for fact in missed:
            if fact.aggregate_sequence < envelope.aggregate_sequence:
                await self._apply(fact)

    async def _apply(self, envelope: Envelope) -> None:
        kind, react = self._reactions.get(envelope.message, (None, None))
        once = OnceApplied(self.name, envelope)
        mark, because = errand.set(once), cause.set(envelope.id)
        try:
            with telemetry.span(
                f"{self._db.service} hears {envelope.message.rsplit('.', 1)[1]}",
                parent=envelope.traceparent,
                kind=SpanKind.CONSUMER,
                event_id=envelope.id,
            ):
                if kind is not None and react is not None:
                    await react(kind.FromString(envelope.payload), envelope)
                if not once.joined:
                    await self._advance(envelope)
        except AlreadyApplied:
            return
        finally:
            errand.reset(mark)
            cause.reset(because)

    async def _advance(self, envelope: Envelope) -> None:
        caller = service_principal(self._db.service, envelope.workspace_id)
        async with self._db.begin(caller, Transaction):
            pass

    async def _standing(self, envelope: Envelope) -> tuple[int, bool]:
        """The last sequence that took effect, and whether the aggregate is parked."""
        async with self._db.begin_system() as connection:
            row = await connection.execute(
                text("""
                    select coalesce((select sequence from progress
                                     where consumer = :c and aggregate_id = :a), 0) as last,
                           exists (select 1 from parked
                                   where consumer = :c and aggregate_id = :a) as parked"""),
                {"c": self.name, "a": envelope.aggregate_id},
            )
            standing = row.one()
            return standing.last, standing.parked

    async def _park(self, envelope: Envelope, error: str, attempts: int = 0) -> None:
        async with self._db.begin_system() as connection:
            await connection.execute(
                text("""
                    insert into parked (workspace_id, consumer, aggregate_id, aggregate_sequence,
                                        envelope, attempts, error, next_attempt_at)
                    values (:w, :c, :a, :n, :body, :attempts, :error,
                            clock_timestamp() + make_interval(secs => :wait))
                    on conflict do nothing"""),
                {
                    "w": envelope.workspace_id,
                    "c": self.name,
                    "a": envelope.aggregate_id,
                    "n": envelope.aggregate_sequence,
                    "body": envelope.SerializeToString(),
                    "attempts": attempts,
                    "error": error[:1000],
                    "wait": FIRST_BACKOFF_SECONDS,
                },
            )

    async def _revisit(self) -> None:
        while True:
            if not await self.revisit():
                await asyncio.sleep(REVISIT_SECONDS)

    async def revisit(self) -> int:
        """Try the first parked fact of every aggregate that is due; returns how many went well."""
        async with self._db.begin_system() as connection:
            rows = (
                await connection.execute(
                    text("""
                        select * from (
                            select distinct on (aggregate_id) aggregate_id, aggregate_sequence,
                                   envelope, attempts, dead, next_attempt_at
                            from parked where consumer = :c
                            order by aggregate_id, aggregate_sequence) as heads
                        where not dead and next_attempt_at <= clock_timestamp() limit 100"""),
                    {"c": self.name},
                )
            ).all()
        return sum([await self._retry(row) for row in rows])

    async def _retry(self, row: Any) -> bool:
        envelope = Envelope.FromString(bytes(row.envelope))
        try:
            await self._apply(envelope)
        except Exception as error:
            self._say_failed(envelope, error)
            await self._postpone(envelope, row.attempts + 1, f"{type(error).__name__}: {error}")
            return False
        await self._unpark(envelope.aggregate_id, envelope.aggregate_sequence)
        return True

    async def _postpone(self, envelope: Envelope, attempts: int, error: str) -> None:
        dead = attempts >= ATTEMPTS_BEFORE_DEAD
        if dead:
            dead_letters.labels(self.name).inc()
            log.error("fact is dead", consumer=self.name, event_id=envelope.id, error=error)
        wait = min(FIRST_BACKOFF_SECONDS * 2**attempts, LONGEST_BACKOFF_SECONDS)
        async with self._db.begin_system() as connection:
            await connection.execute(
                text("""
                    update parked set attempts = :attempts, dead = :dead, error = :error,
                        next_attempt_at = clock_timestamp() + make_interval(secs => :wait)
                    where consumer = :c and aggregate_id = :a and aggregate_sequence = :n"""),
                {
                    "attempts": attempts,
                    "dead": dead,
                    "error": error[:1000],
                    "wait": wait,
                    "c": self.name,
                    "a": envelope.aggregate_id,
                    "n": envelope.aggregate_sequence,
                },
            )

    async def _unpark(self, aggregate_id: str, sequence: int) -> None:
        async with self._db.begin_system() as connection:
            await connection.execute(
                text(
                    "delete from parked where consumer = :c and aggregate_id = :a "
                    "and aggregate_sequence = :n"
                ),
                {"c": self.name, "a": aggregate_id, "n": sequence},
            )

    async def replay(self, aggregate_id: str) -> None:
        """Try a dead aggregate again from its first parked fact."""
        async with self._db.begin_system() as connection:
            await connection.execute(
                text(
                    "update parked set dead = false, attempts = 0, "
                    "next_attempt_at = clock_timestamp() "
                    "where consumer = :c and aggregate_id = :a"
                ),
                {"c": self.name, "a": aggregate_id},
            )

    async def skip(self, aggregate_id: str, sequence: int) -> None:
        """Give a dead fact up: it counts as applied without effect."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text(
                    "select envelope from parked where consumer = :c and aggregate_id = :a "
                    "and aggregate_sequence = :n"
                ),
                {"c": self.name, "a": aggregate_id, "n": sequence},
            )
            row = found.one()
        envelope = Envelope.FromString(bytes(row.envelope))
        mark = errand.set(OnceApplied(self.name, envelope))
        try:
            await self._advance(envelope)
        finally:
            errand.reset(mark)
        await self._unpark(aggregate_id, sequence)
        await self.replay(aggregate_id)

    def _say_failed(self, envelope: Envelope, error: Exception) -> None:
        tell = log.warning if isinstance(error, DomainError) else log.exception
        tell(
            "fact failed",
            consumer=self.name,
            event_id=envelope.id,
            message=envelope.message,
            error=f"{type(error).__name__}: {error}",
        )
