"""Meetings that name bots which could not come."""

from collections.abc import Sequence
from typing import Any

import pytest
from grpc import StatusCode, aio

from common import rpc
from common.db import Database
from common.principal import Principal
from convene.bots.v1 import bots_pb2
from convene.bots.v1.bots_pb2_grpc import BotsServiceServicer, add_BotsServiceServicer_to_server
from convene.common.v1.meeting_pb2 import BotSpec
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from scheduler.clients import BotCannotCome, BotsClient
from tests.support.schedulers import UNKNOWN_KIND, a_scheduler
from tests.support.services import KEY, metadata, served

WRONG = meeting_pb2.MeetingDraft(title="Kick-off", bots=[BotSpec(kind=UNKNOWN_KIND)])
SCHEDULER = "convene.scheduler.v1.SchedulerService"
BOTS = "convene.bots.v1.BotsService"


class Picky(BotsServiceServicer):
    async def CheckBots(
        self, request: bots_pb2.CheckBotsRequest, context: rpc.Context
    ) -> bots_pb2.CheckBotsResponse:
        kinds = [one.kind for one in request.bots]
        if "butler" in kinds:
            return bots_pb2.CheckBotsResponse(
                field=f"bots[{kinds.index('butler')}].kind", complaint="no butler"
            )
        return bots_pb2.CheckBotsResponse()


async def check(channel: aio.Channel, caller: Principal, kinds: Sequence[str]) -> None:
    await BotsClient(channel, rpc.Caller(KEY, "scheduler")).check(
        caller, [BotSpec(kind=kind) for kind in kinds]
    )


async def test_a_bot_that_could_not_come_is_refused_by_its_field(caller: Principal) -> None:
    async with served(
        rpc.Servicer(add_BotsServiceServicer_to_server, Picky(), BOTS),  # type: ignore[abstract]
    ) as channel:
        await check(channel, caller, ["transcriber"])
        with pytest.raises(BotCannotCome, match="no butler") as refused:
            await check(channel, caller, ["transcriber", "butler"])

    assert refused.value.field == "bots[1].kind"


async def test_nobody_waits_for_a_bots_service_that_is_away(caller: Principal) -> None:
    async with aio.insecure_channel("127.0.0.1:1") as nobody:
        await check(nobody, caller, ["butler"])


@pytest.mark.parametrize("method", ["CreateMeeting", "ScheduleMeeting", "StartMeeting"])
async def test_a_meeting_that_names_such_a_bot_is_not_made(
    db: Database, caller: Principal, method: str
) -> None:
    async with served(
        rpc.Servicer(add_SchedulerServiceServicer_to_server, a_scheduler(db).rpc, SCHEDULER)
    ) as channel:
        stub: Any = SchedulerServiceStub(channel)
        request = getattr(scheduler_pb2, f"{method}Request")(meeting=WRONG)
        with pytest.raises(aio.AioRpcError) as refused:
            await getattr(stub, method)(request, metadata=metadata(caller))
        kept = await stub.ListMeetings(
            scheduler_pb2.ListMeetingsRequest(), metadata=metadata(caller)
        )

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert not kept.items


async def test_a_meeting_is_not_changed_to_name_such_a_bot(db: Database, caller: Principal) -> None:
    async with served(
        rpc.Servicer(add_SchedulerServiceServicer_to_server, a_scheduler(db).rpc, SCHEDULER)
    ) as channel:
        stub: Any = SchedulerServiceStub(channel)
        made = await stub.CreateMeeting(
            scheduler_pb2.CreateMeetingRequest(meeting=meeting_pb2.MeetingDraft(title="Kick-off")),
            metadata=metadata(caller),
        )
        request = scheduler_pb2.UpdateMeetingRequest(meeting_id=made.meeting.id, meeting=WRONG)
        request.update_mask.paths.append("bots")
        with pytest.raises(aio.AioRpcError) as refused:
            await stub.UpdateMeeting(request, metadata=metadata(caller))

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
