"""Fixtures: the whole suite as `convene up` runs it, its public API, and a webhook receiver."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from convene_cli import client, receiver, suite
from convene_cli.client import Api, Json, Refused
from convene_cli.receiver import Receiver
from convene_cli.suite import Installation
from session.domain.scenarios import pack
from tests.support.background import in_background
from tests.support.servers import data_folder

_MOST_TRIES = 5
SCENARIOS = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="session")
def running_suite() -> Iterator[Installation]:
    """One suite for all system tests that leave it standing."""
    with data_folder() as folder, in_background(lambda: suite.running(folder)) as running:
        yield running


@dataclass
class Meeting:
    """A meeting under test, its events read from the live feed as they came."""

    api: Api
    id: str
    events: list[Json]

    def of_type(self, kind: str) -> list[Json]:
        return [event for event in self.events if event["type"] == kind]

    async def until(self, kind: str, seconds: float = 100) -> Json:
        """Read on until an event of *kind* comes."""
        async with asyncio.timeout(seconds):
            after = self.events[-1]["sequence"] if self.events else 0
            async for event in self.api.events(self.id, after):
                if not event["sequence"]:
                    continue
                self.events.append(event)
                if event["type"] == kind:
                    return event
        raise AssertionError(f"the feed ended without {kind}")


@asynccontextmanager
async def user_of(installed: Installation, key: str = "") -> AsyncIterator[Api]:
    open_to = installed.suite
    async with client.connected(open_to.base_url, key or open_to.api_key) as api:
        yield api


@asynccontextmanager
async def hooked(api: Api) -> AsyncIterator[Receiver]:
    """A receiver that every public event is sent to."""
    async with receiver.receiving() as hooks:
        made = await api.call("POST", "/v1/webhooks/endpoints", {"url": hooks.url})
        hooks.secret = made["secret"]
        try:
            yield hooks
        finally:
            await api.call("DELETE", f"/v1/webhooks/endpoints/{made['id']}")


async def scheduled(
    api: Api, scenario: bytes, *, seconds: int = 2, speed: float = 1, **changes: Any
) -> Meeting:
    """A meeting a few *seconds* ahead in which *scenario* will be played."""
    # First: a long scenario takes its time.
    await api.upload("/v1/sandbox/scenarios/tested", scenario)
    body: Json = {
        "title": "Under test",
        "time_zone": "UTC",
        "bots": [{"kind": "transcriber", "config": {"language": "en"}}],
        "policy": {"all_left_seconds": 1, "no_show_seconds": 30},
    }
    made = await _made_ahead(api, body | changes, seconds)
    run = {"meeting_id": made["id"], "speed": speed}
    await api.call("POST", "/v1/sandbox/scenarios/tested/run", run)
    return Meeting(api, made["id"], [])


async def _made_ahead(api: Api, body: Json, seconds: int) -> Json:
    """The meeting, once it was asked for soon enough before its start."""
    for _ in range(_MOST_TRIES):
        start = (datetime.now(UTC) + timedelta(seconds=seconds)).replace(microsecond=0, tzinfo=None)
        try:
            return await api.call(
                "POST", "/v1/meetings/schedule", body | {"start_time": start.isoformat()}
            )
        except Refused as refused:
            # A busy machine may need longer to ask than there was time.
            if "STARTS_IN_THE_PAST" not in str(refused):
                raise
    raise AssertionError(f"asking for a meeting took longer than {seconds} s every time")


def scenario_folder(name: str) -> bytes:
    return pack(SCENARIOS / name)
