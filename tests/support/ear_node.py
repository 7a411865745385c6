"""A real ear for tests, the session service it asks, and what one hears on it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from grpc import aio
from pydantic import SecretStr

from common import rpc
from common.errors import DomainError
from common.principal import service_principal
from common.rpc import Context
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1 import session_pb2
from convene.session.v1.ear_pb2_grpc import EarServiceStub, SandboxNodeServiceStub
from convene.session.v1.session_pb2_grpc import (
    SessionServiceServicer,
    add_SessionServiceServicer_to_server,
)
from session.media.settings import EarSettings
from tests.support.services import KEY, metadata

SESSION = "ses_1"
RATE = 48_000
SUITE = service_principal("session", "wsp_1", test=True)
Kind = pb.MarkerKind


class FakeSessions(SessionServiceServicer):
    """Lets everybody in as ``prt_<name>``, after the refusals that a name has in store."""

    def __init__(self) -> None:
        self.codes: list[str] = []
        self.refusals: dict[str, list[DomainError]] = {}

    async def ExchangeJoinLink(
        self, request: session_pb2.ExchangeJoinLinkRequest, context: Context
    ) -> session_pb2.ExchangeJoinLinkResponse:
        self.codes.append(request.code)
        if refusals := self.refusals.get(request.name):
            raise refusals.pop(0)
        return session_pb2.ExchangeJoinLinkResponse(
            participant=session_pb2.Participant(id=f"prt_{request.name}"),
            session=session_pb2.Session(id=SESSION),
        )


@asynccontextmanager
async def served_sessions(sessions: FakeSessions) -> AsyncIterator[str]:
    """The address where *sessions* answers."""
    name = "convene.session.v1.SessionService"
    servicer = rpc.Servicer(add_SessionServiceServicer_to_server, sessions, name)
    async with rpc.serving("127.0.0.1:0", [servicer], key=KEY) as (port, _):
        yield f"127.0.0.1:{port}"


def ear_settings(
    folder: Path, session_address: str, rtp_listen: str = "127.0.0.1:0"
) -> EarSettings:
    return EarSettings(
        env="dev",
        internal_key=SecretStr(KEY.decode()),
        session_address=session_address,
        listen="127.0.0.1:0",
        spool_dir=folder,
        rtp_listen=rtp_listen,
    )


class Ear:
    """An ear as the session service and the bots see it."""

    def __init__(self, channel: aio.Channel) -> None:
        self.node = SandboxNodeServiceStub(channel)
        self.ear = EarServiceStub(channel)

    async def open_room(self) -> None:
        await self.node.OpenRoom(pb.OpenRoomRequest(session_id=SESSION), metadata=metadata(SUITE))

    async def perform(self, scenario: bytes, people: int = 1, **changes: object) -> None:
        """Open the room, and play *scenario* with codes ``0``, ``1``…"""
        fields: dict[str, object] = {
            "session_id": SESSION,
            "run_id": "run_1",
            "scenario": scenario,
            "codes": [str(number) for number in range(people)],
        }
        await self.node.OpenRoom(pb.OpenRoomRequest(session_id=SESSION), metadata=metadata(SUITE))
        request = pb.PerformRequest(**(fields | changes))  # type: ignore[arg-type]
        await self.node.Perform(request, metadata=metadata(SUITE))

    async def roster(self) -> pb.ListConnectionsResponse:
        request = pb.ListConnectionsRequest(session_id=SESSION)
        return await self.node.ListConnections(request, metadata=metadata(SUITE))

    async def watch(self) -> "asyncio.Task[list[pb.WatchRoomResponse]]":
        """Open the room and collect what happens in it until the performance is over."""
        await self.node.OpenRoom(pb.OpenRoomRequest(session_id=SESSION), metadata=metadata(SUITE))
        request = pb.WatchRoomRequest(session_id=SESSION)
        call = self.node.WatchRoom(request, metadata=metadata(SUITE), timeout=30)
        await call.initial_metadata()

        async def collect() -> list[pb.WatchRoomResponse]:
            events = []
            async for event in call:
                events.append(event)
                if event.HasField("performance_over"):
                    break
            return events

        return asyncio.create_task(collect())

    async def seat(
        self,
        audio: int = 1,
        epoch: int = 1,
        participant_id: str = "prt_1",
        *,
        anew: bool = False,
        **ssrcs: int,
    ) -> pb.SeatResponse:
        """Open the room, and seat somebody in it by SSRC."""
        await self.node.OpenRoom(pb.OpenRoomRequest(session_id=SESSION), metadata=metadata(SUITE))
        request = pb.SeatRequest(
            session_id=SESSION,
            participant_id=participant_id,
            epoch=epoch,
            audio_ssrc=audio,
            anew=anew,
            **ssrcs,
        )
        return await self.ear.Seat(request, metadata=metadata(SUITE))

    async def unseat(
        self, participant_id: str = "prt_1", epoch: int = 1, *, left: bool = True
    ) -> None:
        request = pb.UnseatRequest(
            session_id=SESSION, participant_id=participant_id, epoch=epoch, left=left
        )
        await self.ear.Unseat(request, metadata=metadata(SUITE))

    async def set_quiet(self, quiet: bool, participant_id: str = "prt_1", epoch: int = 1) -> None:
        request = pb.SetQuietRequest(
            session_id=SESSION, participant_id=participant_id, epoch=epoch, quiet=quiet
        )
        await self.ear.SetQuiet(request, metadata=metadata(SUITE))

    async def open_voice(
        self, address: tuple[str, int], participant_id: str = "prt_1", level_id: int = 1
    ) -> None:
        request = pb.OpenVoiceRequest(
            session_id=SESSION,
            participant_id=participant_id,
            host=address[0],
            port=address[1],
            ssrc=1000,
            level_extension_id=level_id,
        )
        await self.ear.OpenVoice(request, metadata=metadata(SUITE))

    async def close_voice(self, participant_id: str = "prt_1") -> None:
        request = pb.CloseVoiceRequest(session_id=SESSION, participant_id=participant_id)
        await self.ear.CloseVoice(request, metadata=metadata(SUITE))

    async def speak(self, packets: Sequence[bytes], participant_id: str = "prt_1") -> float:
        """Say *packets*, sent at once; answers the seconds said."""
        requests = [
            pb.SpeakRequest(session_id=SESSION, participant_id=participant_id, packets=some)
            for some in (packets[:10], packets[10:])
        ]
        answer = await self.ear.Speak(iter(requests), metadata=metadata(SUITE), timeout=30)
        return answer.spoken_seconds

    async def listen(
        self,
        participant_id: str,
        epoch: int = 1,
        from_sample: int = 0,
        medium: pb.Medium = pb.MEDIUM_UNSPECIFIED,
    ) -> list[pb.ListenResponse]:
        """Everything on a track from a sample to its end."""
        request = pb.ListenRequest(
            session_id=SESSION,
            participant_id=participant_id,
            epoch=epoch,
            from_sample=from_sample,
            medium=medium,
        )
        call = self.ear.Listen(request, metadata=metadata(SUITE), timeout=30)
        return [response async for response in call]

    async def talk(self) -> dict[str, pb.Talk]:
        return {talk.participant_id: talk for talk in (await self.heard()).talks}

    async def heard(self) -> pb.GetTalkResponse:
        request = pb.GetTalkRequest(session_id=SESSION)
        return await self.ear.GetTalk(request, metadata=metadata(SUITE))


def stretches(heard: list[pb.ListenResponse]) -> list[tuple[str, float, float]]:
    """What was heard as (kind, from, to) in seconds: touching audio and touching markers as one."""
    found: list[tuple[str, int, int]] = []
    for response in heard:
        if response.HasField("audio"):
            start = response.audio.first_sample
            kind, end = "AUDIO", start + 960 * len(response.audio.packets)
        else:
            kind = Kind.Name(response.marker.kind).removeprefix("MARKER_KIND_")
            start, end = response.marker.from_sample, response.marker.to_sample
        if found and (found[-1][0], found[-1][2]) == (kind, start):
            found[-1] = (kind, found[-1][1], end)
        else:
            found.append((kind, start, end))
    return [(kind, start / RATE, end / RATE) for kind, start, end in found]


def packets(heard: list[pb.ListenResponse]) -> dict[int, bytes]:
    """The packets heard, by first sample."""
    return {
        response.audio.first_sample + 960 * number: packet
        for response in heard
        for number, packet in enumerate(response.audio.packets)
    }


def spoken_seconds(samples: np.ndarray, rate: int) -> float:
    """Speech in a clean clip by its loudness alone, pauses under half a second bridged."""
    frame = rate // 50
    frames = samples[: len(samples) // frame * frame].reshape(-1, frame)
    loudness = np.sqrt((frames.astype(np.float64) ** 2).mean(axis=1))
    loud = np.flatnonzero(loudness > loudness.max() / 30)
    gaps = np.diff(loud) - 1
    return float((len(loud) + gaps[gaps < 25].sum()) / 50)
