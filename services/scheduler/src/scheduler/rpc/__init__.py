"""The scheduler over gRPC: decode, call, encode. Nothing else."""

from collections.abc import Sequence
from typing import Protocol

from common import rpc
from common.idempotency import current_key
from common.ids import new_id
from common.principal import Principal
from convene.common.v1.meeting_pb2 import BotSpec
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import SchedulerServiceServicer
from scheduler.domain.meetings import MeetingId, MissingMeeting, NotBoth
from scheduler.domain.occurrences import OccurrenceId
from scheduler.domain.pools import refuse_pools
from scheduler.service.announcing import View
from scheduler.service.meetings import Scheduler
from scheduler.service.occurrences import OccurrenceEdit, Occurrences, One
from scheduler.service.ordering import Order
from scheduler.service.search import Search
from scheduler.service.sought import filter_of, occurrence_filter_of, page_of
from scheduler.service.splitting import SplitOrder, Splitting
from scheduler.wire import (
    bots_of,
    instance_to_wire,
    occurrence_to_wire,
    previewed_definition,
)


class BotChecks(Protocol):
    """What the bots service says of bots that a meeting is to name."""

    async def check(self, caller: Principal, bots: Sequence[BotSpec], at: str = "") -> None:
        """Raise an ``InvalidInput`` for one that could not come."""


class SchedulerRpc(SchedulerServiceServicer):
    def __init__(
        self,
        scheduler: Scheduler,
        search: Search,
        occurrences: Occurrences,
        splitting: Splitting,
        bots: BotChecks,
    ) -> None:
        self._scheduler = scheduler
        self._search = search
        self._occurrences = occurrences
        self._splitting = splitting
        self._bots = bots

    async def CreateMeeting(
        self, request: pb.CreateMeetingRequest, context: rpc.Context
    ) -> pb.CreateMeetingResponse:
        await self._bots.check(rpc.caller(), request.meeting.bots, "meeting.")
        view = await self._scheduler.create(rpc.caller(), _order(request))
        return pb.CreateMeetingResponse(meeting=self._wire(view), found=view.found)

    async def ScheduleMeeting(
        self, request: pb.ScheduleMeetingRequest, context: rpc.Context
    ) -> pb.ScheduleMeetingResponse:
        await self._bots.check(rpc.caller(), request.meeting.bots, "meeting.")
        view = await self._scheduler.schedule(
            rpc.caller(), _order(request), dry_run=request.dry_run
        )
        return pb.ScheduleMeetingResponse(meeting=self._wire(view), found=view.found)

    async def GetMeeting(
        self, request: pb.GetMeetingRequest, context: rpc.Context
    ) -> pb.GetMeetingResponse:
        view = await self._scheduler.get(rpc.caller(), MeetingId(request.meeting_id))
        return pb.GetMeetingResponse(meeting=self._wire(view))

    async def ListMeetings(
        self, request: pb.ListMeetingsRequest, context: rpc.Context
    ) -> pb.ListMeetingsResponse:
        views, token = await self._search.meetings(
            rpc.caller(), filter_of(request), page_of(request)
        )
        return pb.ListMeetingsResponse(
            items=[self._wire(view) for view in views], next_page_token=token
        )

    async def UpdateMeeting(
        self, request: pb.UpdateMeetingRequest, context: rpc.Context
    ) -> pb.UpdateMeetingResponse:
        refuse_pools(request.update_mask.paths)
        await self._bots.check(rpc.caller(), request.meeting.bots, "meeting.")
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

    async def FindOccurrences(
        self, request: pb.FindOccurrencesRequest, context: rpc.Context
    ) -> pb.FindOccurrencesResponse:
        found, token = await self._search.occurrences(
            rpc.caller(), occurrence_filter_of(request), page_of(request)
        )
        return pb.FindOccurrencesResponse(
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
        refuse_pools(request.update_mask.paths)
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
        is_new = request.HasField("meeting") or bool(request.template_id)
        if request.meeting_id and is_new:
            raise NotBoth
        await self._bots.check(rpc.caller(), request.meeting.bots, "meeting.")
        await self._bots.check(rpc.caller(), request.bots)
        bots = bots_of(request.bots)
        if request.meeting_id:
            meeting_id = MeetingId(request.meeting_id)
            session = await self._scheduler.start(rpc.caller(), meeting_id, bots)
            return pb.StartMeetingResponse(session=session)
        if not is_new:
            raise MissingMeeting
        session, created = await self._scheduler.start_new(
            rpc.caller(), _order(request), bots, current_key()
        )
        return pb.StartMeetingResponse(session=session, meeting_created=created)

    def _wire(self, view: View) -> meeting_pb2.Meeting:
        return self._scheduler.to_wire(view, rpc.caller())


class _NamesOne(Protocol):
    @property
    def meeting_id(self) -> str: ...
    @property
    def occurrence_id(self) -> str: ...


class _OrdersOne(Protocol):
    @property
    def meeting(self) -> meeting_pb2.MeetingDraft: ...
    @property
    def template_id(self) -> str: ...
    @property
    def get_or_create(self) -> bool: ...


def _order(request: _OrdersOne) -> Order:
    return Order(request.meeting, request.template_id, request.get_or_create)


def _names(request: _NamesOne) -> tuple[MeetingId, OccurrenceId]:
    return MeetingId(request.meeting_id), OccurrenceId(request.occurrence_id)


def _occurrence(one: One) -> meeting_pb2.Occurrence:
    return occurrence_to_wire(one.occurrence, one.definition)
