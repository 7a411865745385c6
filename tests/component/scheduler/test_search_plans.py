"""How PostgreSQL answers each list among many meetings: never by reading them all."""

from collections.abc import AsyncIterator

import pytest

from common import db
from common.principal import Principal
from convene_cli.postgres import SUPERUSER
from scheduler.store import Store
from scheduler.store.search import PLANNED_FOR_PAGES
from tests.support.many_meetings import fill, queries
from tests.support.servers import MakeDatabase, Templates
from tests.support.services import PREPARATIONS, sqlalchemy_url

COUNT = 40_000


@pytest.fixture
async def store(
    database: MakeDatabase, templates: Templates, caller: Principal
) -> AsyncIterator[Store]:
    """A store with many meetings, every second one the caller's."""
    made = await database("scheduler", PREPARATIONS["scheduler"])
    superuser = templates.server.url_for(made.name, SUPERUSER)
    await fill(superuser, caller.workspace_id, COUNT, others=2)
    async with db.connected(sqlalchemy_url(made.app_url), "scheduler") as opened:
        yield Store(opened)


async def test_no_list_reads_a_table_from_its_beginning_to_its_end(
    store: Store, caller: Principal
) -> None:
    plans = {}
    async with store.begin(caller) as tx:
        await tx.run(PLANNED_FOR_PAGES)
        for name, query in queries().items():
            rows = await tx.run(f"explain {query.sql}", **query.values)
            plans[name] = "\n".join(row[0] for row in rows)
    assert [name for name, plan in plans.items() if "Seq Scan" in plan] == []
    assert len(plans) > 100
