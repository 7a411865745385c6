"""`GET /v1/signal`: the join page's WebSocket, piped to and from its session's signalling."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from grpc import aio
from opentelemetry.trace import SpanKind

from common import telemetry
from convene.session.v1 import signal_pb2_grpc
from gateway.edge.calls import Calls
from gateway.edge.captions import Captions
from gateway.edge.conversation import Bounds, Conversation
from gateway.edge.exchange import Receive, Scope, Send
from gateway.edge.limits import Limiter
from gateway.edge.problems import Refused
from gateway.edge.sockets import Socket, SocketGone
from gateway.edge.waiting import Waiting

PATH = "/v1/signal"


class Signalling:
    """Serves the sockets, and leaves the rest of what ASGI brings to *app*."""

    def __init__(
        self,
        app: Any,
        channels: Mapping[str, aio.Channel],
        *,
        key: bytes,
        public_url: str,
        bounds: Bounds | None = None,
    ) -> None:
        self._app = app
        self._stub = signal_pb2_grpc.SignalServiceStub(channels["session"])
        self._calls = Calls(channels, key)
        self._captions = Captions(channels["gateway"], self._calls)
        self._origin = _origin(public_url)
        self._bounds = bounds or Bounds()
        self._connects = Limiter(self._bounds.connects)
        self._waiting = Waiting(self._bounds.most_waiting, self._bounds.most_knocking)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        socket = Socket(scope, receive, send, self._bounds.slowest_write)
        parent = socket.header(b"traceparent")
        with telemetry.span(f"GET {PATH}", parent=parent, kind=SpanKind.SERVER) as span:
            try:
                self._admit(socket)
            except Refused as refused:
                span.set_attribute("convene.reason", refused.reason)
                await socket.deny(refused)
                return
            await self._serve(socket)

    def _admit(self, socket: Socket) -> None:
        """Raises `Refused` for a path, an origin or an address that may not open a socket."""
        if socket.path != PATH:
            raise Refused(404, "NOT_FOUND", f"There is no WebSocket at {socket.path[:200]}.")
        origin = socket.header(b"origin")
        # A page that was loaded by another name of this server is ours all the same.
        at_home = origin == self._origin or origin.partition("://")[2] == socket.header(b"host")
        if origin and not at_home:
            detail = f"A page of {origin[:200]} may not open this; those of {self._origin} may."
            raise Refused(403, "FOREIGN_ORIGIN", detail)
        self._connects.take(socket.client_address)
        self._waiting.check(socket.client_address)

    async def _serve(self, socket: Socket) -> None:
        waiter = self._waiting.enter(socket.client_address)
        call = self._stub.Signal(metadata=self._calls.metadata(None))
        talk = Conversation(socket, call, self._captions, self._bounds, waiter)
        try:
            await socket.accept()
            await socket.close(await talk.run())
        except SocketGone:
            # It is back soon, or its place is given up after a while; the session sees to that.
            pass
        finally:
            waiter.leave()
            call.cancel()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
