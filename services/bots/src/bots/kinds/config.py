"""How a kind's configuration is checked: one table of checks, unknown fields refused."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from bots.domain.kind import LANGUAGE_MODEL, InvalidConfig

# Says what is wrong with a value, or nothing.
Check = Callable[[Any], str | None]


def checked(
    config: Mapping[str, Any], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    """*config* with *defaults* filled in; raises ``InvalidConfig`` naming the first bad field.

    What the framework does for every kind is configured with it.
    """
    return strictly(config, {**EVERY_KIND, **checks}, defaults)


def strictly(
    config: Mapping[str, Any], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The same for a kind that nobody brings, and that takes what *checks* have and no more."""
    for name, value in config.items():
        if name not in checks:
            known = ", ".join(sorted(checks)) or "none"
            raise InvalidConfig(name, f"is not known; this kind takes {known}")
        if complaint := checks[name](value):
            raise InvalidConfig(name, complaint)
    return {**defaults, **config}


def checked_reader(
    config: Mapping[str, Any], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The same for a kind that reads, with what every such kind takes."""
    return checked(config, {**READS, **checks}, {"from_start": False, **defaults})


def checked_asker(
    config: Mapping[str, Any], checks: Mapping[str, Check], defaults: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The same for a kind that reads and may ask a language model."""
    return checked_reader(
        config, {LANGUAGE_MODEL: flag, **checks}, {LANGUAGE_MODEL: True, **defaults}
    )


def flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "takes true or false"


def number(least: float, most: float, *, whole: bool = False) -> Check:
    """A check that takes numbers from *least* to *most*, *whole* ones only where that is said."""

    def check(value: Any) -> str | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and least <= value <= most and (not whole or value == int(value)):
            return None
        return f"takes a {'whole ' if whole else ''}number from {least:g} to {most:g}"

    return check


def roles(value: Any) -> str | None:
    """What is wrong with a list of roles, or nothing."""
    if isinstance(value, list) and all(one in ROLES for one in value):
        return None
    return f"takes roles as a list of {', '.join(ROLES)}; nobody named means everybody"


def chat_commands(value: Any) -> str | None:
    """What is wrong with how the chat may tell a bot things, or nothing."""
    if value is False:
        return None
    if not isinstance(value, dict):
        return "takes {prefix, roles, answers}, or false"
    if unknown := value.keys() - {"prefix", "roles", "answers"}:
        return f"has {sorted(unknown)[0]!r}, which is not known"
    if not _PREFIX.match(str(value.get("prefix", "!any"))):
        return "takes a prefix of ! or @ and one word, such as '!notes'"
    if value.get("answers", "person") not in ("person", "all"):
        return "answers 'person' or 'all'"
    return roles(value.get("roles", []))


ROLES: Final = ("HOST", "CO_HOST", "PARTICIPANT", "OBSERVER")
_PREFIX: Final = re.compile(r"^[!@][a-zA-Z0-9][a-zA-Z0-9_-]{0,30}\Z")
EVERY_KIND: Final[Mapping[str, Check]] = {"chat_commands": chat_commands}
# Whether a bot that comes late first reads what is kept of what was said before.
READS: Final[Mapping[str, Check]] = {"from_start": flag}
