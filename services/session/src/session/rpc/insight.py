"""What is known of a meeting on the wire: metrics, and its checklist."""

from dataclasses import dataclass

from common import rpc
from convene.session.v1 import session_pb2 as pb
from convene.session.v1.session_pb2_grpc import SessionServiceServicer
from session.domain.metrics import FORMULAS
from session.service import wire
from session.service.checklists import Checklists, Tick
from session.service.metrics import Measuring


@dataclass(frozen=True, slots=True)
class Insights:
    """The use cases behind these calls."""

    measuring: Measuring
    checklists: Checklists


class InsightRpc(SessionServiceServicer):
    _insights: Insights

    async def GetMetrics(
        self, request: pb.GetMetricsRequest, context: rpc.Context
    ) -> pb.GetMetricsResponse:
        session, metrics = await self._insights.measuring.find(
            rpc.caller(), request.meeting_id, request.session_id
        )
        return pb.GetMetricsResponse(
            session_id=session.id,
            participants=wire.metrics_to(metrics),
            formula=FORMULAS.get(metrics.formula_version, ""),
            formula_version=metrics.formula_version,
            sealed=metrics.sealed,
            update_time=metrics.update_time,
        )

    async def ListChecklist(
        self, request: pb.ListChecklistRequest, context: rpc.Context
    ) -> pb.ListChecklistResponse:
        found = await self._insights.checklists.find(rpc.caller(), request.meeting_id)
        items = [wire.checklist_item_to(one) for one in found.items]
        return pb.ListChecklistResponse(items=items, ends_session=found.ends_session)

    async def PutChecklistItem(
        self, request: pb.PutChecklistItemRequest, context: rpc.Context
    ) -> pb.PutChecklistItemResponse:
        tick = Tick(
            request.meeting_id,
            request.item,
            request.text,
            request.completed,
            request.ends_session if request.HasField("ends_session") else None,
        )
        item = await self._insights.checklists.put(rpc.caller(), tick)
        return pb.PutChecklistItemResponse(item=wire.checklist_item_to(item))
