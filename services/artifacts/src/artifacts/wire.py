"""Between this service's own values and the messages of its contract."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from artifacts.domain import Artifact, SessionRecord, Translation
from artifacts.domain.recordings import RecordedFile, Recording, RecordingState, Span
from common.ids import derived_id
from convene.artifacts.v1 import artifacts_pb2 as pb
from convene.artifacts.v1 import recordings_pb2
from convene.bots.v1.bots_pb2 import Segment
from convene.session.v1 import session_pb2
from minutes.model import ActionItem, Line, Summary

# Bots, recorders and observers attend nothing.
PEOPLE = frozenset({session_pb2.PARTICIPANT_KIND_PERSON, session_pb2.PARTICIPANT_KIND_PHONE})
_STATES_OF_RECORDINGS = {
    RecordingState.RECORDING: pb.ARTIFACT_STATE_LIVE,
    RecordingState.PAUSED: pb.ARTIFACT_STATE_LIVE,
    RecordingState.STOPPING: pb.ARTIFACT_STATE_PENDING,
    RecordingState.PROCESSING: pb.ARTIFACT_STATE_PROCESSING,
    RecordingState.AVAILABLE: pb.ARTIFACT_STATE_AVAILABLE,
    RecordingState.FAILED: pb.ARTIFACT_STATE_FAILED,
    RecordingState.DELETED: pb.ARTIFACT_STATE_EXPIRED,
}


def state_to_wire(name: str) -> pb.ArtifactState:
    state: pb.ArtifactState = getattr(pb, f"ARTIFACT_STATE_{name}")
    return state


def artifact_to_wire(artifact: Artifact) -> pb.Artifact:
    main = artifact.objects[0] if artifact.objects else None
    return pb.Artifact(
        id=artifact.id,
        meeting_id=artifact.meeting_id,
        session_id=artifact.session_id,
        kind=artifact.kind.value,
        state=state_to_wire(artifact.state.value),
        reason=artifact.reason,
        size_bytes=main.size_bytes if main else 0,
        sha256=main.sha256 if main else "",
        create_time=artifact.create_time,
    )


def segments_of(encoded: Sequence[bytes]) -> list[Segment]:
    return [Segment.FromString(one) for one in encoded]


def translated(segment: Segment, translation: Translation | None) -> Segment:
    """*segment* in another language where there is a *translation*; else as it was said."""
    if translation is None:
        return segment
    made = Segment()
    made.CopyFrom(segment)
    made.ClearField("words")
    made.text, made.language = translation.text, translation.language
    made.translated_by = translation.engine
    return made


def in_time(segments: Sequence[Segment]) -> list[Segment]:
    """By when they were said: the sequence is the order in which they became words."""
    return sorted(segments, key=place_of)


def place_of(segment: Segment) -> tuple[int, int]:
    """Where a segment stands in a transcript: its start in milliseconds, then its sequence."""
    return round(segment.start_seconds * 1000), segment.sequence


def language_of(segments: Sequence[Segment]) -> str:
    """The language most segments are in."""
    counted = Counter(one.language for one in segments if one.language)
    return counted.most_common(1)[0][0] if counted else ""


def lines_of(segments: Sequence[Segment], session: SessionRecord) -> list[Line]:
    """What was said, for a summariser. A meeting without a zone is dated in UTC."""
    zone = _zone(session.time_zone)
    return [
        Line(
            segment_id=one.id,
            speaker=one.speaker.name,
            text=one.text,
            start_seconds=one.start_seconds,
            end_seconds=one.end_seconds,
            said_on=_moment(session.create_time, one.start_seconds).astimezone(zone).date(),
        )
        for one in segments
        if one.text and not one.gap
    ]


def attendance_of(ledger: session_pb2.GetLedgerResponse) -> pb.GetAttendanceResponse:
    """Everybody who was there, as they are shown once the session is over."""
    return pb.GetAttendanceResponse(
        meeting_id=ledger.session.meeting_id,
        session_id=ledger.session.id,
        state=pb.ARTIFACT_STATE_AVAILABLE,
        items=[
            pb.Attendee(
                participant_id=one.id,
                name=one.name,
                role=one.role,
                intervals=one.intervals,
                present_seconds=one.present_seconds,
                speaking_seconds=one.speaking_seconds,
            )
            for one in ledger.participants
            if one.kind in PEOPLE and one.intervals
        ],
    )


def summary_to_wire(summary: Summary, session: SessionRecord) -> pb.GetSummaryResponse:
    return pb.GetSummaryResponse(
        meeting_id=session.meeting_id,
        session_id=session.id,
        state=pb.ARTIFACT_STATE_AVAILABLE,
        text=summary.text,
        segment_ids=summary.segment_ids,
        decisions=[
            pb.Decision(text=one.text, segment_ids=one.segment_ids) for one in summary.decisions
        ],
        action_items=[_item_to_wire(one, session.id) for one in summary.action_items],
        questions=[
            pb.OpenQuestion(text=one.text, segment_ids=one.segment_ids) for one in summary.questions
        ],
        chapters=[
            pb.Chapter(
                title=one.title, start_seconds=one.start_seconds, segment_ids=one.segment_ids
            )
            for one in summary.chapters
        ],
        provenance=pb.Provenance(
            engine=summary.engine,
            model=summary.model,
            version=summary.version,
            dropped_claims=summary.dropped,
            remark=summary.remark,
        ),
    )


def stored_recording_to(one: Recording) -> recordings_pb2.StoredRecording:
    """A recording as the API shows it, without links."""
    return recordings_pb2.StoredRecording(
        id=one.id,
        meeting_id=one.meeting_id,
        session_id=one.session_id,
        state=f"RECORDING_STATE_{one.state.value}",
        layout=f"RECORDING_LAYOUT_{one.layout}",
        spans=[
            session_pb2.Span(start_seconds=span.start, end_seconds=span.end or 0)
            for span in one.spans
        ],
        create_time=one.create_time,
        stop_time=one.stop_time,
        reason=one.reason,
        files=[
            recordings_pb2.RecordingFile(
                track=file.track,
                participant_id=file.participant_id,
                name=file.name,
                content_type=file.content_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                duration_seconds=file.duration_seconds,
            )
            for file in one.files
        ],
    )


def recording_as_artifact(one: Recording) -> pb.Artifact:
    """A recording among what is kept of its session; size, hash and length are its composite's."""
    main = one.files[0] if one.files else None
    return pb.Artifact(
        id=one.id,
        meeting_id=one.meeting_id,
        session_id=one.session_id,
        kind="recording",
        state=_STATES_OF_RECORDINGS[one.state],
        reason=one.reason,
        size_bytes=main.size_bytes if main else 0,
        sha256=main.sha256 if main else "",
        duration_seconds=main.duration_seconds if main else 0.0,
        create_time=one.create_time,
    )


