"""Facts from other services that artifacts are made of."""

from collections.abc import Mapping
from datetime import UTC

from google.protobuf.message import Message

from artifacts.domain import TRANSCRIBING_KINDS, SessionRecord
from artifacts.service.intake import Intake
from common.consuming import Reaction
from common.principal import Principal, service_principal
from convene.bots.v1 import events_pb2 as bots
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import events_pb2 as session


class SessionFacts:
    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What each fact of session makes happen here."""
        return {
            session.SessionStarting: self.on_session_starting,
            session.SessionEnded: self.on_session_ended,
            session.SessionFailed: self.on_session_failed,
        }

    async def on_session_starting(self, fact: session.SessionStarting, envelope: Envelope) -> None:
        began = fact.session if fact.session.HasField("create_time") else None
        at = (began.create_time if began else envelope.time).ToDatetime(UTC)
        record = SessionRecord(
            id=envelope.session_id,
            meeting_id=envelope.meeting_id,
            create_time=at,
            title=fact.snapshot.title,
            time_zone=fact.snapshot.time_zone,
            transcribed=any(one.kind in TRANSCRIBING_KINDS for one in fact.snapshot.bots),
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
    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What each fact of bots makes happen here."""
        return {
            bots.BotJoining: self.on_bot_joining,
            bots.TranscriptSegment: self.on_segment,
            bots.CrewFlushed: self.on_crew_flushed,
        }

    async def on_bot_joining(self, fact: bots.BotJoining, envelope: Envelope) -> None:
        if fact.bot.kind in TRANSCRIBING_KINDS:
            await self._intake.bot_came(
                _principal(envelope), envelope.session_id, envelope.meeting_id
            )

    async def on_segment(self, fact: bots.TranscriptSegment, envelope: Envelope) -> None:
        await self._intake.segment(
            _principal(envelope), envelope.session_id, envelope.meeting_id, fact.segment
        )

    async def on_crew_flushed(self, fact: bots.CrewFlushed, envelope: Envelope) -> None:
        await self._intake.crew_flushed(
            _principal(envelope), envelope.session_id, envelope.meeting_id, fact.segments
        )


def _principal(envelope: Envelope) -> Principal:
    return service_principal("artifacts", envelope.workspace_id, test=envelope.test)
