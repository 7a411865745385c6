"""Rows as the domain knows them."""

import json
from collections.abc import Mapping
from typing import Any

from bots.domain.bot import Bot, BotId, BotState
from bots.domain.crew import Crew, CrewState, Track
from bots.domain.insight import Insight, InsightId, InsightState
from bots.domain.transcript import Segment, SegmentId, Word


def crew_of(row: Any) -> Crew:
    return Crew(
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        workspace_id=row.workspace_id,
        test=row.test,
        state=CrewState(row.state),
        segments=row.segments,
        position=row.position,
        drain_deadline=row.drain_deadline,
        traceparent=row.traceparent,
        agenda=row.agenda,
        closed=row.closed,
        language_model=row.language_model,
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
        paused=row.paused,
        deaf=[(since, until) for since, until in row.deaf],
    ).made_consistent()


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
        role=row.role,
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
        sequence=row.sequence or 0,
        speaker_confidence=row.speaker_confidence,
        language_confidence=row.language_confidence,
    )


def insight_of(row: Any) -> Insight:
    return Insight(
        id=InsightId(row.id),
        session_id=row.session_id,
        meeting_id=row.meeting_id,
        bot_id=BotId(row.bot_id),
        bot_kind=row.bot_kind,
        kind=row.kind,
        state=InsightState(row.state),
        source=row.source,
        segment_ids=tuple(row.segment_ids),
        participant_id=row.participant_id,
        participant_name=row.participant_name,
        start_seconds=row.start_seconds,
        end_seconds=row.end_seconds,
        text=row.text,
        details=row.details,
        create_time=row.create_time,
        update_time=row.update_time,
        sequence=row.sequence,
    )


def columns_of_insight(insight: Insight) -> Mapping[str, Any]:
    return {
        "id": insight.id,
        "s": insight.session_id,
        "m": insight.meeting_id,
        "bot": insight.bot_id,
        "bot_kind": insight.bot_kind,
        "kind": insight.kind,
        "state": insight.state.value,
        "source": insight.source,
        "segments": json.dumps(list(insight.segment_ids)),
        "participant": insight.participant_id,
        "name": insight.participant_name,
        "start": insight.start_seconds,
        "end": insight.end_seconds,
        "text": insight.text,
        "details": json.dumps(dict(insight.details)),
        "created": insight.create_time,
        "updated": insight.update_time,
    }
