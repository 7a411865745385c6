"""Connections that use cases run on: what they answer, and that none is given back unclean."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from common.pool import NotCommitted, Pool, Pooled, StatementOutdated
from tests.support.eventually import eventually
from tests.support.servers import MakeDatabase
from tests.support.services import sqlalchemy_url

NOTE = "insert into notes (id, content) values (:id, cast(:content as jsonb))"
COUNT = "select count(*) from notes"


@pytest.fixture
async def url(database: MakeDatabase) -> str:
    made = await database("scheduler")
    owner = await asyncpg.connect(made.owner_url)
    await owner.execute("create table notes (id int primary key, content jsonb)")
    await owner.close()
    return sqlalchemy_url(made.owner_url)


@pytest.fixture
async def pool(url: str) -> AsyncIterator[Pool]:
    opened = Pool(url, 1, 0.2, {"timeout": 5})
    yield opened
    await opened.close()


async def begun(pool: Pool) -> Pooled:
    pooled = await pool.take()
    await pooled.begin()
    return pooled


async def value_of(pool: Pool, sql: str, **values: Any) -> Any:
    pooled = await begun(pool)
    found = await pooled.execute(sql, values)
    await pooled.close()
    return found.scalar_one()


async def test_rows_are_read_by_name_and_say_how_many_were_touched(pool: Pool) -> None:
    pooled = await begun(pool)
    written = await pooled.execute(NOTE, {"id": 1, "content": '{"a": [1]}'})
    row = (await pooled.execute("select * from notes where id = :id", {"id": 1})).one()
    changed = await pooled.execute("update notes set id = id + :by returning id", {"by": 1})
    none = await pooled.execute("delete from notes where id = :id", {"id": 9})
    await pooled.close()

    assert (row.id, row.content) == (1, {"a": [1]})
    assert (written.rowcount, changed.rowcount, none.rowcount) == (1, 1, 0)


async def test_what_is_not_committed_is_undone_when_the_connection_is_given_back(
    pool: Pool,
) -> None:
    pooled = await begun(pool)
    await pooled.execute(NOTE, {"id": 1, "content": "{}"})
    await pooled.close()

    assert await value_of(pool, COUNT) == 0


async def test_a_commit_after_a_swallowed_failure_is_refused(pool: Pool) -> None:
    pooled = await begun(pool)
    await pooled.execute(NOTE, {"id": 1, "content": "{}"})
    with pytest.raises(DBAPIError):
        await pooled.execute(NOTE, {"id": 1, "content": "{}"})

    with pytest.raises(NotCommitted):
        await pooled.commit()

    await pooled.close()
    assert await value_of(pool, COUNT) == 0


async def test_nobody_waits_for_a_connection_for_ever(pool: Pool) -> None:
    taken = await begun(pool)

    with pytest.raises(TimeoutError):
        await pool.take()

    await taken.close()
    assert await value_of(pool, "select 1") == 1


async def test_a_cancelled_statement_leaves_a_connection_that_works(pool: Pool) -> None:
    pooled = await begun(pool)
    await pooled.execute(NOTE, {"id": 1, "content": "{}"})
    slow = asyncio.create_task(pooled.execute("select pg_sleep(:s)", {"s": 60}))
    await asyncio.wait([slow], timeout=0.1)
    slow.cancel()
    await asyncio.wait([slow])
    await pooled.close()

    assert await value_of(pool, COUNT) == 0


async def test_a_connection_that_the_server_has_closed_is_replaced(pool: Pool, url: str) -> None:
    pooled = await begun(pool)
    first = (await pooled.execute("select pg_backend_pid()", {})).scalar_one()
    await pooled.close()
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    await other.execute("select pg_terminate_backend($1)", first)
    await other.close()
    await eventually(lambda: not pooled.is_usable())

    assert await value_of(pool, "select pg_backend_pid()") != first


async def test_a_connection_lost_under_way_says_so(pool: Pool, url: str) -> None:
    pooled = await begun(pool)
    mine = (await pooled.execute("select pg_backend_pid()", {})).scalar_one()
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    await other.execute("select pg_terminate_backend($1)", mine)
    await other.close()

    await eventually(lambda: not pooled.is_usable())
    with pytest.raises(DBAPIError) as lost:
        await pooled.execute(COUNT, {})
    await pooled.close()

    assert lost.value.connection_invalidated


async def test_a_statement_is_prepared_anew_after_its_table_has_changed(
    pool: Pool, url: str
) -> None:
    pooled = await begun(pool)
    await pooled.execute("select * from notes", {})
    await pooled.close()
    other = await asyncpg.connect(url.replace("+asyncpg", ""))
    await other.execute("alter table notes add column more text")
    await other.close()

    pooled = await begun(pool)
    with pytest.raises(StatementOutdated):
        await pooled.execute("select * from notes", {})
    await pooled.close()

    pooled = await begun(pool)
    assert list((await pooled.execute("select * from notes", {})).keys()) == [
        "id",
        "content",
        "more",
    ]
    await pooled.close()
