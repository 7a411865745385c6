"""How rules are checked before anything is kept or run: the field at fault is named by its path."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bots.domain.policy import InvalidRule
from bots.kinds.config import flag, number, roles
from bots.kinds.keywords import pattern, plain_phrase
from bots.kinds.policies.personal import SORTS
from bots.kinds.policies.rules import Source, rules_of
from bots.kinds.shapes import Check, Elsewhere, Fields, Listed, OneOf, Schema, Text, object_of

# What one bot runs; those that come by themselves are fewer.
MOST_POLICIES: Final = 40
# Phrases and patterns of one list of rules, and of all that one bot runs.
MOST_LISTENED: Final = 500
MOST_LISTENED_TOGETHER: Final = 1_000
MOST_RULES: Final = 50
MOST_PHRASES: Final = 50
MOST_ACTIONS: Final = 8
MOST_TIMES: Final = 50
LONGEST_TEXT: Final = 500
LONGEST_SECONDS: Final = 86_400
# Somebody who talks for so long without a pause is silent until then, as far as is known.
SHORTEST_SILENCE_SECONDS: Final = 20
MOST_PEOPLE: Final = 250

_NAME: Final = "[a-z0-9][a-z0-9_-]{0,63}"
_ANSWERS: Final = ("alert", "flag")


def check_rules(value: Any, path: str) -> None:
    """Raise ``InvalidRule`` for the first of *value*'s rules that cannot be run."""
    if not isinstance(value, Sequence) or isinstance(value, str) or len(value) > MOST_RULES:
        raise InvalidRule(path, f"takes a list of at most {MOST_RULES} rules")
    seen = set()
    for place, rule in enumerate(value):
        at = f"{path}[{place}]"
        _check_rule(rule, at)
        if rule["id"] in seen:
            raise InvalidRule(f"{at}.id", f"is {rule['id']!r}, as another rule's is")
        seen.add(rule["id"])
    if (count := listened_for(value)) > MOST_LISTENED:
        raise InvalidRule(path, f"have {count} phrases and patterns; {MOST_LISTENED} is the most")


def listened_for(rules: Sequence[Mapping[str, Any]]) -> int:
    """How many phrases and patterns *rules*, which have passed their checks, listen for."""
    return sum(
        len(rule["when"].get(name, ()))
        for rule in rules
        for name in ("phrases", "patterns", "must_say", "pii")
    )


def _check_rule(rule: Any, at: str) -> None:
    _check_fields(rule, at, _RULE, _NEEDED)
    _check_condition(rule["when"], f"{at}.when")
    if "who" in rule:
        _check_fields(rule["who"], f"{at}.who", _WHO)
    actions = rule["then"]
    for place, action in enumerate(actions):
        _check_action(action, f"{at}.then[{place}]")
    _check_sense(rule, at)


def _check_condition(when: Any, at: str) -> None:
    if not isinstance(when, Mapping):
        raise InvalidRule(at, f"takes one of {', '.join(_CONDITIONS)}")
    named = [name for name in _CONDITIONS if name in when]
    if len(named) != 1:
        raise InvalidRule(at, f"takes exactly one of {', '.join(_CONDITIONS)}")
    needed, _ = _CONDITIONS[named[0]]
    _check_fields(when, at, _named(_CONDITIONS[named[0]]), needed)
    if when.get("times", 1) > 1 and "within_seconds" not in when:
        raise InvalidRule(f"{at}.within_seconds", "is needed beside times")


def _check_action(action: Any, at: str) -> None:
    if not isinstance(action, Mapping) or action.get("do") not in tuple(_ACTIONS):
        raise InvalidRule(f"{at}.do", f"takes one of {', '.join(_ACTIONS)}")
    needed, _ = _ACTIONS[action["do"]]
    fields = {"do": Elsewhere(), **_named(_ACTIONS[action["do"]])}
    _check_fields(action, at, fields, needed)


def _check_sense(rule: Mapping[str, Any], at: str) -> None:
    """Raise ``InvalidRule`` for what each part allows and both together do not."""
    (made,) = rules_of([rule], Source(), "en")
    for place, action in enumerate(rule["then"]):
        wants_somebody = action["do"] == "mute" or action.get("to") == "speaker"
        if wants_somebody and not made.condition.concerns_somebody:
            complaint = "needs somebody who did it, and there is nobody where this rule fires"
            raise InvalidRule(f"{at}.then[{place}]", complaint)
    if rule.get("as") == "trigger" and not any(one["do"] not in _ANSWERS for one in rule["then"]):
        raise InvalidRule(f"{at}.then", "of a trigger has to do something in the session")


def _check_fields(
    value: Any, at: str, checks: Mapping[str, Check], needed: Sequence[str] = ()
) -> None:
    if not isinstance(value, Mapping):
        raise InvalidRule(at, f"takes an object with {', '.join(checks)}")
    for name in value:
        if name not in checks:
            raise InvalidRule(f"{at}.{name}", f"is not known; there is {', '.join(checks)}")
    for name in needed:
        if name not in value:
            raise InvalidRule(f"{at}.{name}", "is needed")
    for name, one in value.items():
        if complaint := checks[name](one):
            raise InvalidRule(f"{at}.{name}", complaint)


