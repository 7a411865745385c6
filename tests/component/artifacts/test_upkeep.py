"""What a recording leaves in the object store goes with it; what is still recorded stays."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from convene.artifacts.v1 import artifacts_pb2
from convene.artifacts.v1 import events_pb2 as facts
from convene.artifacts.v1 import recordings_pb2 as pb
from convene.bots.v1 import events_pb2 as bots_events
from tests.support.artifacts import Scene, working
from tests.support.eventually import eventually
from tests.support.files import files_below
from tests.support.films import begun, recorded, settled, stopped
from tests.support.footage import Footage
from tests.support.services import metadata


@pytest.fixture
async def busy(scene: Scene) -> AsyncIterator[Scene]:
    """A scene with studio and workshop at work."""
    async with working(scene.studio), working(scene.workshop):
        yield scene


def kept(folder: Path) -> list[str]:
    """The kinds of objects that there are."""
    return sorted(one.suffix for one in files_below(folder))


async def orphan(scene: Scene, recording_id: str = "rec_1") -> str:
    """A window that a recorder put there and died before it wrote that it did."""
    folder = f"{scene.caller.workspace_id}/{scene.session_id}/{recording_id}/00000007"
    return (await scene.blobs.put(folder, b"a window in no list", ".window")).key


async def delete(scene: Scene, recording_id: str = "rec_1") -> None:
    request = pb.DeleteRecordingRequest(meeting_id=scene.meeting_id, recording_id=recording_id)
    await scene.recordings.DeleteRecording(request, metadata=metadata(scene.caller))


async def hurry(scene: Scene) -> None:
    """Let the time pass that recordings' jobs wait."""
    async with scene.db.begin_system() as connection:
        await connection.execute(text("update recording_jobs set due_at = '-infinity'"))


async def rows(scene: Scene, table: str) -> int:
    async with scene.db.begin_system() as connection:
        found = await connection.execute(text(f"select count(*) from {table}"))
        count: int = found.scalar_one()
        return count


async def test_a_deleted_failed_recording_leaves_no_object(busy: Scene, tmp_path: Path) -> None:
    await stopped(busy, Footage([(0, 2)]))
    await orphan(busy)
    lost = bots_events.RecordingCaptured(
        recording_id="rec_1",
        failure="RECORDER_FAILED: no space",
        layout="RECORDING_LAYOUT_AUDIO_ONLY",
    )
    await busy.bots.announce(lost)
    await settled(busy, "FAILED")
    assert kept(tmp_path) == [".window"]

    await delete(busy)

    await eventually(lambda: not list(tmp_path.iterdir()))


async def test_what_is_in_no_list_is_swept_too(busy: Scene, tmp_path: Path) -> None:
    await orphan(busy)
    await recorded(busy, Footage([(0, 2)]))

    await settled(busy)

    await eventually(lambda: kept(tmp_path) == [".ogg"])


async def test_what_a_stale_recorder_writes_late_is_swept_later(
    busy: Scene, tmp_path: Path
) -> None:
    await recorded(busy, Footage([(0, 2)]))
    await settled(busy)
    await eventually(lambda: kept(tmp_path) == [".ogg"])
    await delete(busy)
    await eventually(lambda: not kept(tmp_path))
    await orphan(busy)

    async def forgotten() -> bool:
        # The objects go before it is written when to look for more of them.
        await hurry(busy)
        return not await rows(busy, "recordings") and not await rows(busy, "recording_jobs")

    await eventually(forgotten)
    assert not kept(tmp_path)


async def test_a_sweep_never_touches_a_recording_that_is_going_on(
    busy: Scene, tmp_path: Path
) -> None:
    await begun(busy, Footage([(0, 2)], recording_id="rec_10"))
    await orphan(busy, "rec_10")
    await recorded(busy, Footage([(0, 2)]))
    await settled(busy)
    await settled(busy, "RECORDING", "rec_10")
    await delete(busy)

    await hurry(busy)

    await eventually(lambda: kept(tmp_path) == [".window"])


