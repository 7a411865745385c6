"""What the bots call: the ears that hear people, the live feed, and the sessions they act on."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from typing import Any

from grpc import StatusCode, aio
from nats.aio.client import Client
from nats.errors import Error as NatsError

from bots.domain.act import Act, ActRefused, NothingRecorded, SessionBusy
from bots.domain.crew import Track
from bots.domain.reading import Do
from bots.domain.recording import Medium
from bots.domain.saying import CannotSpeak, Courtesy, Saying, Spoken
from bots.domain.sound import EarUnreachable, Mark, MarkKind, Picture, Sound, TrackUnknown
from common import bus, rpc
from common.principal import Principal
from convene.bots.v1 import events_pb2
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1 import session_pb2
from convene.session.v1.ear_pb2_grpc import EarServiceStub
from convene.session.v1.session_pb2_grpc import SessionServiceStub

PACKET_SECONDS = 0.02
PACKETS_AT_ONCE = 50
# What may work when it is tried again.
_PASSING = (
    StatusCode.UNAVAILABLE,
    StatusCode.DEADLINE_EXCEEDED,
    StatusCode.ABORTED,
    StatusCode.RESOURCE_EXHAUSTED,
)
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

    async def speak(
        self,
        caller: Principal,
        saying: Saying,
        packets: Sequence[bytes],
        courtesy: Courtesy,
        stop: asyncio.Event,
    ) -> Spoken:
        """Say *packets*, Opus of 20 ms each; raises ``CannotSpeak``."""
        stub = EarServiceStub(await self._channel(saying.ear_address))
        lasts = len(packets) * PACKET_SECONDS

        async def requests() -> AsyncGenerator[pb.SpeakRequest, None]:
            yield pb.SpeakRequest(
                session_id=saying.session_id,
                participant_id=saying.voice_id,
                yields_to=courtesy.participant_ids,
                yield_after_seconds=courtesy.after_seconds,
            )
            for first in range(0, len(packets), PACKETS_AT_ONCE):
                yield pb.SpeakRequest(packets=packets[first : first + PACKETS_AT_ONCE])
            yield pb.SpeakRequest(complete=True)
            # The call stays open until all is said, so that it can be stopped.
            with suppress(TimeoutError):
                async with asyncio.timeout(lasts + SPARE_SECONDS):
                    await stop.wait()
            yield pb.SpeakRequest(stop=True)

        try:
            answer = await stub.Speak(
                requests(), metadata=self._caller.metadata(caller), timeout=lasts + SPARE_SECONDS
            )
        except aio.AioRpcError as error:
            raise CannotSpeak(
                f"the ear at {saying.ear_address} says {error.code().name}: {error.details()}"
            ) from None
        by, said = answer.interrupted_by, answer.spoken_seconds
        return Spoken(said, lasts, by, stopped=not by and stop.is_set() and said < lasts)

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


class SessionHands:
    """Does to sessions what bots ask for; each act is its own idempotency key."""

    def __init__(self, stub: SessionServiceStub, caller: rpc.Caller) -> None:
        self._stub = stub
        self._caller = caller

    async def do(self, caller: Principal, act: Act) -> None:
        """Do *act*; a second time it changes nothing.

        Raises ``ActRefused`` when the session does not let it, ``NothingRecorded``, or
        ``SessionBusy`` when trying again may help.
        """
        try:
            await self._call(act, self._caller.metadata(caller, act.id))
        except aio.AioRpcError as error:
            kind = SessionBusy if error.code() in _PASSING else ActRefused
            raise kind(error.details() or error.code().name) from None

    async def _call(self, act: Act, metadata: tuple[tuple[str, str], ...]) -> None:
        given, reason = act.arguments, str(act.arguments.get("reason", ""))
        place = {"meeting_id": act.meeting_id, "session_id": act.session_id}
        how: dict[str, Any] = {"metadata": metadata, "timeout": rpc.budget()}
        match act.do:
            case Do.PROMPT:
                await self._stub.SendPrompt(_prompt_of(act), **how)
            case Do.MUTE:
                who = str(given["participant_id"])
                await self._stub.MuteParticipant(
                    session_pb2.MuteParticipantRequest(**place, participant_id=who, reason=reason),
                    **how,
                )
            case Do.HOLD:
                hold = session_pb2.HoldSessionRequest(**place, reason=reason)
                await self._stub.HoldSession(hold, **how)
            case Do.RELEASE:
                release = session_pb2.ReleaseSessionRequest(**place, reason=reason)
                await self._stub.ReleaseSession(release, **how)
            case Do.PAUSE_RECORDING:
                await self._stub.PauseRecording(_pause_of(act), **how)
            case Do.END:
                by_policy = bool(given.get("by_policy"))
                await self._stub.ConcludeSession(
                    session_pb2.ConcludeSessionRequest(**place, reason=reason, by_policy=by_policy),
                    **how,
                )
            case Do.CHECK:
                item = session_pb2.PutChecklistItemRequest(
                    meeting_id=act.meeting_id,
                    item=str(given["item"]),
                    text=str(given.get("text", "")),
                    completed=True,
                )
                await self._stub.PutChecklistItem(item, **how)


def _prompt_of(act: Act) -> session_pb2.SendPromptRequest:
    given = act.arguments
    return session_pb2.SendPromptRequest(
        meeting_id=act.meeting_id,
        session_id=act.session_id,
        kind=f"PROMPT_KIND_{given.get('kind', 'CHAT')}",
        text=str(given["text"]),
        to_role=f"ROLE_{given['role']}" if given.get("role") else None,
        to_participant_id=str(given.get("participant_id", "")),
        reference=str(given.get("reference", "")),
    )


def _pause_of(act: Act) -> session_pb2.PauseRecordingRequest:
    if not act.arguments.get("recording_id"):
        raise NothingRecorded
    return session_pb2.PauseRecordingRequest(
        meeting_id=act.meeting_id,
        session_id=act.session_id,
        recording_id=str(act.arguments["recording_id"]),
        reason=str(act.arguments.get("reason", "")),
    )


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
