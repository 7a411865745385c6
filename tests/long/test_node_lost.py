"""A media node that stands still for good, in mid-recording: the meeting goes on at another."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import aiohttp
import av
import numpy as np
import pytest
import pytest_asyncio

from convene_cli import suite
from convene_cli.client import Api, Json
from convene_cli.media_nodes import MediaOptions
from convene_cli.suite import Installation
from tests.support.background import in_background
from tests.support.eventually import eventually
from tests.support.people import Meeting, all_join, browsers, started
from tests.support.servers import data_folder
from tests.support.suite import user_of
from tests.support.voices import voice_files

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

# The owner waits eight of them for the node, and the page connects anew.
MOVED_SECONDS = 25.0
WRITTEN_SECONDS = 60.0
SPOKEN_SECONDS = 8.0
TIMES = ("start_seconds", "end_seconds")
# Of a full scale of 1.
LOUD = 0.02


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def two_nodes(folder: Path) -> Iterator[Installation]:
    media = MediaOptions("janus", nodes=2)
    with in_background(lambda: suite.running(folder, media=media)) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(two_nodes: Installation) -> AsyncIterator[Api]:
    async with user_of(two_nodes) as opened:
        yield opened


async def test_a_meeting_goes_on_at_another_node_with_one_gap_in_all_that_is_kept(
    two_nodes: Installation, api: Api, folder: Path, tmp_path: Path
) -> None:
    voices = voice_files(tmp_path, "kick-off", lead=3, seconds=90)
    meeting = await started(api, policy={"all_left_seconds": 60})
    # Pictures go the same way, and take long to be put together.
    layout = {"layout": "AUDIO_ONLY"}
    await api.call("POST", f"{meeting.path}/recordings/start", layout)
    async with browsers(meeting, tmp_path, [voices["Ada"], voices["Bo"]], Ada="HOST") as people:
        await all_join(people)
        ada, bo = people
        await bo.hears(ada)
        await ada.hears(bo)
        with stood_still(two_nodes, _suffix(folder, meeting)):
            await ada.page.wait_for("window.convene.connections.subscriber !== 'connected'", 25)
            await ada.hears_anew(bo, MOVED_SECONDS)
            await bo.hears_anew(ada, MOVED_SECONDS)
            await asyncio.sleep(SPOKEN_SECONDS)
            await meeting.end()
            await eventually(lambda: is_over(meeting), WRITTEN_SECONDS)
            segments = await eventually(lambda: both_gaps(meeting))
    # A recorder waits for the end of what an ear that stands still may have.
    kept = await eventually(lambda: recording(meeting), WRITTEN_SECONDS)

    assert kept is not None
    before, gap, after = of_ada(segments)
    assert before
    assert after
    await plays_on_both_sides(kept, gap)


async def plays_on_both_sides(kept: Json, gap: Json) -> None:
    """It is as long as what was recorded, and something is to be heard before and after *gap*."""
    (span,) = kept["spans"]
    composite = kept["files"][0]
    lasts = span["end_seconds"] - span["start_seconds"]
    assert composite["duration_seconds"] == pytest.approx(lasts, abs=0.5)
    loud = await loud_seconds(composite["download_url"])
    ends, begins = (round(gap[key] - span["start_seconds"]) for key in TIMES)
    assert any(second < ends for second in loud)
    assert any(second > begins for second in loud)


async def both_gaps(meeting: Meeting) -> list[Json]:
    """The transcript, once it has one gap of everybody."""
    segments = await meeting.transcript()
    assert sorted(one["speaker"]["name"] for one in segments if one["gap"]) == ["Ada", "Bo"]
    return segments


def of_ada(segments: Sequence[Json]) -> tuple[list[Json], Json, list[Json]]:
    """What Ada said before her gap, the gap, and what she said after it."""
    hers = [one for one in segments if one["speaker"]["name"] == "Ada"]
    (gap,) = [one for one in hers if one["gap"]]
    said = [one for one in hers if not one["gap"]]
    before = [one for one in said if one["end_seconds"] <= gap["start_seconds"]]
    after = [one for one in said if one["start_seconds"] >= gap["end_seconds"]]
    assert len(before) + len(after) == len(said), "all on one time line"
    return before, gap, after


async def loud_seconds(url: str) -> set[int]:
    """The seconds of a recording in which something is to be heard."""
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        content = await answer.read()
    with av.open(BytesIO(content), "r") as played:
        return {
            int(frame.time or 0)
            for frame in played.decode(audio=0)
            if np.abs(frame.to_ndarray()).max() > LOUD
        }


def _suffix(folder: Path, meeting: Meeting) -> str:
    """Of the names of the node that hears the meeting."""
    (spool,) = [
        one for one in folder.glob("spool*") if (one / "tracks" / meeting.session_id).exists()
    ]
    return spool.name.removeprefix("spool")


@contextmanager
def stood_still(running: Installation, suffix: str) -> Iterator[None]:
    """A node's Janus and its ear answer nothing while the block runs, and nobody restarts them."""
    pids = [running.supervisor.pids()[f"{part}{suffix}"] for part in ("janus", "ear")]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


async def is_over(meeting: Meeting) -> bool:
    session = await meeting.api.call("GET", meeting.path)
    return bool(session.get("session", session)["state"] == "ENDED")


async def recording(meeting: Meeting) -> Json | None:
    """The one recording, once it is there."""
    listed = await meeting.api.call("GET", f"/v1/meetings/{meeting.id}/recordings")
    found: Json = listed["items"][0]
    assert found["state"] != "FAILED", found
    return found if found["state"] == "AVAILABLE" else None
