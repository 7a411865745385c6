"""The ear beside a Janus, as far as its owner sees it: what it was told, and what it received."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import rpc
from common.errors import NotFound, WrongState
from common.rpc import Context
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1 import ear_pb2_grpc as grpc
from tests.support.services import KEY


class RoomNotFound(NotFound):
    pass


class NobodyThere(WrongState):
    pass


class Packets(asyncio.DatagramProtocol):
    """Counts RTP by SSRC."""

    def __init__(self) -> None:
        self.counted: dict[int, int] = {}

    def datagram_received(self, data: bytes, addr: object) -> None:
        ssrc = int.from_bytes(data[8:12], "big")
        self.counted[ssrc] = self.counted.get(ssrc, 0) + 1


class WrittenNode(grpc.EarServiceServicer, grpc.SandboxNodeServiceServicer):
    """*seats* has the last ``Seat`` of each join, *gone* the ``Unseat``s, *quiet* who is so."""

    def __init__(self, packets: Packets, port: int) -> None:
        self.packets = packets
        self._port = port
        self.rooms: set[str] = set()
        self.seats: dict[tuple[str, int], pb.SeatRequest] = {}
        self.gone: list[pb.UnseatRequest] = []
        self.quiet: dict[str, bool] = {}
        self.voices: dict[str, pb.OpenVoiceRequest] = {}
        self.scripted: list[pb.Connection] = []
        self.changed = asyncio.Event()
        # Cleared: who asks who is here waits.
        self.tells = asyncio.Event()
        self.tells.set()

    def heard(self, participant_id: str, epoch: int = 1) -> int:
        """How many packets of their sound came."""
        seat = self.seats.get((participant_id, epoch))
        return self.packets.counted.get(seat.audio_ssrc, 0) if seat else 0

    def seen(self, participant_id: str, epoch: int = 1) -> int:
        seat = self.seats.get((participant_id, epoch))
        return self.packets.counted.get(seat.camera_ssrc, 0) if seat else 0

    async def OpenRoom(self, request: pb.OpenRoomRequest, context: Context) -> pb.OpenRoomResponse:
        self.rooms.add(request.session_id)
        return pb.OpenRoomResponse()

    async def CloseRoom(
        self, request: pb.CloseRoomRequest, context: Context
    ) -> pb.CloseRoomResponse:
        self.rooms.discard(request.session_id)
        return pb.CloseRoomResponse()

    async def ListConnections(
        self, request: pb.ListConnectionsRequest, context: Context
    ) -> pb.ListConnectionsResponse:
        await self.tells.wait()
        if request.session_id not in self.rooms:
            raise RoomNotFound(request.session_id)
        seated = [
            pb.Connection(
                participant_id=who,
                epoch=epoch,
                offset_seconds=epoch,
                muted=self.quiet.get(who, False),
            )
            for who, epoch in self.seats
        ]
        return pb.ListConnectionsResponse(connections=[*self.scripted, *seated])

    async def WatchRoom(
        self, request: pb.WatchRoomRequest, context: Context
    ) -> AsyncIterator[pb.WatchRoomResponse]:
        await context.send_initial_metadata(())
        while True:
            await self.changed.wait()
            self.changed.clear()
            yield pb.WatchRoomResponse()

    async def Disconnect(
        self, request: pb.DisconnectRequest, context: Context
    ) -> pb.DisconnectResponse:
        raise NobodyThere(request.participant_id)

    async def SetMuted(self, request: pb.SetMutedRequest, context: Context) -> pb.SetMutedResponse:
        raise NobodyThere(request.participant_id)

    async def Seat(self, request: pb.SeatRequest, context: Context) -> pb.SeatResponse:
        self.seats[request.participant_id, request.epoch] = request
        return pb.SeatResponse(host="127.0.0.1", port=self._port, offset_seconds=request.epoch)

    async def Unseat(self, request: pb.UnseatRequest, context: Context) -> pb.UnseatResponse:
        self.seats.pop((request.participant_id, request.epoch), None)
        self.gone.append(request)
        return pb.UnseatResponse()

    async def SetQuiet(self, request: pb.SetQuietRequest, context: Context) -> pb.SetQuietResponse:
        self.quiet[request.participant_id] = request.quiet
        return pb.SetQuietResponse()

    async def OpenVoice(
        self, request: pb.OpenVoiceRequest, context: Context
    ) -> pb.OpenVoiceResponse:
        self.voices[request.participant_id] = request
        return pb.OpenVoiceResponse()

    async def CloseVoice(
        self, request: pb.CloseVoiceRequest, context: Context
    ) -> pb.CloseVoiceResponse:
        self.voices.pop(request.participant_id, None)
        return pb.CloseVoiceResponse()


@asynccontextmanager
async def a_written_node() -> AsyncIterator[tuple[WrittenNode, str]]:
    """The node and its address, while the block runs."""
    loop = asyncio.get_running_loop()
    transport, packets = await loop.create_datagram_endpoint(Packets, local_addr=("127.0.0.1", 0))
    node = WrittenNode(packets, transport.get_extra_info("sockname")[1])  # type: ignore[abstract]
    servicers = [
        rpc.Servicer(grpc.add_EarServiceServicer_to_server, node, "convene.session.v1.EarService"),
        rpc.Servicer(
            grpc.add_SandboxNodeServiceServicer_to_server,
            node,
            "convene.session.v1.SandboxNodeService",
        ),
    ]
    try:
        async with rpc.serving("127.0.0.1:0", servicers, key=KEY) as (port, _):
            yield node, f"127.0.0.1:{port}"
    finally:
        transport.close()
