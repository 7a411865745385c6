"""The speaker: says texts and plays sounds in the room, and yields to who speaks over it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bots.domain.kind import BotKind, Equipment, Readiness
from bots.domain.reading import Ask, Do
from bots.kinds.config import Check, checked, number, roles
from bots.kinds.languages import in_codes, named

LONGEST_GREETING: Final = 2000
LEAST_MILLISECONDS, MOST_MILLISECONDS = 100, 10_000


class Speaker(BotKind):
    description = "Says texts and plays sounds in the room, and can be interrupted."
    needs_words = False
    speaks = True

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        filled = in_codes(checked(config, _CHECKS, _DEFAULTS))
        if isinstance(filled["interruptible"], bool):
            return {
                **filled,
                "interruptible": dict(_COURTESY) if filled["interruptible"] else False,
            }
        return {**filled, "interruptible": {**_COURTESY, **filled["interruptible"]}}

    def readiness(self, equipment: Equipment) -> Readiness:
        return equipment.speech

    def arrival(self, config: Mapping[str, Any]) -> Sequence[Ask]:
        if not config["greeting"]:
            return ()
        return [Ask(Do.PROMPT, "greeting", {"kind": "SPOKEN", "text": config["greeting"]})]


def _greeting(value: Any) -> str | None:
    if isinstance(value, str) and len(value) <= LONGEST_GREETING:
        return None
    return f"takes a text of at most {LONGEST_GREETING} characters"


def _interruptible(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if not isinstance(value, dict):
        return "takes true, false or {after_milliseconds, roles}"
    if unknown := value.keys() - _COURTESY.keys():
        return f"has {sorted(unknown)[0]!r}, which is not known"
    after = value.get("after_milliseconds", LEAST_MILLISECONDS)
    if complaint := number(LEAST_MILLISECONDS, MOST_MILLISECONDS)(after):
        return f"has after_milliseconds, which {complaint}"
    return roles(value.get("roles", []))


# Of no role: everybody may interrupt.
_COURTESY: Final[Mapping[str, Any]] = {"after_milliseconds": 600, "roles": []}
_CHECKS: Final[Mapping[str, Check]] = {
    "greeting": _greeting,
    "language": named,
    "interruptible": _interruptible,
}
_DEFAULTS: Final[Mapping[str, Any]] = {"greeting": "", "language": "", "interruptible": True}
