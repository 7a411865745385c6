"""Languages as configurations name them."""

from typing import Any, Final

# What the recogniser was trained on, as ISO 639 codes.
_CODES: Final = """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw
    he hi hr ht hu hy id is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my
    ne nl nn no oc pa pl ps pt ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt
    uk ur uz vi yi yo yue zh"""
LANGUAGES: Final = frozenset(_CODES.split())
# Says that the language is to be found out, as an empty one does.
AUTO: Final = "auto"


def named(value: Any) -> str | None:
    """What is wrong with *value* as the name of a language, or nothing; an empty one names none."""
    if isinstance(value, str) and (not value or value in LANGUAGES):
        return None
    return f"is {value!r}; write an ISO 639 code such as 'en', or '' for none"


def spoken(value: Any) -> str | None:
    """What is wrong with *value* as the language that is spoken, or nothing."""
    if isinstance(value, str) and (value in ("", AUTO) or value in LANGUAGES):
        return None
    return f"is {value!r}; write an ISO 639 code such as 'en', or 'auto' to have it detected"
