"""Unary calls on a caller's behalf: deadline, principal, key, and one retry within a budget."""

import asyncio
from collections.abc import Mapping
from typing import Any

from google.protobuf.message import Message
from grpc import StatusCode, aio

from common.principal import EDGE, Principal
from common.rpc import Caller
from gateway.edge.routes import Route

# A tenth of all calls may be retries: enough for a restart, too little to feed an outage.
RETRY_SHARE = 0.1
MAX_RETRIES_SAVED = 20.0
# Seconds; a replica that restarts has left the balancer by then.
RETRY_PAUSE = 0.1


class Calls:
    """The rpcs behind the table's rows; *channels* by the name of the service they lead to."""

    def __init__(self, channels: Mapping[str, aio.Channel], key: bytes) -> None:
        self._channels = channels
        self._caller = Caller(key, via=EDGE)
        self._retries = MAX_RETRIES_SAVED

    def unary(self, route: Route) -> Any:
        """The callable of *route*'s rpc."""
        return self._channels[backend_of(route)].unary_unary(
            f"/{route.service.full_name}/{route.rpc}",
            request_serializer=route.request.SerializeToString,
            response_deserializer=route.response.FromString,
        )

    def stream(self, route: Route) -> Any:
        """The callable of *route*'s server stream."""
        return self._channels[backend_of(route)].unary_stream(
            f"/{route.service.full_name}/{route.rpc}",
            request_serializer=route.request.SerializeToString,
            response_deserializer=route.response.FromString,
        )

    def metadata(
        self, principal: Principal | None, idempotency_key: str = ""
    ) -> tuple[tuple[str, str], ...]:
        """What a call carries: who asks, in which trace, under which key."""
        return self._caller.metadata(principal, idempotency_key)

    async def call(
        self,
        rpc: Any,
        request: Message,
        metadata: tuple[tuple[str, str], ...],
        *,
        deadline: float,
        repeatable: bool,
    ) -> Message:
        """Call until *deadline* (loop time); raises `AioRpcError` as the service refused it."""
        clock = asyncio.get_running_loop().time
        self._retries = min(MAX_RETRIES_SAVED, self._retries + RETRY_SHARE)
        try:
            return await _once(rpc, request, metadata, deadline - clock())
        except aio.AioRpcError as error:
            left = deadline - clock() - RETRY_PAUSE
            if not repeatable or not self._may_retry(error) or left <= 0:
                raise
        self._retries -= 1
        await asyncio.sleep(RETRY_PAUSE)
        return await _once(rpc, request, metadata, deadline - clock())

    def _may_retry(self, error: aio.AioRpcError) -> bool:
        return error.code() is StatusCode.UNAVAILABLE and self._retries >= 1


async def _once(
    rpc: Any, request: Message, metadata: tuple[tuple[str, str], ...], seconds: float
) -> Message:
    answer: Message = await rpc(request, metadata=metadata, timeout=max(seconds, 0.001))
    return answer


def backend_of(route: Route) -> str:
    """The service process behind *route*: `convene.session.v1.…` → `session`."""
    return route.service.full_name.split(".")[1]
