"""The rules that contracts write on their fields, checked on a message.

`violations(message)` answers every broken rule at once, each with the field's path and what to do
about it. The edge and the services call the same function, so REST and gRPC callers hear the same.

A field without presence counts as not given when it is empty or zero: then only `required` speaks.
Length, pattern and format bind each item of a list and each key and value of a map; a pattern
must match the whole text. Where a request has an `update_mask`, only the fields it names are
checked in the message that it masks. Where it names a `template_id`, only the fields that
are given: the template has what is required.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct

from common import formats
from convene.common.v1 import options_pb2

# A free-form object travels with every event of its meeting, so it is kept small.
MAX_STRUCT_BYTES = 64 * 1024
# More than this helps nobody, and would let one request make a huge answer.
MAX_VIOLATIONS = 100
STRUCT = Struct.DESCRIPTOR.full_name
MASK = "update_mask"
TEMPLATE = "template_id"
# One alternative of a pattern that takes a single text, perhaps the empty one.
LITERAL = re.compile(r"\^[\w-]*\$")


class Violation(NamedTuple):
    """One broken rule: the field as `meeting.invitees[2].email`, and the remedy as a sentence."""

    field: str
    message: str


# Looks at one value and answers a complaint, or None.
_Check = Callable[[Any], str | None]
# Looks at one field of a message; the path is that of the message, empty or ending in a dot.
_Inspect = Callable[[Message, str, list[Violation]], None]
_Plan = tuple[tuple[str, _Inspect], ...]


def violations(message: Message) -> list[Violation]:
    """Every rule that *message* breaks, in the order of its fields, at most 100."""
    found: list[Violation] = []
    for _, inspect in _plan(message.DESCRIPTOR):
        inspect(message, "", found)
    return found[:MAX_VIOLATIONS]


def rule_of(field: FieldDescriptor) -> options_pb2.FieldRule:
    """What the contract says of *field*; an empty rule when it says nothing."""
    options: Any = field.GetOptions()
    rule: options_pb2.FieldRule = options.Extensions[options_pb2.rule]
    return rule


@cache
def _plan(descriptor: Descriptor) -> _Plan:
    masked = MASK in descriptor.fields_by_name
    inspections = ((field.name, _inspection(field, masked)) for field in descriptor.fields)
    # A field without a rule is not looked at.
    return tuple((name, inspect) for name, inspect in inspections if inspect)


def _inspection(field: FieldDescriptor, masked: bool) -> _Inspect | None:
    rule = rule_of(field)
    if rule.output_only:
        return _refuse_output(field.name)
    if masked and field.name == MASK:
        return _inspect_mask
    if _is_map(field):
        return _map_inspection(field, rule)
    if field.is_repeated:
        return _list_inspection(field, rule)
    if field.message_type is not None:
        return _message_inspection(field, rule, masked)
    return _scalar_inspection(field, rule)


def _scalar_inspection(field: FieldDescriptor, rule: options_pb2.FieldRule) -> _Inspect | None:
    name, required, has_presence = field.name, rule.required, field.has_presence
    checks = _value_checks(rule)
    if not checks and not required:
        return None

    def inspect(message: Message, path: str, found: list[Violation]) -> None:
        value = getattr(message, name)
        if value or (has_presence and message.HasField(name)):
            _apply(checks, value, path + name, found)
        elif required:
            found.append(_missing(path + name))

    return inspect


def _message_inspection(
    field: FieldDescriptor, rule: options_pb2.FieldRule, masked: bool
) -> _Inspect | None:
    name, required, checks = field.name, rule.required, _struct_checks(field)
    nested = _plan(field.message_type)
    if not (nested or checks or required):
        return None

    def inspect(message: Message, path: str, found: list[Violation]) -> None:
        if not message.HasField(name):
            if required:
                found.append(_missing(path + name))
            return
        value = getattr(message, name)
        _apply(checks, value, path + name, found)
        named = _masked_names(message, value) if masked else _given_names(message, value)
        for field_name, look in nested:
            if named is None or field_name in named:
                look(value, f"{path}{name}.", found)

    return inspect


def _given_names(message: Message, value: Message) -> set[str] | None:
    """The fields that *value* gives, where a template has the others; else ``None``."""
    if TEMPLATE not in message.DESCRIPTOR.fields_by_name or not getattr(message, TEMPLATE):
        return None
    return {field.name for field, _ in value.ListFields()}


def _list_inspection(field: FieldDescriptor, rule: options_pb2.FieldRule) -> _Inspect | None:
    name, required, most = field.name, rule.required, rule.max_items
    checks = _value_checks(rule) + _struct_checks(field)
    nested = _plan(field.message_type) if field.message_type is not None else ()
    if not (checks or nested or required or most):
        return None

    def inspect(message: Message, path: str, found: list[Violation]) -> None:
        items = getattr(message, name)
        if required and not items:
            found.append(_missing(path + name))
        if most and len(items) > most:
            found.append(_too_many(path + name, len(items), most))
            return
        for place, item in enumerate(items):
            _apply(checks, item, f"{path}{name}[{place}]", found)
            for _, look in nested:
                look(item, f"{path}{name}[{place}].", found)

    return inspect


def _map_inspection(field: FieldDescriptor, rule: options_pb2.FieldRule) -> _Inspect | None:
    name, most = field.name, rule.max_items
    checks = _value_checks(rule)
    if not (checks or most):
        return None

    def inspect(message: Message, path: str, found: list[Violation]) -> None:
        entries = getattr(message, name)
        if most and len(entries) > most:
            found.append(_too_many(path + name, len(entries), most))
            return
        for key, value in entries.items():
            _apply(checks, key, path + name, found)
            _apply(checks, value, f"{path}{name}.{key}", found)

    return inspect


def _refuse_output(name: str) -> _Inspect:
    def inspect(message: Message, path: str, found: list[Violation]) -> None:
        if name in {field.name for field, _ in message.ListFields()}:
            found.append(Violation(path + name, "is set by the service; leave it out"))

    return inspect


def _inspect_mask(message: Message, path: str, found: list[Violation]) -> None:
    names = _maskable(message)
    found.extend(
        Violation(path + MASK, f"names {place!r}, which is no field of the body; leave it out")
        for place in getattr(message, MASK).paths
        if place.split(".")[0] not in names
    )


def _maskable(request: Message) -> set[str]:
    """The fields of the request's body or, where it has none, its own."""
    fields = [field for field in request.DESCRIPTOR.fields if field.name != MASK]
    bodies = [field.message_type for field in fields]
    inner = {field.name for body in bodies if body is not None for field in body.fields}
    return inner or {field.name for field in fields}


