"""What a workspace's schema lets custom fields be, and which schemas are taken."""

import time
from typing import Any

import pytest

from scheduler.domain.custom_fields import (
    DIALECT,
    CustomFieldsSchema,
    InvalidCustomFields,
    UnfitCustomFieldsSchema,
    check_schema,
)

TIERS: dict[str, Any] = {
    "$schema": DIALECT,
    "type": "object",
    "properties": {
        "product_tier": {"enum": ["gold", "silver"]},
        "seats": {"type": "integer", "minimum": 1},
        "code": {"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"},
        "since": {"type": "string", "format": "date"},
        "contacts": {"type": "array", "items": {"$ref": "#/$defs/contact"}},
    },
    "required": ["product_tier", "seats"],
    "additionalProperties": False,
    "$defs": {"contact": {"type": "object", "required": ["email"]}},
}
GOOD: dict[str, Any] = {"product_tier": "gold", "seats": 3.0}


def faults(fields: dict[str, Any], schema: dict[str, Any] = TIERS) -> list[tuple[str, str]]:
    check_schema(schema)
    with pytest.raises(InvalidCustomFields) as refused:
        CustomFieldsSchema(schema).check(fields)
    return [(one.field, one.message) for one in refused.value.found]


def test_what_the_schema_allows_is_taken() -> None:
    check_schema(TIERS)
    contacts = [{"email": "a@example.com"}]
    CustomFieldsSchema(TIERS).check(GOOD | {"code": "PT7", "contacts": contacts})
    CustomFieldsSchema({}).check({"anything": [1, {"goes": None}]})


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"product_tier": "iron"}, "custom_fields.product_tier", "'iron' is not one of"),
        ({"seats": 1.5}, "custom_fields.seats", "1.5 is not of type 'integer'"),
        ({"code": "pt7"}, "custom_fields.code", "does not match ^[A-Z]"),
        ({"since": "2030-02-30"}, "custom_fields.since", "is not a 'date'"),
        ({"nope": 1}, "custom_fields.nope", "is not known here"),
        ({"contacts": [{"email": 1}, {}]}, "custom_fields.contacts[1].email", "is required"),
    ],
)
def test_a_fault_is_told_at_its_field(changes: dict[str, Any], field: str, message: str) -> None:
    ((path, told),) = faults(GOOD | changes)
    assert path == field
    assert message in told


def test_all_faults_are_told_at_once() -> None:
    found = faults({"a": 1, "b": 2})
    assert sorted(path for path, _ in found) == [
        "custom_fields.a",
        "custom_fields.b",
        "custom_fields.product_tier",
        "custom_fields.seats",
    ]


@pytest.mark.parametrize(
    ("schema", "field", "message"),
    [
        ({"type": "objekt"}, "schema.type", "is not valid"),
        ({"$ref": "https://example.com/s.json"}, "schema.$ref", "refers elsewhere"),
        ({"$ref": "#"}, "schema.$ref", "refers elsewhere"),
        ({"$ref": "#/$defs/none"}, "schema.$defs", "has no none"),
        ({"$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}, "$ref": "#/$defs/a"}, "", "itself"),
        ({"$id": "x"}, "schema.$id", "is not taken here"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "schema.$schema", "dialect"),
        ({"pattern": "(?=a)"}, "schema.pattern", "is no pattern of RE2"),
        ({"pattern": "a" * 501}, "schema.pattern", "more than 500"),
        ({"items": [{"properties": {"x": {"$id": "y"}}}]}, "schema.items[0]", "not taken"),
        ({"enum": list(range(501))}, "schema", "more than 500 parts"),
    ],
)
def test_a_schema_that_could_do_harm_is_refused(
    schema: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(UnfitCustomFieldsSchema) as refused:
        check_schema(schema)
    assert refused.value.field.startswith(field)
    assert message in str(refused.value)


def test_a_field_may_have_the_name_of_a_keyword() -> None:
    schema = {"properties": {"$id": {"type": "string"}, "pattern": {"const": {"$id": "x"}}}}
    check_schema(schema)
    assert faults({"$id": 3}, schema)[0][0] == "custom_fields.$id"


def test_references_that_would_grow_without_end_are_counted_written_out() -> None:
    doubled: dict[str, Any] = {
        f"d{level}": {"allOf": [{"$ref": f"#/$defs/d{level + 1}"}] * 2} for level in range(30)
    }
    with pytest.raises(UnfitCustomFieldsSchema, match="written out"):
        check_schema({"$defs": doubled | {"d30": True}, "$ref": "#/$defs/d0"})


def test_a_schema_too_deep_is_refused() -> None:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(9):
        schema = {"properties": {"inner": schema}}
    with pytest.raises(UnfitCustomFieldsSchema, match="levels deep"):
        check_schema(schema)


def test_the_costliest_question_is_answered_soon() -> None:
    many = [{"pattern": f"(a+)+{number}$|b"} for number in range(110)]
    schema = {"properties": {"x": {"items": {"anyOf": many}}}}
    check_schema(schema)
    began = time.process_time()
    assert len(faults({"x": ["a" * 100] * 490}, schema)) == 20
    CustomFieldsSchema(schema).check({"x": ["b"] * 490})
    # Some two seconds here; what backtracks would take years.
    assert time.process_time() - began < 60
    assert faults({"x": ["b"] * 500}, schema) == [("custom_fields", "has more than 500 values")]
