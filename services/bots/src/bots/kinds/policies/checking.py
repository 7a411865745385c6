"""How rules are checked before anything is kept or run: the field at fault is named by its path."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from bots.domain.policy import InvalidRule
from bots.kinds.config import Check, flag, number, roles
from bots.kinds.keywords import pattern_complaint, phrase_complaint
from bots.kinds.policies.personal import SORTS
from bots.kinds.policies.rules import Source, rules_of

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

_NAME: Final = re.compile(r"^[a-z0-9][a-z0-9_-]{0,63}$")
_KIND: Final = re.compile(r"^[a-z][a-z_]{0,63}$")
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
    _check_fields(rule, at, _RULE, needed=("id", "when", "then"))
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
    needed, allowed = _CONDITIONS[named[0]]
    _check_fields(when, at, {name: _FIELDS[name] for name in (*needed, *allowed)}, needed)
    if when.get("times", 1) > 1 and "within_seconds" not in when:
        raise InvalidRule(f"{at}.within_seconds", "is needed beside times")


def _check_action(action: Any, at: str) -> None:
    if not isinstance(action, Mapping) or action.get("do") not in tuple(_ACTIONS):
        raise InvalidRule(f"{at}.do", f"takes one of {', '.join(_ACTIONS)}")
    needed, allowed = _ACTIONS[action["do"]]
    checks = {"do": _any, **{name: _FIELDS[name] for name in (*needed, *allowed)}}
    _check_fields(action, at, checks, needed)


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


def _any(value: Any) -> str | None:
    return None


def _one_of(*known: str) -> Check:
    def check(value: Any) -> str | None:
        return None if value in known else f"takes one of {', '.join(known)}"

    return check


def _some_of(*known: str) -> Check:
    def check(value: Any) -> str | None:
        if isinstance(value, list) and value and all(one in known for one in value):
            return None
        return f"takes a list of {', '.join(known)}"

    return check


def _text(most: int) -> Check:
    def check(value: Any) -> str | None:
        if isinstance(value, str) and 0 < len(value) <= most:
            return None
        return f"takes 1 to {most} characters"

    return check


def _matching(pattern: re.Pattern[str], what: str) -> Check:
    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and pattern.match(value) else f"takes {what}"

    return check


def _list_of(check: Check, most: int) -> Check:
    def checked(value: Any) -> str | None:
        if not isinstance(value, list) or not 0 < len(value) <= most:
            return f"takes a list of 1 to {most}"
        return next(filter(None, (check(one) for one in value)), None)

    return checked


def _phrase(value: Any) -> str | None:
    return phrase_complaint(value) if isinstance(value, str) else "takes phrases as plain text"


def _bot(value: Any) -> str | None:
    if not isinstance(value, Mapping) or value.keys() - {"kind", "config"}:
        return "takes an object with kind and config"
    if complaint := _matching(_KIND, "the name of a bot kind")(value.get("kind")):
        return f"has a kind that {complaint}"
    return None if isinstance(value.get("config", {}), Mapping) else "has a config that is none"


_PHRASES: Final = _list_of(_phrase, MOST_PHRASES)
_FIELDS: Final[Mapping[str, Check]] = {
    "phrases": _PHRASES,
    "must_say": _PHRASES,
    "patterns": _list_of(pattern_complaint, MOST_PHRASES),
    "pii": _some_of(*SORTS),
    "inflected": flag,
    "fuzzy": flag,
    "in": _one_of("speech", "chat", "both"),
    "times": number(1, MOST_TIMES, whole=True),
    "within_seconds": number(1, LONGEST_SECONDS),
    "by": _one_of("one", "all"),
    "silence_seconds": number(SHORTEST_SILENCE_SECONDS, LONGEST_SECONDS),
    "sentiment_below": number(-1.0, -0.01),
    "smoothing_seconds": number(1, 3_600),
    "checklist": _matching(_NAME, "the name of an item, or all"),
    "participant": _one_of("joined", "left"),
    "participants_at_least": number(1, MOST_PEOPLE, whole=True),
    "participants_at_most": number(0, MOST_PEOPLE, whole=True),
    "text": _text(LONGEST_TEXT),
    "to": _one_of("all", "hosts", "speaker"),
    "kind": _one_of("CHAT", "SYSTEM", "SPOKEN"),
    "bot": _bot,
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
_RULE: Final[Mapping[str, Check]] = {
    "id": _matching(_NAME, "a name of lower-case letters, digits, - and _"),
    "when": _any,
    "who": _any,
    "then": _list_of(_any, MOST_ACTIONS),
    "as": _one_of("violation", "trigger"),
    "on": _one_of("final", "partial"),
    "cooldown_seconds": number(0, LONGEST_SECONDS),
}
_WHO: Final[Mapping[str, Check]] = {
    "roles": roles,
    "name": pattern_complaint,
}
