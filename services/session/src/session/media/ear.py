"""Listening over gRPC: tracks in batches of 100 ms, and how long everybody has spoken."""

import asyncio
from collections.abc import AsyncIterator, Iterator

from common.errors import InvalidInput
from common.rpc import Context
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import EarServiceServicer
from session.media.house import House
from session.media.records import RATE, Kind, Record, merged
from session.media.seating import Seating
from session.media.sending import Outlet
from session.media.speaking import Courtesy, Speaking, Utterance
from session.media.spool import Medium, Spool, TrackKey, check_id
from session.media.talk import Talks

PACKETS_IN_BATCH = 5
PICTURES = frozenset({Kind.PICTURE, Kind.KEY_PICTURE})
MARKERS = {
    Kind.GAP: pb.MARKER_KIND_GAP,
    Kind.OUTAGE: pb.MARKER_KIND_GAP,
    Kind.MUTE: pb.MARKER_KIND_MUTE,
    Kind.SILENCE: pb.MARKER_KIND_SILENCE,
    Kind.END: pb.MARKER_KIND_END,
    Kind.SCRIPT: pb.MARKER_KIND_SCRIPT,
}


class InvalidSample(InvalidInput):
    def __init__(self) -> None:
        super().__init__("from_sample counts from 0, the start of the join", field="from_sample")


class InvalidMedium(InvalidInput):
    def __init__(self) -> None:
        super().__init__("medium is AUDIO, CAMERA or SCREEN", field="medium")


class InvalidEpoch(InvalidInput):
    def __init__(self) -> None:
        super().__init__("epoch counts joins from 1", field="epoch")


class RepeatedSsrc(InvalidInput):
    def __init__(self) -> None:
        super().__init__(
            "audio_ssrc, camera_ssrc and screen_ssrc are the same; each stream has its own",
            field="audio_ssrc",
        )


class NothingSaid(InvalidInput):
    def __init__(self) -> None:
        super().__init__("send one message at least, with who speaks", field="participant_id")


