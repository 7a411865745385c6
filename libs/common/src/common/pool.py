"""The connections that use cases run on: the driver's own, each with what it has prepared."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from types import MappingProxyType
from typing import Any, NamedTuple

import asyncpg
import orjson
from sqlalchemy import TextClause
from sqlalchemy.engine import make_url
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.exc import DBAPIError

from common.statements import Rows, render

# More texts than a service has; one that is made up of optional parts has several.
MOST_PREPARED = 300

_FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


class StatementOutdated(Exception):
    """The tables have changed since the statement was prepared; a retry prepares it anew."""


class NotCommitted(Exception):
    """A statement had failed and nobody said so; nothing of the transaction is kept."""


class _Prepared(NamedTuple):
    statement: Any
    names: tuple[str, ...]
    shape: SimpleResultMetaData


class Pooled:
    """One connection. It is in a transaction from ``begin`` to ``commit`` or ``close``."""

    def __init__(self, pool: "Pool", driver: Any) -> None:
        self._pool = pool
        self._driver = driver
        self._open = False
        self._prepared: dict[str, _Prepared] = {}

    async def begin(self, sql: str = "begin") -> None:
        self._open = True
        await self._driver.execute(sql)

    async def execute(
        self, statement: str | TextClause, values: Mapping[str, Any] = MappingProxyType({})
    ) -> Rows:
        """Run a *statement*, whose values are written ``:name``; answers SQLAlchemy's rows.

        Raises ``DBAPIError`` as SQLAlchemy does, and ``StatementOutdated``.
        """
        sql = statement if isinstance(statement, str) else statement.text
        try:
            prepared = self._prepared.get(sql)
            if prepared is None:
                prepared = await self._prepare(sql)
            rows = await prepared.statement.fetch(*[values[name] for name in prepared.names])
        except asyncpg.InvalidCachedStatementError as error:
            self._prepared.clear()
            raise StatementOutdated from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise self._refused(sql, values, error) from error
        return Rows(prepared.shape, rows, prepared.statement.get_statusmsg())

    async def commit(self) -> None:
        """Raises ``NotCommitted`` when an earlier failure has already undone the transaction."""
        try:
            status = await self._driver.execute("commit")
        except asyncpg.PostgresError as error:
            raise self._refused("commit", {}, error) from error
        self._open = False
        if status != "COMMIT":
            raise NotCommitted

    async def close(self) -> None:
        """Undo what is not committed and give the connection back; it closes if that fails."""
        try:
            if self._open:
                await self._driver.execute("rollback")
                self._open = False
        except BaseException as error:
            self._driver.terminate()
            if not isinstance(error, _FAILURES):
                raise
        finally:
            self._pool.give_back(self)

    def is_usable(self) -> bool:
        return not self._driver.is_closed()

    async def leave(self) -> None:
        """Say goodbye to the server."""
        with suppress(*_FAILURES):
            await self._driver.close()

    def _refused(self, sql: str, values: Mapping[str, Any], error: Any) -> DBAPIError:
        lost = self._driver.is_closed()
        return DBAPIError(sql, dict(values), error, connection_invalidated=lost)

    async def _prepare(self, sql: str) -> _Prepared:
        rendered = render(sql)
        statement = await self._driver.prepare(rendered.sql)
        shape = SimpleResultMetaData([one.name for one in statement.get_attributes()])
        if len(self._prepared) >= MOST_PREPARED:
            del self._prepared[next(iter(self._prepared))]
        prepared = _Prepared(statement, tuple(rendered.names), shape)
        self._prepared[sql] = prepared
        return prepared


class Pool:
    """At most *size* connections, opened when they are needed and then kept."""

    def __init__(self, url: str, size: int, wait: float, options: Mapping[str, Any]) -> None:
        plain = make_url(url).set(drivername="postgresql")
        self._dsn = plain.render_as_string(hide_password=False)
        self._wait = wait
        self._options = options
        self._room = asyncio.Semaphore(size)
        self._idle: list[Pooled] = []

    async def take(self) -> Pooled:
        """A connection; raises ``TimeoutError`` when none is free in time."""
        async with asyncio.timeout(self._wait):
            await self._room.acquire()
        try:
            while self._idle:
                # The latest is the warmest, and the others may fall out of use.
                found = self._idle.pop()
                if found.is_usable():
                    return found
            return Pooled(self, await self._connect())
        except BaseException:
            self._room.release()
            raise

    def give_back(self, pooled: Pooled) -> None:
        if pooled.is_usable():
            self._idle.append(pooled)
        self._room.release()

    async def close(self) -> None:
        """Close what is idle; nothing else is left when its users are done."""
        while self._idle:
            await self._idle.pop().leave()

    async def _connect(self) -> Any:
        driver: Any = await asyncpg.connect(self._dsn, **self._options)
        # Objects come out of jsonb; what goes in is written as text already.
        await driver.set_type_codec(
            "jsonb", schema="pg_catalog", encoder=str, decoder=orjson.loads, format="text"
        )
        return driver


@asynccontextmanager
async def pooling(
    url: str, size: int, wait: float, options: Mapping[str, Any]
) -> AsyncIterator[Pool]:
    """A pool while the block runs. *wait* is in seconds; *options* are asyncpg's."""
    pool = Pool(url, size, wait, options)
    try:
        yield pool
    finally:
        await pool.close()
