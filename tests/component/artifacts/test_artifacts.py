"""From the end of a session to what is kept of it, over real gRPC, PostgreSQL and NATS."""

from convene.artifacts.v1 import artifacts_pb2 as pb
from tests.support.artifacts import Scene, a_segment, working
from tests.support.eventually import eventually
from tests.support.services import metadata


async def completed(scene: Scene) -> bool:
    return "ArtifactsCompleted" in await scene.announced()


async def test_an_ended_session_leaves_transcript_summary_and_attendance(scene: Scene) -> None:
    mine = metadata(scene.caller)
    async with working(scene.workshop):
        await scene.start("transcriber")
        await scene.say(
            a_segment(1, text="We decided to launch in March."),
            a_segment(2, text="I will send the budget to Bo by Friday."),
        )
        await scene.flush(2)
        await scene.end()
        await eventually(lambda: completed(scene))

    meeting = scene.meeting_id
    transcript = await scene.stub.GetTranscript(
        pb.GetTranscriptRequest(meeting_id=meeting), metadata=mine
    )
    attendance = await scene.stub.GetAttendance(
        pb.GetAttendanceRequest(meeting_id=meeting), metadata=mine
    )
    summary = await scene.stub.GetSummary(pb.GetSummaryRequest(meeting_id=meeting), metadata=mine)
    kept = await scene.stub.ListArtifacts(
        pb.ListArtifactsRequest(meeting_id=meeting), metadata=mine
    )
    assert transcript.state == summary.state == attendance.state == pb.ARTIFACT_STATE_AVAILABLE
    assert [one.sequence for one in transcript.segments] == [1, 2]
    assert [one.name for one in attendance.items] == ["Ada"]
    assert all(one.size_bytes and len(one.sha256) == 64 for one in kept.items)
