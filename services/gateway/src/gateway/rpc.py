"""The wire: access and webhooks over gRPC, decoded, called, encoded."""

from collections.abc import AsyncIterator
from datetime import datetime

from google.protobuf.descriptor_pool import Default
from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from common import pages, rpc
from common.errors import InvalidPageToken
from common.ids import derived_id, new_id
from convene.artifacts.v1 import artifacts_pb2
from convene.bots.v1 import bots_pb2, policies_pb2
from convene.common.v1 import options_pb2
from convene.common.v1.principal_pb2 import Principal
from convene.gateway.v1 import access_pb2, access_pb2_grpc, webhooks_pb2, webhooks_pb2_grpc
from convene.scheduler.v1 import invitations_pb2, scheduler_pb2
from convene.session.v1 import sandbox_pb2, session_pb2
from gateway.domain import deliveries
from gateway.domain.catalogue import EVENT_TYPES
from gateway.domain.endpoints import Action, EmptyUpdate, UnsettableState
from gateway.domain.events import Event
from gateway.domain.keys import ApiKey
from gateway.service.access import Access, NewKey
from gateway.service.feed import Feed
from gateway.service.webhooks import EndpointChange, Webhooks
from gateway.service.wire import delivery_to_wire, endpoint_to_wire

ACCESS = "convene.gateway.v1.AccessService"
WEBHOOKS = "convene.gateway.v1.WebhookService"
_CONTRACTS = (
    scheduler_pb2.DESCRIPTOR,
    invitations_pb2.DESCRIPTOR,
    session_pb2.DESCRIPTOR,
    sandbox_pb2.DESCRIPTOR,
    bots_pb2.DESCRIPTOR,
    policies_pb2.DESCRIPTOR,
    artifacts_pb2.DESCRIPTOR,
    access_pb2.DESCRIPTOR,
    webhooks_pb2.DESCRIPTOR,
)
_SWITCHES = {
    webhooks_pb2.ENDPOINT_STATE_ENABLED: Action.ENABLE,
    webhooks_pb2.ENDPOINT_STATE_DISABLED: Action.DISABLE,
}
_CHANGEABLE = frozenset({"url", "description", "event_types", "state"})


def scopes_of_contracts() -> frozenset[str]:
    """Every scope that an RPC of the suite asks for."""
    found = set()
    for file in _CONTRACTS:
        for service in file.services_by_name.values():
            for method in Default().FindServiceByName(service.full_name).methods:
                # The stubs of generated extensions and of protobuf's own options do not agree.
                access: options_pb2.Access = method.GetOptions().Extensions[options_pb2.access]  # type: ignore[index]
                found.add(access.scope)
    return frozenset(found - {""})


class AccessRpc(access_pb2_grpc.AccessServiceServicer):
    def __init__(self, access: Access) -> None:
        self._access = access

    async def Authenticate(
        self, request: access_pb2.AuthenticateRequest, context: rpc.Context
    ) -> access_pb2.AuthenticateResponse:
        found = await self._access.authenticate(request.key)
        return access_pb2.AuthenticateResponse(
            principal=Principal(
                workspace_id=found.workspace_id,
                kind=found.kind.value,
                id=found.id,
                scopes=sorted(found.scopes),
                test=found.test,
            )
        )

    async def CreateApiKey(
        self, request: access_pb2.CreateApiKeyRequest, context: rpc.Context
    ) -> access_pb2.CreateApiKeyResponse:
        wanted = NewKey(request.name, tuple(request.scopes), request.test, request.ttl_seconds)
        key, text = await self._access.create_key(rpc.caller(), wanted)
        return access_pb2.CreateApiKeyResponse(api_key=_key_to_wire(key), key=text)

    async def ListApiKeys(
        self, request: access_pb2.ListApiKeysRequest, context: rpc.Context
    ) -> access_pb2.ListApiKeysResponse:
        found, more = await self._access.list_keys(
            rpc.caller(), request.page_size, _after(request.page_token)
        )
        return access_pb2.ListApiKeysResponse(
            items=[_key_to_wire(key) for key in found],
            next_page_token=_token(found[-1].create_time, found[-1].id) if more else "",
        )

    async def RevokeApiKey(
        self, request: access_pb2.RevokeApiKeyRequest, context: rpc.Context
    ) -> access_pb2.RevokeApiKeyResponse:
        key = await self._access.revoke_key(rpc.caller(), request.api_key_id)
        return access_pb2.RevokeApiKeyResponse(api_key=_key_to_wire(key))

    async def GetMe(
        self, request: access_pb2.GetMeRequest, context: rpc.Context
    ) -> access_pb2.GetMeResponse:
        caller = rpc.caller()
        return access_pb2.GetMeResponse(
            workspace_id=caller.workspace_id,
            api_key_id=caller.id,
            scopes=sorted(caller.scopes),
            test=caller.test,
        )

    async def AdvanceSandboxClock(
        self, request: access_pb2.AdvanceSandboxClockRequest, context: rpc.Context
    ) -> access_pb2.AdvanceSandboxClockResponse:
        caller, given = rpc.caller(), _idempotency_key(context)
        # Derived, so that a retry moves no clock twice.
        key = derived_id("clk", caller.id, given) if given else new_id("clk")
        now, ahead = await self._access.advance_clock(caller, request.seconds, key)
        return access_pb2.AdvanceSandboxClockResponse(time=now, offset_seconds=ahead)


