"""The scheduler over gRPC: decode, call, encode. Nothing else."""

from datetime import UTC, datetime
from typing import Protocol

from google.protobuf.timestamp_pb2 import Timestamp

from common import rpc
from common.idempotency import current_key
from common.ids import new_id
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import SchedulerServiceServicer
from scheduler.domain.meetings import MeetingId, MissingMeeting, NotBoth
from scheduler.domain.occurrences import OccurrenceId
from scheduler.service.announcing import View
from scheduler.service.meetings import Scheduler
from scheduler.service.occurrences import OccurrenceEdit, Occurrences, One
from scheduler.service.splitting import SplitOrder, Splitting
from scheduler.store import MeetingFilter
from scheduler.wire import (
    bots_of,
    definition_of,
    instance_to_wire,
    occurrence_to_wire,
    previewed_definition,
)


class SchedulerRpc(SchedulerServiceServicer):
    def __init__(
        self, scheduler: Scheduler, occurrences: Occurrences, splitting: Splitting
    ) -> None:
        self._scheduler = scheduler
        self._occurrences = occurrences
        self._splitting = splitting

    async def CreateMeeting(
        self, request: pb.CreateMeetingRequest, context: rpc.Context
    ) -> pb.CreateMeetingResponse:
        view = await self._scheduler.create(rpc.caller(), definition_of(request.meeting))
        return pb.CreateMeetingResponse(meeting=self._wire(view))

    async def ScheduleMeeting(
        self, request: pb.ScheduleMeetingRequest, context: rpc.Context
    ) -> pb.ScheduleMeetingResponse:
        view = await self._scheduler.schedule(
            rpc.caller(), definition_of(request.meeting), dry_run=request.dry_run
        )
        return pb.ScheduleMeetingResponse(meeting=self._wire(view))

    async def GetMeeting(
        self, request: pb.GetMeetingRequest, context: rpc.Context
    ) -> pb.GetMeetingResponse:
        view = await self._scheduler.get(rpc.caller(), MeetingId(request.meeting_id))
        return pb.GetMeetingResponse(meeting=self._wire(view))

    async def ListMeetings(
        self, request: pb.ListMeetingsRequest, context: rpc.Context
    ) -> pb.ListMeetingsResponse:
        views, token = await self._scheduler.list(
            rpc.caller(), _filter_of(request), request.page_size, request.page_token
        )
        return pb.ListMeetingsResponse(
            items=[self._wire(view) for view in views], next_page_token=token
        )

    async def UpdateMeeting(
        self, request: pb.UpdateMeetingRequest, context: rpc.Context
    ) -> pb.UpdateMeetingResponse:
        view = await self._scheduler.update(
            rpc.caller(),
            MeetingId(request.meeting_id),
            request.meeting,
            request.update_mask.paths,
            request.etag,
        )
        return pb.UpdateMeetingResponse(meeting=self._wire(view))

    async def CancelMeeting(
        self, request: pb.CancelMeetingRequest, context: rpc.Context
    ) -> pb.CancelMeetingResponse:
        view = await self._scheduler.cancel(
            rpc.caller(), MeetingId(request.meeting_id), request.reason, request.etag
        )
        return pb.CancelMeetingResponse(meeting=self._wire(view))

    async def DeleteMeeting(
        self, request: pb.DeleteMeetingRequest, context: rpc.Context
    ) -> pb.DeleteMeetingResponse:
        await self._scheduler.delete(rpc.caller(), MeetingId(request.meeting_id), request.etag)
        return pb.DeleteMeetingResponse()

    async def ListOccurrences(
        self, request: pb.ListOccurrencesRequest, context: rpc.Context
    ) -> pb.ListOccurrencesResponse:
        found, token = await self._occurrences.list(
            rpc.caller(), MeetingId(request.meeting_id), request.page_size, request.page_token
        )
        return pb.ListOccurrencesResponse(
            items=[_occurrence(one) for one in found], next_page_token=token
        )

    async def GetOccurrence(
        self, request: pb.GetOccurrenceRequest, context: rpc.Context
    ) -> pb.GetOccurrenceResponse:
        found = await self._occurrences.get(rpc.caller(), *_names(request))
        return pb.GetOccurrenceResponse(occurrence=_occurrence(found))

    async def UpdateOccurrence(
        self, request: pb.UpdateOccurrenceRequest, context: rpc.Context
    ) -> pb.UpdateOccurrenceResponse:
        edit = OccurrenceEdit(request.occurrence, request.update_mask.paths, request.etag)
        changed = await self._occurrences.change(rpc.caller(), *_names(request), edit)
        return pb.UpdateOccurrenceResponse(occurrence=_occurrence(changed))

    async def CancelOccurrence(
        self, request: pb.CancelOccurrenceRequest, context: rpc.Context
    ) -> pb.CancelOccurrenceResponse:
        cancelled = await self._occurrences.cancel(rpc.caller(), *_names(request), request.etag)
        return pb.CancelOccurrenceResponse(occurrence=_occurrence(cancelled))

    async def SplitMeeting(
        self, request: pb.SplitMeetingRequest, context: rpc.Context
    ) -> pb.SplitMeetingResponse:
        order = SplitOrder(
            *_names(request), request.meeting, request.update_mask.paths, request.etag
        )
        view = await self._splitting.split(rpc.caller(), order, MeetingId(new_id("mtg")))
        return pb.SplitMeetingResponse(meeting=self._wire(view))

    async def PreviewOccurrences(
        self, request: pb.PreviewOccurrencesRequest, context: rpc.Context
    ) -> pb.PreviewOccurrencesResponse:
        found, token = self._occurrences.preview(
            previewed_definition(request), request.page_size, request.page_token
        )
        return pb.PreviewOccurrencesResponse(
            items=[instance_to_wire(one) for one in found], next_page_token=token
        )

    async def StartMeeting(
        self, request: pb.StartMeetingRequest, context: rpc.Context
    ) -> pb.StartMeetingResponse:
        if request.meeting_id and request.HasField("meeting"):
            raise NotBoth
        bots = bots_of(request.bots)
        if request.meeting_id:
            meeting_id = MeetingId(request.meeting_id)
            session = await self._scheduler.start(rpc.caller(), meeting_id, bots)
            return pb.StartMeetingResponse(session=session)
        if not request.HasField("meeting"):
            raise MissingMeeting
        session = await self._scheduler.start_new(
            rpc.caller(), definition_of(request.meeting), bots, current_key()
        )
        return pb.StartMeetingResponse(session=session, meeting_created=True)

    def _wire(self, view: View) -> meeting_pb2.Meeting:
        return self._scheduler.to_wire(view, rpc.caller())


class _NamesOne(Protocol):
    @property
    def meeting_id(self) -> str: ...
    @property
    def occurrence_id(self) -> str: ...


def _names(request: _NamesOne) -> tuple[MeetingId, OccurrenceId]:
    return MeetingId(request.meeting_id), OccurrenceId(request.occurrence_id)


def _occurrence(one: One) -> meeting_pb2.Occurrence:
    return occurrence_to_wire(one.occurrence, one.definition)


def _filter_of(request: pb.ListMeetingsRequest) -> MeetingFilter:
    state = meeting_pb2.MeetingState.Name(request.state).removeprefix("MEETING_STATE_")
    pairs = [pair.partition("=") for pair in request.metadata]
    return MeetingFilter(
        state=state if request.state else "",
        tag=request.tag,
        metadata=[(key, value) for key, _, value in pairs],
        external_ref=request.external_ref,
        starts_after=_instant(request.starts_after) if request.HasField("starts_after") else None,
        starts_before=(
            _instant(request.starts_before) if request.HasField("starts_before") else None
        ),
    )


def _instant(given: Timestamp) -> datetime:
    return given.ToDatetime(UTC)
