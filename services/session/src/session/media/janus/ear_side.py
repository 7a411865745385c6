"""What a room's owner tells the ear beside the media node: who is heard, and by which RTP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grpc import aio

from common import rpc
from common.principal import service_principal
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import EarServiceStub, SandboxNodeServiceStub
from session.domain.rooms import Room
from session.media.janus.ledger import Join, Medium
from session.media.janus.videoroom import VOICE_LEVEL_EXTENSION, VOICE_SSRC
from session.media.sandbox import CALL_SECONDS, Metadata, answered


@dataclass(frozen=True, slots=True)
class Place:
    """Where a join's RTP goes, and where its tracks start on the session's time line."""

    host: str
    port: int
    offset_seconds: float


@dataclass(frozen=True, slots=True)
class Inside:
    """Who is in the ear's room: those with a browser, and those it plays itself."""

    scripted: Sequence[pb.Connection]
    # Whether they are muted, by participant and epoch.
    seated: Mapping[tuple[str, int], bool]
    performed: bool
    room_seconds: float = 0.0


class EarSide:
    """One room at its ear. Every call raises ``RoomGone`` or ``MediaUnavailable``."""

    def __init__(self, room: Room, channel: aio.Channel, caller: rpc.Caller) -> None:
        self._session_id = room.session_id
        self._ear = EarServiceStub(channel)
        self._node = SandboxNodeServiceStub(channel)
        self._caller = caller
        self._suite = service_principal("session", room.workspace_id, test=room.test)

    async def inside(self) -> Inside:
        request = pb.ListConnectionsRequest(session_id=self._session_id)
        found = await answered(
            self._node.ListConnections(request, metadata=self._who(), timeout=CALL_SECONDS)
        )
        return Inside(
            [one for one in found.connections if one.scripted],
            {
                (one.participant_id, one.epoch): one.muted
                for one in found.connections
                if not one.scripted
            },
            found.performed,
            found.room_seconds,
        )

    async def seat(self, join: Join, ssrcs: Mapping[Medium, int]) -> Place:
        """Hear a join; one that is known already goes on with its tracks."""
        request = pb.SeatRequest(
            session_id=self._session_id,
            participant_id=join.participant_id,
            epoch=join.epoch,
            audio_ssrc=ssrcs.get(Medium.AUDIO, 0),
            camera_ssrc=ssrcs.get(Medium.CAMERA, 0),
            screen_ssrc=ssrcs.get(Medium.SCREEN, 0),
            anew=not join.is_heard,
        )
        told = await answered(self._ear.Seat(request, metadata=self._who(), timeout=CALL_SECONDS))
        return Place(told.host, told.port, told.offset_seconds)

    async def unseat(self, participant_id: str, epoch: int, *, left: bool) -> None:
        request = pb.UnseatRequest(
            session_id=self._session_id, participant_id=participant_id, epoch=epoch, left=left
        )
        await answered(self._ear.Unseat(request, metadata=self._who(), timeout=CALL_SECONDS))

    async def set_quiet(self, join: Join, quiet: bool) -> None:
        request = pb.SetQuietRequest(
            session_id=self._session_id,
            participant_id=join.participant_id,
            epoch=join.epoch,
            quiet=quiet,
        )
        await answered(self._ear.SetQuiet(request, metadata=self._who(), timeout=CALL_SECONDS))

    async def open_voice(self, participant_id: str, host: str, port: int) -> None:
        request = pb.OpenVoiceRequest(
            session_id=self._session_id,
            participant_id=participant_id,
            host=host,
            port=port,
            ssrc=VOICE_SSRC,
            level_extension_id=VOICE_LEVEL_EXTENSION,
        )
        await answered(self._ear.OpenVoice(request, metadata=self._who(), timeout=CALL_SECONDS))

    async def close_voice(self, participant_id: str) -> None:
        request = pb.CloseVoiceRequest(session_id=self._session_id, participant_id=participant_id)
        await answered(self._ear.CloseVoice(request, metadata=self._who(), timeout=CALL_SECONDS))

    def _who(self) -> Metadata:
        return self._caller.metadata(self._suite)
