"""What a workspace lets the custom fields of its meetings be: a JSON Schema, kept harmless.

A schema comes from strangers and is asked at every create, so what could make it costly is left
out or bounded: references go to `$defs` alone and in no circle, patterns are read by RE2, whose
time grows with the text alone, and a schema written out in full has a bounded size.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson
import re2
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.exceptions import SchemaError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from common.errors import EtagMismatch, InvalidInput
from common.rules import Violation

DEEPEST = 16
# Parts of a schema, and of the values that it is asked about: each may meet each.
MOST_PARTS = 500
MOST_VALUES = 500
LONGEST_PATTERN = 500
MOST_TOLD = 20
DIALECT = "https://json-schema.org/draft/2020-12/schema"
LOCAL = "#/$defs/"
FORMATS = ("date", "email", "ipv4", "ipv6", "uuid")
# These go elsewhere, change what names mean, read texts by patterns that RE2 does not get, or ask
# the same again at every level.
REFUSED = (
    "$anchor",
    "$dynamicAnchor",
    "$dynamicRef",
    "$id",
    "$recursiveRef",
    "$vocabulary",
    "definitions",
    "patternProperties",
    "unevaluatedItems",
    "unevaluatedProperties",
)
# What holds names of the caller's own choice, and what holds plain values.
NAMING = ("properties", "$defs", "dependentSchemas", "dependentRequired")
PLAIN = ("const", "default", "enum", "examples")


class UnfitCustomFieldsSchema(InvalidInput):
    """*path* says where in the schema."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {message}", field=path)


class InvalidCustomFields(InvalidInput):
    """Values that the workspace's schema does not allow; *found* has them all, up to 20."""

    def __init__(self, found: list[Violation]) -> None:
        first = found[0]
        super().__init__(f"{first.field} {first.message}", field=first.field)
        self.found = found


@dataclass(frozen=True, slots=True)
class CustomFieldsSchema:
    """A workspace's schema; an empty one allows everything."""

    schema: Mapping[str, Any]
    update_time: datetime | None = None
    version: int = 0

    @property
    def etag(self) -> str:
        return f"v{self.version}"

    def check_etag(self, etag: str) -> None:
        """Raise ``EtagMismatch`` when the caller read another version; an empty one is no claim."""
        if etag and etag != self.etag:
            raise EtagMismatch(
                "the schema has changed since you read it; read it again", current=self.etag
            )

    def check(self, fields: Mapping[str, Any]) -> None:
        """Raise ``InvalidCustomFields`` for values that the schema does not allow."""
        if not self.schema:
            return
        if _count(fields) > MOST_VALUES:
            raise InvalidCustomFields(
                [Violation("custom_fields", f"has more than {MOST_VALUES} values")]
            )
        found = _complaints(_validator(orjson.dumps(self.schema)), fields)
        if found:
            raise InvalidCustomFields(found[:MOST_TOLD])


def check_schema(schema: Mapping[str, Any]) -> None:
    """Raise ``UnfitCustomFieldsSchema`` for what is no schema of draft 2020-12, or costs much."""
    _check_written(schema, "schema", 1)
    _check_size(schema)
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        where = "".join(f".{part}" for part in error.absolute_path)
        raise UnfitCustomFieldsSchema(f"schema{where}", error.message[:300]) from None


def _check_written(node: Any, path: str, depth: int, *, is_naming: bool = False) -> None:
    if depth > DEEPEST:
        raise UnfitCustomFieldsSchema(path, f"is more than {DEEPEST} levels deep")
    if isinstance(node, Mapping):
        for name, value in node.items():
            if not is_naming:
                _check_keyword(name, value, f"{path}.{name}")
            if is_naming or name not in PLAIN:
                names = not is_naming and name in NAMING
                _check_written(value, f"{path}.{name}", depth + 1, is_naming=names)
    elif isinstance(node, list):
        for place, value in enumerate(node):
            _check_written(value, f"{path}[{place}]", depth + 1)