async def test_a_recording_that_no_recorder_finishes_fails_and_its_windows_go_later(
    scene: Scene, tmp_path: Path
) -> None:
    await stopped(scene, Footage([(0, 2)]))
    await settled(scene, "STOPPING")
    await orphan(scene)
    async with working(scene.studio):
        await hurry(scene)
        found = await settled(scene, "FAILED")
        assert found.reason.startswith("NOT_CAPTURED")
        assert kept(tmp_path) == [".window"]

        await hurry(scene)

        await eventually(lambda: not kept(tmp_path))


async def test_a_recorder_that_comes_back_after_all_is_believed(busy: Scene) -> None:
    footage = Footage([(0, 2)])
    await stopped(busy, footage)
    await settled(busy, "STOPPING")
    await hurry(busy)
    await settled(busy, "FAILED")

    await busy.bots.announce(await footage.keep(busy.blobs))

    async def there() -> bool:
        return "RecordingAvailable" in await busy.announced()

    await eventually(there)
    assert not (await settled(busy)).reason


async def test_a_sweep_that_fails_is_tried_again(busy: Scene, tmp_path: Path) -> None:
    await recorded(busy, Footage([(0, 1)]))
    await settled(busy)
    await eventually(lambda: kept(tmp_path) == [".ogg"])
    busy.blobs.refusing = True
    await delete(busy)

    async def refused() -> bool:
        return bool(await rows(busy, "recording_jobs where error <> ''"))

    await eventually(refused)
    assert kept(tmp_path) == [".ogg"]
    busy.blobs.refusing = False
    await hurry(busy)

    await eventually(lambda: not kept(tmp_path))


async def test_artifacts_are_complete_only_with_the_sessions_recordings(busy: Scene) -> None:
    footage = Footage([(0, 2)])
    await busy.start()
    await stopped(busy, footage)
    await busy.end()

    async def attended() -> bool:
        return "AttendanceAvailable" in await busy.announced()

    await eventually(attended)
    await eventually(lambda: no_jobs(busy))
    assert "ArtifactsCompleted" not in await busy.announced()
    await busy.bots.announce(await footage.keep(busy.blobs))
    found = await settled(busy)

    told = await eventually(lambda: busy.last_fact(facts.ArtifactsCompleted))
    (mine,) = [one for one in told.artifacts if one.kind == "recording"]
    composite = found.files[0]
    assert mine.state == artifacts_pb2.ARTIFACT_STATE_AVAILABLE
    assert (mine.id, mine.sha256, mine.size_bytes, mine.duration_seconds) == (
        "rec_1",
        composite.sha256,
        composite.size_bytes,
        composite.duration_seconds,
    )
    assert (await busy.announced()).count("ArtifactsCompleted") == 1


async def no_jobs(scene: Scene) -> bool:
    return not await scene.jobs()


async def test_a_recording_that_is_ready_in_mid_session_completes_nothing(busy: Scene) -> None:
    await busy.start()
    await recorded(busy, Footage([(0, 1)]))
    await settled(busy)
    assert "ArtifactsCompleted" not in await busy.announced()

    await busy.end()

    told = await eventually(lambda: busy.last_fact(facts.ArtifactsCompleted))
    assert sorted(one.kind for one in told.artifacts) == ["attendance", "recording"]


async def test_a_recording_is_listed_among_the_sessions_artifacts(busy: Scene) -> None:
    await busy.start()
    await begun(busy, Footage([(0, 1)]))
    await settled(busy, "RECORDING")

    request = artifacts_pb2.ListArtifactsRequest(meeting_id=busy.meeting_id)
    (live,) = (await busy.stub.ListArtifacts(request, metadata=metadata(busy.caller))).items

    assert (live.kind, live.state) == ("recording", artifacts_pb2.ARTIFACT_STATE_LIVE)
