"""Reactions: every public fact of every service goes to the log and to webhook endpoints."""

from collections.abc import Iterator, Mapping
from datetime import UTC

from google.protobuf.descriptor import FileDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from common.consuming import Reaction
from common.jsonshape import to_json
from common.principal import service_principal
from convene.artifacts.v1 import events_pb2 as artifacts
from convene.bots.v1 import events_pb2 as bots
from convene.common.v1 import options_pb2
from convene.common.v1.envelope_pb2 import Envelope
from convene.gateway.v1 import events_pb2 as gateway
from convene.scheduler.v1 import events_pb2 as scheduler
from convene.session.v1 import events_pb2 as session
from gateway.domain.events import Event
from gateway.service.log import EventLog

SOURCES: Mapping[str, FileDescriptor] = {
    "scheduler": scheduler.DESCRIPTOR,
    "session": session.DESCRIPTOR,
    "bots": bots.DESCRIPTOR,
    "artifacts": artifacts.DESCRIPTOR,
    "gateway": gateway.DESCRIPTOR,
}
# What facts tell the suite's own services and nobody else: inner addresses, and links that let
# whoever reads them in.
HIDDEN: Mapping[str, tuple[str, ...]] = {
    "convene.session.v1.ParticipantJoined": ("ear_address",),
    "convene.scheduler.v1.MeetingCreated": ("meeting.join_links",),
    "convene.scheduler.v1.MeetingUpdated": ("meeting.join_links",),
}


class Consumers:
    def __init__(self, log: EventLog) -> None:
        self._log = log

    def reactions(self, source: str) -> Mapping[type[Message], Reaction]:
        """What each public fact of *source* makes happen."""
        return {kind: self._reaction(name) for kind, name in public_facts(source)}

    def _reaction(self, event_type: str) -> Reaction:
        async def record(fact: Message, envelope: Envelope) -> None:
            caller = service_principal("gateway", envelope.workspace_id, test=envelope.test)
            event = _event(event_type, fact, envelope)
            await self._log.record(caller, event, envelope.traceparent)

        return record


def public_facts(source: str) -> Iterator[tuple[type[Message], str]]:
    """The messages that *source* announces to users, each with its public name."""
    for descriptor in SOURCES[source].message_types_by_name.values():
        # The stubs of generated extensions and of protobuf's own options do not agree.
        event: options_pb2.Event = descriptor.GetOptions().Extensions[options_pb2.event]  # type: ignore[index]
        if event.is_public:
            yield GetMessageClass(descriptor), event.type


def _event(event_type: str, fact: Message, envelope: Envelope) -> Event:
    shown = to_json(fact)
    for path in HIDDEN.get(envelope.message, ()):
        _hide(shown, path)
    return Event(
        id=envelope.id,
        type=event_type,
        created_at=envelope.time.ToDatetime(UTC),
        workspace_id=envelope.workspace_id,
        meeting_id=envelope.meeting_id,
        session_id=envelope.session_id,
        sequence=0,
        data=shown,
    )


def _hide(shown: dict[str, object], path: str) -> None:
    name, _, rest = path.partition(".")
    if not rest:
        del shown[name]
        return
    inner = shown[name]
    if isinstance(inner, dict):
        _hide(inner, rest)
