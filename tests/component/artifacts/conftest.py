"""A session and the artifacts service that hears of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from nats.aio.client import Client

from artifacts.domain import Patience
from common import bus
from convene_cli.nats import NatsServer
from tests.support.artifacts import PATIENT, FragileBlobs, Scene, a_scene
from tests.support.services import OpenDatabase, a_caller


@pytest.fixture
async def nats(own_nats_server: NatsServer) -> AsyncIterator[Client]:
    async with bus.connected(own_nats_server.url, "artifacts") as client:
        await bus.wait_for_server(client)
        for service in ("session", "bots"):
            await bus.declare_stream(client.jetstream(), service)
        yield client


@pytest.fixture
def blobs(tmp_path: Path) -> FragileBlobs:
    return FragileBlobs(tmp_path)


@pytest.fixture
def patience() -> Patience:
    """How long transcripts wait; a test that is about it parametrizes it."""
    return PATIENT


@pytest.fixture
async def scene(
    open_database: OpenDatabase, nats: Client, blobs: FragileBlobs, patience: Patience
) -> AsyncIterator[Scene]:
    async with a_scene(await open_database("artifacts"), nats, a_caller(), blobs, patience) as one:
        yield one
