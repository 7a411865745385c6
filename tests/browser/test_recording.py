"""A meeting is recorded while Janus is killed, and the recording plays through."""

import io
import os
import signal
from itertools import groupby
from pathlib import Path

import av
import httpx
import numpy as np
import pytest

from convene_cli.client import Api, Json
from convene_cli.suite import Installation
from tests.support.browser import browsing
from tests.support.eventually import eventually
from tests.support.people import Meeting, Person, all_join, browsers, connecting_anew, started
from tests.support.playing import heard, opened, played_out
from tests.support.speech import RATE
from tests.support.voices import VoiceFile, write_wav

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

BACK_SECONDS = 60.0
MADE_SECONDS = 60.0
SAME_LENGTH = 0.5
# Where nothing came there is this packet; a browser never sends it of somebody who hums.
NOTHING = b"\xf8\xff\xfe"
PACKET_SECONDS = 0.02
# Shorter than that is a lost packet or two.
LEAST_GAP = 0.5


def humming(folder: Path, name: str, pitch: float) -> VoiceFile:
    """Somebody who hums without a pause, louder and softer."""
    at = np.arange(60 * RATE) / RATE
    loud = 0.3 + 0.2 * np.sin(2 * np.pi * 1.3 * at) + 0.05 * np.sin(2 * np.pi * 17 * at)
    samples = loud * np.sin(2 * np.pi * pitch * at + 3 * np.sin(2 * np.pi * 2 * at))
    path = folder / f"{name.lower()}.wav"
    write_wav(path, (samples * 32_000).astype("<i2").tobytes())
    return VoiceFile(name, path, (), (), 60.0)


def gaps(content: bytes) -> list[float]:
    """How many seconds each stretch of a track lasts in which nothing came, once they are there."""
    with av.open(io.BytesIO(content), "r") as container:
        packets = [bytes(packet) for packet in container.demux(audio=0) if packet.size]
    stretches = [(is_gap, len(list(some))) for is_gap, some in groupby(packets, NOTHING.__eq__)]
    if stretches[0][0]:
        del stretches[0]
    lengths = [count * PACKET_SECONDS for is_gap, count in stretches if is_gap]
    return [one for one in lengths if one >= LEAST_GAP]


async def made(meeting: Meeting, recording_id: str) -> Json:
    """The recording once its files are there."""

    async def settled() -> Json | None:
        found: Json = await meeting.api.call(
            "GET", f"/v1/meetings/{meeting.id}/recordings/{recording_id}"
        )
        assert found["state"] != "FAILED", found["reason"]
        return found if found["state"] == "AVAILABLE" else None

    found = await eventually(settled, MADE_SECONDS)
    assert found is not None
    return found


async def fetched(url: str) -> bytes:
    """The file that a signed link gives to anybody."""
    async with httpx.AsyncClient() as client:
        return (await client.get(url)).raise_for_status().content


async def talk(people: list[Person], seconds: float) -> None:
    """Let so much time of the meeting pass; everybody is heard in it."""
    ada, _ = people
    assert await ada.last_packets(seconds)


async def test_a_recording_through_a_killed_janus_plays_through_with_one_gap(
    running_suite: Installation, api: Api, tmp_path: Path
) -> None:
    voices = [humming(tmp_path, "Ada", 220.0), humming(tmp_path, "Bo", 330.0)]
    meeting = await started(api, bots=[])
    # First, so that they agree to it at the door: who has not agreed yet is not heard.
    begun = await api.call("POST", f"{meeting.path}/recordings/start", {})
    async with browsers(meeting, tmp_path, voices, Ada="HOST") as people:
        await all_join(people)
        ada, bo = people
        await ada.hears(bo)
        await bo.hears(ada)
        await talk(people, 4.0)

        async with connecting_anew(people):
            os.kill(running_suite.supervisor.pids()["janus"], signal.SIGKILL)
        await ada.hears_anew(bo, BACK_SECONDS)
        await bo.hears_anew(ada, BACK_SECONDS)
        await talk(people, 4.0)
        recording_id = begun.get("recording", begun)["id"]
        await api.call("POST", f"{meeting.path}/recordings/{recording_id}/stop", {})
        await meeting.end()
    found = await made(meeting, recording_id)

    recorded = sum(one["end_seconds"] - one["start_seconds"] for one in found["spans"])
    sounds = [one for one in found["files"] if one["track"].startswith("audio-")]
    assert {one["name"] for one in sounds} == {"Ada", "Bo"}
    for one in [found["files"][0], *sounds]:
        assert one["duration_seconds"] == pytest.approx(recorded, abs=SAME_LENGTH)
    for one in sounds:
        (gap,) = gaps(await fetched(one["download_url"]))
        assert gap < BACK_SECONDS
    async with browsing(tmp_path / "viewer") as page:
        await page.goto(f"{running_suite.suite.base_url}/healthz")
        seconds, width = await opened(page, found["files"][0]["download_url"])
        played = [seconds, (await heard(page))[0], await played_out(page)]
    assert width == 1280
    assert played == [pytest.approx(recorded, abs=SAME_LENGTH)] * 3
