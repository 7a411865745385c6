"""SQL on its way to the driver: what SQLAlchemy makes of a text, worked out once.

SQLAlchemy's dialect numbers the parameters, and its rows are what stores read. Its execution is
left out: parsing, cache keys and cursors of every single run cost several times what the driver
itself needs.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData

MOST_RENDERED = 1000

_dialect: Any = PGDialect_asyncpg()  # type: ignore[no-untyped-call]


class Rendered(NamedTuple):
    """A statement as the driver takes it, and the names of its values in the driver's order."""

    sql: str
    names: Sequence[str]


class Rows(IteratorResult[Any]):
    """SQLAlchemy's result, and how many rows the statement has touched."""

    def __init__(self, shape: SimpleResultMetaData, rows: Sequence[Any], status: str) -> None:
        super().__init__(shape, iter([tuple(row) for row in rows]))
        count = status.rpartition(" ")[2]
        self.rowcount = int(count) if count.isdecimal() else -1


@lru_cache(MOST_RENDERED)
def render(sql: str) -> Rendered:
    """*sql*, whose values are written ``:name``."""
    compiled = text(sql).compile(dialect=_dialect)
    return Rendered(str(compiled), tuple(compiled.positiontup or ()))
