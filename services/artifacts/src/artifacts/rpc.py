"""Artifacts over gRPC: decode, call, encode. Nothing else."""

from artifacts.domain import ArtifactKind
from artifacts.service.reading import Reading, Wanted
from artifacts.wire import artifact_to_wire, state_to_wire
from common import rpc
from convene.artifacts.v1 import artifacts_pb2 as pb
from convene.artifacts.v1.artifacts_pb2_grpc import ArtifactsServiceServicer


class ArtifactsRpc(ArtifactsServiceServicer):
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    async def GetTranscript(
        self, request: pb.GetTranscriptRequest, context: rpc.Context
    ) -> pb.GetTranscriptResponse:
        wanted = Wanted(
            request.format == "txt", request.since, request.page_size, request.page_token
        )
        page = await self._reading.transcript(
            rpc.caller(), request.meeting_id, request.session_id, wanted
        )
        return pb.GetTranscriptResponse(
            meeting_id=page.session.meeting_id,
            session_id=page.session.id,
            state=state_to_wire(page.state),
            language=page.language,
            segments=page.segments,
            next_page_token=page.next_page_token,
            text=page.text,
        )

    async def GetSummary(
        self, request: pb.GetSummaryRequest, context: rpc.Context
    ) -> pb.GetSummaryResponse:
        return await self._summary(request.meeting_id, request.session_id)

    async def ListActionItems(
        self, request: pb.ListActionItemsRequest, context: rpc.Context
    ) -> pb.ListActionItemsResponse:
        summary = await self._summary(request.meeting_id, request.session_id)
        return pb.ListActionItemsResponse(items=summary.action_items, state=summary.state)

    async def GetAttendance(
        self, request: pb.GetAttendanceRequest, context: rpc.Context
    ) -> pb.GetAttendanceResponse:
        session, state, content = await self._reading.content(
            rpc.caller(), request.meeting_id, request.session_id, ArtifactKind.ATTENDANCE
        )
        shown = pb.GetAttendanceResponse.FromString(content)
        shown.state = state_to_wire(state)
        shown.meeting_id, shown.session_id = session.meeting_id, session.id
        return shown

    async def ListArtifacts(
        self, request: pb.ListArtifactsRequest, context: rpc.Context
    ) -> pb.ListArtifactsResponse:
        found = await self._reading.artifacts(rpc.caller(), request.meeting_id, request.session_id)
        return pb.ListArtifactsResponse(items=[artifact_to_wire(one) for one in found])

    async def _summary(self, meeting_id: str, session_id: str) -> pb.GetSummaryResponse:
        session, state, content = await self._reading.content(
            rpc.caller(), meeting_id, session_id, ArtifactKind.SUMMARY
        )
        shown = pb.GetSummaryResponse.FromString(content)
        shown.state = state_to_wire(state)
        shown.meeting_id, shown.session_id = session.meeting_id, session.id
        return shown
