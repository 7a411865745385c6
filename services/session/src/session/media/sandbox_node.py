"""The sandbox's media node over gRPC: rooms, connections and performances."""

from collections.abc import AsyncIterator

from common.rpc import Context
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import SandboxNodeServiceServicer
from session.media.house import House
from session.media.performer import Run


class SandboxNodeRpc(SandboxNodeServiceServicer):
    def __init__(self, house: House) -> None:
        self._house = house

    async def OpenRoom(self, request: pb.OpenRoomRequest, context: Context) -> pb.OpenRoomResponse:
        self._house.open(request.session_id, request.opened_at_seconds)
        return pb.OpenRoomResponse()

    async def CloseRoom(
        self, request: pb.CloseRoomRequest, context: Context
    ) -> pb.CloseRoomResponse:
        self._house.close(request.session_id)
        return pb.CloseRoomResponse()

    async def Perform(self, request: pb.PerformRequest, context: Context) -> pb.PerformResponse:
        run = Run(request.run_id, list(request.codes), request.speed or 1.0, request.from_seconds)
        await self._house.perform(request.session_id, run, request.scenario)
        return pb.PerformResponse()

    async def ListConnections(
        self, request: pb.ListConnectionsRequest, context: Context
    ) -> pb.ListConnectionsResponse:
        room = self._house.room(request.session_id)
        return pb.ListConnectionsResponse(
            connections=room.connections(),
            performed=self._house.performed(request.session_id),
            room_seconds=room.open_seconds(),
        )

    async def Disconnect(
        self, request: pb.DisconnectRequest, context: Context
    ) -> pb.DisconnectResponse:
        self._house.room(request.session_id).remove(request.participant_id)
        return pb.DisconnectResponse()

    async def SetMuted(self, request: pb.SetMutedRequest, context: Context) -> pb.SetMutedResponse:
        self._house.room(request.session_id).silence(request.participant_id, request.muted)
        return pb.SetMutedResponse()

    async def WatchRoom(
        self, request: pb.WatchRoomRequest, context: Context
    ) -> AsyncIterator[pb.WatchRoomResponse]:
        room = self._house.room(request.session_id)
        watch = room.watch()
        try:
            # Tells the caller that from here on nothing is missed.
            await context.send_initial_metadata(())
            async for event in watch.events():
                yield event
        finally:
            room.unwatch(watch)
