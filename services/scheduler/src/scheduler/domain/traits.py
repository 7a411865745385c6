"""What lists find a meeting by: each trait is a short text, compared as it is."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scheduler.domain.definitions import Definition

# Words of a long agenda beyond these are not searched.
MOST_WORDS = 200
MOST_FIELDS = 200
LONGEST_WORD = 40
# A longer one is kept as its digest: the index takes no entry beyond some 2,700 bytes.
LONGEST_TRAIT = 200
LAST_LETTER = "\U0010ffff"
HOSTS = ("HOST", "CO_HOST")

_WORD = re.compile(r"[^\W_]+")
_BETWEEN = "\x1f"


def traits_of(definition: Definition) -> frozenset[str]:
    """All that lists find the meeting by."""
    return frozenset(
        [
            *(tag_trait(tag) for tag in definition.tags),
            *(metadata_trait(key, value) for key, value in definition.metadata.items()),
            *(ref_trait(one.path) for one in definition.external_refs),
            *(host_trait(one.email) for one in definition.host_roles if one.role in HOSTS),
            *(invitee_trait(one.email) for one in definition.invitees),
            *_field_traits(definition.custom_fields),
            *(f"word:{word}" for word in _searched_words(definition)),
        ]
    )


def tag_trait(tag: str) -> str:
    return _trait("tag", tag)


def metadata_trait(key: str, value: str) -> str:
    return _trait("metadata", f"{key}{_BETWEEN}{value}")


def ref_trait(path: str) -> str:
    return _trait("ref", path)


def host_trait(email: str) -> str:
    return _trait("host", email.casefold())


def invitee_trait(email: str) -> str:
    return _trait("invitee", email.casefold())


def field_trait(path: str, value: str) -> str:
    """*path* joins the names of nested fields by dots."""
    return _trait("field", f"{path}{_BETWEEN}{value}")


def word_span(prefix: str) -> tuple[str, str]:
    """The first trait of a word that begins with *prefix*, and what is after the last one."""
    return f"word:{prefix}", f"word:{prefix}{LAST_LETTER}"


def words_of(text: str) -> Sequence[str]:
    """The different words of *text*, as they are compared: small letters without their marks."""
    plain = unicodedata.normalize("NFKD", text)
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _WORD.findall(bare.casefold())))


def _searched_words(definition: Definition) -> Sequence[str]:
    return words_of(f"{definition.title} {definition.agenda}")[:MOST_WORDS]


def _field_traits(fields: Mapping[str, Any]) -> Sequence[str]:
    found = (field_trait(path, text) for path, text in _leaves(fields, ""))
    return [trait for _, trait in zip(range(MOST_FIELDS), found, strict=False)]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Each single value within *value*, with its path; the items of a list share one."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _leaves(inner, path)
    elif value is not None:
        yield path, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _trait(kind: str, text: str) -> str:
    trait = f"{kind}:{text}"
    if len(trait.encode()) <= LONGEST_TRAIT:
        return trait
    return f"{kind}#{hashlib.sha256(text.encode()).hexdigest()}"
