"""Recordings become files: proved, on their own time line, downloaded whole or in part."""

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import av
import numpy as np
import pytest
from grpc import StatusCode, aio
from numpy.typing import NDArray
from structlog.testing import capture_logs

from artifacts.exports.ffmpeg import Ffmpeg
from artifacts.service.filming import Filming
from artifacts.service.studio import Studio, StudioPace
from common import downloads
from convene.artifacts.v1 import events_pb2 as facts
from convene.artifacts.v1 import recordings_pb2 as pb
from convene.session.v1 import events_pb2 as session_events
from convene.session.v1 import session_pb2
from tests.support.artifacts import Scene, working
from tests.support.eventually import eventually
from tests.support.files import files_below
from tests.support.films import recorded, settled, shown
from tests.support.footage import SCREEN, Footage, beeps, flashes
from tests.support.services import KEY, metadata

Bytes = NDArray[np.uint8]


@pytest.fixture
async def busy(scene: Scene) -> AsyncIterator[Scene]:
    """A scene with the studio at work."""
    async with working(scene.studio):
        yield scene


async def download(scene: Scene, track: str = "", **wanted: int) -> tuple[pb.FileHead, bytes]:
    request = pb.DownloadRecordingRequest(
        meeting_id=scene.meeting_id,
        recording_id="rec_1",
        track=track,
        range=pb.ByteRange(**wanted) if wanted else None,
    )
    call = scene.recordings.DownloadRecording(request, metadata=metadata(scene.caller))
    parts = [part async for part in call]
    return parts[0].head, b"".join(part.content for part in parts[1:])


async def saved(scene: Scene, folder: Path, track: str = "composite") -> Path:
    """A file of the recording on disk."""
    _, content = await download(scene, track)
    path = folder / track
    path.write_bytes(content)
    return path


def heard(path: Path) -> NDArray[np.float32]:
    """All of a file's sound, from its second 0 on."""
    with av.open(path) as container:
        frames = [
            frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0]
            if not frame.format.is_planar
            else frame.to_ndarray()[0]
            for frame in container.decode(audio=0)
        ]
    samples = np.concatenate(frames).astype(np.float32)
    scale = 32_768 if np.abs(samples).max() > 2 else 1
    return np.asarray(samples / scale, np.float32)


