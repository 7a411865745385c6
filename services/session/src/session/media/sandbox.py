"""The sandbox's media plane: simulated nodes that play scripted people, reached by gRPC."""

from collections.abc import AsyncIterator, Awaitable, Mapping
from typing import TypedDict, TypeVar

from grpc import StatusCode, aio

from common import rpc
from common.principal import service_principal
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import EarServiceStub, SandboxNodeServiceStub
from session.domain.rooms import (
    Came,
    Changed,
    Chatted,
    Connection,
    Departed,
    Hint,
    Lost,
    MediaUnavailable,
    NoBrowsers,
    NotConnected,
    Occupancy,
    Performance,
    PerformanceOver,
    PerformanceRefused,
    Room,
    RoomGone,
    Seat,
    Talk,
)
from session.media import Peer
from session.media.heard import talk_of

T = TypeVar("T")

# A node answers from memory; one that takes longer than this is not well.
CALL_SECONDS = 3.0
# A scenario's zip is read and checked before the node answers.
PERFORM_SECONDS = 15.0
Metadata = tuple[tuple[str, str], ...]


class _Call(TypedDict):
    metadata: Metadata
    timeout: float


class SandboxPlane:
    """Satisfies ``MediaPlane``. *channels* has one channel per node's address."""

    def __init__(self, channels: Mapping[str, aio.Channel], caller: rpc.Caller) -> None:
        self._nodes = {node: SandboxNodeServiceStub(channel) for node, channel in channels.items()}
        self._ears = {node: EarServiceStub(channel) for node, channel in channels.items()}
        self._caller = caller

    async def open(self, room: Room) -> None:
        request = pb.OpenRoomRequest(session_id=room.session_id, opened_at_seconds=room.opened_at)
        await answered(self._node(room).OpenRoom(request, **self._call(room)))

    async def close(self, room: Room) -> None:
        request = pb.CloseRoomRequest(session_id=room.session_id)
        await answered(self._node(room).CloseRoom(request, **self._call(room)))

    async def occupancy(self, room: Room) -> Occupancy:
        request = pb.ListConnectionsRequest(session_id=room.session_id)
        found = await answered(self._node(room).ListConnections(request, **self._call(room)))
        connections = [_connection(one) for one in found.connections]
        return Occupancy(connections, found.performed, found.room_seconds)

    async def disconnect(self, room: Room, participant_id: str) -> None:
        request = pb.DisconnectRequest(session_id=room.session_id, participant_id=participant_id)
        await answered(self._node(room).Disconnect(request, **self._call(room)))

    async def set_muted(self, room: Room, participant_id: str, muted: bool) -> None:
        request = pb.SetMutedRequest(
            session_id=room.session_id, participant_id=participant_id, muted=muted
        )
        await answered(self._node(room).SetMuted(request, **self._call(room)))

    async def set_video_paused(self, room: Room, participant_id: str, paused: bool) -> None:
        """Scripted people have no video: only whether they are there is checked."""
        connections = (await self.occupancy(room)).connections
        if participant_id not in {one.participant_id for one in connections}:
            raise NotConnected(f"{participant_id} is not connected", participant_id=participant_id)

    async def connect(self, room: Room, seat: Seat) -> Peer:
        raise NoBrowsers("this installation has no media plane for browsers; install Janus")

    async def voice(self, room: Room, participant_id: str, name: str) -> None:
        """Whatever is said through the ear is already in the room."""

    async def capture_video(self, room: Room, wanted: bool) -> None:
        """Scripted people have no video."""

    async def perform(self, room: Room, performance: Performance) -> None:
        request = pb.PerformRequest(
            session_id=room.session_id,
            run_id=performance.run_id,
            scenario=performance.scenario,
            codes=performance.codes,
            speed=performance.speed,
            from_seconds=performance.from_seconds,
        )
        await answered(
            self._node(room).Perform(
                request, metadata=self._metadata(room), timeout=PERFORM_SECONDS
            )
        )

    async def talk(self, room: Room) -> Talk:
        request = pb.GetTalkRequest(session_id=room.session_id)
        return talk_of(await answered(self._ear(room).GetTalk(request, **self._call(room))))

    async def watch(self, room: Room) -> AsyncIterator[Hint]:
        request = pb.WatchRoomRequest(session_id=room.session_id)
        call = self._node(room).WatchRoom(request, metadata=self._metadata(room))
        try:
            # The node sends its metadata once it watches.
            await call.initial_metadata()
            yield Changed()
            async for response in call:
                yield _hint(response)
        except aio.AioRpcError as error:
            raise _translated(error) from error
        finally:
            call.cancel()

    def _node(self, room: Room) -> SandboxNodeServiceStub:
        return _at(self._nodes, room.node)

    def _ear(self, room: Room) -> EarServiceStub:
        return _at(self._ears, room.node)

    def _metadata(self, room: Room) -> Metadata:
        suite = service_principal("session", room.workspace_id, test=room.test)
        return self._caller.metadata(suite)

    def _call(self, room: Room) -> _Call:
        return {"metadata": self._metadata(room), "timeout": CALL_SECONDS}


def _at(stubs: Mapping[str, T], node: str) -> T:
    try:
        return stubs[node]
    except KeyError:
        raise MediaUnavailable(f"media node {node} is not among SESSION_NODES", node=node) from None


async def answered(call: Awaitable[T]) -> T:
    try:
        return await call
    except aio.AioRpcError as error:
        raise _translated(error) from error


def _translated(error: aio.AioRpcError) -> Exception:
    why = error.details() or error.code().name
    if error.code() is StatusCode.NOT_FOUND:
        return RoomGone(why)
    if error.code() is StatusCode.FAILED_PRECONDITION:
        return NotConnected(why)
    if error.code() is StatusCode.INVALID_ARGUMENT:
        return PerformanceRefused(why)
    return MediaUnavailable(f"the media node does not answer: {why}")


def _connection(one: pb.Connection) -> Connection:
    return Connection(one.participant_id, one.epoch, one.muted, one.offset_seconds)


def _hint(response: pb.WatchRoomResponse) -> Hint:
    match response.WhichOneof("event"):
        case "connected":
            return Came(_connection(response.connected))
        case "dropped":
            return Lost(response.dropped.participant_id, response.dropped.epoch)
        case "left":
            return Departed(response.left.participant_id, response.left.epoch)
        case "chat":
            return Chatted(response.chat.participant_id, response.chat.text)
        case "performance_over":
            over = response.performance_over
            return PerformanceOver(over.run_id, over.error)
        case _:
            return Changed()
