"""How an artifact's making ends, and what is announced of it. All inside one transaction."""

from dataclasses import replace

from google.protobuf.message import Message

from artifacts.domain import UNFINISHED, Artifact, ArtifactKind, SessionRecord, SessionState
from artifacts.domain.recordings import Recording, RecordingAction
from artifacts.store import ArtifactsTransaction
from artifacts.wire import artifact_to_wire, recording_as_artifact, stored_recording_to
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
    if session.completed or session.state is SessionState.LIVE:
        return
    kept = await tx.artifacts(session.id)
    recordings = await tx.recordings_in(session.id)
    if any(one.state in UNFINISHED for one in kept):
        return
    if not all(one.is_settled for one in recordings):
        return
    await tx.save_session(replace(session, completed=True))
    shown = [artifact_to_wire(one) for one in kept]
    shown.extend(recording_as_artifact(one) for one in recordings)
    fact = facts.ArtifactsCompleted(artifacts=shown)
    await tx.announce(fact, aggregate=session.id, meeting=session.meeting_id, session=session.id)


async def release(tx: ArtifactsTransaction, one: Recording) -> None:
    """Keep that *one* has its files, and say so. The caller holds its row."""
    await tx.save_recording(one)
    await _announce(tx, one, facts.RecordingAvailable(recording=stored_recording_to(one)))
    await _complete_with(tx, one)


async def give_up(tx: ArtifactsTransaction, one: Recording, reason: str) -> None:
    """Say that there will be no files of *one*, and why. The caller holds its row."""
    failed = one.after(RecordingAction.FAIL, reason=reason)
    await tx.save_recording(failed)
    await _announce(tx, failed, facts.RecordingFailed(recording=stored_recording_to(failed)))
    await _complete_with(tx, failed)


async def _complete_with(tx: ArtifactsTransaction, one: Recording) -> None:
    session = await tx.session(one.session_id, one.meeting_id, lock=True)
    if session is not None:
        await complete(tx, session)


async def _announce(tx: ArtifactsTransaction, one: Artifact | Recording, fact: Message) -> None:
    await tx.announce(
        fact, aggregate=one.session_id, meeting=one.meeting_id, session=one.session_id
    )
