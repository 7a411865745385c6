"""`kill -9` of each process in turn, in the middle of a meeting that is really heard."""

import asyncio
import os
import signal
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
import yaml

from convene_cli import suite
from convene_cli.client import Json
from convene_cli.suite import Installation
from tests.support.background import in_background
from tests.support.eventually import eventually
from tests.support.servers import data_folder
from tests.support.speech import word_error_rate
from tests.support.suite import SCENARIOS, Meeting, hooked, scenario_folder, scheduled, user_of

# Some seconds of the meeting between two deaths, so that each meets a suite that works.
PAUSE_SECONDS = 5
VICTIMS = ("bots", "session", "scheduler", "ear", "artifacts", "gateway", "session-2")
SCENARIO = "planning"
WRONG_WORDS = 0.35
# A line that reaches into the outage is cut: this much of it may be in the gap.
EDGE_SECONDS = 1.0


@pytest.fixture
def two_sessions(whisper_model: Path) -> Iterator[Installation]:
    """A suite of the test's own with two replicas of session."""
    with (
        data_folder() as folder,
        in_background(lambda: suite.running(folder, sessions=2)) as installed,
    ):
        yield installed


def has_restarted(installed: Installation, name: str) -> bool:
    return installed.supervisor.status()[name].restarts > 0


async def kill_each_in_turn(installed: Installation) -> None:
    for name in VICTIMS:
        os.kill(installed.supervisor.pids()[name], signal.SIGKILL)
        await eventually(partial(has_restarted, installed, name))
        await asyncio.sleep(PAUSE_SECONDS)


def lines() -> list[tuple[str, float, str]]:
    """Who says what from when on, as the scenario has it."""
    script = yaml.safe_load((SCENARIOS / SCENARIO / "scenario.yaml").read_text())
    return [
        (person["name"], float(line["at"].removesuffix("s")), line["text"])
        for person in script["people"]
        for line in person["says"]
    ]


def is_accounted_for(line: tuple[str, float, str], segments: list[Json]) -> bool:
    """Whether the line was heard, or lies in a stretch that is marked as lost."""
    name, at, text = line
    mine = [one for one in segments if one["speaker"]["name"] == name]
    near = [one for one in mine if abs(one["start_seconds"] - at) < 5 and not one["gap"]]
    heard = any(word_error_rate([text], [one["text"]]) <= WRONG_WORDS for one in near)
    lost = any(
        one["gap"] and one["start_seconds"] < at + 5 and at - EDGE_SECONDS < one["end_seconds"]
        for one in mine
    )
    return heard or lost


def told(segments: list[Json]) -> str:
    """The transcript, a line each, for whoever looks for what is missing."""
    return "\n".join(
        f"{one['start_seconds']}-{one['end_seconds']} {one['speaker']['name']}: "
        + ("(gap)" if one["gap"] else one["text"])
        for one in segments
    )


# A meeting of 45 s, a suite that starts and stops, and seven deaths: a busy machine needs longer.
@pytest.mark.timeout(300)
async def test_a_meeting_survives_the_death_of_every_process(two_sessions: Installation) -> None:
    async with user_of(two_sessions) as api, hooked(api) as hooks:
        meeting: Meeting = await scheduled(api, scenario_folder(SCENARIO), seconds=2)
        await meeting.until("transcript.segment")
        deaths = asyncio.create_task(kill_each_in_turn(two_sessions))
        await meeting.until("artifacts.completed", seconds=150)
        await deaths

        transcript = await api.call("GET", f"/v1/meetings/{meeting.id}/transcript?page_size=1000")
        # Sources are read side by side: the end and the last segment may come after what was made.
        if not meeting.of_type("session.ended"):
            await meeting.until("session.ended")
        while len(meeting.of_type("transcript.segment")) < len(transcript["segments"]):
            await meeting.until("transcript.segment")
        wanted = {event["id"] for event in meeting.events}
        await eventually(lambda: wanted <= hooks.events.keys(), ceiling=60)

    starts = [one["start_seconds"] for one in transcript["segments"]]
    assert starts == sorted(starts)
    segments = sorted(transcript["segments"], key=lambda one: int(one["sequence"]))
    assert [one["sequence"] for one in segments] == list(range(1, len(segments) + 1))
    assert len({one["id"] for one in segments}) == len(segments)
    on_the_feed = [
        event["data"]["segment"]["id"] for event in meeting.of_type("transcript.segment")
    ]
    assert on_the_feed == [one["id"] for one in segments]
    lost = [line for line in lines() if not is_accounted_for(line, segments)]
    assert lost == [], told(segments)
    assert [event["sequence"] for event in meeting.events] == (
        list(range(1, len(meeting.events) + 1))
    )
    assert len(meeting.of_type("session.ended")) == len(meeting.of_type("session.starting")) == 1
