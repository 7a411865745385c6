"""The edge as it is served, in front of real gRPC servers whose answers a test chooses."""

import asyncio
import contextlib
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from google.protobuf.message import Message
from grpc import aio
from grpc_health.v1 import health_pb2

from common import rpc
from common.blobs import BlobMissing
from common.keys import make_key
from common.principal import Principal
from convene.artifacts.v1 import artifacts_pb2_grpc, recordings_pb2, recordings_pb2_grpc
from convene.bots.v1 import bots_pb2_grpc
from convene.gateway.v1 import access_pb2, access_pb2_grpc, webhooks_pb2, webhooks_pb2_grpc
from convene.scheduler.v1 import invitations_pb2_grpc, scheduler_pb2_grpc
from convene.session.v1 import sandbox_pb2_grpc, session_pb2_grpc
from gateway.edge.app import BACKENDS, make_app
from gateway.edge.auth import REMEMBERED_SECONDS
from gateway.edge.limits import RateLimit
from gateway.edge.live import Pace
from tests.support.eventually import eventually
from tests.support.services import KEY

ADDERS: dict[str, Sequence[tuple[Any, str]]] = {
    "scheduler": [(scheduler_pb2_grpc, "Scheduler"), (invitations_pb2_grpc, "Invitation")],
    "session": [(session_pb2_grpc, "Session"), (sandbox_pb2_grpc, "Sandbox")],
    "bots": [(bots_pb2_grpc, "Bots")],
    "artifacts": [(artifacts_pb2_grpc, "Artifacts"), (recordings_pb2_grpc, "Recordings")],
    "gateway": [(access_pb2_grpc, "Access"), (webhooks_pb2_grpc, "Webhook")],
}


@dataclass
class Asked:
    """One call as a service saw it."""

    rpc: str
    request: Any
    caller: Principal
    metadata: dict[str, str | bytes]
    seconds_left: float


class FakeService:
    """Answers each rpc with what `answers` holds for it: a message, or an error to raise."""

    def __init__(self) -> None:
        self.answers: dict[str, Message | Exception] = {}
        self.asked: list[Asked] = []
        self.events: asyncio.Queue[webhooks_pb2.PublicEvent | None] = asyncio.Queue()
        self.watchers = 0
        # The file that is downloaded, and how many pieces of it were handed out.
        self.content = b""
        self.file_name = "rec_1-composite.ogg"
        self.sent = 0
        # From this byte of what is asked for on, the file is gone.
        self.lost_after = sys.maxsize

    def __getattr__(self, name: str) -> Any:
        async def answer(request: Message, context: rpc.Context) -> Message:
            self.note(name, request, context)
            made = self.answers[name]
            if isinstance(made, Exception):
                raise made
            return made

        return answer

    def note(self, name: str, request: Message, context: rpc.Context) -> None:
        metadata = dict(context.invocation_metadata() or ())
        left = context.time_remaining() or 0.0
        self.asked.append(Asked(name, request, rpc.caller(), metadata, left))

    async def WatchEvents(
        self, request: webhooks_pb2.WatchEventsRequest, context: rpc.Context
    ) -> AsyncIterator[webhooks_pb2.WatchEventsResponse]:
        self.note("WatchEvents", request, context)
        if isinstance(refusal := self.answers.get("WatchEvents"), Exception):
            raise refusal
        await context.send_initial_metadata(())
        self.watchers += 1
        try:
            while (event := await self.events.get()) is not None:
                yield webhooks_pb2.WatchEventsResponse(event=event)
        finally:
            self.watchers -= 1

    async def DownloadRecording(
        self, request: recordings_pb2.DownloadRecordingRequest, context: rpc.Context
    ) -> AsyncIterator[recordings_pb2.DownloadRecordingResponse]:
        """`content` as a file; a refusal where the test has one."""
        self.note("DownloadRecording", request, context)
        if isinstance(refusal := self.answers.get("DownloadRecording"), Exception):
            raise refusal
        for head, piece in self._pieces(request.range):
            yield recordings_pb2.DownloadRecordingResponse(head=head, content=piece)

    async def DownloadByLink(
        self, request: recordings_pb2.DownloadByLinkRequest, context: rpc.Context
    ) -> AsyncIterator[recordings_pb2.DownloadByLinkResponse]:
        self.note("DownloadByLink", request, context)
        if isinstance(refusal := self.answers.get("DownloadByLink"), Exception):
            raise refusal
        for head, piece in self._pieces(request.range):
            yield recordings_pb2.DownloadByLinkResponse(head=head, content=piece)

    def _pieces(
        self, wanted: recordings_pb2.ByteRange
    ) -> Iterator[tuple[recordings_pb2.FileHead | None, bytes | None]]:
        size = len(self.content)
        first, last = wanted.first, min(wanted.last, size - 1)
        if wanted.HasField("final"):
            first = size - wanted.final
        if not wanted.HasField("last"):
            last = size - 1
        part = self.content[first : last + 1]
        yield (
            recordings_pb2.FileHead(
                content_type="audio/ogg",
                sha256="abc",
                file_name=self.file_name,
                size_bytes=size,
                first=first,
                length=len(part),
            ),
            None,
        )
        for at in range(0, len(part), 100_000):
            if at >= self.lost_after:
                raise BlobMissing("deleted meanwhile")
            self.sent += 1
            yield None, part[at : at + 100_000]


@dataclass
class Edge:
    """A running edge: its address, a good key, and what stands behind it."""

    address: str
    client: httpx.AsyncClient
    behind: FakeService
    boards: dict[str, Any] = field(default_factory=dict)
    key: str = field(default_factory=lambda: make_key(True))

    def auth(self, **more: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.key}"} | more


@asynccontextmanager
async def an_edge(
    *,
    limit: RateLimit | None = None,
    pace: Pace | None = None,
    remembered: float = REMEMBERED_SECONDS,
    instead: Mapping[str, aio.Channel] | None = None,
) -> AsyncIterator[Edge]:
    """An edge on a port of its own, with one fake behind every service's real server.

    A good key is *remembered* for so many seconds; *instead* leads to real services by name.
    """
    fake = FakeService()
    fake.answers["Authenticate"] = access_pb2.AuthenticateResponse(
        principal={"workspace_id": "wsp_1", "kind": 1, "id": "key_1", "scopes": ["*"], "test": True}
    )
    async with AsyncExitStack() as stack:
        channels: dict[str, aio.Channel] = {}
        boards = {}
        for name in BACKENDS:
            servicers = [
                rpc.Servicer(
                    getattr(module, f"add_{service}ServiceServicer_to_server"),
                    fake,
                    f"convene.{name}.v1.{service}Service",
                )
                for module, service in ADDERS[name]
            ]
            port, board = await stack.enter_async_context(
                rpc.serving("127.0.0.1:0", servicers, key=KEY)
            )
            await board.set("", health_pb2.HealthCheckResponse.SERVING)
            boards[name] = board
            channels[name] = await stack.enter_async_context(rpc.channel(f"127.0.0.1:{port}"))
        channels |= instead or {}
        app = make_app(channels, key=KEY, limit=limit, pace=pace, remembered=remembered)
        address = await stack.enter_async_context(_served(app))
        client = await stack.enter_async_context(httpx.AsyncClient(base_url=address))
        yield Edge(address, client, fake, boards)


@asynccontextmanager
async def _served(app: Any) -> AsyncIterator[str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await eventually(lambda: server.started)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
