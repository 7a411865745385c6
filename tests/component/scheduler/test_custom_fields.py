"""A workspace's schema of custom fields and the meetings it checks, over gRPC and PostgreSQL."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.json_format import MessageToDict, ParseDict
from google.protobuf.struct_pb2 import Struct
from google.rpc import error_details_pb2
from grpc import aio
from grpc_status.rpc_status import from_call

from common import rpc
from common.db import Database
from common.principal import Principal
from convene.scheduler.v1 import custom_fields_pb2 as pb
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2
from convene.scheduler.v1.custom_fields_pb2_grpc import (
    CustomFieldsServiceStub,
    add_CustomFieldsServiceServicer_to_server,
)
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from scheduler.rpc.custom_fields import CustomFieldsRpc
from scheduler.service.custom_fields import CustomFields
from scheduler.store import Store
from tests.support.schedulers import a_scheduler
from tests.support.services import a_caller, metadata, served

SCHEDULER = "convene.scheduler.v1.SchedulerService"
FIELDS = "convene.scheduler.v1.CustomFieldsService"
TIERS = {
    "properties": {"product_tier": {"enum": ["gold", "silver"]}},
    "required": ["product_tier"],
}


class Desk:
    """Somebody who says what custom fields may be, and makes meetings."""

    def __init__(self, channel: aio.Channel, caller: Principal) -> None:
        self.fields = CustomFieldsServiceStub(channel)
        self.meetings = SchedulerServiceStub(channel)
        self.mine = metadata(caller)

    async def put(self, schema: dict[str, Any], etag: str = "") -> pb.CustomFieldsSchema:
        request = pb.PutCustomFieldsSchemaRequest(schema=ParseDict(schema, Struct()), etag=etag)
        answer = await self.fields.PutCustomFieldsSchema(request, metadata=self.mine)
        return answer.custom_fields_schema

    async def get(self) -> pb.CustomFieldsSchema:
        answer = await self.fields.GetCustomFieldsSchema(
            pb.GetCustomFieldsSchemaRequest(), metadata=self.mine
        )
        return answer.custom_fields_schema

    async def make(self, fields: dict[str, Any]) -> meeting_pb2.Meeting:
        draft = meeting_pb2.MeetingDraft(title="Kick-off", custom_fields=fields)
        request = scheduler_pb2.CreateMeetingRequest(meeting=draft)
        return (await self.meetings.CreateMeeting(request, metadata=self.mine)).meeting

    async def change(self, meeting: meeting_pb2.Meeting, **fields: Any) -> meeting_pb2.Meeting:
        request = scheduler_pb2.UpdateMeetingRequest(
            meeting_id=meeting.id,
            meeting=fields,
            update_mask=FieldMask(paths=list(fields)),
        )
        return (await self.meetings.UpdateMeeting(request, metadata=self.mine)).meeting


@pytest.fixture
async def channel(db: Database) -> AsyncIterator[aio.Channel]:
    async with served(
        rpc.Servicer(add_SchedulerServiceServicer_to_server, a_scheduler(db).rpc, SCHEDULER),
        rpc.Servicer(
            add_CustomFieldsServiceServicer_to_server,
            CustomFieldsRpc(CustomFields(Store(db))),
            FIELDS,
        ),
    ) as served_channel:
        yield served_channel


@pytest.fixture
def desk(channel: aio.Channel, caller: Principal) -> Desk:
    return Desk(channel, caller)


async def fields_at_fault(call: Any) -> list[str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    status = from_call(refused.value)  # type: ignore[arg-type]
    for detail in status.details if status else ():
        wrong = error_details_pb2.BadRequest()
        if detail.Unpack(wrong):
            return [one.field for one in wrong.field_violations]
    return []


async def test_a_schema_reads_back_and_a_stale_one_is_refused(desk: Desk) -> None:
    nothing = await desk.get()
    first = await desk.put(TIERS, nothing.etag)
    assert (nothing.etag, MessageToDict(nothing.schema)) == ("v0", {})
    assert MessageToDict(first.schema) == TIERS
    assert await desk.get() == first == await desk.put(TIERS)
    with pytest.raises(aio.AioRpcError, match="has changed since"):
        await desk.put({}, nothing.etag)
    assert MessageToDict((await desk.put({}, first.etag)).schema) == {}


async def test_an_unfit_schema_is_refused_and_the_old_one_stays(desk: Desk) -> None:
    await desk.put(TIERS)
    assert await fields_at_fault(desk.put({"$ref": "https://example.com/x"})) == ["schema.$ref"]
    assert MessageToDict((await desk.get()).schema) == TIERS


async def test_a_new_meeting_is_checked_and_the_field_is_named(desk: Desk) -> None:
    await desk.put(TIERS)
    assert await fields_at_fault(desk.make({"product_tier": "iron"})) == [
        "custom_fields.product_tier"
    ]
    assert await fields_at_fault(desk.make({})) == ["custom_fields.product_tier"]
    made = await desk.make({"product_tier": "gold"})
    assert MessageToDict(made.custom_fields) == {"product_tier": "gold"}


async def test_a_meeting_of_before_stays_and_is_checked_once_its_fields_change(
    desk: Desk,
) -> None:
    made = await desk.make({"product_tier": "iron"})
    await desk.put(TIERS)
    renamed = await desk.change(made, title="Renamed")
    assert MessageToDict(renamed.custom_fields) == {"product_tier": "iron"}
    wrong = ParseDict({"product_tier": "lead"}, Struct())
    assert await fields_at_fault(desk.change(made, custom_fields=wrong)) == [
        "custom_fields.product_tier"
    ]
    right = ParseDict({"product_tier": "silver"}, Struct())
    assert (await desk.change(made, custom_fields=right)).custom_fields == right


async def test_another_workspace_is_not_bound(desk: Desk, channel: aio.Channel) -> None:
    await desk.put(TIERS)
    stranger = Desk(channel, a_caller())
    assert MessageToDict((await stranger.get()).schema) == {}
    assert (await stranger.make({"product_tier": "iron"})).id
