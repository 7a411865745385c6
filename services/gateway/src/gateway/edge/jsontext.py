"""Bytes to plain JSON values, strictly: UTF-8, no key twice, no NaN, no bottomless nesting."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

from common.rules import Violation
from gateway.edge.problems import Refused

MAX_DEPTH = 64
Container = dict[str, object] | list[object]
DOCUMENT_OPENINGS = (b"{", b"[")


def parse(body: bytes) -> object:
    """The JSON value in *body*; raises `Refused` (400) with the reason and the place."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _malformed(f"The body is not UTF-8 at byte {error.start}.") from None
    try:
        value: object = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_constant=_refuse_constant
        )
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"The body is not JSON: {error.msg} at {place}.") from None
    except RecursionError:
        raise _too_deep() from None
    except ValueError:
        raise _malformed("The body holds a number with too many digits.") from None
    _check_depth(body, value)
    return value


def _without_duplicates(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = Counter(name for name, _ in pairs)
        twice = names.most_common(1)[0][0]
        raise Refused(
            400,
            "DUPLICATE_FIELD",
            f"The body gives {twice!r} twice in one object.",
            errors=[Violation(twice, "is given twice in one object; keep one")],
        )
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise _malformed(f"{name} is not JSON; leave the field out or give a number.")


def _check_depth(body: bytes, value: object) -> None:
    # Fewer brackets than the limit cannot nest deeper, and nearly every body has fewer.
    if sum(body.count(opening) for opening in DOCUMENT_OPENINGS) <= MAX_DEPTH:
        return
    level = _containers([value])
    for _ in range(MAX_DEPTH):
        level = [inner for outer in level for inner in _containers(_inside(outer))]
        if not level:
            return
    raise _too_deep()


def _containers(values: Iterable[object]) -> list[Container]:
    return [value for value in values if isinstance(value, dict | list)]


def _inside(value: Container) -> Iterable[object]:
    return value.values() if isinstance(value, dict) else value


def _malformed(detail: str) -> Refused:
    return Refused(400, "MALFORMED_JSON", detail)


def _too_deep() -> Refused:
    return Refused(400, "TOO_DEEP", f"The body nests deeper than {MAX_DEPTH} levels.")
