"""What configurations are made of: each shape says what is wrong, and what is right as a schema."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

# JSON Schema, draft 2020-12.
Schema = Mapping[str, Any]
# What somebody can see, whatever blanks stand around it.
VISIBLE: Final = r"[\s\S]*\S[\s\S]*"

# How much of a wrong value is told, in characters.
_MOST_QUOTED: Final = 60


class Check(Protocol):
    """Says what is wrong with a value, or nothing. Whatever it passes, its schema takes."""

    @property
    def schema(self) -> Schema: ...

    def __call__(self, value: Any) -> str | None: ...


@dataclass(frozen=True)
class Flag:
    schema: Schema = field(default_factory=lambda: {"type": "boolean"})

    def __call__(self, value: Any) -> str | None:
        return None if isinstance(value, bool) else "takes true or false"


@dataclass(frozen=True)
class Number:
    """Numbers from *least* to *most*, *whole* ones only where that is said."""

    least: float
    most: float
    whole: bool = False

    @property
    def schema(self) -> Schema:
        kind = "integer" if self.whole else "number"
        return {"type": kind, "minimum": self.least, "maximum": self.most}

    def __call__(self, value: Any) -> str | None:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        in_range = is_number and self.least <= value <= self.most
        if in_range and (not self.whole or value == int(value)):
            return None
        whole = "whole " if self.whole else ""
        return f"takes a {whole}number from {self.least:g} to {self.most:g}"


@dataclass(frozen=True)
class Text:
    """A text of *least* to *most* characters, all of which *pattern* takes."""

    complaint: str
    most: int
    least: int = 0
    pattern: str = ""

    @property
    def schema(self) -> Schema:
        schema = {"type": "string", "minLength": self.least, "maxLength": self.most}
        return schema | ({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {})

    def __call__(self, value: Any) -> str | None:
        fits = isinstance(value, str) and self.least <= len(value) <= self.most
        if fits and (not self.pattern or re.fullmatch(self.pattern, value)):
            return None
        return self.complaint


@dataclass(frozen=True)
class OneOf:
    known: tuple[str, ...]
    complaint: str = ""

    @property
    def schema(self) -> Schema:
        return {"enum": list(self.known)}

    def __call__(self, value: Any) -> str | None:
        if isinstance(value, str) and value in self.known:
            return None
        return self.complaint or f"takes one of {', '.join(self.known)}"


@dataclass(frozen=True)
class Exactly:
    """The one value of its kind: false is not 0."""

    value: bool
    complaint: str

    @property
    def schema(self) -> Schema:
        return {"const": self.value}

    def __call__(self, value: Any) -> str | None:
        return None if value is self.value else self.complaint


@dataclass(frozen=True)
class Listed:
    """*least* to *most* of *one*; where they are *placed*, which of them is wrong is told."""

    one: Check
    complaint: str
    most: int | None = None
    least: int = 0
    placed: bool = False

    @property
    def schema(self) -> Schema:
        most = {} if self.most is None else {"maxItems": self.most}
        return {"type": "array", "items": self.one.schema, "minItems": self.least} | most

    def __call__(self, value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < self.least:
            return self.complaint
        if self.most is not None and len(value) > self.most:
            return self.complaint
        for place, item in enumerate(value, start=1):
            if complaint := self.one(item):
                return complaint + (f" (item {place} of {len(value)})" if self.placed else "")
        return None


@dataclass(frozen=True)
class Fields:
    """An object of *fields*, of which some are *needed*."""

    fields: Mapping[str, Check]
    complaint: str
    needed: Sequence[str] = ()
    # Whether it takes whatever else there is.
    free: bool = False

    @property
    def schema(self) -> Schema:
        return {"type": "object"} if self.free else object_of(self.fields, self.needed)

    def __call__(self, value: Any) -> str | None:
        if not isinstance(value, dict) or any(name not in value for name in self.needed):
            return self.complaint
        if self.free:
            return None
        if unknown := value.keys() - self.fields.keys():
            return f"has {as_quoted(sorted(unknown)[0])}, which is not known"
        for name, item in value.items():
            if complaint := self.fields[name](item):
                return f"has {name}, which {complaint}"
        return None


@dataclass(frozen=True)
class Either:
    """An object of *fields*, or else what *other* takes."""

    fields: Fields
    other: Check

    @property
    def schema(self) -> Schema:
        return {"anyOf": [self.other.schema, self.fields.schema]}

    def __call__(self, value: Any) -> str | None:
        return self.fields(value) if isinstance(value, dict) else self.other(value)


@dataclass(frozen=True)
class Also:
    """What *first* takes and *then* finds nothing wrong with, which no schema can say."""

    first: Check
    then: Callable[[Any], str | None]

    @property
    def schema(self) -> Schema:
        return self.first.schema

    def __call__(self, value: Any) -> str | None:
        return self.first(value) or self.then(value)


@dataclass(frozen=True)
class Elsewhere:
    """What is checked elsewhere, by the *schema*'s own tables, and passes here."""

    schema: Schema = field(default_factory=dict)

    def __call__(self, value: Any) -> str | None:
        return None


def as_quoted(value: Any) -> str:
    """*value* as a complaint shows it: the beginning of it where it is long."""
    if isinstance(value, str):
        return repr(beginning(value))
    return beginning(repr(value))


def beginning(text: str) -> str:
    """*text*, or as much of it as is worth telling."""
    return text if len(text) <= _MOST_QUOTED else text[:_MOST_QUOTED] + "\N{HORIZONTAL ELLIPSIS}"


def object_of(fields: Mapping[str, Check], needed: Sequence[str] = ()) -> Schema:
    """The schema of an object that takes *fields* and no other."""
    return {
        "type": "object",
        "properties": {name: check.schema for name, check in fields.items()},
        "required": list(needed),
        "additionalProperties": False,
    }
