"""Getting a meeting by a foreign thing it belongs to, or creating it, over gRPC and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from grpc import StatusCode, aio

from common import rpc
from common.db import Database
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from convene.session.v1.session_pb2 import Session
from tests.support.schedulers import a_scheduler
from tests.support.services import a_caller, metadata, served

NAME = "convene.scheduler.v1.SchedulerService"
TICKET = {"system": "zendesk", "type": "ticket", "id": "991"}
LEAD = {"system": "crm", "type": "lead", "id": "7"}


class EverStarting:
    """Stands in for the session service."""

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session:
        return Session(id="ses_1", meeting_id=snapshot.meeting_id)


@pytest.fixture
async def stub(db: Database) -> AsyncIterator[SchedulerServiceStub]:
    house = a_scheduler(db, EverStarting())
    servicer = rpc.Servicer(add_SchedulerServiceServicer_to_server, house.rpc, NAME)
    async with served(servicer) as channel:
        yield SchedulerServiceStub(channel)


def a_draft(*refs: dict[str, str], **changes: Any) -> meeting_pb2.MeetingDraft:
    return meeting_pb2.MeetingDraft(**({"title": "Ticket", "external_refs": refs} | changes))


async def got(
    stub: SchedulerServiceStub, caller: Principal, draft: meeting_pb2.MeetingDraft, key: str = ""
) -> tuple[str, bool]:
    """The meeting's id, and whether it was found."""
    request = pb.CreateMeetingRequest(meeting=draft, get_or_create=True)
    answer = await stub.CreateMeeting(request, metadata=metadata(caller, key))
    return answer.meeting.id, answer.found


async def refusal_of(call: Any) -> tuple[StatusCode, str]:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code(), refused.value.details() or ""


async def test_many_callers_at_once_get_one_meeting(
    stub: SchedulerServiceStub, caller: Principal
) -> None:
    refs = [TICKET, LEAD]
    calls = [
        got(stub, caller, a_draft(*refs[:: 1 if turn % 2 else -1]), f"key {turn}")
        for turn in range(16)
    ]
    answers = await asyncio.gather(*calls)
    assert len({name for name, _ in answers}) == 1
    assert [found for _, found in answers].count(False) == 1


async def test_what_is_there_is_answered_as_it_is(
    stub: SchedulerServiceStub, caller: Principal
) -> None:
    first, was_there = await got(stub, caller, a_draft(TICKET))
    request = pb.ScheduleMeetingRequest(
        meeting=a_draft(TICKET, title="Other", start_time="2080-01-01T09:00:00", time_zone="UTC"),
        get_or_create=True,
    )
    again = await stub.ScheduleMeeting(request, metadata=metadata(caller))
    assert (was_there, again.found, again.meeting.id) == (False, True, first)
    assert (again.meeting.title, again.meeting.start_time) == ("Ticket", "")


async def test_a_start_takes_the_meeting_that_is_there(
    stub: SchedulerServiceStub, caller: Principal
) -> None:
    request = pb.StartMeetingRequest(meeting=a_draft(TICKET), get_or_create=True)
    first = await stub.StartMeeting(request, metadata=metadata(caller))
    again = await stub.StartMeeting(request, metadata=metadata(caller, "key"))
    assert (first.meeting_created, again.meeting_created) == (True, False)
    assert again.session.meeting_id == first.session.meeting_id


async def test_a_cancelled_meeting_and_one_of_another_workspace_are_not_found(
    stub: SchedulerServiceStub, caller: Principal
) -> None:
    first, _ = await got(stub, caller, a_draft(TICKET))
    cancel = pb.CancelMeetingRequest(meeting_id=first)
    await stub.CancelMeeting(cancel, metadata=metadata(caller))
    second, found = await got(stub, caller, a_draft(TICKET))
    third, found_elsewhere = await got(stub, a_caller(), a_draft(TICKET))
    assert (found, found_elsewhere) == (False, False)
    assert len({first, second, third}) == 3


async def test_refs_of_different_meetings_are_refused_by_the_meetings_names(
    stub: SchedulerServiceStub, caller: Principal
) -> None:
    first, _ = await got(stub, caller, a_draft(TICKET))
    second, _ = await got(stub, caller, a_draft(LEAD))
    code, message = await refusal_of(got(stub, caller, a_draft(TICKET, LEAD)))
    assert code is StatusCode.ALREADY_EXISTS
    assert first in message
    assert second in message


async def test_getting_needs_something_to_find_by(
    stub: SchedulerServiceStub, caller: Principal
) -> None:
    code, message = await refusal_of(got(stub, caller, a_draft()))
    assert code is StatusCode.INVALID_ARGUMENT
    assert "give at least one" in message
