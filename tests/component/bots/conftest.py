"""What the bots' component tests share."""

from collections.abc import AsyncIterator

import pytest

from tests.support.crews import KEY, Replica, Stage, migrated, staged
from tests.support.ear import WrittenEar, listening
from tests.support.servers import MakeDatabase
from tests.support.speech import whisper_model

__all__ = ["whisper_model"]


@pytest.fixture
async def ear() -> AsyncIterator[WrittenEar]:
    async with listening(KEY) as ear:
        yield ear


@pytest.fixture
async def stage(database: MakeDatabase, ear: WrittenEar) -> AsyncIterator[Stage]:
    copy = await database("bots", migrated)
    async with staged(copy.app_url, ear) as stage:
        yield stage


@pytest.fixture
async def replica(stage: Stage) -> Replica:
    """A replica at work."""
    replica = stage.new_replica("first")
    replica.start()
    return replica
