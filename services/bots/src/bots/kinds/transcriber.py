"""The transcriber: writes down what everybody says."""

from collections.abc import Mapping
from typing import Any, Final

from bots.domain.kind import BotKind
from bots.kinds.config import Check, checked

# What the recogniser was trained on, as ISO 639 codes.
_CODES: Final = """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw
    he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my
    ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt
    uk ur uz vi yi yo yue zh"""
LANGUAGES: Final = frozenset(_CODES.split())
MOST_HINTS: Final = 50
LONGEST_HINT: Final = 60


class Transcriber(BotKind):
    description = "Writes down what everybody says, word by word, with speaker and times."
    writes_transcript = True
    phrase_list = "hints"

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return checked(config, _CHECKS, {"language": "", "hints": []})


def _language(value: Any) -> str | None:
    if isinstance(value, str) and (not value or value in LANGUAGES):
        return None
    return f"is {value!r}; write an ISO 639 code such as 'en', or '' to have it detected"


def _hints(value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(hint, str) for hint in value):
        return "takes a list of terms that are likely to be said"
    if len(value) > MOST_HINTS or any(len(hint) > LONGEST_HINT for hint in value):
        return f"takes at most {MOST_HINTS} terms of at most {LONGEST_HINT} characters"
    return None


_CHECKS: Final[Mapping[str, Check]] = {"language": _language, "hints": _hints}
