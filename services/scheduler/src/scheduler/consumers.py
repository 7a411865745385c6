"""Facts from other services that make the scheduler act."""

from collections.abc import Mapping

from google.protobuf.message import Message

from common.consuming import Reaction
from common.principal import Principal, service_principal
from convene.common.v1.envelope_pb2 import Envelope
from convene.session.v1 import events_pb2 as session
from scheduler.service.runs import Runs


class Consumers:
    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def reactions(self) -> Mapping[type[Message], Reaction]:
        """What each fact of session makes happen here."""
        return {
            session.SessionStarting: self.on_session_starting,
            session.SessionEnding: self.on_session_ending,
            session.SessionEnded: self.on_session_ended,
            session.SessionFailed: self.on_session_failed,
        }

    async def on_session_starting(self, fact: session.SessionStarting, envelope: Envelope) -> None:
        await self._runs.session_started(_principal(envelope), fact.session)

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