def onsets(samples: NDArray[np.float32]) -> list[float]:
    """When it becomes loud, in seconds."""
    frames = samples[: len(samples) // 480 * 480].reshape(-1, 480)
    loud = np.sqrt((frames**2).mean(axis=1)) > 0.05
    return [float(at) / 100 for at in np.flatnonzero(loud[1:] & ~loud[:-1]) + 1]


def pictures(path: Path) -> list[tuple[float, Bytes]]:
    """All pictures of a file, grey, with their times."""
    with av.open(path) as container:
        return [
            (
                float(frame.pts * frame.time_base),
                np.asarray(frame.to_ndarray(format="gray"), np.uint8),
            )
            for frame in container.decode(video=0)
            if frame.pts is not None and frame.time_base is not None
        ]


async def test_a_recording_of_sound_becomes_one_file_and_a_track_for_each(
    busy: Scene, tmp_path: Path
) -> None:
    footage = Footage([(1, 7)])
    footage.hears("prt_ada", 0.0, beeps(8, 2.0))
    footage.hears("prt_bob", 3.0, beeps(5, 2.0, pitch=600))
    await recorded(busy, footage)

    found = await settled(busy)

    assert [one.track for one in found.files] == ["composite", "audio-prt_ada", "audio-prt_bob"]
    assert [one.name for one in found.files] == ["", "Ada", "Bob"]
    assert {one.content_type for one in found.files} == {"audio/ogg"}
    assert [one.duration_seconds for one in found.files] == [pytest.approx(6, abs=0.1)] * 3
    assert onsets(heard(await saved(busy, tmp_path))) == [
        pytest.approx(1.0, abs=0.03),
        pytest.approx(4.0, abs=0.03),
    ]
    alone = heard(await saved(busy, tmp_path, "audio-prt_bob"))
    assert onsets(alone) == [pytest.approx(4.0, abs=0.03)]


async def test_pauses_are_absent_and_the_rest_keeps_step(busy: Scene, tmp_path: Path) -> None:
    footage = Footage([(0, 2), (5, 8)])
    footage.hears("prt_ada", 0.0, beeps(8, 1.0, 3.0, 6.0))
    await recorded(busy, footage)

    found = await settled(busy)

    assert found.files[0].duration_seconds == pytest.approx(5, abs=0.1)
    assert onsets(heard(await saved(busy, tmp_path))) == [
        pytest.approx(1.0, abs=0.03),
        pytest.approx(3.0, abs=0.03),
    ]


async def test_what_came_too_late_for_the_mix_is_in_the_composite(
    busy: Scene, tmp_path: Path
) -> None:
    footage = Footage([(0, 6)], late={"prt_bob"})
    footage.hears("prt_ada", 0.0, beeps(6, 1.0))
    footage.hears("prt_bob", 0.0, beeps(6, 1.7, pitch=600))
    await recorded(busy, footage)

    await settled(busy)

    assert onsets(heard(await saved(busy, tmp_path))) == [
        pytest.approx(1.0, abs=0.03),
        pytest.approx(1.7, abs=0.03),
    ]


async def test_a_recording_of_nothing_is_a_valid_file(busy: Scene, tmp_path: Path) -> None:
    await recorded(busy, Footage([(0, 3)]))

    found = await settled(busy)

    assert found.files[0].duration_seconds == pytest.approx(3, abs=0.1)
    assert float(np.abs(heard(await saved(busy, tmp_path))).max()) < 0.01


async def test_a_grid_shows_who_is_there_and_keeps_sound_and_picture_in_step(
    busy: Scene, tmp_path: Path
) -> None:
    footage = Footage([(1, 9)], layout="GRID")
    footage.hears("prt_ada", 0.0, beeps(10, 3.0, 6.0))
    footage.sees("prt_ada", 0.5, flashes(9, 2.5, 5.5))
    footage.hears("prt_bob", 4.0, beeps(6))
    await recorded(busy, footage)

    found = await settled(busy)

    assert [one.track for one in found.files] == [
        "composite",
        "audio-prt_ada",
        "audio-prt_bob",
        "camera-prt_ada",
    ]
    path = await saved(busy, tmp_path)
    assert found.files[0].duration_seconds == pytest.approx(8, abs=0.3)
    left = [(at, float(grey[:, 200:440].mean())) for at, grey in pictures(path)]
    shone = [at for (_, before), (at, now) in itertools.pairwise(left)
             if before < 130 <= now]  # fmt: skip
    beeped = onsets(heard(path))
    assert beeped == [pytest.approx(2.0, abs=0.03), pytest.approx(5.0, abs=0.03)]
    assert len(shone) == 2
    assert [abs(a - b) < 0.08 for a, b in zip(shone, beeped, strict=True)] == [True, True]


async def test_a_shared_screen_has_a_tile_of_its_own(busy: Scene, tmp_path: Path) -> None:
    footage = Footage([(0, 4)], layout="GRID")
    footage.hears("prt_ada", 0.0, beeps(4, 1.0))
    footage.sees("prt_ada", 1.0, flashes(3, 0.0, length=3.0), SCREEN)
    await recorded(busy, footage)

    found = await settled(busy)

    assert [one.track for one in found.files][-1] == "screen-prt_ada"
    shown_then = pictures(await saved(busy, tmp_path))
    before = [grey for at, grey in shown_then if at < 0.8]
    after = [grey for at, grey in shown_then if 1.5 < at < 3]
    assert max(float(grey[:, 800:1100].mean()) for grey in before) < 80
    assert min(float(grey[:, 800:1100].mean()) for grey in after) > 120


async def test_a_range_of_a_file_is_what_the_whole_has_there(busy: Scene) -> None:
    footage = Footage([(0, 4)])
    footage.hears("prt_ada", 0.0, beeps(4, 1.0))
    await recorded(busy, footage)
    found = await settled(busy)

    head, whole = await download(busy)
    middle, part = await download(busy, first=100, last=299)
    tail, end = await download(busy, final=50)
    beyond, nothing = await download(busy, first=head.size_bytes)

    assert hashlib.sha256(whole).hexdigest() == head.sha256 == found.files[0].sha256
    assert (middle.first, middle.length, part) == (100, 200, whole[100:300])
    assert (tail.first, end) == (len(whole) - 50, whole[-50:])
    assert (beyond.length, nothing) == (0, b"")


async def test_a_link_gives_the_file_without_a_key_until_it_expires(busy: Scene) -> None:
    await recorded(busy, Footage([(0, 1)]))
    found = await settled(busy)
    code = found.files[0].download_url.rpartition("/")[2]

    async def by_link(code: str) -> bytes:
        call = busy.recordings.DownloadByLink(pb.DownloadByLinkRequest(code=code))
        return b"".join([part.content async for part in call])

    assert hashlib.sha256(await by_link(code)).hexdigest() == found.files[0].sha256
    for wrong in (code[:-2], "A" + code[1:], "nonsense"):
        with pytest.raises(aio.AioRpcError) as refused:
            await by_link(wrong)
        assert refused.value.code() is StatusCode.PERMISSION_DENIED
        assert "ask for the recording again" in (refused.value.details() or "")
    claims = downloads.DownloadClaims(
        busy.caller.workspace_id,
        busy.meeting_id,
        "rec_1",
        "composite",
        datetime.now(UTC) - timedelta(seconds=1),
    )
    with pytest.raises(aio.AioRpcError) as expired:
        await by_link(downloads.DownloadSigner(KEY, "").code(claims))
    assert expired.value.code() is StatusCode.PERMISSION_DENIED
    assert "has expired" in (expired.value.details() or "")


async def test_a_file_is_named_after_its_meeting(busy: Scene) -> None:
    await busy.start()
    await recorded(busy, Footage([(0, 1)]))
    await settled(busy)

    head, _ = await download(busy)

    assert head.file_name == "Launch planning-composite.ogg"


async def test_a_file_that_is_gone_is_not_promised(busy: Scene, tmp_path: Path) -> None:
    await recorded(busy, Footage([(0, 1)]))
    await settled(busy)
    lose(tmp_path)

    with pytest.raises(aio.AioRpcError) as refused:
        await download(busy)

    assert refused.value.code() is StatusCode.NOT_FOUND


async def test_a_deleted_recording_leaves_no_object(busy: Scene, tmp_path: Path) -> None:
    await recorded(busy, Footage([(0, 2)]))
    await settled(busy)

    request = pb.DeleteRecordingRequest(meeting_id=busy.meeting_id, recording_id="rec_1")
    await busy.recordings.DeleteRecording(request, metadata=metadata(busy.caller))

    with pytest.raises(aio.AioRpcError) as refused:
        await shown(busy)
    assert refused.value.code() is StatusCode.NOT_FOUND
    await eventually(lambda: not files_below(tmp_path))


async def test_fragments_are_removed_once_the_files_are_there(busy: Scene, tmp_path: Path) -> None:
    await recorded(busy, Footage([(0, 2)]))
    found = await settled(busy)

    await eventually(lambda: {one.suffix for one in files_below(tmp_path)} == {".ogg"})
    assert (await download(busy))[0].sha256 == found.files[0].sha256


async def test_a_missing_ffmpeg_fails_the_recording_with_a_remedy(scene: Scene) -> None:
    filming = Filming(scene.blobs, Ffmpeg("no-such-ffmpeg"))
    studio = Studio(scene.store, scene.blobs, filming, asyncio.Event(), StudioPace(poll=0.05))
    async with working(studio):
        await recorded(scene, Footage([(0, 1)]))
        found = await settled(scene, "FAILED")

    assert "install ffmpeg" in found.reason
    assert found.reason.startswith("STUDIO_MISSING")
    assert "RecordingFailed" in await scene.announced()


async def test_without_a_font_a_composite_has_everything_but_names(
    scene: Scene, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("fontless")
    (folder / "fonts.conf").write_text("<fontconfig></fontconfig>")
    program = folder / "ffmpeg"
    program.write_text(f'#!/bin/sh\nFONTCONFIG_FILE={folder}/fonts.conf exec ffmpeg "$@"\n')
    program.chmod(0o755)
    filming = Filming(scene.blobs, Ffmpeg(str(program)))
    studio = Studio(scene.store, scene.blobs, filming, asyncio.Event(), StudioPace(poll=0.05))
    footage = Footage([(0, 2)], layout="GRID")
    footage.hears("prt_ada", 0.0, beeps(2, 1.0))
    async with working(studio):
        await recorded(scene, footage)

        with capture_logs() as said:
            found = await settled(scene)

    assert found.files[0].track == "composite"
    (warning,) = [one for one in said if one["event"] == "composite has no names"]
    assert "fonts-dejavu-core" in warning["remedy"]


async def test_a_damaged_fragment_fails_the_recording_after_some_attempts(
    scene: Scene, tmp_path: Path
) -> None:
    await recorded(scene, Footage([(0, 1)]))
    damage(tmp_path)

    async def attempted() -> bool:
        async with scene.db.begin_system() as connection:
            await connection.execute("update recording_jobs set due_at = '-infinity'", {})
        for job in await scene.store.claim_recordings(1, 5):
            await scene.studio.work(job)
        return bool(await scene.announced()) and session_pb2.RecordingState.Name(
            (await shown(scene)).state
        ).endswith("FAILED")

    await eventually(attempted)
    assert (await shown(scene)).reason.startswith("FRAGMENTS_DAMAGED")


def lose(folder: Path) -> None:
    for one in files_below(folder):
        if one.suffix == ".ogg":
            one.unlink()


def damage(folder: Path) -> None:
    (window,) = (one for one in files_below(folder) if one.suffix == ".window")
    window.write_bytes(b"something else")


async def test_a_studio_that_is_killed_is_followed_by_another(scene: Scene) -> None:
    await recorded(scene, Footage([(0, 2)]))
    await eventually(lambda: scene.store.claim_recordings(1, 0.2))

    async with working(scene.studio):
        found = await settled(scene)

    assert found.files
    assert (await scene.announced()).count("RecordingAvailable") == 1


async def test_the_recorders_word_may_come_before_the_sessions(busy: Scene) -> None:
    footage = Footage([(0, 1)], folder=f"{busy.caller.workspace_id}/{busy.session_id}")
    await busy.bots.announce(await footage.keep(busy.blobs))
    await settled(busy)
    one = footage.recording()
    one.meeting_id, one.session_id = busy.meeting_id, busy.session_id
    await busy.session.announce(session_events.RecordingStarted(recording=one))
    await busy.session.announce(session_events.RecordingStopped(recording=one))

    found = await shown(busy)

    assert found.files
    told = await busy.last_fact(facts.RecordingAvailable)
    assert told.recording.files[0].sha256 == found.files[0].sha256
