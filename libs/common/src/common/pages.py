"""Keyset pages: a token says after which row a list goes on, so that it stays true under change."""

import base64
import json

from common.errors import InvalidPageToken

DEFAULT_PAGE_SIZE = 50


def page_size(asked: int) -> int:
    return asked or DEFAULT_PAGE_SIZE


def token_for(*keys: str | int) -> str:
    """The token of the page after the row that has *keys*."""
    return base64.urlsafe_b64encode(json.dumps(keys).encode()).decode()


def keys_of(token: str, count: int) -> list[str | int] | None:
    """The *count* keys in *token*, ``None`` for an empty one; raises ``InvalidPageToken``."""
    if not token:
        return None
    try:
        keys = json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise InvalidPageToken from None
    if not isinstance(keys, list) or len(keys) != count:
        raise InvalidPageToken
    if not all(isinstance(key, str | int) for key in keys):
        raise InvalidPageToken
    return keys
