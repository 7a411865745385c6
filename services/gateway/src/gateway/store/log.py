"""The event log in SQL: what happened, numbered per meeting without a gap, kept for a month."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import text

from common.db import Database
from common.principal import Principal
from gateway.domain.endpoints import Endpoint
from gateway.domain.events import Event, read_body
from gateway.store.deliveries import DeliveryTransaction
from gateway.store.endpoints import COLUMNS, endpoint_of

KEPT = "30 days"
PAGE = 100
# Bounds one statement; the sweeper goes on until nothing old is left.
SWEEP_BATCH = 5_000

Place = tuple[str, str]


class LogTransaction(DeliveryTransaction):
    async def next_sequence(self, meeting_id: str) -> int:
        """The meeting's next number; others who ask for one wait until this commits."""
        found = await self.run(
            """
            insert into meeting_counters (workspace_id, meeting_id, sequence) values (:w, :m, 1)
            on conflict (workspace_id, meeting_id)
            do update set sequence = meeting_counters.sequence + 1 returning sequence""",
            w=self.caller.workspace_id,
            m=meeting_id,
        )
        sequence: int = found.scalar_one()
        return sequence

    async def add_event(self, event: Event, traceparent: str) -> None:
        await self.run(
            """
            insert into event_log (workspace_id, event_id, meeting_id, sequence, type, body, test,
                                   traceparent)
            values (:w, :id, :m, :sequence, :type, :body, :test, :trace)""",
            w=event.workspace_id,
            id=event.id,
            m=event.meeting_id,
            sequence=event.sequence,
            type=event.type,
            body=event.body(),
            test=self.caller.test,
            trace=traceparent,
        )

    async def live_endpoints(self) -> Sequence[Endpoint]:
        """The workspace's endpoints that take events, none of which can be removed until commit."""
        found = await self.run(
            f"select {COLUMNS} from webhook_endpoints where workspace_id = :w "
            "and not deleted and state <> 'DISABLED' for key share",
            w=self.caller.workspace_id,
        )
        return [endpoint_of(row) for row in found.all()]

    async def events_after(self, meeting_id: str, sequence: int) -> Sequence[Event]:
        """The meeting's next events after *sequence*, at most a page of them."""
        found = await self.run(
            """
            select body from event_log where workspace_id = :w and meeting_id = :m
            and sequence > :after and sequence > 0 order by sequence limit :limit""",
            w=self.caller.workspace_id,
            m=meeting_id,
            after=sequence,
            limit=PAGE,
        )
        return [read_body(row.body) for row in found.all()]

    async def last_sequence(self, meeting_id: str) -> int:
        found = await self.run(
            "select sequence from meeting_counters where workspace_id = :w and meeting_id = :m",
            w=self.caller.workspace_id,
            m=meeting_id,
        )
        return found.scalar_one_or_none() or 0


class LogStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def begin(self, caller: Principal) -> AsyncIterator[LogTransaction]:
        async with self._db.begin(caller, LogTransaction) as tx:
            yield tx

    async def last_sequences(self, places: Collection[Place]) -> Mapping[Place, int]:
        """How far the logs of several meetings, given as (workspace, meeting), have come."""
        async with self._db.begin_system() as connection:
            found = await connection.execute(
                text("""
                    select c.workspace_id, c.meeting_id, c.sequence from meeting_counters c
                    join unnest(cast(:workspaces as text[]), cast(:meetings as text[]))
                        as p (workspace_id, meeting_id) using (workspace_id, meeting_id)"""),
                {
                    "workspaces": [workspace for workspace, _ in places],
                    "meetings": [meeting for _, meeting in places],
                },
            )
            return {(row.workspace_id, row.meeting_id): row.sequence for row in found.all()}

    async def forget_old(self) -> int:
        """Drop events and deliveries past their time; returns how many events went."""
        # Deliveries first: one of them without its event could not be sent.
        await self._forget("deliveries", "id")
        return await self._forget("event_log", "event_id")

    async def _forget(self, table: str, key: str) -> int:
        total = 0
        while True:
            async with self._db.begin_system() as connection:
                gone = await connection.execute(
                    text(f"""
                        delete from {table} where {key} in (
                            select {key} from {table}
                            where written_at < clock_timestamp() - interval '{KEPT}'
                            limit {SWEEP_BATCH})""")
                )
            total += gone.rowcount
            if gone.rowcount < SWEEP_BATCH:
                return total
