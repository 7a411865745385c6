"""JSON Schemas of messages, as the API document shows them: from descriptors, rules and comments."""

from collections.abc import Mapping

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor

from common.jsonshape import STRUCT, TIMESTAMP, short_names
from common.rules import rule_of
from convene.common.v1 import options_pb2

Schema = dict[str, object]

SCALARS: Mapping[int, Schema] = {
    FieldDescriptor.TYPE_STRING: {"type": "string"},
    FieldDescriptor.TYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.TYPE_DOUBLE: {"type": "number"},
    FieldDescriptor.TYPE_INT32: {"type": "integer", "format": "int32"},
    FieldDescriptor.TYPE_INT64: {"type": "integer", "format": "int64"},
    FieldDescriptor.TYPE_UINT32: {"type": "integer", "minimum": 0},
    FieldDescriptor.TYPE_UINT64: {"type": "integer", "minimum": 0},
}
FORMATS: Mapping[int, str] = {
    options_pb2.FORMAT_EMAIL: "email",
    options_pb2.FORMAT_TIME_ZONE: "iana-time-zone",
    options_pb2.FORMAT_CIVIL_TIME: "local-date-time",
    options_pb2.FORMAT_URL: "uri",
}


class Schemas:
    """Collects a schema for every message that is shown or taken.

    An answer has all its fields, a request those it needs, so a message that is both is
    described twice: `Policy` and `PolicyInput`.
    """

    def __init__(self, comments: Mapping[str, str]) -> None:
        self._comments = comments
        self._names: dict[str, str] = {}
        self.components: dict[str, Schema] = {}

    def shown(self, message: Descriptor) -> Schema:
        """A reference to what an answer's *message* looks like."""
        return self._reference(message, message.name, written=False)

    def written(self, message: Descriptor) -> Schema:
        """A reference to what a request's *message* may look like."""
        name = message.name if message.name.endswith("Draft") else message.name + "Input"
        return self._reference(message, name, written=True)

    def object_of(
        self, fields: list[FieldDescriptor], *, written: bool, partial: bool = False
    ) -> Schema:
        """An object of *fields*. A written one needs its required fields, unless *partial*."""
        properties = {field.name: self.field(field, written=written) for field in fields}
        if written:
            needed = [field.name for field in fields if rule_of(field).required and not partial]
        else:
            needed = [field.name for field in fields]
        schema: Schema = {"type": "object", "properties": properties}
        if needed:
            schema["required"] = needed
        if written:
            schema["additionalProperties"] = False
        return schema

    def field(self, field: FieldDescriptor, *, written: bool) -> Schema:
        """The schema of one field, with what the contract says of it."""
        rule = rule_of(field)
        described: Schema = {}
        if comment := self._comments.get(field.full_name):
            described["description"] = comment
        if rule.example:
            described["examples"] = [_example(field, rule.example)]
        if field.message_type is not None and field.message_type.GetOptions().map_entry:
            value = self._one(field.message_type.fields_by_name["value"], rule, written=written)
            schema: Schema = {"type": "object", "additionalProperties": value}
            return schema | _limit("maxProperties", rule.max_items) | described
        one = self._one(field, rule, written=written)
        if field.is_repeated:
            limit = _limit("maxItems", rule.max_items)
            return {"type": "array", "items": one} | limit | described
        if field.has_presence and not written and not _is(field, STRUCT):
            one = _nullable(one)
        return one | described

    def _reference(self, message: Descriptor, name: str, *, written: bool) -> Schema:
        if self._names.setdefault(name, message.full_name) != message.full_name:
            raise ValueError(f"{message.full_name} and {self._names[name]} are both {name}")
        if name not in self.components:
            # Named before it is filled, so that a message may hold its own kind.
            self.components[name] = {}
            schema = self.object_of(list(message.fields), written=written)
            if comment := self._comments.get(message.full_name):
                schema = {"description": comment} | schema
            self.components[name] = schema
        return {"$ref": f"#/components/schemas/{name}"}

    def _one(self, field: FieldDescriptor, rule: options_pb2.FieldRule, *, written: bool) -> Schema:
        if _is(field, TIMESTAMP):
            return {"type": "string", "format": "date-time"}
        if _is(field, STRUCT):
            return {"type": "object", "additionalProperties": True}
        if field.message_type is not None:
            return self.written(field.message_type) if written else self.shown(field.message_type)
        if field.enum_type is not None:
            return self._enum(field.enum_type, needed=rule.required)
        return SCALARS[field.type] | _constraints(rule)

    def _enum(self, enum: EnumDescriptor, *, needed: bool) -> Schema:
        names = short_names(enum)
        shown = [name for name in names.values() if name]
        explained = [
            f"`{names[value.number]}`: {comment}"
            for value in enum.values
            if (comment := self._comments.get(f"{enum.full_name}.{value.name}"))
        ]
        schema: Schema = {"type": "string", "enum": shown if needed else [*shown, ""]}
        if explained:
            schema["description"] = " ".join(explained)
        return schema


def _is(field: FieldDescriptor, full_name: str) -> bool:
    return field.message_type is not None and field.message_type.full_name == full_name


def _nullable(schema: Schema) -> Schema:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        return schema
    return schema | {"type": [schema["type"], "null"]}


def _constraints(rule: options_pb2.FieldRule) -> Schema:
    found = _limit("minLength", rule.min_length) | _limit("maxLength", rule.max_length)
    if rule.HasField("minimum"):
        found["minimum"] = _number(rule.minimum)
    if rule.HasField("maximum"):
        found["maximum"] = _number(rule.maximum)
    if rule.pattern:
        found["pattern"] = rule.pattern
    if rule.format:
        found["format"] = FORMATS[rule.format]
    return found


def _limit(name: str, value: int) -> Schema:
    return {name: value} if value else {}


def _number(value: float) -> float | int:
    return int(value) if value.is_integer() else value


def _example(field: FieldDescriptor, text: str) -> object:
    if field.type == FieldDescriptor.TYPE_STRING or field.enum_type is not None:
        return text
    return _number(float(text))
