"""Plain JSON values to the field values of messages, by descriptors, naming every fault.

`reader(descriptor)` is compiled once per message type. It never stops at the first fault: a caller
learns of all of them at once.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from common.jsonshape import EXACT_DOUBLE, STRUCT, TIMESTAMP, short_names
from common.rules import Violation, rule_of

# An event carries a meeting's free-form fields some levels down, and protobuf reads 100 levels of
# which each of these takes three.
MAX_STRUCT_DEPTH = 20
MAX_FAULTS = 100
INTEGERS: Mapping[int, tuple[int, int]] = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
}


class Fault(NamedTuple):
    """Why a value cannot fill its field: a reason for programs, the path, the remedy."""

    reason: str
    violation: Violation


Faults = list[Fault]
# Takes the value, its path and the faults found so far; answers what the message takes.
Read = Callable[[object, str, Faults], object]
ReadObject = Callable[[dict[str, object], str, Faults], dict[str, object]]


def fault(reason: str, path: str, message: str, faults: Faults) -> None:
    """Note a fault, up to a number that still helps."""
    if len(faults) < MAX_FAULTS:
        faults.append(Fault(reason, Violation(path, message)))


@cache
def reader(descriptor: Descriptor) -> ReadObject:
    """Reads a JSON object as the keyword arguments of a message of this type."""
    return object_reader({field.name: field_reader(field) for field in descriptor.fields})


def object_reader(
    fields: Mapping[str, Read], unknown: Callable[[str], tuple[str, str]] | None = None
) -> ReadObject:
    """Reads an object of these fields; *unknown* gives the reason and remedy for any other."""
    explain = unknown or _explain_unknown(tuple(fields))

    def read(value: dict[str, object], path: str, faults: Faults) -> dict[str, object]:
        filled = {}
        for name, item in value.items():
            field = fields.get(name)
            if field is None:
                reason, remedy = explain(name)
                fault(reason, path + name, remedy, faults)
            else:
                filled[name] = field(item, path + name, faults)
        return filled

    return read


def field_reader(field: FieldDescriptor) -> Read:
    """Reads the JSON value of one field, which may be a list or a map."""
    if rule_of(field).output_only:
        return _refuse_read_only
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        return _map_reader(single_reader(field.message_type.fields_by_name["value"]))
    one = single_reader(field)
    if field.is_repeated:
        return _list_reader(one)
    return _or_null(one) if field.has_presence else one


def single_reader(field: FieldDescriptor) -> Read:
    """Reads one value of the field's type."""
    if field.message_type is not None:
        return _message_reader(field.message_type)
    if field.enum_type is not None:
        return _enum_reader(field.enum_type)
    if field.cpp_type in INTEGERS:
        return _integer_reader(*INTEGERS[field.cpp_type])
    return _SCALARS[field.type]


def text_fault(text: str) -> str | None:
    """Why *text* cannot be stored, or None."""
    if "\0" in text:
        return "holds a NUL character; leave it out"
    # The ASCII test is a flag of the string; only other texts are looked through.
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return "holds half a surrogate pair, which is no character"
    return None


