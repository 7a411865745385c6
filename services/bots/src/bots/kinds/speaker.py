"""The speaker: says texts and plays sounds in the room, and yields to who speaks over it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bots.domain.kind import BotKind, Equipment, Readiness
from bots.domain.reading import Ask, Do
from bots.kinds.config import Table, flag, number, roles, table
from bots.kinds.languages import in_codes, named
from bots.kinds.shapes import Check, Either, Fields, Text

LONGEST_GREETING: Final = 2000
LEAST_MILLISECONDS, MOST_MILLISECONDS = 100, 10_000


class Speaker(BotKind):
    description = "Says texts and plays sounds in the room, and can be interrupted."
    needs_words = False
    speaks = True

    @property
    def table(self) -> Table:
        return table(_CHECKS, _DEFAULTS)

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        filled = in_codes(super().checked(config))
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


_GREETING: Final = Text(f"takes a text of at most {LONGEST_GREETING} characters", LONGEST_GREETING)
_INTERRUPTIBLE: Final = Either(
    Fields(
        {"after_milliseconds": number(LEAST_MILLISECONDS, MOST_MILLISECONDS), "roles": roles},
        "takes true, false or {after_milliseconds, roles}",
    ),
    flag,
)
# Of no role: everybody may interrupt.
_COURTESY: Final[Mapping[str, Any]] = {"after_milliseconds": 600, "roles": []}
_CHECKS: Final[Mapping[str, Check]] = {
    "greeting": _GREETING,
    "language": named,
    "interruptible": _INTERRUPTIBLE,
}
_DEFAULTS: Final[Mapping[str, Any]] = {"greeting": "", "language": "", "interruptible": True}
