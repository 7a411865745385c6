"""Recording control on the wire."""

from common import rpc
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.session_pb2_grpc import SessionServiceServicer
from session.service import wire
from session.service.recordings import Asked, Recordings


class RecordingRpc(SessionServiceServicer):
    _recordings: Recordings

    async def StartRecording(
        self, request: pb.StartRecordingRequest, context: rpc.Context
    ) -> pb.StartRecordingResponse:
        recording, session, found = await self._recordings.start(
            rpc.caller(),
            Asked(request.meeting_id, request.session_id, reason=request.reason),
            wire.layout_from(request.layout),
        )
        shown = wire.recording_to(recording, session)
        return pb.StartRecordingResponse(recording=shown, found=found)

    async def PauseRecording(
        self, request: pb.PauseRecordingRequest, context: rpc.Context
    ) -> pb.PauseRecordingResponse:
        recording, session = await self._recordings.pause(rpc.caller(), _asked(request))
        return pb.PauseRecordingResponse(recording=wire.recording_to(recording, session))

    async def ResumeRecording(
        self, request: pb.ResumeRecordingRequest, context: rpc.Context
    ) -> pb.ResumeRecordingResponse:
        recording, session = await self._recordings.resume(rpc.caller(), _asked(request))
        return pb.ResumeRecordingResponse(recording=wire.recording_to(recording, session))

    async def StopRecording(
        self, request: pb.StopRecordingRequest, context: rpc.Context
    ) -> pb.StopRecordingResponse:
        recording, session = await self._recordings.stop(rpc.caller(), _asked(request))
        return pb.StopRecordingResponse(recording=wire.recording_to(recording, session))


def _asked(
    request: pb.PauseRecordingRequest | pb.ResumeRecordingRequest | pb.StopRecordingRequest,
) -> Asked:
    return Asked(request.meeting_id, request.session_id, request.recording_id, request.reason)