def _masked_names(request: Message, body: Message) -> set[str]:
    named = {place.split(".")[0] for place in getattr(request, MASK).paths}
    # Without a mask, what is given is what is meant.
    return named or {field.name for field, _ in body.ListFields()}


def _apply(checks: Iterable[_Check], value: object, path: str, found: list[Violation]) -> None:
    for check in checks:
        complaint = check(value)
        if complaint:
            found.append(Violation(path, complaint))
            return


def _value_checks(rule: options_pb2.FieldRule) -> tuple[_Check, ...]:
    checks: list[_Check] = []
    if rule.min_length:
        checks.append(_at_least_long(rule.min_length))
    if rule.max_length:
        checks.append(_at_most_long(rule.max_length))
    if rule.HasField("minimum") or rule.HasField("maximum"):
        checks.append(_within(rule))
    if rule.pattern:
        checks.append(_matching(rule.pattern, rule.example))
    if rule.format:
        checks.append(formats.CHECKS[rule.format])
    return tuple(checks)


def _at_least_long(least: int) -> _Check:
    return lambda text: None if len(text) >= least else f"needs at least {least} characters"


def _at_most_long(most: int) -> _Check:
    return lambda text: (
        None if len(text) <= most else f"has {len(text)} characters; write at most {most}"
    )


def _within(rule: options_pb2.FieldRule) -> _Check:
    low = rule.minimum if rule.HasField("minimum") else float("-inf")
    high = rule.maximum if rule.HasField("maximum") else float("inf")
    bounds = [
        *([f"at least {low:.15g}"] if rule.HasField("minimum") else []),
        *([f"at most {high:.15g}"] if rule.HasField("maximum") else []),
    ]
    remedy = f"must be {' and '.join(bounds)}"
    # NaN is neither, so it is refused too.
    return lambda number: None if low <= number <= high else f"is {number}; it {remedy}"


def _matching(pattern: str, example: str) -> _Check:
    matches = re.compile(pattern).fullmatch
    if choice := _choice(pattern):
        return lambda text: None if matches(text) else f"must be one of {choice}"
    remedy = f"; write one as {example}" if example else ""
    return lambda text: None if matches(text) else f"does not match {pattern}{remedy}"


def _choice(pattern: str) -> str:
    """The values of a pattern that only lists some, `^$|^a$|^b$` → `a, b`; else nothing."""
    parts = pattern.split("|")
    if not all(LITERAL.fullmatch(part) for part in parts):
        return ""
    return ", ".join(word for part in parts if (word := part[1:-1]))


def _struct_checks(field: FieldDescriptor) -> tuple[_Check, ...]:
    if field.message_type is None or field.message_type.full_name != STRUCT:
        return ()
    return (_small_struct,)


def _small_struct(struct: Struct) -> str | None:
    size = struct.ByteSize()
    if size <= MAX_STRUCT_BYTES:
        return None
    return f"takes {size} bytes; free-form objects may have {MAX_STRUCT_BYTES}"


def _is_map(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _missing(path: str) -> Violation:
    return Violation(path, "is required; give it a value")


def _too_many(path: str, count: int, most: int) -> Violation:
    return Violation(path, f"has {count} entries; give at most {most}")
