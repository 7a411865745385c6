"""Deliveries and their attempts in SQL: the queue that webhooks are sent from."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from common.db import Database
from common.exchange import Outcome
from common.pages import page_size
from common.principal import Principal
from gateway.domain.deliveries import (
    MOST_ATTEMPTS_KEPT,
    Attempt,
    Delivery,
    DeliveryNotFound,
    State,
)
from gateway.store.endpoints import EndpointTransaction

_COLUMNS = (
    "id, workspace_id, endpoint_id, event_id, event_type, state, tries, next_attempt_time, "
    "create_time"
)


class DeliveryTransaction(EndpointTransaction):
    async def add_delivery(self, delivery: Delivery) -> None:
        await self.run(
            """
            insert into deliveries (workspace_id, id, endpoint_id, event_id, event_type, state,
                                    next_attempt_time, create_time)
            values (:w, :id, :endpoint, :event, :type, :state, :due, :created)""",
            w=delivery.workspace_id,
            id=delivery.id,
            endpoint=delivery.endpoint_id,
            event=delivery.event_id,
            type=delivery.event_type,
            state=delivery.state.value,
            due=delivery.next_attempt_time,
            created=delivery.create_time,
        )

    async def get_delivery(self, endpoint_id: str, delivery_id: str) -> Delivery:
        """The delivery, held against change; raises ``DeliveryNotFound``."""
        found = await self.run(
            f"select {_COLUMNS} from deliveries where workspace_id = :w and id = :id "
            "and endpoint_id = :endpoint for update",
            w=self.caller.workspace_id,
            id=delivery_id,
            endpoint=endpoint_id,
        )
        row = found.one_or_none()
        if row is None:
            raise DeliveryNotFound(delivery_id)
        return (await self._with_attempts([_delivery(row)]))[0]

    async def find_leased(self, delivery_id: str, lease: str) -> Delivery | None:
        """The delivery while *lease* is still on it; then held against change."""
        found = await self.run(
            f"select {_COLUMNS} from deliveries where workspace_id = :w and id = :id "
            "and lease = :lease for update",
            w=self.caller.workspace_id,
            id=delivery_id,
            lease=lease,
        )
        row = found.one_or_none()
        return _delivery(row) if row else None

    async def save_delivery(self, delivery: Delivery) -> None:
        """Write how *delivery* stands; a lease on it stays."""
        await self.run(
            """
            update deliveries set state = :state, tries = :tries, next_attempt_time = :due
            where workspace_id = :w and id = :id""",
            w=delivery.workspace_id,
            id=delivery.id,
            state=delivery.state.value,
            tries=delivery.tries,
            due=delivery.next_attempt_time,
        )

    async def add_attempt(self, delivery: Delivery, outcome: Outcome, at: datetime) -> None:
        """Put the attempt on record and give the lease back."""
        await self.run(
            """
            with numbered as (
                update deliveries set attempts = attempts + 1, lease = '', leased_until = null
                where workspace_id = :w and id = :id returning attempts as number),
            trimmed as (
                delete from attempts using numbered where attempts.workspace_id = :w
                and delivery_id = :id and attempts.number <= numbered.number - :most)
            insert into attempts (workspace_id, delivery_id, number, time, status, detail,
                                  duration_milliseconds)
            select :w, :id, number, :at, :status, :detail, :duration from numbered""",
            w=delivery.workspace_id,
            id=delivery.id,
            most=MOST_ATTEMPTS_KEPT,
            at=at,
            status=outcome.status,
            detail=outcome.detail,
            duration=outcome.duration_milliseconds,
        )

    async def list_deliveries(
        self, endpoint_id: str, state: State | None, size: int, after: tuple[datetime, str] | None
    ) -> tuple[Sequence[Delivery], bool]:
        """A page of deliveries with their attempts, newest first, and whether more follow."""
        limit = page_size(size)
        found = await self.run(
            f"""
            select {_COLUMNS} from deliveries where workspace_id = :w and endpoint_id = :endpoint
            and (:state = '' or state = :state)
            and (cast(:at as timestamptz) is null or (create_time, id) < (:at, :id))
            order by create_time desc, id desc limit :limit""",
            w=self.caller.workspace_id,
            endpoint=endpoint_id,
            state=state.value if state else "",
            at=after[0] if after else None,
            id=after[1] if after else "",
            limit=limit + 1,
        )
        rows = found.all()
        page = await self._with_attempts([_delivery(row) for row in rows[:limit]])
        return page, len(rows) > limit

    async def _with_attempts(self, deliveries: Sequence[Delivery]) -> Sequence[Delivery]:
        found = await self.run(
            """
            select delivery_id, number, time, status, detail, duration_milliseconds
            from attempts where workspace_id = :w and delivery_id = any(:ids) order by number""",
            w=self.caller.workspace_id,
            ids=[delivery.id for delivery in deliveries],
        )
        attempts: dict[str, list[Attempt]] = {}
        for row in found.all():
            attempts.setdefault(row.delivery_id, []).append(
                Attempt(row.number, row.time, row.status, row.detail, row.duration_milliseconds)
            )
        return [
            replace(delivery, attempts=tuple(attempts.get(delivery.id, ())))
            for delivery in deliveries
        ]


class DeliveryStore:
    def __init__(self, db: Database) -> None:
        self._db = db

    @asynccontextmanager
    async def begin(self, caller: Principal) -> AsyncIterator[DeliveryTransaction]:
        async with self._db.begin(caller, DeliveryTransaction) as tx:
            yield tx


def _delivery(row: Any) -> Delivery:
    return Delivery(
        id=row.id,
        workspace_id=row.workspace_id,
        endpoint_id=row.endpoint_id,
        event_id=row.event_id,
        event_type=row.event_type,
        create_time=row.create_time,
        next_attempt_time=row.next_attempt_time,
        state=State(row.state),
        tries=row.tries,
    )
