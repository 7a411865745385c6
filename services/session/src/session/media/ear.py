"""Listening over gRPC: tracks in batches of 100 ms, and how long everybody has spoken."""

from collections.abc import AsyncIterator, Iterator

from common.errors import InvalidInput
from common.rpc import Context
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import EarServiceServicer
from session.media.records import Kind, Record, merged
from session.media.spool import Spool, TrackKey, check_id
from session.media.talk import Talks

PACKETS_IN_BATCH = 5
MARKERS = {
    Kind.GAP: pb.MARKER_KIND_GAP,
    Kind.MUTE: pb.MARKER_KIND_MUTE,
    Kind.SILENCE: pb.MARKER_KIND_SILENCE,
    Kind.END: pb.MARKER_KIND_END,
    Kind.SCRIPT: pb.MARKER_KIND_SCRIPT,
}


class InvalidSample(InvalidInput):
    def __init__(self) -> None:
        super().__init__("from_sample counts from 0, the start of the join", field="from_sample")


class EarRpc(EarServiceServicer):
    def __init__(self, spool: Spool, talks: Talks) -> None:
        self._spool = spool
        self._talks = talks

    async def Listen(
        self, request: pb.ListenRequest, context: Context
    ) -> AsyncIterator[pb.ListenResponse]:
        if request.from_sample < 0:
            raise InvalidSample
        key = TrackKey(request.session_id, request.participant_id, request.epoch)
        async for records in self._spool.get(key).read(request.from_sample):
            for response in responses(records):
                yield response

    async def GetTalk(self, request: pb.GetTalkRequest, context: Context) -> pb.GetTalkResponse:
        check_id("session_id", request.session_id)
        return pb.GetTalkResponse(
            talks=[
                pb.Talk(
                    participant_id=participant_id,
                    speaking_seconds=talk.speaking_seconds,
                    turns=talk.turns,
                    present_seconds=self._spool.seconds(request.session_id, participant_id),
                )
                for participant_id, talk in self._talks.of(request.session_id)
            ]
        )


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
        else:
            yield _marker(record)
    if batch:
        yield _audio(batch)


def _audio(batch: list[Record]) -> pb.ListenResponse:
    packets = [record.payload for record in batch]
    return pb.ListenResponse(audio=pb.Audio(first_sample=batch[0].start, packets=packets))


def _marker(record: Record) -> pb.ListenResponse:
    marker = pb.Marker(
        kind=MARKERS[record.kind],
        from_sample=record.start,
        to_sample=record.end,
        text=record.payload.decode(),
    )
    return pb.ListenResponse(marker=marker)
