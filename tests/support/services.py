"""Fixtures: a service's migrated database, principals, and gRPC stubs to servicers under test."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import pytest
from grpc import aio

from common import db, migrate, rpc
from common.db import Database
from common.ids import new_id
from common.principal import EVERY_SCOPE, Kind, Principal
from tests.support.servers import MakeDatabase

KEY = b"a signing key for tests, nothing else"

OpenDatabase = Callable[[str], Awaitable[Database]]


def a_caller(**changes: object) -> Principal:
    """Somebody with every scope in a workspace of their own."""
    fields: dict[str, object] = {
        "workspace_id": new_id("wsp"),
        "kind": Kind.API_KEY,
        "id": "key_1",
        "scopes": frozenset({EVERY_SCOPE}),
        "test": True,
    }
    return Principal(**(fields | changes))  # type: ignore[arg-type]


def metadata(caller: Principal | None, idempotency_key: str = "") -> tuple[tuple[str, str], ...]:
    return rpc.Caller(KEY, "tests").metadata(caller, idempotency_key)


def sqlalchemy_url(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


async def migrated(service: str, owner_url: str) -> None:
    await migrate.migrate(sqlalchemy_url(owner_url), service)


# One object per service: the template cache knows a preparation by identity.
PREPARATIONS = {
    service: partial(migrated, service)
    for service in ("scheduler", "session", "bots", "artifacts", "gateway")
}


@pytest.fixture
async def open_database(database: MakeDatabase) -> AsyncIterator[OpenDatabase]:
    """`await open_database("scheduler")` gives that service's database, migrated and empty."""
    async with AsyncExitStack() as open_ones:

        async def open_one(service: str) -> Database:
            made = await database(service, PREPARATIONS[service])
            return await open_ones.enter_async_context(
                db.connected(sqlalchemy_url(made.app_url), service)
            )

        yield open_one


@asynccontextmanager
async def served(*servicers: rpc.Servicer) -> AsyncIterator[aio.Channel]:
    """A channel to a real server of *servicers*."""
    async with (
        rpc.serving("127.0.0.1:0", servicers, key=KEY) as (port, _),
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield channel
