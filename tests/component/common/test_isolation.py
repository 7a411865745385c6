"""Every tenant table of every service shows a workspace its own rows and nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg
import pytest

from tests.support.servers import MakeDatabase
from tests.support.services import PREPARATIONS

SERVICES = sorted(PREPARATIONS)
# What holds no workspace's rows: names and epochs, and the version of the schema.
SHARED = {"leases", "alembic_version"}
MINE, OTHER = "wsp_mine", "wsp_other"


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def tables(owner: asyncpg.Connection) -> dict[str, tuple[bool, bool, int]]:
    """Every table: whether its rows are secured, also from its owner, and by how many policies."""
    rows = await owner.fetch(
        """
        select c.relname, c.relrowsecurity, c.relforcerowsecurity,
               (select count(*) from pg_policy p where p.polrelid = c.oid
                and p.polqual is not null and p.polwithcheck is not null) as policies
        from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"""
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def seed(owner: asyncpg.Connection, table: str) -> None:
    """One row of the other workspace, with whatever fits in the rest of its columns."""
    columns = await owner.fetch(
        """
        select column_name as name, data_type as type
        from information_schema.columns where table_schema = 'public' and table_name = $1
        and column_default is null and is_identity = 'NO' and is_nullable = 'NO'
        and is_generated = 'NEVER'""",
        table,
    )
    values = [
        f"'{OTHER}'" if one["name"] == "workspace_id" else ANYTHING.get(one["type"], "1")
        for one in columns
    ]
    names = ", ".join(f'"{one["name"]}"' for one in columns)
    await owner.execute(f'insert into "{table}" ({names}) values ({", ".join(values)})')


ANYTHING = {
    "timestamp with time zone": "now()",
    "date": "current_date",
    "jsonb": "'{}'",
    "ARRAY": "'{}'",
    "boolean": "true",
    "bytea": "'x'",
    "text": "'x'",
}


@pytest.mark.parametrize("service", SERVICES)
async def test_the_app_sees_and_writes_no_row_but_its_workspaces(
    database: MakeDatabase, service: str
) -> None:
    made = await database(service, PREPARATIONS[service])
    async with connected(made.owner_url) as owner, connected(made.app_url) as app:
        tenant = {name: how for name, how in (await tables(owner)).items() if name not in SHARED}
        assert tenant
        # Rows are put in without their references: what is asked is who sees them.
        for table in tenant:
            await _unsecured(owner, table)
        for table in tenant:
            await seed(owner, table)
            await owner.execute(f'alter table "{table}" enable row level security')

        for table, (enabled, forced, policies) in tenant.items():
            assert (enabled, forced) == (True, True), table
            assert policies == 2, table
            for workspace in ("", MINE):
                await _sees_nothing(app, table, workspace)
            assert await _count(app, table, OTHER) == 1, table


async def _unsecured(owner: asyncpg.Connection, table: str) -> None:
    await owner.execute(f'alter table "{table}" disable row level security')
    for row in await owner.fetch(
        "select conname from pg_constraint where conrelid = $1::regclass and contype in ('f', 'c')",
        table,
    ):
        await owner.execute(f'alter table "{table}" drop constraint "{row[0]}"')


async def _count(app: asyncpg.Connection, table: str, workspace: str) -> int:
    async with app.transaction():
        await app.execute("select set_config('convene.workspace', $1, true)", workspace)
        count: int = await app.fetchval(f'select count(*) from "{table}"')
        return count


async def _sees_nothing(app: asyncpg.Connection, table: str, workspace: str) -> None:
    assert await _count(app, table, workspace) == 0, table
    for change in (f'update "{table}" set workspace_id = workspace_id', f'delete from "{table}"'):
        # What is only ever added to refuses either, whoever's the row is.
        with suppress(asyncpg.RaiseError):
            assert (await _executed(app, workspace, change)).endswith(" 0"), table
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await _seeded(app, table, workspace)


async def _executed(app: asyncpg.Connection, workspace: str, statement: str) -> str:
    async with app.transaction():
        await app.execute("select set_config('convene.workspace', $1, true)", workspace)
        done: str = await app.execute(statement)
        return done


async def _seeded(app: asyncpg.Connection, table: str, workspace: str) -> None:
    async with app.transaction():
        await app.execute("select set_config('convene.workspace', $1, true)", workspace)
        await seed(app, table)


@pytest.mark.parametrize("service", SERVICES)
async def test_the_app_owns_nothing_and_may_not_change_what_guards_it(
    database: MakeDatabase, service: str
) -> None:
    made = await database(service, PREPARATIONS[service])
    async with connected(made.app_url) as app:
        for statement in (
            "alter table timers disable row level security",
            "drop policy workspace on timers",
            f"set role {service}_owner",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await app.execute(statement)
