"""One WebSocket to one Janus, kept up for as long as the process runs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol
from uuid import uuid4

import aiohttp
import structlog

from session.domain.rooms import MediaUnavailable, RoomGone
from session.media.janus.refusals import NO_SUCH_SESSION, Json, check

log = structlog.get_logger()

# A node answers from memory; one that takes longer than this is not well.
REQUEST_SECONDS = 3.0
KEEPALIVE_SECONDS = 10.0
# A ping that often; no pong within half of it means that nobody is there.
PING_SECONDS = 4.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0
# Janus gives a session up that nobody claims for this long (``reclaim_session_timeout``).
RECLAIM_SECONDS = 20.0
LARGEST_MESSAGE = 4 * 1024 * 1024
# What Janus only acknowledges; of anything else an answer follows.
ONLY_ACKNOWLEDGED = frozenset({"trickle"})


# Asked twice, these do what they do once: they survive a cut.
REPEATABLE = frozenset(
    ("listparticipants", "listforwarders", "moderate", "kick", "stop_rtp_forward")
)


class ConnectionCut(MediaUnavailable):
    """Whether Janus did what was asked is not known."""


class Listener(Protocol):
    """Whom a Janus session's events are told, in the order they come; must not block."""

    def event(self, message: Json) -> None: ...

    def lost(self) -> None: ...


class JanusConnection:
    """Requests to one Janus and the events of the sessions registered here.

    A cut is bridged: requests wait for the next connection, which claims every session first.
    """

    def __init__(self, url: str, api_secret: str, http: aiohttp.ClientSession) -> None:
        self._url = url
        self._secret = api_secret
        self._http = http
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._up = asyncio.Event()
        self._asked: dict[str, asyncio.Future[Json]] = {}
        # Those of them that an acknowledgement answers.
        self._brief: set[str] = set()
        self._listeners: dict[int, Listener] = {}

    def register(self, session_id: int, listener: Listener) -> None:
        """Keep the session alive and tell *listener* its events from now on."""
        self._listeners[session_id] = listener

    def forget(self, session_id: int) -> None:
        """Neither keep nor claim the session any more."""
        self._listeners.pop(session_id, None)

    async def request(self, verb: str, **fields: object) -> Json:
        """Janus's answer. Raises ``RoomGone``, ``JanusRefused``, and ``MediaUnavailable``."""
        body = fields.get("body")
        is_repeatable = isinstance(body, dict) and body.get("request") in REPEATABLE
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                while True:
                    await self._up.wait()
                    try:
                        return await self._ask(verb, fields)
                    except ConnectionCut:
                        if not is_repeatable:
                            raise
        except TimeoutError:
            raise MediaUnavailable(
                f"the media node at {self._url} does not answer within {REQUEST_SECONDS:g} s"
            ) from None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stay connected while the block runs."""
        task = asyncio.create_task(self._run(), name=f"janus {self._url}")
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        pause = FIRST_PAUSE_SECONDS
        loop = asyncio.get_running_loop()
        since = loop.time()
        while True:
            try:
                async with asyncio.timeout(REQUEST_SECONDS):
                    socket = await self._connect()
                async with socket:
                    await self._serve(socket)
                    pause, since = FIRST_PAUSE_SECONDS, loop.time()
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.info("media node not reached", url=self._url, error=str(error))
            if loop.time() - since > RECLAIM_SECONDS:
                self._lose_all()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        return await self._http.ws_connect(
            self._url,
            protocols=("janus-protocol",),
            heartbeat=PING_SECONDS,
            max_msg_size=LARGEST_MESSAGE,
        )

    def _understand(self, text: str) -> None:
        try:
            self._take(json.loads(text))
        except Exception as error:
            # One message that nobody foresaw must not cost the node's rooms their connection.
            log.error("message not understood", url=self._url, exc_info=error)

    async def _serve(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        keeping = asyncio.create_task(self._keep(socket))
        try:
            async for message in socket:
                if message.type is aiohttp.WSMsgType.TEXT:
                    self._understand(message.data)
        finally:
            keeping.cancel()
            self._up.clear()
            self._socket = None
            for asked in self._asked.values():
                if not asked.done():
                    asked.set_exception(ConnectionCut("the media node's connection was cut"))
            await asyncio.wait([keeping])

    async def _keep(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Claim what is ours, let requests in, then keep the sessions alive."""
        try:
            async with asyncio.timeout(REQUEST_SECONDS):
                for session_id in list(self._listeners):
                    await self._claim(session_id)
            self._up.set()
            while True:
                await asyncio.sleep(KEEPALIVE_SECONDS)
                for session_id in list(self._listeners):
                    # It is only acknowledged; an error names the session.
                    await self._send("keepalive", uuid4().hex, {"session_id": session_id})
        except (MediaUnavailable, OSError, TimeoutError) as error:
            log.info("media node connection given up", url=self._url, error=str(error))
            await socket.close()

    async def _claim(self, session_id: int) -> None:
        try:
            await self._ask("claim", {"session_id": session_id})
        except RoomGone:
            self._lose(session_id)

    async def _ask(self, verb: str, fields: Json) -> Json:
        transaction = uuid4().hex
        asked = self._asked[transaction] = asyncio.get_running_loop().create_future()
        if verb in ONLY_ACKNOWLEDGED:
            self._brief.add(transaction)
        try:
            await self._send(verb, transaction, fields)
            return check(await asked)
        finally:
            del self._asked[transaction]
            self._brief.discard(transaction)

    async def _send(self, verb: str, transaction: str, fields: Json) -> None:
        if self._socket is None:
            raise ConnectionCut("the media node's connection was cut")
        ours = {"janus": verb, "transaction": transaction, "apisecret": self._secret}
        try:
            await self._socket.send_str(json.dumps(ours | fields))
        except (aiohttp.ClientError, OSError) as error:
            raise ConnectionCut(f"the media node's connection was cut: {error}") from error

    def _take(self, message: Json) -> None:
        kind, session_id = message["janus"], message.get("session_id", 0)
        if kind == "timeout" or message.get("error", {}).get("code") == NO_SUCH_SESSION:
            self._lose(session_id)
        transaction = message.get("transaction", "")
        asked = self._asked.get(transaction)
        if asked is not None:
            if (kind != "ack" or transaction in self._brief) and not asked.done():
                asked.set_result(message)
            return
        if kind != "ack" and (listener := self._listeners.get(session_id)):
            listener.event(message)

    def _lose(self, session_id: int) -> None:
        if listener := self._listeners.pop(session_id, None):
            listener.lost()

    def _lose_all(self) -> None:
        for session_id in list(self._listeners):
            self._lose(session_id)
