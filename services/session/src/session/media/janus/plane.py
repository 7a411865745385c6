"""The media plane that carries browsers: Janus for them, the ear for everything heard."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import aiohttp
from grpc import aio

from common import rpc
from session.domain.rooms import (
    Connection,
    Hint,
    MediaUnavailable,
    Occupancy,
    Performance,
    Room,
    RoomGone,
    Seat,
    Talk,
)
from session.media.janus.admin import JanusAdmin
from session.media.janus.connection import REQUEST_SECONDS, JanusConnection
from session.media.janus.ear_side import EarSide
from session.media.janus.handles import janus_session_id
from session.media.janus.ledger import join_of
from session.media.janus.live import LiveRoom
from session.media.janus.peer import JanusPeer
from session.media.janus.sweeping import sweep_often
from session.media.janus.takeover import enter
from session.media.janus.turns import Turns
from session.media.sandbox import SandboxPlane

# An owner looks every second: whoever does not look for this long owns it no more.
HELD_SECONDS = 20.0
SWEEP_SECONDS = 5.0


# A media node and a session on it.
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class JanusNode:
    """A Janus beside an ear: its WebSocket's URL, and its admin API's."""

    url: str
    admin_url: str


@dataclass(frozen=True, slots=True)
class JanusSecrets:
    api: str
    admin: str
    room_key: str


class JanusPlane:
    """Satisfies ``MediaPlane``. *nodes* has the Janus beside each ear's address.

    Works inside ``running`` only.
    """

    def __init__(
        self,
        nodes: Mapping[str, JanusNode],
        secrets: JanusSecrets,
        channels: Mapping[str, aio.Channel],
        caller: rpc.Caller,
    ) -> None:
        self._nodes = nodes
        self._secrets = secrets
        self._channels = channels
        self._caller = caller
        self._sandbox = SandboxPlane(channels, caller)
        self._connections: dict[str, JanusConnection] = {}
        self._admins: dict[str, JanusAdmin] = {}
        self._rooms: dict[Key, LiveRoom] = {}
        self._looked: dict[Key, float] = {}
        self._opening = Turns()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Stay connected to every node; at the end rooms stay, for the next owner."""
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            for name, node in self._nodes.items():
                connection = JanusConnection(node.url, self._secrets.api, http)
                self._connections[name] = connection
                self._admins[name] = JanusAdmin(node.admin_url, self._secrets.admin, http)
                await stack.enter_async_context(connection.running())
            sweeping = [asyncio.create_task(self._sweep_often()), *self._sweep_nodes()]
            try:
                yield
            finally:
                for task in sweeping:
                    task.cancel()
                await asyncio.wait(sweeping)
                for key in list(self._rooms):
                    self._let_go(key)

    async def open(self, room: Room) -> None:
        await self._sandbox.open(room)
        async with self._opening.take(_turn(room)):
            self._let_go_elsewhere(room)
            live = self._rooms.get(_key(room))
            if live is not None and not live.is_lost:
                await live.rooms.participants()
                return
            self._rooms.pop(_key(room), None)
            live = await self._room(room)
            await enter(live, self._admin(room))
            live.start(partial(self._sandbox.watch, room))
            self._rooms[_key(room)] = live
            self._look(room)

    async def close(self, room: Room) -> None:
        try:
            async with self._opening.take(_turn(room)):
                await self._destroy(room)
        finally:
            await self._sandbox.close(room)

    async def occupancy(self, room: Room) -> Occupancy:
        """Asked by somebody who does not own the room, it is what the admin API knows."""
        if _key(room) in self._rooms:
            return await self._live(room).occupancy()
        inside = await self._ear(room).inside()
        here = [
            Connection(one.participant_id, one.epoch, one.muted, one.offset_seconds)
            for one in inside.scripted
        ]
        found = await self._admin(room).handles(janus_session_id(room.session_id))
        joins = {join_of(one.opaque_id) for one in found if one.is_up}
        seats = sorted({(join[0], join[1]) for join in joins if join is not None})
        there = [*here, *(Connection(*seat) for seat in seats)]
        return Occupancy(there, inside.performed, inside.room_seconds)

    async def disconnect(self, room: Room, participant_id: str) -> None:
        live = self._live(room)
        if participant_id in live.crowd.joins:
            await live.crowd.disconnect(participant_id)
            return
        await live.voices.close(participant_id)
        await self._sandbox.disconnect(room, participant_id)

    async def set_muted(self, room: Room, participant_id: str, muted: bool) -> None:
        live = self._live(room)
        if participant_id not in live.crowd.joins:
            await self._sandbox.set_muted(room, participant_id, muted)
            return
        live.moderating.wish(participant_id).muted = muted
        await live.settle_join(live.crowd.find(participant_id))
        live.stir()

    async def set_video_paused(self, room: Room, participant_id: str, paused: bool) -> None:
        live = self._live(room)
        if participant_id not in live.crowd.joins:
            await self._sandbox.set_video_paused(room, participant_id, paused)
            return
        live.moderating.wish(participant_id).video_paused = paused
        await live.settle_join(live.crowd.find(participant_id))
        live.stir()

    async def connect(self, room: Room, seat: Seat) -> JanusPeer:
        return await self._live(room).crowd.connect(seat)

    async def voice(self, room: Room, participant_id: str, name: str) -> None:
        await self._live(room).voices.speak(participant_id)

    async def capture_video(self, room: Room, wanted: bool) -> None:
        await self._live(room).capture(wanted)

    async def perform(self, room: Room, performance: Performance) -> None:
        await self._sandbox.perform(room, performance)

    async def talk(self, room: Room) -> Talk:
        return await self._sandbox.talk(room)

    async def watch(self, room: Room) -> AsyncIterator[Hint]:
        async for hint in self._live(room).hints.read():
            yield hint

    async def _destroy(self, room: Room) -> None:
        """End the Janus room; who does not hold it claims it first, or builds it."""
        live = self._rooms.pop(_key(room), None)
        self._looked.pop(_key(room), None)
        try:
            if live is None or live.is_lost:
                live = await self._room(room)
                await live.session.enter()
                await live.observe()
            await live.destroy()
        except RoomGone:
            if live is not None:
                live.let_go()

    async def _room(self, room: Room) -> LiveRoom:
        node = self._node(room)
        return LiveRoom(
            room,
            self._connections[room.node],
            self._secrets.room_key,
            self._ear(room),
            await _address_of(node.url),
        )

    def _live(self, room: Room) -> LiveRoom:
        """The room as we hold it; raises ``RoomGone``."""
        self._node(room)
        live = self._rooms.get(_key(room))
        if live is None:
            raise RoomGone("the room is not held here; open it")
        live.check()
        self._look(room)
        return live

    def _look(self, room: Room) -> None:
        self._looked[_key(room)] = asyncio.get_running_loop().time()

    async def _sweep_often(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            oldest = asyncio.get_running_loop().time() - HELD_SECONDS
            for key in [one for one, at in self._looked.items() if at < oldest]:
                self._let_go(key)

    def _sweep_nodes(self) -> Iterator[asyncio.Task[None]]:
        for name, connection in self._connections.items():
            work = sweep_often(connection, self._admins[name], self._secrets.room_key)
            yield asyncio.create_task(work, name=f"sweep {name}")

    def _let_go_elsewhere(self, room: Room) -> None:
        """A session that was moved is on one node only; the other may not even answer."""
        for key in [one for one in self._rooms if one[1] == room.session_id]:
            if key != _key(room):
                self._let_go(key)

    def _let_go(self, key: Key) -> None:
        self._looked.pop(key, None)
        if live := self._rooms.pop(key, None):
            live.let_go()

    def _node(self, room: Room) -> JanusNode:
        if room.node not in self._nodes:
            raise MediaUnavailable(
                f"media node {room.node} is not among SESSION_NODES", node=room.node
            )
        return self._nodes[room.node]

    def _admin(self, room: Room) -> JanusAdmin:
        self._node(room)
        return self._admins[room.node]

    def _ear(self, room: Room) -> EarSide:
        self._node(room)
        return EarSide(room, self._channels[room.node], self._caller)


def _key(room: Room) -> Key:
    return room.node, room.session_id


def _turn(room: Room) -> str:
    # A node that does not answer keeps nobody waiting on another.
    return f"{room.node} {room.session_id}"


async def _address_of(url: str) -> str:
    """The address of the host in *url*: where Janus takes RTP of those without a browser."""
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            found = await asyncio.get_running_loop().getaddrinfo(
                parts.hostname, parts.port, family=socket.AF_INET, type=socket.SOCK_STREAM
            )
    except (OSError, TimeoutError) as error:
        raise MediaUnavailable(f"the media node at {url} is not found: {error}") from error
    return str(found[0][4][0])
