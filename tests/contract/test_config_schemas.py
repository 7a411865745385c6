"""What kinds say of their configurations is what they take: schemas made of the same checks."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from google.protobuf import json_format
from jsonschema import Draft202012Validator

from bots.kinds import KINDS
from bots.kinds.config import DIALECT
from bots.wire import struct_of
from common.errors import InvalidInput

DOCS: Final = Path(__file__).parents[2] / "docs"
# Of every shape there is; most are wrong wherever they stand.
PROBES: Final[tuple[Any, ...]] = (
    None, True, False, -1e9, -1, 0, 1, 0.5, 2.5, 30, 1e9, "", "en", "UTC", "auto", "x" * 5000, [],
    [None], [7], [""], ["  "], ["HOST"], ["BOSS"], ["es"], ["a plan"], ["a plan"] * 600, [{}], {},
    {"no_such": 1}, {"prefix": "!it"}, {"prefix": "it"}, {"answers": "all"}, {"answers": "none"},
    {"roles": ["HOST"]}, {"roles": "HOST"}, {"after_milliseconds": 500}, {"after_milliseconds": 1},
    [{"phrase": "a plan", "fuzzy": True}], [{"phrase": "a plan", "fuzzy": 1}], [{"fuzzy": True}],
    [{"item": "greet"}], [{"item": "Greet!"}], [{"item": "greet", "phrases": ["hi"]}],
    [{"item": "greet", "phrases": "hi"}], [{"item": "greet", "phrases": [{"phrase": "hi"}]}],
    [{"item": "greet", "text": "x" * 501}], [{"text": "no name"}], [{"item": "greet", "due": 1}],
)  # fmt: skip
# What a text says, or how often, no schema says: these are refused though they fit.
BEYOND: Final = {
    ("time_zone", "en"), ("time_zone", "auto"),
    ("language", "UTC"), ("language", "auto"),
    ("languages", '[""]'), ("languages", '["  "]'), ("languages", '["HOST"]'),
    ("languages", '["BOSS"]'), ("languages", '["a plan"]'),
    ("phrases", '["  "]'),
}  # fmt: skip

A_RULE: Final = {"id": "it", "when": {"phrases": ["yes"]}, "then": [{"do": "alert"}]}
GOOD_CHANGES: Final[tuple[Any, ...]] = (
    {"when": {"phrases": ["yes"], "fuzzy": True, "inflected": False}},
    {"when": {"patterns": ["a+"], "in": "chat", "times": 2, "within_seconds": 30, "by": "all"}},
    {"when": {"pii": ["email", "card"]}},
    {"when": {"must_say": ["recorded"], "within_seconds": 60, "inflected": True}},
    {"when": {"silence_seconds": 20}},
    {"when": {"sentiment_below": -0.5, "smoothing_seconds": 30}},
    {"when": {"checklist": "all"}},
    {"when": {"participant": "left"}},
    {"when": {"participants_at_least": 3}},
    {"when": {"participants_at_most": 0}},
    {"who": {"roles": ["HOST"], "name": "(?i)ada"}, "on": "partial", "cooldown_seconds": 0},
    {"then": [{"do": "prompt", "text": "hi", "to": "speaker", "kind": "CHAT"}]},
    {"then": [{"do": "attach", "bot": {"kind": "speaker", "config": {"greeting": "hi"}}}]},
    {"then": [{"do": one} for one in ("alert", "flag", "mute", "hold", "pause_recording", "end")]},
    {"then": [{"do": "end"}], "as": "trigger"},
)
WRONG_RULES: Final[tuple[Any, ...]] = (
    "rule",
    [7],
    [{}],
    [{**A_RULE, "id": "It!"}],
    [{**A_RULE, "no_such": 1}],
    [{**A_RULE, "when": {}}],
    [{**A_RULE, "when": {"phrases": []}}],
    [{**A_RULE, "when": {"phrases": ["yes"], "pii": ["email"]}}],
    [{**A_RULE, "when": {"phrases": ["yes"], "silence": 3}}],
    [{**A_RULE, "when": {"must_say": ["yes"]}}],
    [{**A_RULE, "when": {"silence_seconds": 1}}],
    [{**A_RULE, "when": {"sentiment_below": 0.5}}],
    [{**A_RULE, "who": {"roles": ["BOSS"]}}],
    [{**A_RULE, "then": []}],
    [{**A_RULE, "then": [{"do": "dance"}]}],
    [{**A_RULE, "then": [{"do": "prompt"}]}],
    [{**A_RULE, "then": [{"do": "alert", "text": "hi"}]}],
    [{**A_RULE, "then": [{"do": "attach", "bot": {"kind": "No!"}}]}],
    [{**A_RULE, "as": "hint"}],
    [{**A_RULE, "cooldown_seconds": -1}],
    [A_RULE] * 51,
)


def schema_of(kind: str) -> Mapping[str, Any]:
    """The schema as it is told."""
    told: Mapping[str, Any] = json_format.MessageToDict(struct_of(KINDS[kind].table.schema))
    return told


def fits(kind: str, config: Mapping[str, Any]) -> bool:
    return Draft202012Validator(schema_of(kind)).is_valid(config)


def is_taken(kind: str, config: Mapping[str, Any]) -> bool:
    try:
        KINDS[kind].checked(config)
    except InvalidInput:
        return False
    return True


def examples() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every configuration of one bot that the documents show, with its kind."""
    for page in sorted(DOCS.glob("*.md")):
        for block in re.findall(r"```json\n(.*?)```", page.read_text(), re.DOTALL):
            shown = json.loads(block) if '"config"' in block and "…" not in block else {}
            if isinstance(shown, dict) and shown.keys() == {"kind", "config"}:
                yield shown["kind"], shown["config"]


