"""The edge's WebSocket as it is served, in front of a session whose words a test chooses."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import uvicorn
from grpc import aio
from websockets.asyncio.client import ClientConnection, connect

from common import rpc
from common.principal import Principal, verify
from convene.gateway.v1 import webhooks_pb2, webhooks_pb2_grpc
from convene.session.v1 import signal_pb2_grpc
from convene.session.v1.signal_pb2 import SignalRequest, SignalResponse
from gateway.edge.app import BACKENDS, make_app
from gateway.edge.conversation import Bounds
from gateway.edge.serve import LONGEST_FRAME
from gateway.edge.signalling import Signalling
from tests.support.eventually import CEILING_SECONDS, eventually
from tests.support.services import KEY

PUBLIC_URL = "https://meet.example"


class FakeSession(signal_pb2_grpc.SignalServiceServicer):
    """Keeps what it is asked; says what a test puts into `words`, where None ends the stream."""

    def __init__(self) -> None:
        self.heard: list[SignalRequest] = []
        self.metadata: dict[str, str | bytes] = {}
        self.words: asyncio.Queue[SignalResponse | tuple[Any, str] | None] = asyncio.Queue()
        self.open = 0
        self.watched: list[tuple[webhooks_pb2.WatchEventsRequest, Principal]] = []
        self.events: asyncio.Queue[webhooks_pb2.PublicEvent | None] = asyncio.Queue()

    async def Signal(
        self, requests: AsyncIterator[SignalRequest], context: rpc.Context
    ) -> AsyncIterator[SignalResponse]:
        self.metadata = dict(context.invocation_metadata() or ())
        listening = asyncio.create_task(self._listen(requests))
        self.open += 1
        try:
            while (word := await self.words.get()) is not None:
                if isinstance(word, tuple):
                    await context.abort(*word)
                else:
                    yield word
        finally:
            self.open -= 1
            listening.cancel()

    async def _listen(self, requests: AsyncIterator[SignalRequest]) -> None:
        async for request in requests:
            self.heard.append(request)

    async def WatchEvents(
        self, request: webhooks_pb2.WatchEventsRequest, context: rpc.Context
    ) -> AsyncIterator[webhooks_pb2.WatchEventsResponse]:
        metadata = dict(context.invocation_metadata() or ())
        self.watched.append((request, verify(str(metadata[rpc.PRINCIPAL]), KEY)))
        while (event := await self.events.get()) is not None:
            yield webhooks_pb2.WatchEventsResponse(event=event)


class Watching:
    """The one rpc of the core's that is called here."""

    def __init__(self, fake: FakeSession) -> None:
        self.WatchEvents = fake.WatchEvents

    def __getattr__(self, name: str) -> None:
        return None


@dataclass
class SignalEdge:
    """A running edge: where it is, and what stands behind it."""

    host: str
    behind: FakeSession
    server: aio.Server = field(repr=False)

    @asynccontextmanager
    async def page(self, origin: str = PUBLIC_URL) -> AsyncIterator["Page"]:
        url = f"ws://{self.host}/v1/signal"
        async with connect(url, additional_headers={"origin": origin} if origin else {}) as open_:
            yield Page(open_)


@dataclass
class Page:
    """A browser's end of the socket."""

    socket: ClientConnection

    async def say(self, **frame: object) -> None:
        await self.socket.send(orjson.dumps(frame).decode())

    async def hear(self) -> dict[str, Any]:
        async with asyncio.timeout(CEILING_SECONDS):
            heard: dict[str, Any] = orjson.loads(await self.socket.recv())
        return heard

    async def closed(self) -> tuple[int | None, str | None]:
        async with asyncio.timeout(CEILING_SECONDS):
            await self.socket.wait_closed()
        return self.socket.close_code, self.socket.close_reason


@asynccontextmanager
async def a_signal_edge(bounds: Bounds | None = None) -> AsyncIterator[SignalEdge]:
    """An edge on a port of its own, with a fake session and a fake core behind it."""
    fake = FakeSession()
    server = aio.server()
    signal_pb2_grpc.add_SignalServiceServicer_to_server(fake, server)
    webhooks_pb2_grpc.add_WebhookServiceServicer_to_server(
        cast(webhooks_pb2_grpc.WebhookServiceServicer, Watching(fake)), server
    )
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(server.stop, 0)
        channel = await stack.enter_async_context(rpc.channel(f"127.0.0.1:{port}"))
        channels = dict.fromkeys(BACKENDS, channel)
        app = Signalling(
            make_app(channels, key=KEY), channels, key=KEY, public_url=PUBLIC_URL, bounds=bounds
        )
        host = await stack.enter_async_context(_served(app))
        yield SignalEdge(host, fake, server)


@asynccontextmanager
async def _served(app: Any) -> AsyncIterator[str]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",
        ws_max_size=LONGEST_FRAME,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    await eventually(lambda: server.started)
    try:
        yield f"127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving
