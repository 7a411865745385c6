"""Use cases of webhooks: endpoints, and what was sent to them."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from common import signing, telemetry
from common.addresses import AddressRules
from common.ids import new_id
from common.principal import Principal
from gateway.domain import deliveries, endpoints, patterns
from gateway.domain.deliveries import Delivery
from gateway.domain.endpoints import Action, Endpoint, EndpointDisabled, TooManyEndpoints
from gateway.domain.events import TEST_TYPE, Event
from gateway.service.log import a_delivery_of
from gateway.store.log import LogStore

After = tuple[datetime, str] | None


@dataclass(frozen=True, slots=True)
class EndpointChange:
    """What to change; ``None`` leaves things as they are, no *event_types* are all of them."""

    url: str | None = None
    description: str | None = None
    event_types: tuple[str, ...] | None = None
    switch: Action | None = None


class Webhooks:
    """*event_types* are all public ones; *due* is set when there may be something to send."""

    def __init__(
        self,
        store: LogStore,
        rules: AddressRules,
        event_types: Collection[str],
        due: asyncio.Event,
    ) -> None:
        self._store = store
        self._rules = rules
        self._event_types = frozenset(event_types)
        self._due = due

    async def create_endpoint(
        self, caller: Principal, url: str, description: str, event_types: tuple[str, ...]
    ) -> Endpoint:
        """A new endpoint with a secret of its own; raises ``RefusedAddress``."""
        self._check(url, event_types)
        async with self._store.begin(caller) as tx:
            if await tx.count_endpoints() >= endpoints.MOST_ENDPOINTS:
                raise TooManyEndpoints
            endpoint = Endpoint(
                id=new_id("whe"),
                workspace_id=caller.workspace_id,
                url=url,
                description=description,
                event_types=event_types,
                secret=signing.new_secret(),
                create_time=tx.now,
            )
            await tx.add_endpoint(endpoint)
            await tx.record("webhook_endpoint.create", endpoint.id)
        return endpoint

    async def list_endpoints(
        self, caller: Principal, size: int, after: After
    ) -> tuple[Sequence[Endpoint], bool]:
        """A page of endpoints, newest first, and whether more follow."""
        async with self._store.begin(caller) as tx:
            return await tx.list_endpoints(size, after)

    async def get_endpoint(self, caller: Principal, endpoint_id: str) -> Endpoint:
        async with self._store.begin(caller) as tx:
            return await tx.get_endpoint(endpoint_id)

    async def update_endpoint(
        self, caller: Principal, endpoint_id: str, change: EndpointChange, etag: str
    ) -> Endpoint:
        """Change an endpoint; enabling it sends what waited. Raises ``EtagMismatch``."""
        self._check(change.url, change.event_types or ())
        async with self._store.begin(caller) as tx:
            endpoint = await tx.get_endpoint(endpoint_id, lock=True)
            endpoints.check_etag(endpoint, etag)
            changed = replace(
                endpoint,
                url=endpoint.url if change.url is None else change.url,
                description=(
                    endpoint.description if change.description is None else change.description
                ),
                event_types=(
                    endpoint.event_types if change.event_types is None else change.event_types
                ),
            )
            if change.switch is not None:
                changed = endpoints.switched(changed, change.switch)
            saved = await tx.save_endpoint(changed)
            await tx.record("webhook_endpoint.update", endpoint_id)
        self._due.set()
        return saved

    async def delete_endpoint(self, caller: Principal, endpoint_id: str) -> None:
        """Remove an endpoint and cancel what still waits for it."""
        async with self._store.begin(caller) as tx:
            await tx.get_endpoint(endpoint_id, lock=True)
            await tx.delete_endpoint(endpoint_id)
            await tx.record("webhook_endpoint.delete", endpoint_id)

    async def rotate_secret(self, caller: Principal, endpoint_id: str) -> str:
        """A new secret; the one before signs beside it for a day."""
        async with self._store.begin(caller) as tx:
            endpoint = await tx.get_endpoint(endpoint_id, lock=True)
            secret = signing.new_secret()
            await tx.save_endpoint(endpoints.rotated(endpoint, secret, tx.now))
            await tx.record("webhook_endpoint.rotate_secret", endpoint_id)
        return secret

    async def test_endpoint(self, caller: Principal, endpoint_id: str) -> Delivery:
        """Set a test event on its way; raises ``EndpointDisabled``."""
        async with self._store.begin(caller) as tx:
            endpoint = await tx.get_endpoint(endpoint_id)
            if not endpoint.takes_events:
                raise EndpointDisabled(endpoint_id)
            event = Event(
                id=new_id("evt"),
                type=TEST_TYPE,
                created_at=tx.now,
                workspace_id=caller.workspace_id,
                meeting_id="",
                session_id="",
                sequence=0,
                data={"endpoint_id": endpoint_id},
            )
            await tx.add_event(event, telemetry.traceparent())
            delivery = a_delivery_of(event, endpoint, tx.now)
            await tx.add_delivery(delivery)
            await tx.unpause(endpoint_id)
        self._due.set()
        return delivery

    async def list_deliveries(
        self,
        caller: Principal,
        endpoint_id: str,
        state: deliveries.State | None,
        size: int,
        after: After,
    ) -> tuple[Sequence[Delivery], bool]:
        """A page of what was sent to an endpoint, newest first, and whether more follow."""
        async with self._store.begin(caller) as tx:
            await tx.get_endpoint(endpoint_id)
            return await tx.list_deliveries(endpoint_id, state, size, after)

    async def redeliver(self, caller: Principal, endpoint_id: str, delivery_id: str) -> Delivery:
        """Send one delivery again, at once, with the whole schedule before it."""
        async with self._store.begin(caller) as tx:
            endpoint = await tx.get_endpoint(endpoint_id)
            if not endpoint.takes_events:
                raise EndpointDisabled(endpoint_id)
            delivery = await tx.get_delivery(endpoint_id, delivery_id)
            again = deliveries.redelivered(delivery, tx.now)
            await tx.save_delivery(again)
            await tx.unpause(endpoint_id)
        self._due.set()
        return again

    def _check(self, url: str | None, event_types: Sequence[str]) -> None:
        if url is not None:
            self._rules.check_url(url)
        patterns.check_patterns(event_types, self._event_types)
