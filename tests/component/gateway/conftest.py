"""Fixtures: a core, a receiver of webhooks, and the guarded way between them."""

from collections.abc import AsyncIterator

import pytest

from common import bus, receiver
from common.db import Database
from common.receiver import Receiver
from convene_cli.nats import NatsServer
from tests.support.gateway import IN_DEV, Core, a_core
from tests.support.services import OpenDatabase
from tests.support.webhook_receiver import WebhookReceiver, receiving

# So long that only a receiver that hangs takes longer, however busy the machine is.
TIMEOUT_SECONDS = 20.0


@pytest.fixture
async def db(open_database: OpenDatabase) -> Database:
    return await open_database("gateway")


@pytest.fixture
async def guarded() -> AsyncIterator[Receiver]:
    async with receiver.opened(IN_DEV, TIMEOUT_SECONDS) as opened:
        yield opened


@pytest.fixture
async def core(db: Database, nats_server: NatsServer, guarded: Receiver) -> AsyncIterator[Core]:
    async with (
        bus.connected(nats_server.url, "test") as nats,
        a_core(db, nats, guarded, {}) as running,
    ):
        yield running


@pytest.fixture
async def hooks() -> AsyncIterator[WebhookReceiver]:
    async with receiving() as running:
        yield running


@pytest.fixture
async def other_hooks() -> AsyncIterator[WebhookReceiver]:
    async with receiving() as running:
        yield running
