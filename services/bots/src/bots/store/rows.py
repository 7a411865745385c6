"""Rows as the domain knows them."""

from typing import Any

from bots.domain.bot import Bot, BotId, BotState
from bots.domain.crew import Crew, CrewState, Track
from bots.domain.transcript import Segment, SegmentId, Word


def crew_of(row: Any) -> Crew:
    return Crew(
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        workspace_id=row.workspace_id,
        test=row.test,
        state=CrewState(row.state),
        segments=row.segments,
        drain_deadline=row.drain_deadline,
        traceparent=row.traceparent,
    )


def bot_of(row: Any) -> Bot:
    return Bot(
        id=BotId(row.id),
        meeting_id=row.meeting_id,
        session_id=row.session_id,
        kind=row.kind,
        config=row.config,
        state=BotState(row.state),
        reason=row.reason,
        create_time=row.create_time,
        update_time=row.update_time,
        recording_id=row.recording_id,
    )


def track_of(row: Any) -> Track:
    return Track(
        session_id=row.session_id,
        participant_id=row.participant_id,
        epoch=row.epoch,
        name=row.name,
        ear_address=row.ear_address,
        offset_seconds=row.offset_seconds,
        cursor_sample=row.cursor_sample,
        ended=row.ended,
        left=row.is_left,
        is_person=row.is_person,
    )


def segment_of(row: Any) -> Segment:
    return Segment(
        id=SegmentId(row.id),
        speaker_id=row.speaker_id,
        speaker_name=row.speaker_name,
        start_seconds=row.start_seconds,
        end_seconds=row.end_seconds,
        text=row.text,
        words=tuple(Word(**word) for word in row.words),
        language=row.language,
        scripted=row.scripted,
        gap=row.gap,
        sequence=row.sequence,
    )
