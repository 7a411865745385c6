"""The processes that `create_meeting` puts in a row: ours, ours with a part canned, and bounds.

``python -m benchmarks.stands NAME`` serves on the port in PORT until it is told to stop; what it
calls is at the address in BACKEND, or at the URL in DATABASE_URL.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import uvicorn
from google.protobuf.message import Message
from grpc import aio

from benchmarks.samples import KEY, PRINCIPAL, canned_answer, canned_json
from common import db, rpc, telemetry
from common.ids import new_id
from common.principal import Principal
from common.run import run
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from gateway.edge.app import BACKENDS, make_app
from gateway.edge.limits import RateLimit
from scheduler.clients import SessionClient
from tests.support.schedulers import a_scheduler

SCHEDULER = "convene.scheduler.v1.SchedulerService"
ONE_STATEMENT = """
    with made as (
        insert into meetings (workspace_id, id, state, definition, create_time, update_time)
        values ($1, $2, 'READY', $3::jsonb, now(), now()) returning id)
    insert into outbox (workspace_id, event_id, aggregate_id, aggregate_sequence, partition,
                        message, envelope, published_at)
    select $1, $4, id, 1, 0, 'bound', $5, now() from made"""

Stop = asyncio.Event
App = Callable[[Any, Any, Any], Awaitable[None]]


class CannedChannel:
    """A channel whose every call is answered at once, by nobody."""

    def unary_unary(self, method: str, **_: Any) -> Callable[..., Awaitable[Message]]:
        async def call(request: Message, **_: Any) -> Message:
            return canned_answer()

        return call

    def unary_stream(self, method: str, **_: Any) -> Any:
        return self.unary_unary(method)


class CannedScheduler:
    """Answers without asking a database; bare of the gate it is the least that gRPC costs."""

    def __getattr__(self, name: str) -> Any:
        # The other rpcs of the contract have to be there, and nobody calls them.
        return self.CreateMeeting

    async def CreateMeeting(
        self, request: pb.CreateMeetingRequest, context: Any
    ) -> pb.CreateMeetingResponse:
        return canned_answer()


class OneStatementScheduler(CannedScheduler):
    """A meeting and its event by one hand-written statement: the least that a durable row costs."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def CreateMeeting(
        self, request: pb.CreateMeetingRequest, context: Any
    ) -> pb.CreateMeetingResponse:
        answer = canned_answer()
        body = answer.SerializeToString()
        names = (new_id("mtg"), '{"title": "Bound"}', new_id("evt"), body)
        await self._pool.execute(ONE_STATEMENT, PRINCIPAL.workspace_id, *names)
        return answer


async def serve_app(app: App, stopping: Stop) -> None:
    # As the edge's own server is set up.
    config = uvicorn.Config(
        app, port=_port(), log_config=None, access_log=False, server_header=False
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    await stopping.wait()
    server.should_exit = True
    await serving


async def bare_app(stopping: Stop) -> None:
    """No router, no message, no check: the least that an ASGI route costs."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await _read(receive)
            await _reply(send, canned_json())

    await serve_app(app, stopping)


async def bare_app_calling(stopping: Stop) -> None:
    """The least that a route with a gRPC call behind it costs."""
    async with aio.insecure_channel(os.environ["BACKEND"]) as channel:
        create = SchedulerServiceStub(channel).CreateMeeting
        request = pb.CreateMeetingRequest(meeting={"title": "Bound"})

        async def app(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                await _read(receive)
                await create(request, timeout=10)
                await _reply(send, canned_json())

        await serve_app(app, stopping)


async def edge_canned(stopping: Stop) -> None:
    """Our edge with nothing behind it."""
    await _serve_edge(CannedChannel(), stopping)


async def edge(stopping: Stop) -> None:
    """Our edge with a service behind it."""
    async with rpc.channel(os.environ["BACKEND"]) as channel:
        await _serve_edge(channel, stopping)


async def bare_grpc(stopping: Stop) -> None:
    await _serve_bare(CannedScheduler(), stopping)


async def one_statement(stopping: Stop) -> None:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=2, max_size=10) as pool:
        await _serve_bare(OneStatementScheduler(pool), stopping)


async def gated(stopping: Stop) -> None:
    """Our gate in front of a canned answer."""
    await _serve_gated(CannedScheduler(), stopping)


async def scheduler(stopping: Stop) -> None:
    """Our scheduler on its database, without the loops that bring facts to the bus."""
    key = KEY
    async with (
        db.connected(os.environ["DATABASE_URL"], "scheduler") as database,
        rpc.channel("127.0.0.1:1") as nobody,
    ):
        sessions = SessionClient(nobody, rpc.Caller(key, "scheduler"))
        await _serve_gated(a_scheduler(database, sessions).rpc, stopping)


async def _serve_edge(channel: Any, stopping: Stop) -> None:
    telemetry.set_up("edge", replica="bench", otlp_endpoint="", ratio=1.0, metrics=0)

    async def authenticate(key: str) -> Principal:
        return PRINCIPAL

    app = make_app(
        dict.fromkeys(BACKENDS, channel),
        key=KEY,
        limit=RateLimit(1e6, 1_000_000),
        authenticate=authenticate,
    )
    await serve_app(app, stopping)


async def _serve_gated(implementation: Any, stopping: Stop) -> None:
    telemetry.set_up("scheduler", replica="bench", otlp_endpoint="", ratio=1.0, metrics=0)
    servicer = rpc.Servicer(add_SchedulerServiceServicer_to_server, implementation, SCHEDULER)
    async with rpc.serving(f"127.0.0.1:{_port()}", [servicer], key=KEY):
        await stopping.wait()


async def _serve_bare(implementation: Any, stopping: Stop) -> None:
    server = aio.server()
    add_SchedulerServiceServicer_to_server(implementation, server)
    server.add_insecure_port(f"127.0.0.1:{_port()}")
    await server.start()
    await stopping.wait()
    await server.stop(grace=1)


async def _read(receive: Any) -> None:
    while (await receive()).get("more_body"):
        pass


async def _reply(send: Any, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 201, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _port() -> int:
    return int(os.environ["PORT"])


STANDS: dict[str, Callable[[Stop], Any]] = {
    one.__name__.replace("_", "-"): one
    for one in (
        bare_app,
        bare_app_calling,
        edge_canned,
        edge,
        bare_grpc,
        one_statement,
        gated,
        scheduler,
    )
}

if __name__ == "__main__":
    run(STANDS[sys.argv[1]])