class WebhookRpc(webhooks_pb2_grpc.WebhookServiceServicer):
    def __init__(self, webhooks: Webhooks, feed: Feed) -> None:
        self._webhooks = webhooks
        self._feed = feed

    async def CreateEndpoint(
        self, request: webhooks_pb2.CreateEndpointRequest, context: rpc.Context
    ) -> webhooks_pb2.CreateEndpointResponse:
        endpoint = await self._webhooks.create_endpoint(
            rpc.caller(), request.url, request.description, tuple(request.event_types)
        )
        return webhooks_pb2.CreateEndpointResponse(
            endpoint=endpoint_to_wire(endpoint), secret=endpoint.secret
        )

    async def ListEndpoints(
        self, request: webhooks_pb2.ListEndpointsRequest, context: rpc.Context
    ) -> webhooks_pb2.ListEndpointsResponse:
        found, more = await self._webhooks.list_endpoints(
            rpc.caller(), request.page_size, _after(request.page_token)
        )
        return webhooks_pb2.ListEndpointsResponse(
            items=[endpoint_to_wire(endpoint) for endpoint in found],
            next_page_token=_token(found[-1].create_time, found[-1].id) if more else "",
        )

    async def GetEndpoint(
        self, request: webhooks_pb2.GetEndpointRequest, context: rpc.Context
    ) -> webhooks_pb2.GetEndpointResponse:
        endpoint = await self._webhooks.get_endpoint(rpc.caller(), request.endpoint_id)
        return webhooks_pb2.GetEndpointResponse(endpoint=endpoint_to_wire(endpoint))

    async def UpdateEndpoint(
        self, request: webhooks_pb2.UpdateEndpointRequest, context: rpc.Context
    ) -> webhooks_pb2.UpdateEndpointResponse:
        endpoint = await self._webhooks.update_endpoint(
            rpc.caller(), request.endpoint_id, _change_of(request), request.etag
        )
        return webhooks_pb2.UpdateEndpointResponse(endpoint=endpoint_to_wire(endpoint))

    async def DeleteEndpoint(
        self, request: webhooks_pb2.DeleteEndpointRequest, context: rpc.Context
    ) -> webhooks_pb2.DeleteEndpointResponse:
        await self._webhooks.delete_endpoint(rpc.caller(), request.endpoint_id)
        return webhooks_pb2.DeleteEndpointResponse()

    async def RotateSecret(
        self, request: webhooks_pb2.RotateSecretRequest, context: rpc.Context
    ) -> webhooks_pb2.RotateSecretResponse:
        secret = await self._webhooks.rotate_secret(rpc.caller(), request.endpoint_id)
        return webhooks_pb2.RotateSecretResponse(secret=secret)

    async def TestEndpoint(
        self, request: webhooks_pb2.TestEndpointRequest, context: rpc.Context
    ) -> webhooks_pb2.TestEndpointResponse:
        delivery = await self._webhooks.test_endpoint(rpc.caller(), request.endpoint_id)
        return webhooks_pb2.TestEndpointResponse(delivery=delivery_to_wire(delivery))

    async def ListDeliveries(
        self, request: webhooks_pb2.ListDeliveriesRequest, context: rpc.Context
    ) -> webhooks_pb2.ListDeliveriesResponse:
        found, more = await self._webhooks.list_deliveries(
            rpc.caller(),
            request.endpoint_id,
            _state(request.state),
            request.page_size,
            _after(request.page_token),
        )
        return webhooks_pb2.ListDeliveriesResponse(
            items=[delivery_to_wire(delivery) for delivery in found],
            next_page_token=_token(found[-1].create_time, found[-1].id) if more else "",
        )

    async def Redeliver(
        self, request: webhooks_pb2.RedeliverRequest, context: rpc.Context
    ) -> webhooks_pb2.RedeliverResponse:
        delivery = await self._webhooks.redeliver(
            rpc.caller(), request.endpoint_id, request.delivery_id
        )
        return webhooks_pb2.RedeliverResponse(delivery=delivery_to_wire(delivery))

    async def ListEventTypes(
        self, request: webhooks_pb2.ListEventTypesRequest, context: rpc.Context
    ) -> webhooks_pb2.ListEventTypesResponse:
        return webhooks_pb2.ListEventTypesResponse(
            items=[
                webhooks_pb2.EventType(type=name, description=description)
                for name, description in EVENT_TYPES.items()
            ]
        )

    async def WatchEvents(
        self, request: webhooks_pb2.WatchEventsRequest, context: rpc.Context
    ) -> AsyncIterator[webhooks_pb2.WatchEventsResponse]:
        after = None if request.from_now else request.after_sequence
        async with self._feed.watching(rpc.caller(), request.meeting_id, after) as events:
            # Says that the feed is open, however long the meeting stays silent.
            await context.send_initial_metadata(())
            async for event in events:
                yield webhooks_pb2.WatchEventsResponse(event=_event_to_wire(event))


