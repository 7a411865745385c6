"""A broker of the test's own, and the two databases between which facts go."""

from collections.abc import AsyncIterator

import pytest
from nats.aio.client import Client

from common.db import Database
from convene_cli.nats import NatsServer
from tests.support.facts import bus_at
from tests.support.services import OpenDatabase


@pytest.fixture
async def nats(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    async with bus_at(own_nats_server.url) as client:
        yield client


@pytest.fixture
async def source(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


@pytest.fixture
async def target(open_database: OpenDatabase) -> Database:
    return await open_database("scheduler")


@pytest.fixture
async def db(source: Database) -> Database:
    return source
