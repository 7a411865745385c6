"""Whether the edge lives, and whether every service behind it is ready."""

import asyncio
from collections.abc import Mapping
from typing import Any, cast

import orjson
from grpc import aio
from grpc_health.v1 import health_pb2, health_pb2_grpc

from gateway.edge.exchange import Reply

# Seconds; a probe that takes longer is a no.
PROBE_TIMEOUT = 2.0
JSON = "application/json"


def healthy() -> Reply:
    """200 as long as the process answers at all."""
    return Reply(200, b'{"status":"ok"}', JSON, {})


async def ready(channels: Mapping[str, aio.Channel]) -> Reply:
    """200 when every service says SERVING, else 503 that names those that do not."""
    states = await asyncio.gather(*(_state_of(channel) for channel in channels.values()))
    services = dict(zip(channels, states, strict=True))
    waiting = sorted(name for name, state in services.items() if state != "SERVING")
    shown = {"status": "not ready" if waiting else "ok", "not_ready": waiting, "services": services}
    return Reply(503 if waiting else 200, orjson.dumps(shown), JSON, {"cache-control": "no-store"})


def _check(channel: aio.Channel) -> Any:
    # The package's stub carries no types.
    return cast(Any, health_pb2_grpc.HealthStub(channel)).Check


async def _state_of(channel: aio.Channel) -> str:
    try:
        answer = await _check(channel)(health_pb2.HealthCheckRequest(), timeout=PROBE_TIMEOUT)
    except aio.AioRpcError as error:
        return error.code().name
    return health_pb2.HealthCheckResponse.ServingStatus.Name(answer.status)
