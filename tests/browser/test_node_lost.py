"""A media node that stands still for good, in mid-recording: the meeting goes on at another."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import aiohttp
import av
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


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with data_folder() as folder:
        yield folder
        import shutil; shutil.rmtree("/tmp/nodelogs", ignore_errors=True); shutil.copytree(folder/"logs","/tmp/nodelogs")


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
    meeting = await started(api, policy={"auto_record": True, "all_left_seconds": 60})
    async with browsers(meeting, tmp_path, [voices["Ada"], voices["Bo"]], Ada="HOST") as people:
        await all_join(people)
        ada, bo = people
        await bo.hears(ada)
        await ada.hears(bo)
        import time; print("STOPPED", time.time(), flush=True)
        with stood_still(two_nodes, _suffix(folder, meeting)):
            await bo.hears_anew(ada, MOVED_SECONDS)
            await ada.page.wait_for("window.convene.connections.subscriber !== 'connected'", 20)
            await ada.hears_anew(bo, MOVED_SECONDS)
            await bo.hears_anew(ada, MOVED_SECONDS)
            await asyncio.sleep(6)
            await meeting.end()
            await eventually(lambda: is_over(meeting), WRITTEN_SECONDS)
    for segment in await meeting.transcript():
        print(segment["speaker"]["name"], segment["start_seconds"], segment["end_seconds"], segment["gap"], segment["text"][:50])
    print(await api.call("GET", f"{meeting.path}/metrics"))
    print(await eventually(lambda: recording(meeting), WRITTEN_SECONDS))
    raise AssertionError


def _suffix(folder: Path, meeting: Meeting) -> str:
    """Of the names of the node that hears the meeting."""
    (spool,) = [one for one in folder.glob("spool*") if (one / "tracks" / meeting.session_id).exists()]
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
