"""From the end of a session to what is kept of it, over real gRPC, PostgreSQL and NATS."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from google.rpc import error_details_pb2
from grpc import StatusCode, aio
from grpc_status import rpc_status
from sqlalchemy import text

from artifacts.domain import ATTEMPTS_BEFORE_DEAD, Patience
from convene.artifacts.v1 import artifacts_pb2 as pb
from convene.artifacts.v1 import events_pb2 as facts
from convene.bots.v1 import bots_pb2
from convene.bots.v1 import events_pb2 as bots_events
from convene.session.v1 import events_pb2 as session_events
from tests.support.artifacts import Scene, a_segment, working
from tests.support.eventually import eventually
from tests.support.files import files_below
from tests.support.services import a_caller, metadata


@pytest.fixture
async def at_work(scene: Scene) -> AsyncIterator[Scene]:
    """The scene with its worker running."""
    async with working(scene.workshop):
        yield scene


async def completed(scene: Scene) -> bool:
    return "ArtifactsCompleted" in await scene.announced()


async def transcript(scene: Scene, **changes: Any) -> pb.GetTranscriptResponse:
    request = pb.GetTranscriptRequest(meeting_id=scene.meeting_id, **changes)
    return await scene.stub.GetTranscript(request, metadata=metadata(scene.caller))


async def summary(scene: Scene) -> pb.GetSummaryResponse:
    request = pb.GetSummaryRequest(meeting_id=scene.meeting_id)
    return await scene.stub.GetSummary(request, metadata=metadata(scene.caller))


async def kept(scene: Scene) -> dict[str, pb.Artifact]:
    request = pb.ListArtifactsRequest(meeting_id=scene.meeting_id)
    answer = await scene.stub.ListArtifacts(request, metadata=metadata(scene.caller))
    return {one.kind: one for one in answer.items}


async def refusal(call: Any) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    status = rpc_status.from_call(refused.value)  # type: ignore[arg-type]
    assert status is not None
    told = error_details_pb2.ErrorInfo()
    status.details[0].Unpack(told)
    return refused.value.code(), told.reason


async def test_an_ended_session_leaves_transcript_summary_and_attendance(at_work: Scene) -> None:
    scene = at_work
    await scene.start("transcriber")
    await scene.say(
        a_segment(1, text="We decided to launch in March."),
        a_segment(2, text="I will send the budget to Bo by Friday."),
    )
    await scene.flush(2)
    await scene.end()
    await eventually(lambda: completed(scene))

    said, told = await transcript(scene), await summary(scene)
    attendance = await scene.stub.GetAttendance(
        pb.GetAttendanceRequest(meeting_id=scene.meeting_id), metadata=metadata(scene.caller)
    )
    items = await scene.stub.ListActionItems(
        pb.ListActionItemsRequest(meeting_id=scene.meeting_id), metadata=metadata(scene.caller)
    )
    assert said.state == told.state == attendance.state == pb.ARTIFACT_STATE_AVAILABLE
    assert [one.sequence for one in said.segments] == [1, 2]
    assert [one.name for one in attendance.items] == ["Ada"]
    assert [one.text for one in told.decisions] == ["We decided to launch in March."]
    (item,) = items.items
    assert (item.text, item.owner, item.due) == ("Send the budget to Bo", "Ada", "2026-12-04")
    assert item.segment_ids == ["seg_2"]
    assert (told.provenance.engine, told.provenance.model) == ("rules", "")


async def test_every_fact_is_announced_once_and_the_completion_last(at_work: Scene) -> None:
    scene = at_work
    await scene.start("transcriber")
    await scene.say(a_segment(1, text="I will send the budget to Bo by Friday."))
    await scene.flush(1)
    await scene.end()
    await eventually(lambda: completed(scene))

    announced = list(await scene.announced())
    assert sorted(announced) == [
        "ActionItemsAvailable",
        "ArtifactsCompleted",
        "AttendanceAvailable",
        "SummaryAvailable",
        "TranscriptAvailable",
    ]
    assert announced[-1] == "ArtifactsCompleted"


async def test_what_is_kept_lies_in_the_store_as_its_proof_says(
    at_work: Scene, tmp_path: Path
) -> None:
    scene = at_work
    await scene.start("transcriber")
    await scene.say(a_segment(1))
    await scene.flush(1)
    await scene.end()
    await eventually(lambda: completed(scene))

    one = (await kept(scene))["transcript"]
    content = stored(tmp_path, f"{one.sha256}.json")
    assert len(content) == one.size_bytes
    assert [part["id"] for part in json.loads(content)["segments"]] == ["seg_1"]


async def test_a_finished_transcript_is_in_the_order_of_speech_over_its_pages(
    at_work: Scene, tmp_path: Path
) -> None:
    scene = at_work
    await scene.start("transcriber")
    spoken = {1: 2.0, 2: 18.0, 3: 11.0}
    for sequence, start in spoken.items():
        await scene.say(a_segment(sequence, start_seconds=start))
    await scene.flush(3)
    await scene.end()
    await eventually(lambda: completed(scene))

    page = await transcript(scene, page_size=2)
    rest = await transcript(scene, page_size=2, page_token=page.next_page_token)
    later = await transcript(scene, since=1)
    assert [one.sequence for one in (*page.segments, *rest.segments)] == [1, 3, 2]
    assert [one.sequence for one in later.segments] == [2, 3]
    one = (await kept(scene))["transcript"]
    content = json.loads(stored(tmp_path, f"{one.sha256}.json"))
    assert [part["sequence"] for part in content["segments"]] == [1, 3, 2]


def stored(folder: Path, name: str) -> bytes:
    (file,) = (one for one in files_below(folder) if one.name == name)
    return file.read_bytes()


async def test_a_live_session_shows_what_was_said_so_far(scene: Scene) -> None:
    await scene.start("transcriber")
    await scene.say(a_segment(1), a_segment(2), a_segment(3))

    async def all_there() -> bool:
        return len((await transcript(scene)).segments) == 3

    await eventually(lambda: known(scene))
    await eventually(all_there)
    page = await transcript(scene, page_size=2)
    rest = await transcript(scene, page_size=2, page_token=page.next_page_token)
    later = await transcript(scene, since=2)
    whole = (await transcript(scene, format="txt")).text
    assert page.state == pb.ARTIFACT_STATE_LIVE
    assert [one.sequence for one in page.segments] == [1, 2]
    assert [one.sequence for one in rest.segments] == [3]
    assert rest.next_page_token == ""
    assert [one.sequence for one in later.segments] == [3]
    assert "sentence number 1" in whole
    assert (await summary(scene)).state == pb.ARTIFACT_STATE_PENDING


async def known(scene: Scene) -> bool:
    async with scene.store.begin(scene.caller) as tx:
        return await tx.session("", scene.meeting_id) is not None


async def test_until_it_is_made_a_transcript_is_pending_with_what_is_there(scene: Scene) -> None:
    await scene.start("transcriber")
    await scene.say(a_segment(1))
    await scene.end()
    await eventually(scene.jobs)
    await eventually(lambda: heard(scene, 1))

    said = await transcript(scene)

    assert said.state == pb.ARTIFACT_STATE_PENDING
    assert [one.sequence for one in said.segments] == [1]


async def heard(scene: Scene, count: int) -> bool:
    async with scene.store.begin(scene.caller) as tx:
        return await tx.count_segments(scene.session_id) == count


async def test_words_that_come_after_the_end_are_waited_for(at_work: Scene) -> None:
    scene = at_work
    await scene.start("transcriber")
    await scene.end()
    await eventually(lambda: kept_kind(scene, "attendance"))
    await scene.say(a_segment(2), a_segment(1))
    await scene.flush(2)
    await eventually(lambda: completed(scene))

    assert [one.sequence for one in (await transcript(scene)).segments] == [1, 2]
    assert scene.fake_bots.asked == 0


async def kept_kind(scene: Scene, kind: str) -> bool:
    found = (await kept(scene)).get(kind) if await known(scene) else None
    return found is not None and found.state == pb.ARTIFACT_STATE_AVAILABLE


async def test_segments_that_never_came_are_asked_for(at_work: Scene) -> None:
    scene = at_work
    scene.fake_bots.segments = [a_segment(n) for n in (1, 2, 3)]
    await scene.start("transcriber")
    await scene.say(a_segment(3))
    await scene.flush(3)
    await scene.end()
    await eventually(lambda: completed(scene))

    assert [one.sequence for one in (await transcript(scene)).segments] == [1, 2, 3]


@pytest.mark.parametrize("patience", [Patience(flush=0.3)])
async def test_a_crew_that_never_says_it_is_done_does_not_hold_the_transcript_up(
    at_work: Scene,
) -> None:
    scene = at_work
    scene.fake_bots.segments = [a_segment(1)]
    await scene.start("transcriber")
    await scene.end()
    await eventually(lambda: completed(scene))

    assert [one.sequence for one in (await transcript(scene)).segments] == [1]


# So long a wait that only the crew's count ends it, which is told after the bot.
@pytest.mark.parametrize("patience", [Patience(flush=60, unheard=60)])
async def test_a_bot_that_came_later_counts_as_a_listener(at_work: Scene) -> None:
    scene = at_work
    await scene.start()
    await scene.bots.announce(bots_events.BotJoining(bot=bots_pb2.Bot(kind="transcriber")))
    await scene.flush(0)
    await scene.end()
    await eventually(lambda: completed(scene))

    assert (await transcript(scene)).state == pb.ARTIFACT_STATE_AVAILABLE


async def test_without_a_transcriber_there_is_attendance_and_a_reason(at_work: Scene) -> None:
    scene = at_work
    await scene.start("compliance")
    await scene.flush(0)
    await scene.end()
    await eventually(lambda: completed(scene))

    assert set(await kept(scene)) == {"attendance"}
    assert await refusal(transcript(scene)) == (StatusCode.NOT_FOUND, "NO_TRANSCRIBER")
    assert await refusal(summary(scene)) == (StatusCode.NOT_FOUND, "NO_TRANSCRIBER")
    assert list(await scene.announced()) == ["AttendanceAvailable", "ArtifactsCompleted"]


async def test_a_failed_session_leaves_failures_with_their_reason(scene: Scene) -> None:
    await scene.start("transcriber")
    await scene.session.announce(session_events.SessionFailed(reason="no media plane"))
    await eventually(lambda: completed(scene))

    assert {one.state for one in (await kept(scene)).values()} == {pb.ARTIFACT_STATE_FAILED}
    told = await scene.last_fact(facts.TranscriptFailed)
    assert told.artifact.reason == "SESSION_FAILED: no media plane"
    assert await refusal(transcript(scene)) == (StatusCode.NOT_FOUND, "ARTIFACT_FAILED")


async def test_a_meeting_that_never_ran_says_how_to_start_it(scene: Scene) -> None:
    assert await refusal(transcript(scene)) == (StatusCode.NOT_FOUND, "NO_SESSION")


async def test_another_workspace_sees_nothing(at_work: Scene) -> None:
    scene = at_work
    await scene.start("transcriber")
    await eventually(lambda: known(scene))

    request = pb.GetTranscriptRequest(meeting_id=scene.meeting_id)
    stranger = metadata(a_caller())
    call = scene.stub.GetTranscript(request, metadata=stranger)
    assert await refusal(call) == (StatusCode.NOT_FOUND, "NO_SESSION")


async def test_a_fact_lost_on_the_way_is_repaired_in_order(at_work: Scene) -> None:
    scene = at_work
    await scene.start("transcriber")
    await scene.bots.announce(bots_events.TranscriptSegment(segment=a_segment(1)), lost=True)
    await scene.say(a_segment(2))
    await scene.flush(2)
    await scene.end()
    await eventually(lambda: completed(scene))

    assert [one.sequence for one in (await transcript(scene)).segments] == [1, 2]
    assert scene.fake_bots.asked == 0


async def test_an_object_that_is_read_back_damaged_is_never_available(scene: Scene) -> None:
    scene.blobs.damaging = True
    await scene.start("transcriber")
    await scene.say(a_segment(1))
    await scene.flush(1)
    await scene.end()
    await eventually(lambda: heard(scene, 1))
    await eventually(scene.jobs)

    for _ in range(ATTEMPTS_BEFORE_DEAD):
        await scene.attempt_all()

    assert {one.state for one in (await kept(scene)).values()} == {pb.ARTIFACT_STATE_FAILED}
    told = await scene.last_fact(facts.ArtifactsCompleted)
    assert {one.kind: one.reason for one in told.artifacts} == {
        "transcript": "BLOB_DAMAGED",
        "attendance": "BLOB_DAMAGED",
        "summary": "TRANSCRIPT_FAILED",
    }


async def test_damage_that_passes_is_made_good_by_the_next_attempt(scene: Scene) -> None:
    scene.blobs.damaging = True
    await scene.start("transcriber")
    await scene.say(a_segment(1))
    await scene.flush(1)
    await scene.end()
    await eventually(lambda: heard(scene, 1))
    await eventually(scene.jobs)
    await scene.attempt_all()

    scene.blobs.damaging = False
    await scene.attempt_all()
    await scene.attempt_all()

    assert {one.state for one in (await kept(scene)).values()} == {pb.ARTIFACT_STATE_AVAILABLE}


async def test_a_worker_killed_at_its_work_is_followed_by_another(scene: Scene) -> None:
    scene.blobs.stuck = asyncio.Event()
    await scene.start("transcriber")
    await scene.say(a_segment(1))
    await scene.flush(1)
    await scene.end()
    async with working(scene.workshop) as first:
        await eventually(lambda: scene.blobs.waiting > 0)
        first.cancel()
    scene.blobs.stuck = None

    async with working(scene.workshop), working(scene.workshop):
        await eventually(lambda: completed(scene))
        await eventually(lambda: idle(scene))

    announced = list(await scene.announced())
    assert announced.count("ArtifactsCompleted") == 1
    assert announced.count("TranscriptAvailable") == 1


async def idle(scene: Scene) -> bool:
    return await scene.jobs() == 0


async def test_a_worker_whose_job_was_taken_over_changes_nothing(scene: Scene) -> None:
    await scene.start("transcriber")
    await scene.flush(0)
    await scene.end()
    await eventually(scene.jobs)
    stale = await scene.store.claim(10, lease_seconds=0)
    fresh = await scene.store.claim(10, lease_seconds=30)

    for job in stale:
        await scene.workshop.work(job)

    assert len(stale) == len(fresh) == 2
    assert await scene.announced() == []
    assert await scene.jobs() == 2


async def test_a_session_told_ended_or_failed_twice_is_completed_once(scene: Scene) -> None:
    await scene.start("transcriber")
    for _ in range(2):
        await scene.session.announce(session_events.SessionFailed(reason="no media plane"))
    await scene.session.announce(session_events.SessionEnded())
    await scene.say(a_segment(1))
    await eventually(lambda: heard(scene, 1))
    await eventually(lambda: told(scene, 4))

    assert list(await scene.announced()).count("ArtifactsCompleted") == 1
    assert await scene.jobs() == 0


async def told(scene: Scene, count: int) -> bool:
    """Whether that many facts of session had their effect here."""
    async with scene.db.begin_system() as connection:
        found = await connection.execute(
            text("select count(*) from inbox where consumer = 'artifacts-from-session'")
        )
        return bool(found.scalar_one() == count)
