"""An ear that says what a test tells it to, over real gRPC connections that can be cut."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from grpc import StatusCode

from bots.domain.sound import SAMPLES_PER_PACKET, Mark, MarkKind
from common import rpc
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1 import ear_pb2_grpc as grpc

AUDIO, CAMERA = pb.MEDIUM_AUDIO, pb.MEDIUM_CAMERA
Key = tuple[str, int, "pb.Medium"]
PACKETS_PER_BATCH = 5


class WrittenEar(grpc.EarServiceServicer):
    """*asked* lists, for every ``Listen``, the track and its first sample."""

    def __init__(self) -> None:
        self.address = ""
        self.asked: list[tuple[str, int]] = []
        self._tracks: dict[Key, list[pb.ListenResponse]] = {}
        self._ends: dict[Key, int] = {}
        self._forgotten: set[str] = set()
        self._more = asyncio.Condition()
        self._cuts = 0

    async def say(self, participant: str, packets: Sequence[bytes], epoch: int = 1) -> None:
        """Add sound to the end of a track."""
        key: Key = (participant, epoch, AUDIO)
        at = self._ends.get(key, 0)
        for first in range(0, len(packets), PACKETS_PER_BATCH):
            audio = pb.Audio(
                first_sample=at + first * SAMPLES_PER_PACKET,
                packets=packets[first : first + PACKETS_PER_BATCH],
            )
            await self._add(key, pb.ListenResponse(audio=audio))
        self._ends[key] = at + len(packets) * SAMPLES_PER_PACKET

    async def mark(self, participant: str, mark: Mark, epoch: int = 1) -> None:
        """Add a marker; the track goes on behind it."""
        marker = pb.Marker(
            kind=f"MARKER_KIND_{mark.kind.value}",
            from_sample=mark.from_sample,
            to_sample=mark.to_sample,
            text=mark.text,
            outage=mark.outage,
        )
        self._ends[participant, epoch, AUDIO] = mark.to_sample
        await self._add((participant, epoch, AUDIO), pb.ListenResponse(marker=marker))

    async def rest(self, participant: str, seconds: float) -> None:
        """Be silent up to a second of the track."""
        at, until = self._ends.get((participant, 1, AUDIO), 0), round(seconds * 48_000)
        await self.mark(participant, Mark(MarkKind.MUTE, at, until))

    async def show(
        self, participant: str, frames: Sequence[tuple[float, bool, bytes]], epoch: int = 1
    ) -> None:
        """Add pictures of a camera: seconds, whether it is a key frame, the frame."""
        for at, key, payload in frames:
            frame = pb.Frame(sample=round(at * 48_000), key=key, payload=payload)
            await self._add((participant, epoch, CAMERA), pb.ListenResponse(frame=frame))

    async def end(self, participant: str, epoch: int = 1) -> None:
        at = self._ends.get((participant, epoch, AUDIO), 0)
        await self.mark(participant, Mark(MarkKind.END, at, at), epoch)

    def forgets(self, participant: str) -> None:
        """Know nothing of this participant any more."""
        self._forgotten.add(participant)

    async def cut(self) -> None:
        """Cut every connection that is open now."""
        async with self._more:
            self._cuts += 1
            self._more.notify_all()

    async def Listen(
        self, request: pb.ListenRequest, context: rpc.Context
    ) -> AsyncIterator[pb.ListenResponse]:
        self.asked.append((request.participant_id, request.from_sample))
        key: Key = (request.participant_id, request.epoch, request.medium or AUDIO)
        if self._lacks(key):
            await context.abort(StatusCode.NOT_FOUND, "no such track")
        told, cuts = 0, self._cuts
        while True:
            # More may be said while this is sent.
            parts = self._tracks.get(key, [])[told:]
            told += len(parts)
            for part in parts:
                if _last_sample(part) > request.from_sample or _is_end(part):
                    yield part
            if parts and _is_end(parts[-1]):
                return
            async with self._more:
                while len(self._tracks.get(key, [])) == told and cuts == self._cuts:
                    await self._more.wait()
            if cuts != self._cuts:
                await context.abort(StatusCode.UNAVAILABLE, "cut")

    async def GetTalk(self, request: pb.GetTalkRequest, context: rpc.Context) -> pb.GetTalkResponse:
        return pb.GetTalkResponse()

    def _lacks(self, key: Key) -> bool:
        """Whether nothing is known of that track; everybody's sound is, or will be."""
        return key[0] in self._forgotten or (key[2] != AUDIO and key not in self._tracks)

    async def _add(self, key: Key, part: pb.ListenResponse) -> None:
        async with self._more:
            self._tracks.setdefault(key, []).append(part)
            self._more.notify_all()


def _last_sample(part: pb.ListenResponse) -> int:
    if part.HasField("frame"):
        return part.frame.sample + 1
    if part.HasField("marker"):
        return part.marker.to_sample
    return part.audio.first_sample + len(part.audio.packets) * SAMPLES_PER_PACKET


def _is_end(part: pb.ListenResponse) -> bool:
    return part.marker.kind == pb.MARKER_KIND_END


@asynccontextmanager
async def listening(key: bytes) -> AsyncIterator[WrittenEar]:
    """An ear on a port of its own while the block runs."""
    ear = WrittenEar()  # type: ignore[abstract]
    servicer = rpc.Servicer(
        grpc.add_EarServiceServicer_to_server, ear, "convene.session.v1.EarService"
    )
    async with rpc.serving("127.0.0.1:0", [servicer], key=key) as (port, _):
        ear.address = f"127.0.0.1:{port}"
        yield ear
