"""A suite with a Janus, and the key to it, for the browsers of one module."""

from collections.abc import AsyncIterator

import pytest_asyncio

from convene_cli.client import Api
from convene_cli.suite import Installation
from tests.support.suite import user_of


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(running_suite: Installation) -> AsyncIterator[Api]:
    assert running_suite.suite.media_plane.startswith("janus"), running_suite.suite.not_configured
    async with user_of(running_suite) as opened:
        yield opened
