"""Facts from other services that make the scheduler act."""

from collections.abc import Mapping

from google.protobuf.message import Message

from common.consuming import Reaction
from common.principal import Principal, service_principal
from convene.artifacts.v1 import events_pb2 as artifacts
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import events_pb2 as session
from scheduler.service.reminding import Reminding
from scheduler.service.runs import Runs


class Consumers:
    def __init__(self, runs: Runs, reminding: Reminding) -> None:
        self._runs = runs
        self._reminding = reminding

    def of_artifacts(self) -> Mapping[type[Message], Reaction]:
        """What each fact of artifacts makes happen here."""
        return {artifacts.SummaryAvailable: self.on_summary_available}

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What each fact of session makes happen here."""
        return {
            session.SessionStarted: self.on_session_started,
            session.SessionStarting: self.on_session_starting,
            session.SessionEnding: self.on_session_ending,
            session.SessionEnded: self.on_session_ended,
            session.SessionFailed: self.on_session_failed,
        }

    async def on_session_starting(self, fact: session.SessionStarting, envelope: Envelope) -> None:
        await self._runs.session_started(_principal(envelope), fact.session)

    async def on_session_started(self, fact: session.SessionStarted, envelope: Envelope) -> None:
        await self._reminding.session_began(
            _principal(envelope), envelope.meeting_id, fact.session_id
        )

    async def on_summary_available(
        self, fact: artifacts.SummaryAvailable, envelope: Envelope
    ) -> None:
        await self._reminding.summary_is_there(
            _principal(envelope), fact.artifact.meeting_id, fact.artifact.session_id
        )

    async def on_session_ending(self, fact: session.SessionEnding, envelope: Envelope) -> None:
        await self._runs.session_ending(
            _principal(envelope), envelope.meeting_id, envelope.session_id
        )

    async def on_session_ended(self, fact: session.SessionEnded, envelope: Envelope) -> None:
        await self._runs.session_over(
            _principal(envelope), envelope.meeting_id, envelope.session_id
        )

    async def on_session_failed(self, fact: session.SessionFailed, envelope: Envelope) -> None:
        await self._runs.session_over(
            _principal(envelope), envelope.meeting_id, envelope.session_id
        )


def _principal(envelope: Envelope) -> Principal:
    return service_principal("scheduler", envelope.workspace_id, test=envelope.test)
