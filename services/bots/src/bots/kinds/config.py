"""How a kind's configuration is checked: one table of checks, unknown fields refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bots.domain.kind import LANGUAGE_MODEL, InvalidConfig
from bots.kinds.shapes import (
    Check,
    Either,
    Exactly,
    Fields,
    Flag,
    Listed,
    Number,
    OneOf,
    Schema,
    Text,
    beginning,
    object_of,
)

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
ROLES: Final = ("HOST", "CO_HOST", "PARTICIPANT", "OBSERVER")

flag: Final = Flag()
_A_ROLE: Final = f"takes roles as a list of {', '.join(ROLES)}; nobody named means everybody"
roles: Final = Listed(OneOf(ROLES, _A_ROLE), _A_ROLE)
# How the chat may tell a bot things.
chat_commands: Final = Either(
    Fields(
        {
            "prefix": Text(
                "takes ! or @ and one word, such as '!notes'",
                most=32,
                pattern="[!@][a-zA-Z0-9][a-zA-Z0-9_-]{0,30}",
            ),
            "roles": roles,
            "answers": OneOf(("person", "all")),
        },
        "takes {prefix, roles, answers}, or false",
    ),
    Exactly(False, "takes {prefix, roles, answers}, or false"),
)
EVERY_KIND: Final[Mapping[str, Check]] = {"chat_commands": chat_commands}
# Whether a bot that comes late first reads what is kept of what was said before.
READS: Final[Mapping[str, Check]] = {"from_start": flag}


@dataclass(frozen=True)
class Table:
    """The fields that a kind takes, and what stands where one is left out."""

    checks: Mapping[str, Check]
    defaults: Mapping[str, Any]

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        """*config* with its defaults; raises ``InvalidConfig`` naming the first bad field."""
        for name, value in config.items():
            if name not in self.checks:
                known = ", ".join(sorted(self.checks)) or "none"
                raise InvalidConfig(beginning(name), f"is not known; this kind takes {known}")
            if complaint := self.checks[name](value):
                raise InvalidConfig(name, complaint)
        return {**self.defaults, **config}

    @property
    def schema(self) -> Schema:
        """The same as JSON Schema, with the defaults."""
        whole = object_of(self.checks)
        told = {
            name: {**schema, "default": self.defaults[name]} if name in self.defaults else schema
            for name, schema in whole["properties"].items()
        }
        return {"$schema": DIALECT, **whole, "properties": told}


def table(checks: Mapping[str, Check], defaults: Mapping[str, Any]) -> Table:
    """*checks* and what the framework does for every kind that somebody brings."""
    return Table({**EVERY_KIND, **checks}, defaults)


def reader_table(checks: Mapping[str, Check], defaults: Mapping[str, Any]) -> Table:
    """The same for a kind that reads, with what every such kind takes."""
    return table({**READS, **checks}, {"from_start": False, **defaults})


def asker_table(checks: Mapping[str, Check], defaults: Mapping[str, Any]) -> Table:
    """The same for a kind that reads and may ask a language model."""
    return reader_table({LANGUAGE_MODEL: flag, **checks}, {LANGUAGE_MODEL: True, **defaults})


def number(least: float, most: float, *, whole: bool = False) -> Number:
    """Numbers from *least* to *most*, *whole* ones only where that is said."""
    return Number(least, most, whole)
