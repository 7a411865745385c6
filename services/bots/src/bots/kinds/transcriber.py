"""The transcriber: writes down what everybody says."""

from collections.abc import Mapping
from typing import Any, Final

from bots.domain.kind import Availability, BotKind, Equipment, InvalidConfig
from bots.kinds.config import Table, flag, table
from bots.kinds.languages import in_codes, spoken
from bots.kinds.shapes import Check, Listed, Text

MOST_HINTS: Final = 50
LONGEST_HINT: Final = 60


class Transcriber(BotKind):
    description = "Writes down what everybody says, word by word, with speaker and times."
    better_with = ("diariser",)
    writes_transcript = True
    phrase_list = "hints"

    @property
    def table(self) -> Table:
        return table(_CHECKS, _DEFAULTS)

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return in_codes(super().checked(config))

    def require(self, config: Mapping[str, Any], equipment: Equipment) -> None:
        if config["diarise"] and equipment.diariser.availability is not Availability.CONFIGURED:
            raise InvalidConfig("diarise", f"needs a diariser: {equipment.diariser.remedy}")


_HINTS: Final = Listed(
    Text(
        f"takes terms of at most {LONGEST_HINT} characters that are likely to be said", LONGEST_HINT
    ),
    f"takes a list of at most {MOST_HINTS} terms that are likely to be said",
    MOST_HINTS,
)
_CHECKS: Final[Mapping[str, Check]] = {"language": spoken, "hints": _HINTS, "diarise": flag}
_DEFAULTS: Final[Mapping[str, Any]] = {"language": "", "hints": [], "diarise": False}
