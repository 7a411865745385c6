"""What the bots call: the ears that hear people, and the live feed that partial words go to."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing

from grpc import StatusCode, aio
from nats.aio.client import Client
from nats.errors import Error as NatsError

from bots.domain.crew import Track
from bots.domain.recording import Medium
from bots.domain.saying import CannotSpeak, Saying
from bots.domain.sound import EarUnreachable, Mark, MarkKind, Picture, Sound, TrackUnknown
from common import bus, rpc
from common.principal import Principal
from convene.bots.v1 import events_pb2
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import EarServiceStub

PACKET_SECONDS = 0.02
PACKETS_AT_ONCE = 50
# A text waits for what is being said before it, which is no longer than the longest text.
SPARE_SECONDS = 30.0


class EarClient:
    """Listens to the ears beside the media nodes; each track says which one hears it."""

    def __init__(self, caller: rpc.Caller, channels: AsyncExitStack) -> None:
        self._caller = caller
        self._open = channels
        self._channels: dict[str, aio.Channel] = {}

    async def listen(
        self, caller: Principal, track: Track, from_sample: int
    ) -> AsyncGenerator[Sound | Mark, None]:
        """What is heard on *track* from a sample (48 kHz) on, without end.

        Raises ``EarUnreachable`` when the ear does not answer or the connection is cut,
        ``TrackUnknown`` when it has no such track.
        """
        async with aclosing(self.take(caller, track, from_sample, Medium.AUDIO)) as parts:
            async for part in parts:
                if not isinstance(part, Picture):
                    yield part

    async def take(
        self, caller: Principal, track: Track, from_sample: int, medium: Medium
    ) -> AsyncGenerator[Sound | Mark | Picture, None]:
        """The same of any medium; a video begins at the last key frame before the sample."""
        stub = EarServiceStub(await self._channel(track.ear_address))
        call = stub.Listen(
            pb.ListenRequest(
                session_id=track.session_id,
                participant_id=track.participant_id,
                epoch=track.epoch,
                from_sample=from_sample,
                medium=f"MEDIUM_{medium.value}",
            ),
            metadata=self._caller.metadata(caller),
        )
        try:
            async for answer in call:
                if (part := _heard(answer)) is not None:
                    yield part
        except aio.AioRpcError as error:
            kind = TrackUnknown if error.code() is StatusCode.NOT_FOUND else EarUnreachable
            raise kind(
                f"the ear at {track.ear_address} says {error.code().name}: {error.details()}"
            ) from None
        finally:
            call.cancel()

    async def speak(self, caller: Principal, saying: Saying, packets: Sequence[bytes]) -> None:
        """Say *packets*, Opus of 20 ms each, to their end; raises ``CannotSpeak``."""
        stub = EarServiceStub(await self._channel(saying.ear_address))

        async def requests() -> AsyncGenerator[pb.SpeakRequest, None]:
            yield pb.SpeakRequest(session_id=saying.session_id, participant_id=saying.voice_id)
            for first in range(0, len(packets), PACKETS_AT_ONCE):
                yield pb.SpeakRequest(packets=packets[first : first + PACKETS_AT_ONCE])

        lasts = len(packets) * PACKET_SECONDS
        try:
            await stub.Speak(
                requests(), metadata=self._caller.metadata(caller), timeout=lasts + SPARE_SECONDS
            )
        except aio.AioRpcError as error:
            raise CannotSpeak(
                f"the ear at {saying.ear_address} says {error.code().name}: {error.details()}"
            ) from None

    async def _channel(self, address: str) -> aio.Channel:
        if address not in self._channels:
            self._channels[address] = await self._open.enter_async_context(rpc.channel(address))
        return self._channels[address]


class LiveFeed:
    """Where partial words pass by."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def show(self, partial: events_pb2.LivePartial) -> None:
        """Publish *partial*; one that is lost is no loss, the next one says more."""
        subject = bus.live_subject(partial.workspace_id, partial.meeting_id)
        try:
            await self._client.publish(subject, partial.SerializeToString())
        except NatsError:
            return


def _heard(answer: pb.ListenResponse) -> Sound | Mark | Picture | None:
    if answer.WhichOneof("part") == "frame":
        return Picture(answer.frame.sample, answer.frame.key, answer.frame.payload)
    if answer.WhichOneof("part") == "audio":
        return Sound(answer.audio.first_sample, tuple(answer.audio.packets))
    marker = answer.marker
    # A newer ear may say more than this crew understands.
    kind = _KINDS.get(marker.kind)
    if kind is None:
        return None
    return Mark(kind, marker.from_sample, marker.to_sample, marker.text, marker.outage)


_KINDS = {
    pb.MARKER_KIND_GAP: MarkKind.GAP,
    pb.MARKER_KIND_MUTE: MarkKind.MUTE,
    pb.MARKER_KIND_SILENCE: MarkKind.SILENCE,
    pb.MARKER_KIND_END: MarkKind.END,
    pb.MARKER_KIND_SCRIPT: MarkKind.SCRIPT,
}
