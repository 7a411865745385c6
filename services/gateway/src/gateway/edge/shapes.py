"""The shapes of public events: which there are, and the order of their fields."""

from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from common.jsonshape import STRUCT, TIMESTAMP
from convene.artifacts.v1 import events_pb2 as artifacts_events
from convene.bots.v1 import events_pb2 as bots_events
from convene.common.v1 import options_pb2
from convene.gateway.v1 import events_pb2 as gateway_events
from convene.scheduler.v1 import events_pb2 as scheduler_events
from convene.session.v1 import events_pb2 as session_events

EVENT_FILES: tuple[ModuleType, ...] = (
    scheduler_events,
    session_events,
    bots_events,
    artifacts_events,
    gateway_events,
)


def public_events() -> Iterator[tuple[str, Descriptor]]:
    """Every public event: its type and the message that is its `data`."""
    for file in EVENT_FILES:
        for message in file.DESCRIPTOR.message_types_by_name.values():
            event = message.GetOptions().Extensions[options_pb2.event]
            if event.is_public:
                yield event.type, message


def in_order(event_type: str, data: Mapping[str, object]) -> dict[str, object]:
    """*data* with its names in the order of the contract, which a `Struct` does not keep."""
    return _sorted(data, _kinds().get(event_type))


@cache
def _kinds() -> Mapping[str, Descriptor]:
    return dict(public_events())


@cache
def _fields(descriptor: Descriptor | None) -> Mapping[str, tuple[int, Descriptor | None]]:
    fields = descriptor.fields if descriptor else ()
    return {field.name: (place, _inner(field)) for place, field in enumerate(fields)}


def _inner(field: FieldDescriptor) -> Descriptor | None:
    inner = field.message_type
    # Their names are the users' own.
    if inner is None or inner.GetOptions().map_entry or inner.full_name in {STRUCT, TIMESTAMP}:
        return None
    return inner


def _sorted(value: Mapping[str, object], descriptor: Descriptor | None) -> dict[str, object]:
    fields = _fields(descriptor)
    last = len(fields), None
    # What the contract does not order is put in that of the alphabet.
    names = sorted(value, key=lambda name: (fields.get(name, last)[0], name))
    return {name: _deep(value[name], fields.get(name, last)[1]) for name in names}


def _deep(value: object, descriptor: Descriptor | None) -> object:
    if isinstance(value, dict):
        return _sorted(value, descriptor)
    return [_deep(item, descriptor) for item in value] if isinstance(value, list) else value
