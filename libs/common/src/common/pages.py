"""Keyset pages: a token says after which row a list goes on, so that it stays true under change."""

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from common.errors import InvalidInput, InvalidPageToken

DEFAULT_PAGE_SIZE = 50


class PageTokenOfAnotherList(InvalidInput):
    """The list that answered the token had other conditions; *names* are those that differ."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"page_token belongs to a list with another {', '.join(names)}; ask for the same as "
            "before, or leave page_token out to begin again",
            field="page_token",
            differing=", ".join(names),
        )


def page_size(asked: int) -> int:
    return asked or DEFAULT_PAGE_SIZE


def token_for(*keys: str | int) -> str:
    """The token of the page after the row that has *keys*."""
    return _token(keys)


def keys_of(token: str, count: int) -> list[str | int] | None:
    """The *count* keys in *token*, ``None`` for an empty one; raises ``InvalidPageToken``."""
    if not token:
        return None
    return _keys(_content(token), count)


def bound_token(conditions: Mapping[str, object], *keys: str | int) -> str:
    """The token of the page after the row that has *keys*, good for the same *conditions* only."""
    return _token([_digests(conditions), list(keys)])


def bound_keys(conditions: Mapping[str, object], token: str, count: int) -> list[str | int] | None:
    """The *count* keys in a bound *token*, ``None`` for an empty one.

    Raises ``InvalidPageToken``, or ``PageTokenOfAnotherList`` where *conditions* are not those of
    the list that answered it.
    """
    if not token:
        return None
    content = _content(token)
    if not isinstance(content, list) or len(content) != 2 or not isinstance(content[0], dict):
        raise InvalidPageToken
    then, now = content[0], _digests(conditions)
    if then != now:
        names = sorted({*then, *now})
        raise PageTokenOfAnotherList([name for name in names if then.get(name) != now.get(name)])
    return _keys(content[1], count)


def _token(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def _content(token: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(token))
    except (ValueError, RecursionError):
        raise InvalidPageToken from None


def _keys(keys: Any, count: int) -> list[str | int]:
    if not isinstance(keys, list) or len(keys) != count:
        raise InvalidPageToken
    if not all(isinstance(key, str | int) for key in keys):
        raise InvalidPageToken
    return keys


def _digests(conditions: Mapping[str, object]) -> dict[str, str]:
    """A few letters for each condition that is given: a token is to stay short."""
    return {
        name: hashlib.blake2s(repr(value).encode(), digest_size=4).hexdigest()
        for name, value in conditions.items()
    }
