"""Six bots of six kinds, six people, and two deaths: each segment once, in order, none lost."""

import pytest

from tests.chaos.crew import play_crew, quickly_hearing
from tests.support.servers import data_folder


@pytest.mark.timeout(240)
async def test_bots_of_six_kinds_miss_and_double_nothing_while_their_service_is_killed() -> None:
    with data_folder() as folder:
        async with quickly_hearing(folder) as installed:
            verdict = await play_crew(installed, folder, seconds=36, kills=2, seed=3)

    assert verdict.faults == {}
    assert len(verdict.kinds) >= 6
    assert verdict.kills == 2
    assert verdict.from_the_spool > 0
    assert verdict.insights >= verdict.segments > 5