def _named(row: tuple[Sequence[str], Sequence[str]]) -> Mapping[str, Check]:
    """The fields that a row of conditions or actions needs and may have."""
    return {name: _FIELDS[name] for name in (*row[0], *row[1])}


def _name_of(what: str, pattern: str) -> Text:
    return Text(f"takes {what}", most=64, pattern=pattern)


def _list_of(check: Check, most: int) -> Listed:
    return Listed(check, f"takes a list of 1 to {most}", most, least=1)


_BOT: Final = Fields(
    {
        "kind": _name_of("the name of a bot kind", "[a-z][a-z_]{0,63}"),
        "config": Fields({}, "takes an object", free=True),
    },
    "takes an object with kind and config",
    ["kind"],
)
_SORTS: Final = f"takes a list of {', '.join(SORTS)}"
_PHRASES: Final = _list_of(plain_phrase, MOST_PHRASES)
_FIELDS: Final[Mapping[str, Check]] = {
    "phrases": _PHRASES,
    "must_say": _PHRASES,
    "patterns": _list_of(pattern, MOST_PHRASES),
    "pii": Listed(OneOf(tuple(SORTS), _SORTS), _SORTS, least=1),
    "inflected": flag,
    "fuzzy": flag,
    "in": OneOf(("speech", "chat", "both")),
    "times": number(1, MOST_TIMES, whole=True),
    "within_seconds": number(1, LONGEST_SECONDS),
    "by": OneOf(("one", "all")),
    "silence_seconds": number(SHORTEST_SILENCE_SECONDS, LONGEST_SECONDS),
    "sentiment_below": number(-1.0, -0.01),
    "smoothing_seconds": number(1, 3_600),
    "checklist": _name_of("the name of an item, or all", _NAME),
    "participant": OneOf(("joined", "left")),
    "participants_at_least": number(1, MOST_PEOPLE, whole=True),
    "participants_at_most": number(0, MOST_PEOPLE, whole=True),
    "text": Text(f"takes 1 to {LONGEST_TEXT} characters", LONGEST_TEXT, least=1),
    "to": OneOf(("all", "hosts", "speaker")),
    "kind": OneOf(("CHAT", "SYSTEM", "SPOKEN")),
    "bot": _BOT,
}
_WAYS: Final = ("inflected", "fuzzy")
_OFTEN: Final = ("in", "times", "within_seconds", "by")
# Each condition, with the fields that it needs and those that it may have.
_CONDITIONS: Final[Mapping[str, tuple[Sequence[str], Sequence[str]]]] = {
    "phrases": (("phrases",), (*_WAYS, *_OFTEN)),
    "patterns": (("patterns",), _OFTEN),
    "pii": (("pii",), _OFTEN),
    "must_say": (("must_say", "within_seconds"), _WAYS),
    "silence_seconds": (("silence_seconds",), ()),
    "sentiment_below": (("sentiment_below",), ("smoothing_seconds",)),
    "checklist": (("checklist",), ()),
    "participant": (("participant",), ()),
    "participants_at_least": (("participants_at_least",), ()),
    "participants_at_most": (("participants_at_most",), ()),
}
_ACTIONS: Final[Mapping[str, tuple[Sequence[str], Sequence[str]]]] = {
    "alert": ((), ()),
    "flag": ((), ()),
    "mute": ((), ()),
    "hold": ((), ()),
    "pause_recording": ((), ()),
    "end": ((), ()),
    "prompt": (("text",), ("to", "kind")),
    "attach": (("bot",), ()),
}


def _schema_of_condition(name: str) -> Schema:
    return object_of(_named(_CONDITIONS[name]), _CONDITIONS[name][0])


def _schema_of_action(name: str) -> Schema:
    fields = {"do": OneOf((name,)), **_named(_ACTIONS[name])}
    return object_of(fields, ("do", *_ACTIONS[name][0]))


_WHO: Final[Mapping[str, Check]] = {"roles": roles, "name": pattern}
# What each of these takes is checked by its own table, so that its field is named by its path.
_RULE: Final[Mapping[str, Check]] = {
    "id": _name_of("a name of lower-case letters, digits, - and _", _NAME),
    "when": Elsewhere({"oneOf": [_schema_of_condition(name) for name in _CONDITIONS]}),
    "who": Elsewhere(object_of(_WHO)),
    "then": _list_of(
        Elsewhere({"oneOf": [_schema_of_action(name) for name in _ACTIONS]}), MOST_ACTIONS
    ),
    "as": OneOf(("violation", "trigger")),
    "on": OneOf(("final", "partial")),
    "cooldown_seconds": number(0, LONGEST_SECONDS),
}
_NEEDED: Final = ("id", "when", "then")
# Rules, as ``check_rules`` takes them.
RULES: Final = Elsewhere(
    {"type": "array", "items": object_of(_RULE, _NEEDED), "maxItems": MOST_RULES}
)
