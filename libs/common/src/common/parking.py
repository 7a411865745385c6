"""Where facts wait whose effect failed, each behind the earlier ones of its aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy import text

from common.db import Database, Transaction, errand
from common.errors import NotFound, Unavailable, WrongState
from common.inbox import AlreadyApplied, OnceApplied
from common.principal import service_principal
from convene.common.v1.envelope_pb2 import Envelope

log = structlog.get_logger()

ATTEMPTS_BEFORE_DEAD = 8
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 60.0
# Until a part that is away is asked again; its absence is no fault of the fact.
AWAY_SECONDS = 2.0
LONGEST_ERROR = 1000
VISITED_AT_ONCE = 100

dead_letters = Counter("convene_dead_letters", "Facts that failed for good", ["consumer"])


class NotParked(NotFound):
    def __init__(self, aggregate_id: str) -> None:
        super().__init__(f"no fact of {aggregate_id} is parked")


class NotFirstParked(WrongState):
    """Only the first parked fact of an aggregate may be given up: the others wait behind it."""


@dataclass(frozen=True, slots=True)
class Parked:
    """A fact that waits. *attempts* have failed; a *dead* one is not tried again by itself."""

    envelope: Envelope
    attempts: int
    dead: bool
    error: str
    consumer: str


class Parking:
    """The parked facts of one consumer."""

    def __init__(self, db: Database, consumer: str) -> None:
        self._db = db
        self._consumer = consumer

    async def queue(self, envelope: Envelope) -> None:
        """Park a fact behind an earlier one of its aggregate."""
        await self._insert(envelope, "an earlier fact of this aggregate is parked")

    async def failed(self, envelope: Envelope, error: Exception) -> None:
        """Park a fact whose effect failed, or put off the one that is parked already."""
        said = f"{type(error).__name__}: {error}"
        await self._insert(envelope, said)
        row = await self._run(
            """
            update parked set error = :error,
                attempts = attempts + :more, dead = attempts + :more >= :most,
                next_attempt_at = clock_timestamp() + make_interval(secs =>
                    case when :more = 0 then :away
                         else least(:first * 2 ^ attempts, :longest) end)
            where consumer = :c and aggregate_id = :a and aggregate_sequence = :n
            returning dead""",
            a=envelope.aggregate_id,
            n=envelope.aggregate_sequence,
            error=said[:LONGEST_ERROR],
            more=0 if isinstance(error, Unavailable) else 1,
            most=ATTEMPTS_BEFORE_DEAD,
            away=AWAY_SECONDS,
            first=FIRST_BACKOFF_SECONDS,
            longest=LONGEST_BACKOFF_SECONDS,
        )
        if row[0].dead:
            dead_letters.labels(self._consumer).inc()
            log.error("fact is dead", consumer=self._consumer, event_id=envelope.id, error=said)

    async def due(self) -> Sequence[Parked]:
        """The first parked fact of every aggregate, where it is time to try it again."""
        rows = await self._run(
            """
            select * from (
                select distinct on (aggregate_id)
                    consumer, envelope, attempts, dead, error, next_attempt_at
                from parked where consumer = :c
                order by aggregate_id, aggregate_sequence) as heads
            where not dead and next_attempt_at <= clock_timestamp()
            order by next_attempt_at limit :most""",
            most=VISITED_AT_ONCE,
        )
        return [_parked(row) for row in rows]

    async def first(self, aggregate_id: str) -> Parked:
        """The fact that its aggregate waits for; raises ``NotParked``."""
        rows = await self._run(
            """
            select consumer, envelope, attempts, dead, error from parked
            where consumer = :c and aggregate_id = :a order by aggregate_sequence limit 1""",
            a=aggregate_id,
        )
        if not rows:
            raise NotParked(aggregate_id)
        return _parked(rows[0])

    async def replay(self, aggregate_id: str) -> None:
        """Try a dead aggregate again from its first parked fact; raises ``NotParked``."""
        await self.first(aggregate_id)
        await self.revive(aggregate_id)

    async def skip(self, aggregate_id: str, sequence: int) -> None:
        """Give an aggregate's first parked fact up: it counts as applied without effect.

        Raises ``NotParked``, and ``NotFirstParked`` for a later one.
        """
        first = (await self.first(aggregate_id)).envelope
        if first.aggregate_sequence != sequence:
            raise NotFirstParked(f"give up {first.aggregate_sequence} of {aggregate_id} first")
        mark = errand.set(OnceApplied(self._consumer, first))
        caller = service_principal(self._db.service, first.workspace_id, test=first.test)
        try:
            async with self._db.begin(caller, Transaction):
                pass
        except AlreadyApplied:
            log.info("skipped fact had its effect", consumer=self._consumer, event_id=first.id)
        finally:
            errand.reset(mark)
        await self.remove(first)
        await self.revive(aggregate_id)

    async def remove(self, envelope: Envelope) -> None:
        await self._run(
            """
            delete from parked
            where consumer = :c and aggregate_id = :a and aggregate_sequence = :n returning 1""",
            a=envelope.aggregate_id,
            n=envelope.aggregate_sequence,
        )

    async def revive(self, aggregate_id: str) -> None:
        """Have an aggregate's parked facts tried again, now and as often as new ones."""
        await self._run(
            """
            update parked set dead = false, attempts = 0, next_attempt_at = clock_timestamp()
            where consumer = :c and aggregate_id = :a returning 1""",
            a=aggregate_id,
        )

    async def _insert(self, envelope: Envelope, error: str) -> None:
        await self._run(
            """
            insert into parked (workspace_id, consumer, aggregate_id, aggregate_sequence,
                                envelope, error)
            values (:w, :c, :a, :n, :body, :error)
            on conflict do nothing returning 1""",
            w=envelope.workspace_id,
            a=envelope.aggregate_id,
            n=envelope.aggregate_sequence,
            body=envelope.SerializeToString(),
            error=error[:LONGEST_ERROR],
        )

    async def _run(self, sql: str, **values: Any) -> Sequence[Any]:
        async with self._db.begin_system() as connection:
            found = await connection.execute(text(sql), {"c": self._consumer, **values})
            rows: Sequence[Any] = found.all()
            return rows


def _parked(row: Any) -> Parked:
    envelope = Envelope.FromString(bytes(row.envelope))
    return Parked(envelope, row.attempts, row.dead, row.error, row.consumer)


async def dead_letters_of(db: Database, limit: int) -> Sequence[Parked]:
    """What waits in *db* for somebody to replay or skip it, of every consumer."""
    async with db.begin_system() as connection:
        found = await connection.execute(
            text("""
                select consumer, envelope, attempts, dead, error from parked where dead
                order by consumer, aggregate_id, aggregate_sequence limit :most"""),
            {"most": limit},
        )
        return [_parked(row) for row in found]
