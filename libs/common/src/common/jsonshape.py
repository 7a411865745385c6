"""Messages as the JSON users see: proto field names, short enum names, every field shown.

`to_json` is the one function behind REST answers, webhook bodies and the live feed. An unset
message or `optional` field is null, an unset `Struct` is `{}`, an enum's zero is `""`, a timestamp
is RFC 3339 in UTC, a 64-bit number is a JSON number.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct, Value
from google.protobuf.timestamp_pb2 import Timestamp

TIMESTAMP = Timestamp.DESCRIPTOR.full_name
STRUCT = Struct.DESCRIPTOR.full_name
# Beyond this a double no longer holds every whole number, nor does a reader in JavaScript.
EXACT_DOUBLE = 2**53
# Naive on purpose: the offset would have to be cut off again.
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001

Convert = Callable[[Any], object]


class _Shape(NamedTuple):
    names: tuple[str, ...]
    read: Callable[[Message], tuple[object, ...]]
    convert: tuple[tuple[str, Convert], ...]
    # Fields that tell "not given" apart, and what stands for that.
    absent: tuple[tuple[str, Callable[[], object]], ...]


def to_json(message: Message) -> dict[str, object]:
    """*message* as a plain JSON object, in the order of its declaration."""
    shape = _shape(message.DESCRIPTOR)
    shown = dict(zip(shape.names, shape.read(message), strict=True))
    for name, blank in shape.absent:
        if not message.HasField(name):
            shown[name] = blank()
    for name, convert in shape.convert:
        value = shown[name]
        if value is not None:
            shown[name] = convert(value)
    return shown


@cache
def short_names(enum: EnumDescriptor) -> Mapping[int, str]:
    """Number → the name without the enum's prefix, `""` for its zero."""
    prefix = enum.values_by_number[0].name.removesuffix("UNSPECIFIED")
    names = {value.number: value.name.removeprefix(prefix) for value in enum.values}
    return names | {0: ""}


def timestamp_text(moment: Timestamp) -> str:
    """RFC 3339 in UTC with as many digits of a second as it has."""
    text = (EPOCH + timedelta(seconds=moment.seconds)).isoformat()
    nanos = moment.nanos
    return f"{text}.{nanos:09d}".rstrip("0") + "Z" if nanos else text + "Z"


def struct_value(struct: Struct) -> dict[str, object]:
    """A free-form object; whole numbers come back as whole numbers."""
    return {name: _free_value(value) for name, value in struct.fields.items()}


@cache
def _shape(descriptor: Descriptor) -> _Shape:
    names = tuple(field.name for field in descriptor.fields)
    fields = [(field.name, _converter(field)) for field in descriptor.fields]
    return _Shape(
        names,
        _reader(names),
        tuple((name, convert) for name, convert in fields if convert),
        tuple((field.name, _blank(field)) for field in descriptor.fields if field.has_presence),
    )


def _reader(names: tuple[str, ...]) -> Callable[[Message], tuple[object, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda message: tuple(getattr(message, name) for name in names)


def _blank(field: FieldDescriptor) -> Callable[[], object]:
    if field.message_type is not None and field.message_type.full_name == STRUCT:
        return dict
    return lambda: None


def _converter(field: FieldDescriptor) -> Convert | None:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return _map_converter(field.message_type.fields_by_name["value"])
    one = _single_converter(field)
    if not field.is_repeated:
        return one
    if one is None:
        return list
    return lambda values: [one(value) for value in values]


def _map_converter(value: FieldDescriptor) -> Convert:
    one = _single_converter(value)
    if one is None:
        return dict
    return lambda entries: {key: one(item) for key, item in entries.items()}


def _single_converter(field: FieldDescriptor) -> Convert | None:
    if field.enum_type is not None:
        names = short_names(field.enum_type)
        # A number from a newer service is shown rather than hidden.
        return lambda number: names.get(number, f"UNKNOWN_{number}")
    if field.type == FieldDescriptor.TYPE_BYTES:
        raise TypeError(f"{field.full_name}: bytes have no JSON shape here")
    if field.message_type is None:
        return None
    return _MESSAGE_CONVERTERS.get(field.message_type.full_name, to_json)


def _struct_field(value: Struct | dict[str, object]) -> object:
    return value if isinstance(value, dict) else struct_value(value)


_MESSAGE_CONVERTERS: Mapping[str, Convert] = {TIMESTAMP: timestamp_text, STRUCT: _struct_field}


def _free_value(value: Value) -> object:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return struct_value(value.struct_value)
    if kind == "list_value":
        return [_free_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return _free_number(value.number_value)
    if kind is None or kind == "null_value":
        return None
    return value.string_value if kind == "string_value" else value.bool_value


def _free_number(number: float) -> object:
    if not math.isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) <= EXACT_DOUBLE else number