def recording_from(wire: session_pb2.Recording) -> Recording:
    """A recording as the session service tells of it."""
    layout = session_pb2.RecordingLayout.Name(wire.layout).removeprefix("RECORDING_LAYOUT_")
    return Recording(
        id=wire.id,
        meeting_id=wire.meeting_id,
        session_id=wire.session_id,
        layout=layout,
        create_time=wire.create_time.ToDatetime(UTC),
        spans=spans_from(wire.spans),
    )


def spans_from(wire: Iterable[session_pb2.Span]) -> Sequence[Span]:
    return tuple(Span(one.start_seconds, one.end_seconds or None) for one in wire)


def head_of(
    file: RecordedFile, name: str, wanted: recordings_pb2.ByteRange
) -> recordings_pb2.FileHead:
    """What is told before the bytes of *file*: which of them follow."""
    first, last = 0, file.size_bytes - 1
    if wanted.HasField("final"):
        first = max(file.size_bytes - wanted.final, 0) if wanted.final > 0 else file.size_bytes
    elif wanted.HasField("first"):
        first = wanted.first
        last = min(wanted.last, last) if wanted.HasField("last") else last
    ending = PurePosixPath(file.key).suffix
    return recordings_pb2.FileHead(
        content_type=file.content_type,
        sha256=file.sha256,
        file_name=f"{name}-{file.track}{ending}",
        size_bytes=file.size_bytes,
        first=first,
        length=max(last - first + 1, 0),
    )


def _item_to_wire(item: ActionItem, session_id: str) -> pb.ActionItem:
    return pb.ActionItem(
        # The same words made again are the same item.
        id=derived_id("act", session_id, item.text, item.owner, *item.segment_ids),
        text=item.text,
        owner=item.owner,
        due=item.due,
        segment_ids=item.segment_ids,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        # A newer zone database than ours may know it; a day's doubt must not cost the summary.
        return ZoneInfo("UTC")


def _moment(opened: datetime, seconds: float) -> datetime:
    return opened + timedelta(seconds=seconds)
