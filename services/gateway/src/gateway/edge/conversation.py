"""One person's conversation: the page's frames to the session, the session's words to the page."""

import asyncio
from typing import Any, NamedTuple

import structlog
from grpc import StatusCode, aio

from convene.session.v1.signal_pb2 import SignalRequest, SignalResponse, Welcome
from gateway.edge.captions import Captions, Choice
from gateway.edge.frames import frame_of, refusal_frame, request_of
from gateway.edge.limits import Limiter, RateLimit
from gateway.edge.problems import Refused, refusal_of
from gateway.edge.sockets import NO_TEXT, NORMAL, REFUSED, TRY_AGAIN_LATER, Ending, Socket
from gateway.edge.waiting import Waiter

log = structlog.get_logger()

UPSTREAM_LOST = Ending(TRY_AGAIN_LATER, "the session is not reachable; come back")
# What the page mends by coming back, so it is told to.
PASSING = frozenset(
    {
        StatusCode.UNAVAILABLE,
        StatusCode.CANCELLED,
        StatusCode.DEADLINE_EXCEEDED,
        StatusCode.INTERNAL,
        StatusCode.UNKNOWN,
    }
)


class Bounds(NamedTuple):
    """How long, how often and how many; times in seconds."""

    # From the handshake to the first frame, and from that to the session's first word.
    hello: float = 10.0
    # How long a client may take to accept one frame.
    slowest_write: float = 20.0
    # Of one address: new connections, and those that were not welcomed yet.
    connects: RateLimit = RateLimit(per_second=20.0, burst=200)
    most_waiting: int = 200
    # And those that wait in a lobby until a host lets them in, which may take long.
    most_knocking: int = 200
    # Of one connection; trickled candidates come in bursts.
    frames: RateLimit = RateLimit(per_second=30.0, burst=300)


class Conversation:
    """Pipes until one side ends. Nothing is queued: who reads slowly slows the other side down."""

    def __init__(
        self,
        socket: Socket,
        call: Any,
        captions: Captions,
        bounds: Bounds,
        waiter: Waiter,
    ) -> None:
        self._socket = socket
        self._call = call
        self._captions = captions
        self._bounds = bounds
        self._waiter = waiter
        self._frames = Limiter(bounds.frames)
        self._captioning: asyncio.Task[None] | None = None
        self._choice = Choice()
        self._welcome = Welcome()
        self._goodbye = False

    async def run(self) -> Ending:
        """Talk from hello to the end, and say how to close; raises `SocketGone`."""
        try:
            async with asyncio.timeout(self._bounds.hello):
                hello = await self._hello()
        except TimeoutError:
            return Ending(REFUSED + 408, "no hello came")
        except Refused as refused:
            return await self._refuse(refused)
        return await self._talk(hello)

    async def _hello(self) -> SignalRequest:
        request = request_of(await self._socket.text() or "")
        if not request.HasField("hello"):
            raise Refused(400, "HELLO_FIRST", "The first frame must be hello.")
        return request

    async def _talk(self, hello: SignalRequest) -> Ending:
        up, down = asyncio.create_task(self._up(hello)), asyncio.create_task(self._down())
        try:
            done, _ = await asyncio.wait({up, down}, return_when=asyncio.FIRST_COMPLETED)
            ending = None if down in done else up.result()
            # A session that takes no more says why on its way down.
            return ending or await down
        finally:
            tasks = [task for task in (up, down, self._captioning) if task]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _up(self, hello: SignalRequest) -> Ending | None:
        request: SignalRequest | None = hello
        while True:
            try:
                if request is not None:
                    await self._call.write(request)
            except (aio.AioRpcError, asyncio.InvalidStateError):
                return None
            text = await self._socket.text()
            if text is None:
                return Ending(NO_TEXT, "a frame is text")
            try:
                self._frames.take("")
            except Refused as refused:
                return await self._refuse(refused)
            request = await self._passed_on(await self._read(text))

    async def _passed_on(self, request: SignalRequest | None) -> SignalRequest | None:
        """*request*, unless it is for the edge: the session knows nothing of captions."""
        if request is None or not request.HasField("captions"):
            return request
        for answer in self._choice.change(request.captions.language):
            await self._caption(answer)
        return None

    async def _read(self, text: str) -> SignalRequest | None:
        try:
            return request_of(text)
        except Refused as refused:
            await self._socket.send(refusal_frame(refused))
            return None

    async def _down(self) -> Ending:
        try:
            async with asyncio.timeout(self._bounds.hello):
                answer = await self._call.read()
            while answer is not aio.EOF:
                await self._show(answer)
                answer = await self._call.read()
        except TimeoutError:
            return UPSTREAM_LOST
        except Refused as refused:
            return await self._refuse(refused)
        except aio.AioRpcError as error:
            if not self._goodbye and error.code() not in PASSING:
                return await self._refuse(refusal_of(error))
            log.info("signalling lost its session", code=error.code().name)
        return Ending(NORMAL) if self._goodbye else UPSTREAM_LOST

    async def _show(self, answer: SignalResponse) -> None:
        kind = answer.WhichOneof("response")
        self._goodbye = kind == "goodbye"
        if kind == "welcome":
            self._begin(answer.welcome)
        elif kind == "session" and answer.session.session.transcribed:
            self._caption_from_now()
        elif kind == "knocking":
            self._waiter.knock()
        if frame := frame_of(answer):
            await self._socket.send(frame)

    def _begin(self, welcome: Welcome) -> None:
        self._waiter.leave()
        self._welcome = Welcome()
        self._welcome.CopyFrom(welcome)
        if welcome.transcribed:
            self._caption_from_now()
        welcome.ClearField("workspace_id")

    def _caption_from_now(self) -> None:
        """A transcriber is there: it may have come after the page."""
        if self._welcome.workspace_id and self._captioning is None:
            follow = self._captions.follow(self._welcome, self._choice, self._caption)
            self._captioning = asyncio.create_task(follow)

    async def _caption(self, answer: SignalResponse) -> None:
        await self._socket.send(frame_of(answer))

    async def _refuse(self, refused: Refused) -> Ending:
        await self._socket.send(refusal_frame(refused))
        return Ending(REFUSED + refused.status, refused.reason)
