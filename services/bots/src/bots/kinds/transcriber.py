"""The transcriber: writes down what everybody says."""

from collections.abc import Mapping
from typing import Any, Final

from bots.domain.kind import Availability, BotKind, Equipment, InvalidConfig
from bots.kinds.config import Check, checked, flag
from bots.kinds.languages import in_codes, spoken

MOST_HINTS: Final = 50
LONGEST_HINT: Final = 60


class Transcriber(BotKind):
    description = "Writes down what everybody says, word by word, with speaker and times."
    better_with = ("diariser",)
    writes_transcript = True
    phrase_list = "hints"

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return in_codes(checked(config, _CHECKS, _DEFAULTS))

    def require(self, config: Mapping[str, Any], equipment: Equipment) -> None:
        if config["diarise"] and equipment.diariser.availability is not Availability.CONFIGURED:
            raise InvalidConfig("diarise", f"needs a diariser: {equipment.diariser.remedy}")


def _hints(value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(hint, str) for hint in value):
        return "takes a list of terms that are likely to be said"
    if len(value) > MOST_HINTS or any(len(hint) > LONGEST_HINT for hint in value):
        return f"takes at most {MOST_HINTS} terms of at most {LONGEST_HINT} characters"
    return None


_CHECKS: Final[Mapping[str, Check]] = {"language": spoken, "hints": _hints, "diarise": flag}
_DEFAULTS: Final[Mapping[str, Any]] = {"language": "", "hints": [], "diarise": False}