def _key_to_wire(key: ApiKey) -> access_pb2.ApiKey:
    return access_pb2.ApiKey(
        id=key.id,
        name=key.name,
        prefix=key.prefix,
        scopes=sorted(key.granted),
        test=key.test,
        expire_time=key.expire_time,
        revoked=key.revoked,
        create_time=key.create_time,
    )


def _event_to_wire(event: Event) -> webhooks_pb2.PublicEvent:
    return webhooks_pb2.PublicEvent(
        id=event.id,
        type=event.type,
        created_at=event.created_at,
        workspace_id=event.workspace_id,
        meeting_id=event.meeting_id,
        session_id=event.session_id,
        sequence=event.sequence,
        data=ParseDict(dict(event.data), Struct()),
    )


def _change_of(request: webhooks_pb2.UpdateEndpointRequest) -> EndpointChange:
    named = set(request.update_mask.paths) or {field.name for field, _ in request.ListFields()}
    if not named & _CHANGEABLE:
        raise EmptyUpdate
    if "state" in named and request.state not in _SWITCHES:
        raise UnsettableState
    return EndpointChange(
        url=request.url if "url" in named else None,
        description=request.description if "description" in named else None,
        event_types=tuple(request.event_types) if "event_types" in named else None,
        switch=_SWITCHES[request.state] if "state" in named else None,
    )


def _state(asked: webhooks_pb2.DeliveryState) -> deliveries.State | None:
    name = webhooks_pb2.DeliveryState.Name(asked).removeprefix("DELIVERY_STATE_")
    return None if name == "UNSPECIFIED" else deliveries.State(name)


def _token(create_time: datetime, id_: str) -> str:
    return pages.token_for(create_time.isoformat(), id_)


def _after(token: str) -> tuple[datetime, str] | None:
    keys = pages.keys_of(token, 2)
    if keys is None:
        return None
    try:
        return datetime.fromisoformat(str(keys[0])), str(keys[1])
    except ValueError:
        raise InvalidPageToken from None


def _idempotency_key(context: rpc.Context) -> str:
    for name, value in context.invocation_metadata() or ():
        if name == rpc.IDEMPOTENCY_KEY:
            return str(value)
    return ""