def instant(text: str) -> datetime | None:
    """RFC 3339 with an offset, or None when *text* is something else."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # Python also reads bare dates and week numbers; the contract does not.
    return moment if moment.tzinfo and len(text) > 16 and text[10] in "Tt " else None


def _explain_unknown(known: tuple[str, ...]) -> Callable[[str], tuple[str, str]]:
    return lambda name: ("UNKNOWN_FIELD", f"is not known here; {_choice(known)}")


def _choice(known: tuple[str, ...]) -> str:
    return "known are " + ", ".join(known) if known else "leave it out"


def _refuse_read_only(value: object, path: str, faults: Faults) -> object:
    fault("READ_ONLY_FIELD", path, "is set by the service; leave it out", faults)
    return None


def _wrong(path: str, wanted: str, value: object, faults: Faults) -> object:
    fault("WRONG_TYPE", path, f"must be {wanted}, not {_kind_of(value)}", faults)
    return None


def _kind_of(value: object) -> str:
    return _KINDS.get(type(value), "a number")


_KINDS = {
    str: "a text",
    bool: "true or false",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


def _or_null(one: Read) -> Read:
    return lambda value, path, faults: None if value is None else one(value, path, faults)


def _list_reader(one: Read) -> Read:
    def read(value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, list):
            return _wrong(path, "a list", value, faults)
        return [one(item, f"{path}[{place}]", faults) for place, item in enumerate(value)]

    return read


def _map_reader(one: Read) -> Read:
    def read(value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, dict):
            return _wrong(path, "an object", value, faults)
        for key in value:
            if complaint := text_fault(key):
                fault("INVALID_FIELD", path, f"has a key that {complaint}", faults)
        return {key: one(item, f"{path}.{key}", faults) for key, item in value.items()}

    return read


def _message_reader(descriptor: Descriptor) -> Read:
    if descriptor.full_name == TIMESTAMP:
        return _read_instant
    if descriptor.full_name == STRUCT:
        return _read_struct
    fill = reader(descriptor)

    def read(value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, dict):
            return _wrong(path, "an object", value, faults)
        return fill(value, path + ".", faults)

    return read


def _enum_reader(enum: EnumDescriptor) -> Read:
    numbers = {name: number for number, name in short_names(enum).items()}
    names = tuple(name for name in numbers if name)

    def read(value: object, path: str, faults: Faults) -> object:
        if not isinstance(value, str):
            return _wrong(path, "one of " + ", ".join(names), value, faults)
        if value not in numbers:
            fault("INVALID_FIELD", path, f"must be one of {', '.join(names)}", faults)
        return numbers.get(value)

    return read


def _integer_reader(low: int, high: int) -> Read:
    def read(value: object, path: str, faults: Faults) -> object:
        # A bool is an int to Python and nothing of the kind to a caller.
        if type(value) is not int:
            return _wrong(path, "a whole number", value, faults)
        if not low <= value <= high:
            fault("INVALID_FIELD", path, f"must be between {low} and {high}", faults)
        return value

    return read


def _read_text(value: object, path: str, faults: Faults) -> object:
    if not isinstance(value, str):
        return _wrong(path, "a text", value, faults)
    if complaint := text_fault(value):
        fault("INVALID_FIELD", path, complaint, faults)
    return value


def _read_bool(value: object, path: str, faults: Faults) -> object:
    if not isinstance(value, bool):
        return _wrong(path, "true or false", value, faults)
    return value


def _read_number(value: object, path: str, faults: Faults) -> object:
    if type(value) is not int and type(value) is not float:
        return _wrong(path, "a number", value, faults)
    if not _is_double(value):
        fault("INVALID_FIELD", path, "is too large a number", faults)
    return value


def _read_instant(value: object, path: str, faults: Faults) -> object:
    if not isinstance(value, str):
        return _wrong(path, "a text like 2026-12-01T09:00:00Z", value, faults)
    moment = instant(value)
    if moment is None:
        remedy = "is not an instant with its offset; write one as 2026-12-01T09:00:00Z"
        fault("INVALID_FIELD", path, remedy, faults)
    return moment


def _read_struct(value: object, path: str, faults: Faults) -> object:
    if not isinstance(value, dict):
        return _wrong(path, "an object", value, faults)
    _check_free(value, path, 1, faults)
    return value


def _check_free(value: object, path: str, depth: int, faults: Faults) -> None:
    complaint = _free_fault(value, depth)
    if complaint:
        fault("INVALID_FIELD", path, complaint, faults)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key_complaint := text_fault(key):
                fault("INVALID_FIELD", path, f"has a key that {key_complaint}", faults)
            _check_free(item, f"{path}.{key}", depth + 1, faults)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            _check_free(item, f"{path}[{place}]", depth + 1, faults)


def _free_fault(value: object, depth: int) -> str | None:
    if isinstance(value, str):
        return text_fault(value)
    if isinstance(value, dict | list):
        return f"nests deeper than {MAX_STRUCT_DEPTH} levels" if depth > MAX_STRUCT_DEPTH else None
    if type(value) is int and abs(value) > EXACT_DOUBLE:
        return "is a whole number that JSON readers round; give it as a text"
    return None if not isinstance(value, float) or math.isfinite(value) else "is too large a number"


def _is_double(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


_SCALARS: Mapping[int, Read] = {
    FieldDescriptor.TYPE_STRING: _read_text,
    FieldDescriptor.TYPE_BOOL: _read_bool,
    FieldDescriptor.TYPE_DOUBLE: _read_number,
}
