"""Keyset pages of one key each."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from common import pages
from common.errors import InvalidPageToken

T = TypeVar("T")


def text_after(token: str) -> str:
    """The key that a page goes on after; empty for the first page."""
    keys = pages.keys_of(token, 1)
    return str(keys[0]) if keys else ""


def number_after(token: str) -> int:
    """The number that a page goes on after; 0 for the first page."""
    keys = pages.keys_of(token, 1)
    if not keys:
        return 0
    if not isinstance(keys[0], int):
        raise InvalidPageToken
    return keys[0]


def cut(found: Sequence[T], size: int, key: Callable[[T], str | int]) -> tuple[Sequence[T], str]:
    """The first *size* of *found*, and the next page's token when there are more."""
    if len(found) <= size:
        return found, ""
    return found[:size], pages.token_for(key(found[size - 1]))