EXAMPLES: Final = list(examples())
FIELDS: Final = [
    (kind, name) for kind in sorted(KINDS) for name in KINDS[kind].table.schema["properties"]
]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_schema_is_one_and_takes_the_defaults(kind: str) -> None:
    schema = schema_of(kind)

    assert schema["$schema"] == DIALECT
    Draft202012Validator.check_schema(schema)
    assert fits(kind, {})
    assert fits(kind, KINDS[kind].checked({}))


def test_the_documents_show_every_kind_that_is_configured() -> None:
    assert {kind for kind, _ in EXAMPLES} | {"recorder", "compliance"} == set(KINDS)


@pytest.mark.parametrize(("kind", "config"), EXAMPLES, ids=[kind for kind, _ in EXAMPLES])
def test_what_the_documents_show_is_taken_and_fits(kind: str, config: Mapping[str, Any]) -> None:
    assert is_taken(kind, config)
    assert fits(kind, config)


@pytest.mark.parametrize(("kind", "name"), FIELDS)
def test_a_field_takes_what_fits_its_schema(kind: str, name: str) -> None:
    for probe in PROBES:
        config = {name: probe}
        shown = probe if isinstance(probe, str) else json.dumps(probe)
        expected = is_taken(kind, config) or ((name, shown) in BEYOND and fits(kind, config))

        assert fits(kind, config) == expected, (kind, config)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_a_kind_does_not_know_does_not_fit(kind: str) -> None:
    assert not fits(kind, {"no_such_field": 1})


def test_the_policy_in_the_documents_fits() -> None:
    body = (DOCS / "policies.md").read_text().partition("-d '")[2].partition("'\n")[0]
    rules = json.loads(body)["rules"]

    assert is_taken("compliance", {"rules": rules})
    assert fits("compliance", {"rules": rules})


@pytest.mark.parametrize("change", GOOD_CHANGES)
def test_every_part_that_a_rule_may_have_is_taken_and_fits(change: Mapping[str, Any]) -> None:
    rules = [{**A_RULE, **change}]

    assert is_taken("compliance", {"rules": rules})
    assert fits("compliance", {"rules": rules})


@pytest.mark.parametrize("rules", WRONG_RULES)
def test_rules_that_are_refused_for_their_shape_do_not_fit(rules: Any) -> None:
    assert fits("compliance", {"rules": [A_RULE]})
    assert not is_taken("compliance", {"rules": rules})
    assert not fits("compliance", {"rules": rules})