class EarRpc(EarServiceServicer):
    def __init__(
        self, spool: Spool, talks: Talks, house: House, seating: Seating, speaking: Speaking
    ) -> None:
        self._spool = spool
        self._talks = talks
        self._house = house
        self._seating = seating
        self._speaking = speaking

    async def Listen(
        self, request: pb.ListenRequest, context: Context
    ) -> AsyncIterator[pb.ListenResponse]:
        if request.from_sample < 0:
            raise InvalidSample
        if request.medium not in pb.Medium.values():
            raise InvalidMedium
        medium = Medium(request.medium or Medium.AUDIO)
        key = TrackKey(request.session_id, request.participant_id, request.epoch, medium)
        track, start = self._spool.get(key), request.from_sample
        if medium is not Medium.AUDIO:
            start = track.key_before(start)
        async for records in track.read(start):
            for response in responses(records):
                yield response

    async def GetTalk(self, request: pb.GetTalkRequest, context: Context) -> pb.GetTalkResponse:
        check_id("session_id", request.session_id)
        return pb.GetTalkResponse(
            count=self._talks.count_of(request.session_id),
            talks=[
                pb.Talk(
                    participant_id=participant_id,
                    speaking_seconds=talk.speaking_seconds,
                    turns=talk.turns,
                    present_seconds=self._spool.seconds(request.session_id, participant_id),
                    longest_turn_seconds=talk.longest_turn / RATE,
                    overlaps=talk.speech.overlaps,
                    overlap_seconds=talk.speech.overlap_samples / RATE,
                )
                for participant_id, talk in self._talks.of(request.session_id)
            ],
        )

    async def Seat(self, request: pb.SeatRequest, context: Context) -> pb.SeatResponse:
        if request.epoch < 1:
            raise InvalidEpoch
        ssrcs = (request.audio_ssrc, request.camera_ssrc, request.screen_ssrc)
        wanted = [ssrc for ssrc in ssrcs if ssrc]
        if len(set(wanted)) < len(wanted):
            raise RepeatedSsrc
        offset = self._seating.seat(
            self._house.room(request.session_id),
            request.participant_id,
            request.epoch,
            ssrcs,
            anew=request.anew,
        )
        host, port = self._seating.address
        return pb.SeatResponse(host=host, port=port, offset_seconds=offset)

    async def Unseat(self, request: pb.UnseatRequest, context: Context) -> pb.UnseatResponse:
        room = self._house.room(request.session_id)
        self._seating.unseat(room, request.participant_id, request.epoch, left=request.left)
        return pb.UnseatResponse()

    async def SetQuiet(self, request: pb.SetQuietRequest, context: Context) -> pb.SetQuietResponse:
        room = self._house.room(request.session_id)
        self._seating.set_quiet(room, request.participant_id, request.epoch, request.quiet)
        return pb.SetQuietResponse()

    async def OpenVoice(
        self, request: pb.OpenVoiceRequest, context: Context
    ) -> pb.OpenVoiceResponse:
        outlet = Outlet(
            request.participant_id,
            request.host,
            request.port,
            request.ssrc,
            request.level_extension_id,
        )
        self._speaking.open_voice(self._house.room(request.session_id), outlet)
        return pb.OpenVoiceResponse()

    async def CloseVoice(
        self, request: pb.CloseVoiceRequest, context: Context
    ) -> pb.CloseVoiceResponse:
        room = self._house.room(request.session_id)
        self._speaking.close_voice(room, request.participant_id)
        return pb.CloseVoiceResponse()

    async def Speak(
        self, requests: AsyncIterator[pb.SpeakRequest], context: Context
    ) -> pb.SpeakResponse:
        first = await anext(requests, None)
        if first is None:
            raise NothingSaid
        room = self._house.room(first.session_id)
        courtesy = Courtesy(tuple(first.yields_to), first.yield_after_seconds)
        utterance = Utterance(courtesy)
        utterance.add(first.packets)
        # Read ahead: a word to stop must not wait behind what is still to be said.
        reading = asyncio.create_task(_take_in(requests, utterance))
        saying = asyncio.create_task(self._speaking.say(room, first.participant_id, utterance))
        try:
            await asyncio.wait((reading, saying), return_when=asyncio.FIRST_COMPLETED)
            if reading.done():
                reading.result()
            spoken = await saying
        finally:
            for task in (reading, saying):
                task.cancel()
            await asyncio.gather(reading, saying, return_exceptions=True)
        return pb.SpeakResponse(spoken_seconds=spoken.seconds, interrupted_by=spoken.interrupted_by)


async def _take_in(requests: AsyncIterator[pb.SpeakRequest], utterance: Utterance) -> None:
    async for request in requests:
        if request.stop:
            utterance.stop()
            return
        utterance.add(request.packets)
        if request.complete:
            utterance.close()
    utterance.close()


def responses(records: list[Record]) -> Iterator[pb.ListenResponse]:
    """*records* on the wire: packets that touch in batches, touching quiet stretches as one."""
    batch: list[Record] = []
    for record in merged(iter(records)):
        touches = batch and record.kind is Kind.PACKET and record.start == batch[-1].end
        if batch and (not touches or len(batch) == PACKETS_IN_BATCH):
            yield _audio(batch)
            batch = []
        if record.kind is Kind.PACKET:
            batch.append(record)
        elif record.kind in PICTURES:
            yield _frame(record)
        else:
            yield _marker(record)
    if batch:
        yield _audio(batch)


def _audio(batch: list[Record]) -> pb.ListenResponse:
    packets = [record.payload for record in batch]
    return pb.ListenResponse(audio=pb.Audio(first_sample=batch[0].start, packets=packets))


def _frame(record: Record) -> pb.ListenResponse:
    key = record.kind is Kind.KEY_PICTURE
    return pb.ListenResponse(frame=pb.Frame(sample=record.end - 1, key=key, payload=record.payload))


def _marker(record: Record) -> pb.ListenResponse:
    marker = pb.Marker(
        kind=MARKERS[record.kind],
        from_sample=record.start,
        to_sample=record.end,
        text=record.payload.decode(),
        outage=record.kind is Kind.OUTAGE,
    )
    return pb.ListenResponse(marker=marker)
