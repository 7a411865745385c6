"""Query parameters to field values: each is typed by its field, and an unknown one is refused."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import unquote_to_bytes

from google.protobuf.descriptor import FieldDescriptor

from gateway.edge.transcode import INTEGERS, Faults, Read, fault, single_reader

MAX_PARAMETERS = 100
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,20}")
NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")

# Text to the JSON value that the field's reader judges.
Lift = Callable[[str], object]


class Parameter:
    """One query parameter: how its text becomes the value of its field."""

    def __init__(self, field: FieldDescriptor) -> None:
        self.field = field
        self.repeated = field.is_repeated
        self._lift = _lift_of(field)
        self._read: Read = single_reader(field)

    def read(self, text: str, faults: Faults) -> object:
        """The field's value; notes a fault when *text* is not one."""
        return self._read(self._lift(text), self.field.name, faults)


def parameters(fields: list[FieldDescriptor]) -> dict[str, Parameter]:
    """The fields that a query can fill: texts, numbers, instants, and lists of them."""
    return {field.name: Parameter(field) for field in fields if _fits_a_query(field)}


def read_query(query: bytes, known: Mapping[str, Parameter], faults: Faults) -> dict[str, object]:
    """The values of the fields that *query* names."""
    filled: dict[str, object] = {}
    for name, text in _pairs(query, faults):
        parameter = known.get(name)
        if parameter is None:
            choice = "known are " + ", ".join(known) if known else "this call takes none"
            fault("UNKNOWN_PARAMETER", name, f"is no query parameter here; {choice}", faults)
        elif parameter.repeated:
            values = filled.setdefault(name, [])
            assert isinstance(values, list)
            values.append(parameter.read(text, faults))
        elif name in filled:
            fault("INVALID_FIELD", name, "is given twice; give it once", faults)
        else:
            filled[name] = parameter.read(text, faults)
    return filled


def _pairs(query: bytes, faults: Faults) -> list[tuple[str, str]]:
    parts = [part for part in query.split(b"&") if part]
    if len(parts) > MAX_PARAMETERS:
        fault("INVALID_FIELD", "?", f"has more than {MAX_PARAMETERS} query parameters", faults)
        return []
    pairs = []
    for part in parts:
        name, _, value = part.replace(b"+", b" ").partition(b"=")
        try:
            pairs.append((unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()))
        except UnicodeDecodeError:
            fault("INVALID_FIELD", "?", "has a query parameter that is not UTF-8", faults)
    return pairs


def _fits_a_query(field: FieldDescriptor) -> bool:
    if field.message_type is not None:
        return field.message_type.full_name == "google.protobuf.Timestamp"
    return field.type != FieldDescriptor.TYPE_BYTES


def _lift_of(field: FieldDescriptor) -> Lift:
    if field.type == FieldDescriptor.TYPE_BOOL:
        return lambda text: {"true": True, "false": False}.get(text, text)
    if field.cpp_type in INTEGERS:
        return lambda text: int(text) if WHOLE_NUMBER.fullmatch(text) else text
    if field.type == FieldDescriptor.TYPE_DOUBLE:
        return lambda text: float(text) if NUMBER.fullmatch(text) else text
    return lambda text: text
