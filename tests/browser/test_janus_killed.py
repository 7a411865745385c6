"""`kill -9` of Janus in mid-meeting: people are back by themselves, and one gap is marked."""

import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from convene_cli.client import Api
from convene_cli.suite import Installation
from tests.support.eventually import eventually
from tests.support.people import Meeting, all_join, browsers, connecting_anew, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

BACK_SECONDS = 60.0
WRITTEN_SECONDS = 40.0


async def test_people_are_back_without_a_click_and_the_transcript_has_one_gap(
    running_suite: Installation, api: Api, tmp_path: Path
) -> None:
    voices = voice_files(tmp_path, "kick-off", lead=5, seconds=60)
    meeting = await started(api)
    async with browsers(meeting, tmp_path, [voices["Ada"], voices["Bo"]], Ada="HOST") as people:
        await all_join(people)
        ada, bo = people
        await bo.hears(ada)
        await ada.hears(bo)
        async with connecting_anew(people):
            os.kill(running_suite.supervisor.pids()["janus"], signal.SIGKILL)
        await ada.hears_anew(bo, BACK_SECONDS)
        await bo.hears_anew(ada, BACK_SECONDS)

        async def all_there() -> bool:
            found = await meeting.participants()
            return {found[one.name]["state"] for one in people} == {"CONNECTED"}

        await eventually(all_there)
        await meeting.end()
        await ended(meeting)

    async def each_has_one() -> bool:
        # However soon they were back, words may be missing.
        assert await gaps(meeting) == {"Ada": 1, "Bo": 1}
        return True

    await eventually(each_has_one)


async def ended(meeting: Meeting) -> None:
    """Wait until everything that was heard is written down."""

    async def is_over() -> bool:
        session = await meeting.api.call("GET", meeting.path)
        return bool(session.get("session", session)["state"] == "ENDED")

    await eventually(is_over, WRITTEN_SECONDS)


async def gaps(meeting: Meeting) -> Counter[str]:
    """How many gaps there are in what each has said; 0 is one who said something."""
    found: Counter[str] = Counter()
    for segment in await meeting.transcript():
        found[segment["speaker"]["name"]] += segment["gap"]
    return found
