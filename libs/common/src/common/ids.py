"""Prefixed, sortable, opaque ids: ``mtg_`` and 26 characters, the first ten of them time."""

import hashlib
import secrets
import time

# Crockford's alphabet: no i, l, o, u, so that nobody misreads one aloud.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 26
# Two digits at a time are twice as fast.
_PAIRS = tuple(first + second for first in ALPHABET for second in ALPHABET)


def new_id(prefix: str) -> str:
    """A fresh id; ids made later in another millisecond sort later."""
    return f"{prefix}_{_encode(time.time_ns() // 1_000_000 << 80 | secrets.randbits(80))}"


def derived_id(prefix: str, *parts: str) -> str:
    """The same id for the same *parts*, for work that a retry must not do twice."""
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return f"{prefix}_{_encode(int.from_bytes(digest[:16], 'big'))}"


def _encode(number: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(LENGTH * 5 - 10, -1, -10)])
