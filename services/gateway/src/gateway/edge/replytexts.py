"""The words of the page that asks for an answer, in the languages that mails are written in."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "pt", "es", "de", "fr")
DEFAULT = LANGUAGES[0]
# Browsers send far less.
LONGEST_HEADER = 500

Texts = Mapping[str, str]


@cache
def texts(tag: str) -> Texts:
    """The words for a BCP 47 *tag*, or those of the default language."""
    found = files("gateway.edge") / "replies" / f"{language_of(tag) or DEFAULT}.toml"
    return tomllib.loads(found.read_text("utf-8"))


def language_of(tag: str) -> str:
    """The one of ``LANGUAGES`` that *tag* asks for, or empty."""
    first = tag.strip().lower().partition("-")[0]
    return first if first in LANGUAGES else ""


def preferred(accept_language: str) -> str:
    """The tag that the header likes best of those in a language of ours; empty when none is."""
    wanted = sorted(_wanted(accept_language[:LONGEST_HEADER]), key=lambda one: -one[0])
    return next((tag for weight, tag in wanted if weight > 0 and language_of(tag)), "")


def _wanted(header: str) -> Iterator[tuple[float, str]]:
    for part in header.split(","):
        tag, _, parameter = part.partition(";")
        _, is_given, weight = parameter.partition("q=")
        try:
            yield float(weight) if is_given else 1.0, tag.strip()
        except ValueError:
            continue
