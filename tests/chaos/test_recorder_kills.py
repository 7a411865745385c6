"""A recorder that is killed again and again loses nothing and doubles nothing."""

import pytest

from benchmarks.recording_kills import measure
from tests.support.crews import KEY, migrated, staged
from tests.support.ear import listening
from tests.support.servers import MakeDatabase


async def test_recorders_killed_in_mid_recording_lose_and_double_nothing(
    database: MakeDatabase,
) -> None:
    copy = await database("bots", migrated)
    async with listening(KEY) as ear, staged(copy.app_url, ear) as stage:
        found = await measure(stage, copy.app_url, seconds=24, every=8)

    assert isinstance(found["kills"], int)
    assert found["kills"] >= 3
    assert (found["packets_missing"], found["packets_doubled_or_strange"]) == (0, 0)
    assert found["composite_seconds"] == pytest.approx(24, abs=0.05)
    assert found["files"] == 4
