"""Webhook endpoints in SQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from common.errors import Conflict
from common.pages import page_size
from gateway.domain.endpoints import Endpoint, EndpointNotFound, State
from gateway.store.access import AuditedTransaction

COLUMNS = (
    "id, workspace_id, url, description, event_types, state, secret, old_secret, "
    "old_secret_until, failures, failing_since, paused_until, version, create_time"
)


class EndpointTransaction(AuditedTransaction):
    async def add_endpoint(self, endpoint: Endpoint) -> None:
        await self.run(
            """
            insert into webhook_endpoints (workspace_id, id, url, description, event_types, state,
                                           secret, create_time)
            values (:w, :id, :url, :description, :types, :state, :secret, :created)""",
            w=endpoint.workspace_id,
            id=endpoint.id,
            url=endpoint.url,
            description=endpoint.description,
            types=list(endpoint.event_types),
            state=endpoint.state.value,
            secret=endpoint.secret,
            created=endpoint.create_time,
        )

    async def count_endpoints(self) -> int:
        found = await self.run(
            "select count(*) from webhook_endpoints where workspace_id = :w and not deleted",
            w=self.caller.workspace_id,
        )
        count: int = found.scalar_one()
        return count

    async def get_endpoint(self, endpoint_id: str, *, lock: bool = False) -> Endpoint:
        """As ``find_endpoint``; raises ``EndpointNotFound``."""
        endpoint = await self.find_endpoint(endpoint_id, lock=lock)
        if endpoint is None:
            raise EndpointNotFound(endpoint_id)
        return endpoint

    async def find_endpoint(self, endpoint_id: str, *, lock: bool = False) -> Endpoint | None:
        """The endpoint, held against change with *lock*."""
        # The lock also waits for events that are being recorded for the endpoint.
        found = await self.run(
            f"select {COLUMNS} from webhook_endpoints "
            "where workspace_id = :w and id = :id and not deleted" + " for update" * lock,
            w=self.caller.workspace_id,
            id=endpoint_id,
        )
        row = found.one_or_none()
        return endpoint_of(row) if row else None

    async def save_endpoint(self, endpoint: Endpoint) -> Endpoint:
        """Write *endpoint* over the version it was read at; returns it with its next version."""
        saved = await self.run(
            f"""
            update webhook_endpoints set url = :url, description = :description,
                event_types = :types, state = :state, secret = :secret, old_secret = :old,
                old_secret_until = :until, failures = :failures, failing_since = :since,
                paused_until = :paused, version = version + 1
            where workspace_id = :w and id = :id and version = :version and not deleted
            returning {COLUMNS}""",
            w=endpoint.workspace_id,
            id=endpoint.id,
            version=endpoint.version,
            url=endpoint.url,
            description=endpoint.description,
            types=list(endpoint.event_types),
            state=endpoint.state.value,
            secret=endpoint.secret,
            old=endpoint.old_secret,
            until=endpoint.old_secret_until,
            failures=endpoint.failures,
            since=endpoint.failing_since,
            paused=endpoint.paused_until,
        )
        row = saved.one_or_none()
        if row is None:
            raise Conflict(f"endpoint {endpoint.id} was changed meanwhile; read it again")
        return endpoint_of(row)

    async def save_standing(self, endpoint: Endpoint) -> Endpoint:
        """Write how a held *endpoint* does; its version grows only where users see a change."""
        saved = await self.run(
            f"""
            update webhook_endpoints set failures = :failures, failing_since = :since,
                paused_until = :paused, state = :state,
                version = version + cast(state <> :state as int)
            where workspace_id = :w and id = :id returning {COLUMNS}""",
            w=endpoint.workspace_id,
            id=endpoint.id,
            failures=endpoint.failures,
            since=endpoint.failing_since,
            paused=endpoint.paused_until,
            state=endpoint.state.value,
        )
        return endpoint_of(saved.one())

    async def unpause(self, endpoint_id: str) -> None:
        """Let a failing endpoint be tried at once; its owner asked for it."""
        await self.run(
            "update webhook_endpoints set paused_until = null where workspace_id = :w and id = :id",
            w=self.caller.workspace_id,
            id=endpoint_id,
        )

    async def delete_endpoint(self, endpoint_id: str) -> None:
        """Remove the endpoint and cancel what waits for it."""
        await self.run(
            """
            with gone as (
                update webhook_endpoints set deleted = true, secret = '', old_secret = ''
                where workspace_id = :w and id = :id returning id)
            update deliveries set state = 'CANCELLED', next_attempt_time = null,
                lease = '', leased_until = null
            from gone where deliveries.endpoint_id = gone.id and deliveries.state = 'PENDING'""",
            w=self.caller.workspace_id,
            id=endpoint_id,
        )

    async def list_endpoints(
        self, size: int, after: tuple[datetime, str] | None
    ) -> tuple[Sequence[Endpoint], bool]:
        """A page of endpoints, newest first, and whether more follow."""
        limit = page_size(size)
        found = await self.run(
            f"""
            select {COLUMNS} from webhook_endpoints where workspace_id = :w and not deleted
            and (cast(:at as timestamptz) is null or (create_time, id) < (:at, :id))
            order by create_time desc, id desc limit :limit""",
            w=self.caller.workspace_id,
            at=after[0] if after else None,
            id=after[1] if after else "",
            limit=limit + 1,
        )
        rows = found.all()
        return [endpoint_of(row) for row in rows[:limit]], len(rows) > limit


def endpoint_of(row: Any) -> Endpoint:
    return Endpoint(
        id=row.id,
        workspace_id=row.workspace_id,
        url=row.url,
        description=row.description,
        event_types=tuple(row.event_types),
        state=State(row.state),
        secret=row.secret,
        old_secret=row.old_secret,
        old_secret_until=row.old_secret_until,
        failures=row.failures,
        failing_since=row.failing_since,
        paused_until=row.paused_until,
        version=row.version,
        create_time=row.create_time,
    )
