"""Facts from other services that artifacts are made of."""

from collections.abc import Mapping
from datetime import UTC

from google.protobuf.message import Message

from artifacts.domain import TRANSCRIBING_KINDS, SessionRecord, Translation
from artifacts.domain.recordings import RecordingAction
from artifacts.service.intake import Intake
from artifacts.service.recordings import RecordingIntake
from artifacts.wire import recording_from, spans_from
from common.consuming import Reaction
from common.principal import Principal, service_principal
from convene.bots.v1 import events_pb2 as bots
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import events_pb2 as session
from convene.session.v1 import session_pb2

# The kind of insight that is a segment in another language.
TRANSLATION = "translation"


class SessionFacts:
    def __init__(self, intake: Intake, recordings: RecordingIntake) -> None:
        self._intake = intake
        self._recordings = recordings

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What each fact of session makes happen here."""
        return {
            session.SessionStarting: self.on_session_starting,
            session.SessionEnded: self.on_session_ended,
            session.SessionFailed: self.on_session_failed,
            session.RecordingStarted: self.on_recording_started,
            session.RecordingPaused: self.on_recording_paused,
            session.RecordingResumed: self.on_recording_resumed,
            session.RecordingStopped: self.on_recording_stopped,
        }

    async def on_recording_started(
        self, fact: session.RecordingStarted, envelope: Envelope
    ) -> None:
        await self._recordings.started(_principal(envelope), recording_from(fact.recording))

    async def on_recording_paused(self, fact: session.RecordingPaused, envelope: Envelope) -> None:
        await self._change(fact.recording, RecordingAction.PAUSE, envelope)

    async def on_recording_resumed(
        self, fact: session.RecordingResumed, envelope: Envelope
    ) -> None:
        await self._change(fact.recording, RecordingAction.RESUME, envelope)

    async def on_recording_stopped(
        self, fact: session.RecordingStopped, envelope: Envelope
    ) -> None:
        await self._change(fact.recording, RecordingAction.STOP, envelope)

    async def _change(
        self, recording: session_pb2.Recording, action: RecordingAction, envelope: Envelope
    ) -> None:
        spans = spans_from(recording.spans)
        await self._recordings.changed(_principal(envelope), recording.id, action, spans)

    async def on_session_starting(self, fact: session.SessionStarting, envelope: Envelope) -> None:
        began = fact.session if fact.session.HasField("create_time") else None
        at = (began.create_time if began else envelope.time).ToDatetime(UTC)
        policy = fact.snapshot.policy
        record = SessionRecord(
            id=envelope.session_id,
            meeting_id=envelope.meeting_id,
            create_time=at,
            title=fact.snapshot.title,
            time_zone=fact.snapshot.time_zone,
            transcribed=any(one.kind in TRANSCRIBING_KINDS for one in fact.snapshot.bots),
            language_model=policy.language_model or not policy.HasField("language_model"),
        )
        await self._intake.session_starting(_principal(envelope), record, at)

    async def on_session_ended(self, fact: session.SessionEnded, envelope: Envelope) -> None:
        await self._intake.session_ended(
            _principal(envelope), envelope.session_id, envelope.meeting_id
        )

    async def on_session_failed(self, fact: session.SessionFailed, envelope: Envelope) -> None:
        await self._intake.session_failed(
            _principal(envelope), envelope.session_id, envelope.meeting_id, fact.reason
        )


class BotsFacts:
    def __init__(self, intake: Intake, recordings: RecordingIntake) -> None:
        self._intake = intake
        self._recordings = recordings

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What each fact of bots makes happen here."""
        return {
            bots.BotJoining: self.on_bot_joining,
            bots.TranscriptSegment: self.on_segment,
            bots.InsightFound: self.on_insight,
            bots.CrewFlushed: self.on_crew_flushed,
            bots.RecordingCaptured: self.on_recording_captured,
        }

    async def on_recording_captured(self, fact: bots.RecordingCaptured, envelope: Envelope) -> None:
        known = session_pb2.Recording(
            id=fact.recording_id,
            meeting_id=envelope.meeting_id,
            session_id=envelope.session_id,
            layout=fact.layout,
            spans=fact.spans,
            create_time=envelope.time,
        )
        await self._recordings.captured(_principal(envelope), recording_from(known), fact)

    async def on_bot_joining(self, fact: bots.BotJoining, envelope: Envelope) -> None:
        if fact.bot.kind in TRANSCRIBING_KINDS:
            await self._intake.bot_came(
                _principal(envelope), envelope.session_id, envelope.meeting_id
            )

    async def on_segment(self, fact: bots.TranscriptSegment, envelope: Envelope) -> None:
        await self._intake.segment(
            _principal(envelope), envelope.session_id, envelope.meeting_id, fact.segment
        )

    async def on_insight(self, fact: bots.InsightFound, envelope: Envelope) -> None:
        if fact.insight.kind != TRANSLATION or not fact.insight.segment_ids:
            return
        details = fact.insight.details.fields
        translation = Translation(
            segment_id=fact.insight.segment_ids[0],
            language=details["language"].string_value,
            text=fact.insight.text,
            engine=details["engine"].string_value,
        )
        await self._intake.translation(
            _principal(envelope), envelope.session_id, envelope.meeting_id, translation
        )

    async def on_crew_flushed(self, fact: bots.CrewFlushed, envelope: Envelope) -> None:
        await self._intake.crew_flushed(
            _principal(envelope), envelope.session_id, envelope.meeting_id, fact.segments
        )


def _principal(envelope: Envelope) -> Principal:
    return service_principal("artifacts", envelope.workspace_id, test=envelope.test)
