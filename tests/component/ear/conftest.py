"""A real ear over gRPC, with a session service that lets people in."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from grpc import aio

from session.media.node import hearing
from tests.support.ear_node import Ear, FakeSessions, ear_settings, served_sessions


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()  # type: ignore[abstract]  # only one call of many is asked for


@pytest.fixture
async def ear(sessions: FakeSessions, tmp_path: Path) -> AsyncIterator[Ear]:
    async with (
        served_sessions(sessions) as address,
        hearing(ear_settings(tmp_path, address)) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Ear(channel)
