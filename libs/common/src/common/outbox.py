"""The way out: committed facts reach the stream in order, and stay until it surely has them."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog
from nats.aio.client import Client
from prometheus_client import Gauge
from sqlalchemy import text

from common import bus
from common.db import Database
from common.run import heed_cancellation
from convene.common.v1.envelope_pb2 import Envelope

log = structlog.get_logger()

BATCH = 100
# A wake-up is lost only with its process; this is how long the other replicas take to notice.
POLL_SECONDS = 0.25
RETRY_SECONDS = 1.0
RECONCILE_SECONDS = 30.0
# Well within what a transaction may idle: the partition is locked meanwhile.
PUBLISH_SECONDS = 20.0
KEPT = timedelta(hours=72)

waiting = Gauge("convene_outbox_oldest_seconds", "Age of the oldest fact not yet in the stream")


class Relay:
    """Publishes one service's outbox. Any number of replicas may run it at once."""

    def __init__(self, db: Database, client: Client, *, batch: int = BATCH) -> None:
        self._db = db
        self._client = client
        self._batch = batch

    async def run(self) -> None:
        """Relay until cancelled, at once after a commit of this process."""
        while True:
            heed_cancellation()
            self._db.announced.clear()
            try:
                moved = await self.relay()
            except Exception as error:
                log.warning("relay waits", error=str(error) or type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)
                continue
            if not moved:
                await _either(self._db.announced, POLL_SECONDS)

    async def relay(self) -> int:
        """One pass over the partitions that have something waiting; returns how many went out."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    select partition, extract(epoch from clock_timestamp() - min(written_at)) as age
                    from outbox where published_at is null group by partition""")
            )
            rows = found.all()
        waiting.set(max((float(row.age) for row in rows), default=0))
        return sum([await self._relay_partition(row.partition) for row in rows])

    async def _relay_partition(self, partition: int) -> int:
        # The lock keeps two relays from interleaving one partition; a mark per row, rather than
        # a cursor, finds the row whose transaction commits after a later position's.
        async with self._db.begin_system() as connection:
            got = await connection.execute(
                text("select pg_try_advisory_xact_lock(hashtext('outbox'), :p)"), {"p": partition}
            )
            if not got.scalar_one():
                return 0
            rows = (
                await connection.execute(
                    text("""
                        select position, aggregate_sequence, partition, envelope from outbox
                        where published_at is null and partition = :p
                        order by position limit :batch"""),
                    {"p": partition, "batch": self._batch},
                )
            ).all()
            if not rows:
                return 0
            letters = [bus.letter_for(envelope_of(row), row.partition) for row in rows]
            async with asyncio.timeout(PUBLISH_SECONDS):
                stored = await bus.publish(self._client, self._db.service, letters)
            await connection.execute(
                text("""
                    update outbox set published_at = clock_timestamp(), stream_sequence = s.stored
                    from unnest(cast(:positions as bigint[]), cast(:stored as bigint[]))
                         as s (position, stored)
                    where outbox.position = s.position"""),
                {"positions": [row.position for row in rows], "stored": stored},
            )
            return len(rows)


class Reconciler:
    """Publishes again what the stream has lost: after a power cut, a restore, a wiped disk."""

    def __init__(self, db: Database, client: Client, *, replicas: int = 1) -> None:
        self._db = db
        self._client = client
        self._replicas = replicas

    async def run(self) -> None:
        """Compare now and then until cancelled."""
        while True:
            heed_cancellation()
            try:
                if lost := await self.reconcile():
                    log.warning("stream lacked facts that were stored before", count=lost)
            except Exception as error:
                log.warning("reconciler waits", error=str(error) or type(error).__name__)
            await asyncio.sleep(RECONCILE_SECONDS)

    async def reconcile(self) -> int:
        """Mark every kept fact that the stream lacks as waiting; returns how many."""
        js = self._client.jetstream(timeout=bus.PUBLISH_TIMEOUT_SECONDS)
        await bus.declare_stream(js, self._db.service, self._replicas)
        # Read before asking the stream: what is marked by then must be in its answer.
        async with self._db.begin_system() as connection:
            seen = (
                await connection.execute(
                    text(
                        "select coalesce(max(position), 0) from outbox "
                        "where published_at is not null"
                    )
                )
            ).scalar_one()
        info = await js.stream_info(self._db.service)
        async with self._db.begin_system() as connection:
            # A sequence held twice means that the stream lost its tail and wrote over it.
            gone = await connection.execute(
                text("""
                    update outbox set published_at = null, stream_sequence = null
                    where published_at is not null and position <= :seen
                      and written_at > clock_timestamp() - cast(:kept as interval)
                      and (stream_sequence > :last
                           or published_at < :created
                           or stream_sequence in (
                               select stream_sequence from outbox
                               where published_at is not null
                               group by stream_sequence having count(*) > 1))"""),
                {
                    "seen": seen,
                    "last": info.state.last_seq,
                    "created": info.created,
                    "kept": KEPT,
                },
            )
            return gone.rowcount

    async def forget_old(self) -> int:
        """Drop facts that the stream has had for longer than the outbox keeps them."""
        async with self._db.begin_system() as connection:
            gone = await connection.execute(
                text("""
                    delete from outbox where published_at is not null
                    and written_at < clock_timestamp() - cast(:kept as interval)"""),
                {"kept": KEPT},
            )
            return gone.rowcount


def envelope_of(row: Any) -> Envelope:
    """The envelope of an outbox row, numbered."""
    envelope = Envelope.FromString(bytes(row.envelope))
    envelope.aggregate_sequence = row.aggregate_sequence
    return envelope


async def facts_of(
    db: Database, aggregate_id: str, from_sequence: int, limit: int
) -> tuple[Sequence[Envelope], int]:
    """One aggregate's kept facts from *from_sequence* on, and the first sequence still kept."""
    async with db.begin_system() as connection:
        rows = (
            await connection.execute(
                text("""
                    select aggregate_sequence, envelope from outbox
                    where aggregate_id = :a and aggregate_sequence >= :n
                    order by aggregate_sequence limit :limit"""),
                {"a": aggregate_id, "n": from_sequence, "limit": limit},
            )
        ).all()
        first = (
            await connection.execute(
                text(
                    "select coalesce(min(aggregate_sequence), 0) from outbox "
                    "where aggregate_id = :a"
                ),
                {"a": aggregate_id},
            )
        ).scalar_one()
    return [envelope_of(row) for row in rows], first


async def _either(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
