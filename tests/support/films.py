"""Recordings as the artifacts service hears and shows them."""

from grpc import aio

from convene.artifacts.v1 import recordings_pb2 as pb
from convene.session.v1 import events_pb2 as session_events
from convene.session.v1 import session_pb2
from tests.support.artifacts import Scene
from tests.support.eventually import eventually
from tests.support.footage import Footage
from tests.support.services import metadata


async def recorded(scene: Scene, footage: Footage) -> None:
    """The session service and the recorder tell of a recording."""
    await stopped(scene, footage)
    await scene.bots.announce(await footage.keep(scene.blobs))


async def begun(scene: Scene, footage: Footage) -> None:
    """The session service tells that a recording began."""
    footage.folder = f"{scene.caller.workspace_id}/{scene.session_id}"
    await scene.session.announce(session_events.RecordingStarted(recording=_told(scene, footage)))


async def stopped(scene: Scene, footage: Footage) -> None:
    """The session service tells that a recording began, and that it is over."""
    await begun(scene, footage)
    await scene.session.announce(session_events.RecordingStopped(recording=_told(scene, footage)))


def _told(scene: Scene, footage: Footage) -> session_pb2.Recording:
    one = footage.recording()
    one.meeting_id, one.session_id = scene.meeting_id, scene.session_id
    return one


async def shown(scene: Scene, recording_id: str = "rec_1") -> pb.StoredRecording:
    request = pb.GetRecordingRequest(meeting_id=scene.meeting_id, recording_id=recording_id)
    found = await scene.recordings.GetRecording(request, metadata=metadata(scene.caller))
    return found.recording


async def settled(
    scene: Scene, state: str = "AVAILABLE", recording_id: str = "rec_1"
) -> pb.StoredRecording:
    """The recording once it is in that *state*."""

    async def there() -> pb.StoredRecording | None:
        try:
            found = await shown(scene, recording_id)
        except aio.AioRpcError:
            # It is not yet heard of.
            return None
        name = session_pb2.RecordingState.Name(found.state).removeprefix("RECORDING_STATE_")
        assert name not in {"AVAILABLE", "FAILED"} or name == state, found.reason
        return found if name == state else None

    found = await eventually(there, 60)
    assert found is not None
    return found
