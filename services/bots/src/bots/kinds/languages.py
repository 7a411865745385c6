"""Languages as configurations name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bots.kinds.shapes import Schema, as_quoted
from common.languages import language_of

# What the recogniser was trained on, as ISO 639 codes.
_CODES: Final = """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw
    he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my
    ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt
    uk ur uz vi yi yo yue zh"""
LANGUAGES: Final = frozenset(_CODES.split())
LONGEST_TAG: Final = 100
# Says that the language is to be found out, as an empty one does.
AUTO: Final = "auto"


@dataclass(frozen=True)
class Language:
    """The tag of a language that there is, or one of *others*; *otherwise* says what these mean."""

    otherwise: str = ""
    others: tuple[str, ...] = ()
    schema: Schema = field(
        default_factory=lambda: {
            "type": "string",
            "maxLength": LONGEST_TAG,
            "description": "A BCP 47 tag such as en or pt-BR, of which the language counts.",
        }
    )

    def __call__(self, value: Any) -> str | None:
        if isinstance(value, str) and value.lower() in self.others:
            return None
        return language_complaint(value, self.otherwise)


def language_complaint(value: Any, otherwise: str = "") -> str | None:
    """What is wrong with *value* as a tag of a language that there is, or nothing.

    Whoever names none may write *otherwise*.
    """
    is_short = isinstance(value, str) and len(value) <= LONGEST_TAG
    code = language_of(value) if is_short else None
    if code in LANGUAGES:
        return None
    why = "is no language tag" if code is None else "names a language that there is not"
    return (
        f"is {as_quoted(value)}, which {why}; write a tag such as 'en' or 'pt-BR'"
        f"{otherwise and ', or ' + otherwise}. There is {', '.join(sorted(LANGUAGES))}"
    )


def coded(tag: str) -> str:
    """The code of the language that *tag* names, which was checked; nothing and `auto` stay."""
    if tag.lower() == AUTO:
        return AUTO
    return language_of(tag) or tag


def in_codes(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """*config*, which was checked, with its `language` as a code: people are heard in one way."""
    return {**config, "language": coded(config["language"])}


# A language, if any.
named: Final = Language("'' for none", ("",))
# The language that is spoken.
spoken: Final = Language("'auto' to have it detected", ("", AUTO))
