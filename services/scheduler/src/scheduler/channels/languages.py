"""The languages that messages are written in, and which one a person gets."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.localedata import locale_identifiers

LANGUAGES = ("en", "pt", "es", "de", "fr")
DEFAULT = LANGUAGES[0]

Texts = Mapping[str, Mapping[str, str]]


@cache
def texts(language: str) -> Texts:
    """The sentences of one of ``LANGUAGES``, by section and name."""
    found = files("scheduler.channels") / "texts" / f"{language}.toml"
    return tomllib.loads(found.read_text("utf-8"))


def first_written(*tags: str) -> str:
    """The first of these BCP 47 *tags* that is of a language we write, else the default."""
    written = (one for one in tags if one.lower().partition("-")[0] in LANGUAGES)
    return next(written, DEFAULT)


@cache
def language_of(tag: str) -> str:
    """The language for a BCP 47 *tag*: its own, or the default where we do not write it."""
    first = tag.lower().partition("-")[0]
    return first if first in LANGUAGES else DEFAULT


@cache
def locale_of(tag: str) -> Locale:
    """How dates read for *tag*: as in its region, where that is known, else as in its language."""
    language = language_of(tag)
    if tag.lower().partition("-")[0] != language:
        return Locale(language)
    # A region is two letters or three digits; a script may stand before it.
    regions = (one.upper() for one in tag.split("-")[1:] if len(one) == 2 or one.isdigit())
    region = next(regions, "")
    known = region and f"{language}_{region}" in _known_locales()
    return Locale(language, region) if known else Locale(language)


@cache
def _known_locales() -> frozenset[str]:
    return frozenset(locale_identifiers())
