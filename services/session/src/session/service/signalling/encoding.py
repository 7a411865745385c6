"""Signalling between the domain and the contract."""

from collections.abc import Iterable, Mapping

from common.errors import DomainError
from convene.session.v1 import signal_pb2 as pb
from session.domain.rooms import (
    Candidate,
    InvalidDescription,
    Offered,
    Side,
    Source,
    Talked,
)
from session.domain.sessions import EndReason, Session

SIDES = {
    pb.SIDE_UNSPECIFIED: Side.PUBLISHER,
    pb.SIDE_PUBLISHER: Side.PUBLISHER,
    pb.SIDE_SUBSCRIBER: Side.SUBSCRIBER,
}
# What a page tells its person, where the end's own words say nothing.
END_TEXTS = {
    EndReason.HOST_ENDED: "The host ended the meeting.",
    EndReason.NO_SHOW: "The meeting ended because nobody came.",
    EndReason.ALL_LEFT: "The meeting ended because everybody had left.",
    EndReason.BOTS_ONLY: "The meeting ended because everybody had left.",
    EndReason.HOST_ABSENT: "The meeting ended because its host was away.",
    EndReason.SOLO: "The meeting ended because nobody else was in it.",
    EndReason.SCHEDULED_END: "The meeting reached its planned end.",
    EndReason.MAX_DURATION: "The meeting reached its longest duration.",
    EndReason.MEETING_CANCELLED: "The meeting was cancelled.",
    EndReason.MEDIA_FAILURE: "The meeting ended because its media failed.",
}


def refusal(error: DomainError) -> pb.SignalResponse:
    return pb.SignalResponse(refusal=pb.Refusal(reason=error.reason, text=str(error)))


def sources_of(tracks: Iterable[pb.PublishedTrack]) -> Mapping[str, Source]:
    """What each mid is of; raises ``InvalidDescription``."""
    found = {}
    for track in tracks:
        name = pb.TrackSource.Name(track.source).removeprefix("TRACK_SOURCE_")
        if not track.mid or name not in Source.__members__:
            raise InvalidDescription("every track needs its mid and its source", field="tracks")
        found[track.mid] = Source[name]
    return found


def candidate_of(wire: pb.Candidate) -> Candidate:
    return Candidate(SIDES[wire.side], wire.candidate, wire.sdp_mid, wire.sdp_m_line_index)


def event_to(event: Offered | Candidate | Talked) -> pb.SignalResponse:
    if isinstance(event, Talked):
        talking = pb.Talking(participant_id=event.participant_id, talking=event.talking)
        return pb.SignalResponse(talking=talking)
    if isinstance(event, Candidate):
        candidate = pb.Candidate(
            side=f"SIDE_{event.side.value}",
            candidate=event.candidate,
            sdp_mid=event.sdp_mid,
            sdp_m_line_index=event.sdp_m_line_index,
        )
        return pb.SignalResponse(candidate=candidate)
    tracks = [
        pb.OfferedTrack(
            mid=one.mid,
            participant_id=one.participant_id,
            source=f"TRACK_SOURCE_{one.source.value}",
        )
        for one in event.tracks
    ]
    return pb.SignalResponse(offer=pb.Offer(sdp=event.sdp, tracks=tracks))


def end_text_of(session: Session) -> str:
    """Why the session is over, in words for its people."""
    text = "The meeting has ended."
    if session.end_reason is not None:
        text = END_TEXTS.get(session.end_reason, text)
    return f"{text} {session.end_text}".strip()
