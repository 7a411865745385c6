"""`kill -9` of Janus in mid-meeting: people are back by themselves, and one gap is marked."""

import os
import signal
import time
from itertools import groupby
from pathlib import Path

import pytest

from convene_cli.client import Api
from convene_cli.suite import Installation
from tests.support.people import all_join, browsers, started
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

BACK_SECONDS = 10.0


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
        killed = time.monotonic()

        os.kill(running_suite.supervisor.pids()["janus"], signal.SIGKILL)
        await ada.page.wait_for("window.convene.connections.subscriber !== 'connected'")
        await ada.hears_anew(bo, BACK_SECONDS)
        await bo.hears_anew(ada, BACK_SECONDS)

        assert time.monotonic() - killed < BACK_SECONDS
        found = await meeting.participants()
        assert {found[one.name]["state"] for one in people} == {"CONNECTED"}
        await meeting.end()
    segments = await meeting.transcript()
    # Who is back within a second has lost less than is worth a mark.
    gaps = {
        name: sum(one["gap"] for one in theirs)
        for name, theirs in groupby(sorted(segments, key=_speaker), _speaker)
    }
    assert max(gaps.values()) == 1, gaps


def _speaker(segment: dict[str, dict[str, str]]) -> str:
    return segment["speaker"]["name"]
