"""The way in: facts of other services take effect once, in order, and none blocks the rest."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog
from google.protobuf.message import DecodeError, Message
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from opentelemetry.trace import SpanKind
from sqlalchemy import text

from common import bus, telemetry
from common.db import Database, Transaction, answering, cause, errand
from common.errors import DomainError
from common.inbox import AlreadyApplied, OnceApplied
from common.lanes import Lanes
from common.parking import Parked, Parking
from common.principal import Principal, service_principal
from common.pulling import pulling
from common.run import heed_cancellation
from convene.common.v1.envelope_pb2 import Envelope

log = structlog.get_logger()

# Aggregates handled side by side; one aggregate's facts always go one after the other.
WIDTH = 8
# What is read ahead: one slow aggregate holds this much up before it holds up the others.
ROOM = 256
# Less than the broker waits for an acknowledgement, more than any use case takes.
REACTION_SECONDS = 20.0
REVISIT_SECONDS = 0.5
RETRY_SECONDS = 1.0

Reaction = Callable[[Any, Envelope], Awaitable[None]]


class FactSource(Protocol):
    """Where the facts of an aggregate can be read again: the service that owns it."""

    async def list_facts(
        self, caller: Principal, aggregate_id: str, from_sequence: int
    ) -> Sequence[Envelope]: ...


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
        self.parking = Parking(db, self.name)

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(), name=f"{self.name} reads")
            tasks.create_task(self._revisit(), name=f"{self.name} revisits")

    async def _read(self) -> None:
        while True:
            try:
                await self._read_until_broken()
            except NotFoundError:
                # A suite that starts: the source declares its stream as soon as it is there.
                log.debug("consumer waits for the stream", consumer=self.name)
                await asyncio.sleep(RETRY_SECONDS)
            except Exception as error:
                log.warning("consumer waits", consumer=self.name, error=_said(error))
                await asyncio.sleep(RETRY_SECONDS)

    async def _read_until_broken(self) -> None:
        js = self._client.jetstream(timeout=bus.PUBLISH_TIMEOUT_SECONDS)
        await self._declare(js)
        # What an earlier reader did not finish comes at once, not when its time is up.
        connection = self._client.stats["reconnects"]
        await js.reset_consumer(self._source, self.name)
        async with (
            pulling(self._client, self._source, self.name) as pull,
            asyncio.TaskGroup() as tasks,
        ):
            lanes = Lanes(tasks, self._hear, width=WIDTH, room=ROOM)
            # What was on its way when a connection broke is asked for again by a new reading.
            while self._client.stats["reconnects"] == connection:
                heed_cancellation()
                if (message := await pull.next()) is not None:
                    await lanes.put(message.subject.rsplit(".", 1)[1], message)
                else:
                    # Silence is also what a consumer that somebody deleted gives.
                    await self._declare(js)

    async def _declare(self, js: JetStreamContext) -> None:
        await bus.declare_consumer(
            js, self._source, bus.consumer_config(self.name, self._source, 0, 1)
        )

    async def _hear(self, message: Msg) -> None:
        try:
            envelope = Envelope.FromString(message.data)
        except DecodeError as error:
            log.error("not a fact", consumer=self.name, subject=message.subject, error=str(error))
            await message.term()
            return
        await self.accept(envelope)
        await message.ack()

    async def accept(self, envelope: Envelope) -> None:
        """Give *envelope* its effect, or park it; returns when either is committed."""
        last, is_parked = await self._standing(envelope.aggregate_id)
        if envelope.aggregate_sequence <= last:
            return
        if is_parked:
            await self.parking.queue(envelope)
            return
        await self._apply_from(envelope, last)

    async def _apply_from(self, envelope: Envelope, last: int) -> bool:
        """Apply *envelope* after what is missing since *last*; parks the first that fails."""
        try:
            due = [*await self._missing(envelope, last), envelope]
        except Exception as error:
            await self._park(envelope, error)
            return False
        for number, fact in enumerate(due, start=1):
            try:
                await self._apply(fact)
            except Exception as error:
                await self._park(fact, error)
                for later in due[number:]:
                    await self.parking.queue(later)
                return False
        return True

    async def _missing(self, envelope: Envelope, last: int) -> Sequence[Envelope]:
        """What lies between *last* and *envelope* and is still kept, asked from its owner."""
        if envelope.aggregate_sequence == last + 1:
            return ()
        caller = service_principal(self._db.service, envelope.workspace_id, test=envelope.test)
        async with asyncio.timeout(REACTION_SECONDS):
            found = await self._facts.list_facts(caller, envelope.aggregate_id, last + 1)
        missing = [one for one in found if one.aggregate_sequence < envelope.aggregate_sequence]
        log.info(
            "gap repaired",
            consumer=self.name,
            aggregate=envelope.aggregate_id,
            after=last,
            found=len(missing),
            # The rest has passed its retention: a consumer new to an old aggregate.
            gone=envelope.aggregate_sequence - last - 1 - len(missing),
        )
        return missing

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
                async with asyncio.timeout(REACTION_SECONDS):
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
        caller = service_principal(self._db.service, envelope.workspace_id, test=envelope.test)
        async with self._db.begin(caller, Transaction):
            pass

    async def _standing(self, aggregate_id: str) -> tuple[int, bool]:
        """The last sequence that took effect, and whether the aggregate is parked."""
        async with self._db.begin_system() as connection:
            with answering():
                row = await connection.execute(
                    text("""
                        select coalesce((select sequence from progress
                                         where consumer = :c and aggregate_id = :a), 0) as last,
                               exists (select 1 from parked
                                       where consumer = :c and aggregate_id = :a) as is_parked"""),
                    {"c": self.name, "a": aggregate_id},
                )
            standing = row.one()
            return standing.last, standing.is_parked

    async def _revisit(self) -> None:
        while True:
            try:
                went_well = await self.revisit()
            except Exception as error:
                log.warning("parked facts wait", consumer=self.name, error=_said(error))
                went_well = 0
            if not went_well:
                await asyncio.sleep(REVISIT_SECONDS)

    async def revisit(self) -> int:
        """Try the first parked fact of every aggregate that is due; returns how many went well."""
        return sum([await self._retry(parked) for parked in await self.parking.due()])

    async def _retry(self, parked: Parked) -> bool:
        last, _ = await self._standing(parked.envelope.aggregate_id)
        if last < parked.envelope.aggregate_sequence and not await self._apply_from(
            parked.envelope, last
        ):
            return False
        await self.parking.remove(parked.envelope)
        return True

    async def _park(self, envelope: Envelope, error: Exception) -> None:
        tell = log.warning if isinstance(error, DomainError) else log.exception
        tell(
            "fact failed",
            consumer=self.name,
            event_id=envelope.id,
            message=envelope.message,
            error=f"{type(error).__name__}: {error}",
        )
        await self.parking.failed(envelope, error)


def _said(error: Exception) -> str:
    if isinstance(error, ExceptionGroup):
        return "; ".join(map(_said, error.exceptions))
    return f"{type(error).__name__}: {error}"
