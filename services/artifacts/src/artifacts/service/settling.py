"""How an artifact's making ends, and what is announced of it. All inside one transaction."""

from dataclasses import replace

from google.protobuf.message import Message

from artifacts.domain import UNFINISHED, Artifact, ArtifactKind, SessionRecord
from artifacts.store import ArtifactsTransaction
from artifacts.wire import artifact_to_wire
from convene.artifacts.v1 import events_pb2 as facts
from convene.artifacts.v1.artifacts_pb2 import GetSummaryResponse

AVAILABLE = {
    ArtifactKind.TRANSCRIPT: facts.TranscriptAvailable,
    ArtifactKind.ATTENDANCE: facts.AttendanceAvailable,
    ArtifactKind.SUMMARY: facts.SummaryAvailable,
}
FAILED = {
    ArtifactKind.TRANSCRIPT: facts.TranscriptFailed,
    ArtifactKind.ATTENDANCE: facts.AttendanceFailed,
    ArtifactKind.SUMMARY: facts.SummaryFailed,
}


async def announce_available(tx: ArtifactsTransaction, artifact: Artifact) -> None:
    """Say that *artifact* is there; a summary with action items also says those."""
    await _announce(tx, artifact, AVAILABLE[artifact.kind](artifact=artifact_to_wire(artifact)))
    if artifact.kind is ArtifactKind.SUMMARY:
        items = GetSummaryResponse.FromString(artifact.content).action_items
        if items:
            await _announce(tx, artifact, facts.ActionItemsAvailable(action_items=items))


async def announce_failed(tx: ArtifactsTransaction, artifact: Artifact) -> None:
    await _announce(tx, artifact, FAILED[artifact.kind](artifact=artifact_to_wire(artifact)))


async def complete(tx: ArtifactsTransaction, session: SessionRecord) -> None:
    """Say, once, that nothing of *session* is left to be made. The caller holds its lock."""
    kept = await tx.artifacts(session.id)
    if session.completed or any(one.state in UNFINISHED for one in kept):
        return
    await tx.save_session(replace(session, completed=True))
    fact = facts.ArtifactsCompleted(artifacts=[artifact_to_wire(one) for one in kept])
    await tx.announce(fact, aggregate=session.id, meeting=session.meeting_id, session=session.id)


async def _announce(tx: ArtifactsTransaction, artifact: Artifact, fact: Message) -> None:
    await tx.announce(
        fact,
        aggregate=artifact.session_id,
        meeting=artifact.meeting_id,
        session=artifact.session_id,
    )
