"""People without a browser in a whole suite: the join page's signalling, spoken by the test."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from convene_cli.client import Api
from session.domain.rooms import Candidate, Offered, OfferedTrack, PeerEvent, Side, Source

JOIN_SECONDS = 20.0


class SignalledPeer:
    """One person's line to their session, in the shape of a media plane's peer."""

    is_flowing = False

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._events: asyncio.Queue[PeerEvent | None] = asyncio.Queue()
        self._published: asyncio.Queue[str] = asyncio.Queue()
        self._welcomed: asyncio.Queue[str] = asyncio.Queue()
        # What was shown to them: the texts of prompts, spoken ones too.
        self.prompts: list[str] = []

    async def join(self, token: str) -> str:
        """Say hello; their participant's id."""
        await self._say(hello={"join_token": token, "consent": True})
        async with asyncio.timeout(JOIN_SECONDS):
            return await self._welcomed.get()

    async def publish(self, sdp: str, sources: Mapping[str, Source]) -> str:
        tracks = [{"mid": mid, "source": source.value} for mid, source in sources.items()]
        await self._say(publish={"sdp": sdp, "tracks": tracks})
        async with asyncio.timeout(JOIN_SECONDS):
            return await self._published.get()

    async def answer(self, sdp: str) -> None:
        await self._say(answer={"sdp": sdp})

    async def candidate(self, candidate: Candidate) -> None:
        told = {"side": candidate.side.value, "candidate": candidate.candidate}
        place = {"sdp_mid": candidate.sdp_mid, "sdp_m_line_index": candidate.sdp_m_line_index}
        await self._say(candidate=told | place)

    async def set_media(self, *, muted: bool, camera: bool) -> None:
        await self._say(set_media={"muted": muted, "camera": camera})

    async def stand_in(self, present: bool) -> None:
        await self._say(set_media={"muted": True, "listening": present})

    async def leave(self) -> None:
        await self._say(leave={})

    async def close(self) -> None:
        await self._socket.close()

    async def events(self) -> AsyncIterator[PeerEvent]:
        while (event := await self._events.get()) is not None:
            yield event

    async def listen(self) -> None:
        """Take what the session says until the line is over."""
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                ((kind, body),) = orjson.loads(message.data).items()
                self._take(kind, body)
        self._events.put_nowait(None)

    def _take(self, kind: str, body: Mapping[str, Any]) -> None:
        match kind:
            case "welcome":
                self._welcomed.put_nowait(body["self"]["id"])
            case "published":
                self._published.put_nowait(body["sdp"])
            case "offer":
                self._events.put_nowait(_offered(body))
            case "candidate":
                self._events.put_nowait(_candidate(body))
            case "prompt":
                self.prompts.append(body["text"])

    async def _say(self, **frame: object) -> None:
        await self._socket.send_str(orjson.dumps(frame).decode())


def _offered(body: Mapping[str, Any]) -> Offered:
    tracks = [
        OfferedTrack(one["mid"], one["participant_id"], Source(one["source"]))
        for one in body["tracks"]
    ]
    return Offered(body["sdp"], tracks)


def _candidate(body: Mapping[str, Any]) -> Candidate:
    return Candidate(
        Side(body["side"]),
        body["candidate"],
        body.get("sdp_mid", ""),
        body.get("sdp_m_line_index", 0),
    )


@asynccontextmanager
async def signalling(api: Api) -> AsyncIterator[SignalledPeer]:
    """A line on which nobody has said hello yet, while the block runs."""
    url = api.base_url.replace("http", "ws", 1) + "/v1/signal"
    async with aiohttp.ClientSession() as client, client.ws_connect(url) as socket:
        peer = SignalledPeer(socket)
        listening = asyncio.create_task(peer.listen())
        try:
            yield peer
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