def _check_keyword(name: str, value: Any, path: str) -> None:
    if name in REFUSED:
        raise UnfitCustomFieldsSchema(path, f"{name} is not taken here; leave it out")
    if name == "$schema" and value != DIALECT:
        raise UnfitCustomFieldsSchema(path, f"is another dialect; write {DIALECT}")
    if name == "$ref" and not (isinstance(value, str) and value.startswith(LOCAL)):
        raise UnfitCustomFieldsSchema(path, f"refers elsewhere; write {LOCAL} and a name")
    if name == "pattern" and isinstance(value, str):
        _check_pattern(value, path)


def _check_pattern(pattern: str, path: str) -> None:
    if len(pattern) > LONGEST_PATTERN:
        raise UnfitCustomFieldsSchema(path, f"has more than {LONGEST_PATTERN} letters")
    try:
        _compiled(pattern)
    except re2.error as error:
        detail = error.args[0].decode() if error.args else "cannot be read"
        raise UnfitCustomFieldsSchema(path, f"is no pattern of RE2: {detail}") from None


def _check_size(schema: Mapping[str, Any]) -> None:
    """Count what the schema is when every reference is written out."""
    definitions = schema.get("$defs", {})
    sizes: dict[str, int] = {}
    following: list[str] = []

    def size_of_reference(name: str) -> int:
        if name in following:
            raise UnfitCustomFieldsSchema(f"schema.$defs.{name}", "refers to itself")
        if not isinstance(definitions, Mapping) or name not in definitions:
            raise UnfitCustomFieldsSchema("schema.$defs", f"has no {name}, which is referred to")
        if name not in sizes:
            following.append(name)
            sizes[name] = size_of(definitions[name])
            following.pop()
        return sizes[name]

    def size_of(node: Any) -> int:
        own = 1 + sum(size_of(value) for value in _inner(node))
        if isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            own += size_of_reference(node["$ref"].removeprefix(LOCAL))
        return own

    if size_of(schema) > MOST_PARTS:
        raise UnfitCustomFieldsSchema(
            "schema", f"has more than {MOST_PARTS} parts when its references are written out"
        )


def _count(node: Any) -> int:
    return 1 + sum(_count(value) for value in _inner(node))


def _inner(node: Any) -> Iterator[Any]:
    if isinstance(node, Mapping):
        yield from node.values()
    elif isinstance(node, list):
        yield from node


def _complaints(validator: Validator, fields: Mapping[str, Any]) -> list[Violation]:
    found: list[Violation] = []
    for error in validator.iter_errors(fields):
        path = "custom_fields" + "".join(
            f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path
        )
        found += _told(error, path)
        if len(found) >= MOST_TOLD:
            break
    return found


def _told(error: ValidationError, path: str) -> list[Violation]:
    """What is wrong, at the field it is about: a missing or unknown one is named."""
    if error.validator == "required" and isinstance(error.instance, Mapping):
        required: Any = error.validator_value
        missing = [name for name in required if name not in error.instance]
        # There is one error for each; it says which in its words alone.
        name = next((one for one in missing if repr(one) in error.message), missing[0])
        return [Violation(f"{path}.{name}", "is required")]
    if error.validator == "additionalProperties" and isinstance(error.instance, Mapping):
        known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
        unknown = [name for name in error.instance if name not in known]
        if error.validator_value is False and unknown:
            return [Violation(f"{path}.{name}", "is not known here") for name in unknown]
    return [Violation(path, error.message[:300])]


def _check_text(
    validator: Validator, pattern: str, instance: Any, schema: Any
) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not _compiled(pattern).search(instance):
        yield ValidationError(f"does not match {pattern}")


@lru_cache(500)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern, options=options)


@lru_cache(200)
def _validator(schema: bytes) -> Validator:
    checker: Validator = _Checker(orjson.loads(schema), format_checker=FormatChecker(FORMATS))
    return checker


_Checker: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _check_text}
)
