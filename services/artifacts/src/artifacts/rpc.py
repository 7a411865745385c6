"""Artifacts over gRPC: decode, call, encode. Nothing else."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from artifacts.domain import ArtifactKind
from artifacts.service.reading import Reading, Wanted
from artifacts.service.recordings import Opened, RecordingReading, Shown
from artifacts.service.renewing import Renewing
from artifacts.wire import (
    artifact_to_wire,
    head_of,
    recording_as_artifact,
    state_to_wire,
    stored_recording_to,
)
from common import rpc
from common.blobs import Blobs
from common.languages import language_of
from common.principal import Principal
from convene.artifacts.v1 import artifacts_pb2 as pb
from convene.artifacts.v1 import recordings_pb2 as recordings
from convene.artifacts.v1.artifacts_pb2_grpc import ArtifactsServiceServicer
from convene.artifacts.v1.recordings_pb2_grpc import RecordingsServiceServicer


class Consents(Protocol):
    """Who agreed to being recorded, as the session's ledger says."""

    async def of(self, caller: Principal, session_id: str) -> Sequence[recordings.Consent]:
        """Nothing while the ledger is not sealed, or cannot be asked."""


class ArtifactsRpc(ArtifactsServiceServicer):
    def __init__(self, reading: Reading, renewing: Renewing) -> None:
        self._reading = reading
        self._renewing = renewing

    async def GetTranscript(
        self, request: pb.GetTranscriptRequest, context: rpc.Context
    ) -> pb.GetTranscriptResponse:
        wanted = Wanted(
            request.format == "txt",
            request.since,
            request.page_size,
            request.page_token,
            language_of(request.language) or request.language,
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

    async def RegenerateSummary(
        self, request: pb.RegenerateSummaryRequest, context: rpc.Context
    ) -> pb.RegenerateSummaryResponse:
        artifact = await self._renewing.summary(
            rpc.caller(), request.meeting_id, request.session_id
        )
        return pb.RegenerateSummaryResponse(artifact=artifact_to_wire(artifact))

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
        made, recorded = await self._reading.artifacts(
            rpc.caller(), request.meeting_id, request.session_id
        )
        items = [artifact_to_wire(one) for one in made]
        items.extend(recording_as_artifact(one) for one in recorded)
        return pb.ListArtifactsResponse(items=items)

    async def _summary(self, meeting_id: str, session_id: str) -> pb.GetSummaryResponse:
        session, state, content = await self._reading.content(
            rpc.caller(), meeting_id, session_id, ArtifactKind.SUMMARY
        )
        shown = pb.GetSummaryResponse.FromString(content)
        shown.state = state_to_wire(state)
        shown.meeting_id, shown.session_id = session.meeting_id, session.id
        return shown


class RecordingsRpc(RecordingsServiceServicer):
    def __init__(self, reading: RecordingReading, blobs: Blobs, consents: Consents) -> None:
        self._reading = reading
        self._blobs = blobs
        self._consents = consents

    async def ListRecordings(
        self, request: recordings.ListRecordingsRequest, context: rpc.Context
    ) -> recordings.ListRecordingsResponse:
        shown, token = await self._reading.list(
            rpc.caller(), request.meeting_id, request.page_size, request.page_token
        )
        items = [self._shown(one) for one in shown]
        return recordings.ListRecordingsResponse(items=items, next_page_token=token)

    async def GetRecording(
        self, request: recordings.GetRecordingRequest, context: rpc.Context
    ) -> recordings.GetRecordingResponse:
        caller = rpc.caller()
        shown = await self._reading.get(caller, request.meeting_id, request.recording_id)
        answer = self._shown(shown)
        answer.consents.extend(await self._consents.of(caller, shown.recording.session_id))
        return recordings.GetRecordingResponse(recording=answer)

    async def DeleteRecording(
        self, request: recordings.DeleteRecordingRequest, context: rpc.Context
    ) -> recordings.DeleteRecordingResponse:
        await self._reading.delete(rpc.caller(), request.meeting_id, request.recording_id)
        return recordings.DeleteRecordingResponse()

    async def DownloadRecording(
        self, request: recordings.DownloadRecordingRequest, context: rpc.Context
    ) -> AsyncIterator[recordings.DownloadRecordingResponse]:
        opened = await self._reading.file(
            rpc.caller(), request.meeting_id, request.recording_id, request.track
        )
        async for head, content in self._pieces(opened, request.range):
            yield recordings.DownloadRecordingResponse(head=head, content=content)

    async def DownloadByLink(
        self, request: recordings.DownloadByLinkRequest, context: rpc.Context
    ) -> AsyncIterator[recordings.DownloadByLinkResponse]:
        opened = await self._reading.linked_file(request.code)
        async for head, content in self._pieces(opened, request.range):
            yield recordings.DownloadByLinkResponse(head=head, content=content)

    async def _pieces(
        self, opened: Opened, wanted: recordings.ByteRange
    ) -> AsyncIterator[tuple[recordings.FileHead | None, bytes | None]]:
        """The head, then the bytes; raises ``BlobMissing`` instead of promising what is gone."""
        head = head_of(opened.file, opened.name, wanted)
        reading = self._blobs.read(opened.file.key, head.first, head.length)
        first = await anext(reading, None)
        yield head, None
        if first is not None:
            yield None, first
        async for piece in reading:
            yield None, piece

    def _shown(self, shown: Shown) -> recordings.StoredRecording:
        caller, one = rpc.caller(), shown.recording
        answer = stored_recording_to(one)
        for file in answer.files:
            file.download_url = self._reading.link(caller, shown, file.track)
        if answer.files:
            answer.link_expire_time.FromDatetime(shown.links_until)
        return answer
