"""Meetings over real gRPC and PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode, aio

from common import rpc
from common.principal import Principal
from convene.common.v1 import meeting_pb2 as meeting_policy
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from convene.session.v1.session_pb2 import Session
from tests.support.schedulers import a_scheduler
from tests.support.services import OpenDatabase, a_caller, metadata, served

NAME = "convene.scheduler.v1.SchedulerService"


class FakeSessions:
    """Stands in for the session service: every start makes a session."""

    def __init__(self) -> None:
        self.started: list[MeetingSnapshot] = []

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session:
        self.started.append(snapshot)
        return Session(id=f"ses_{len(self.started)}", meeting_id=snapshot.meeting_id)


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()


@pytest.fixture
async def stub(
    open_database: OpenDatabase, sessions: FakeSessions
) -> AsyncIterator[SchedulerServiceStub]:
    house = a_scheduler(await open_database("scheduler"), sessions)
    servicer = rpc.Servicer(add_SchedulerServiceServicer_to_server, house.rpc, NAME)
    async with served(servicer) as channel:
        yield SchedulerServiceStub(channel)


def a_draft(**changes: object) -> meeting_pb2.MeetingDraft:
    fields: dict[str, object] = {"title": "Kick-off"}
    return meeting_pb2.MeetingDraft(**(fields | changes))  # type: ignore[arg-type]


def tomorrow() -> str:
    return (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0, tzinfo=None).isoformat()


async def code_of(call: aio.UnaryUnaryCall[Any, Any]) -> StatusCode:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.code()


async def test_a_created_meeting_reads_back_with_defaults_and_links(
    stub: SchedulerServiceStub,
) -> None:
    mine = metadata(a_caller())
    made = await stub.CreateMeeting(pb.CreateMeetingRequest(meeting=a_draft()), metadata=mine)

    read = await stub.GetMeeting(pb.GetMeetingRequest(meeting_id=made.meeting.id), metadata=mine)

    assert read.meeting == made.meeting
    assert read.meeting.state == meeting_pb2.MEETING_STATE_READY
    assert read.meeting.policy.no_show_seconds == 300
    assert [link.kind for link in read.meeting.join_links] == ["HOST", "PARTICIPANT", "BOT"]


async def test_a_meeting_of_another_workspace_is_not_found(stub: SchedulerServiceStub) -> None:
    made = await stub.CreateMeeting(
        pb.CreateMeetingRequest(meeting=a_draft()), metadata=metadata(a_caller())
    )
    request = pb.GetMeetingRequest(meeting_id=made.meeting.id)
    assert await code_of(stub.GetMeeting(request, metadata=metadata(a_caller()))) is (
        StatusCode.NOT_FOUND
    )


async def test_a_scheduled_meeting_knows_its_instant(stub: SchedulerServiceStub) -> None:
    draft = a_draft(start_time="2030-07-01T09:00:00", time_zone="Europe/Lisbon")
    made = await stub.ScheduleMeeting(
        pb.ScheduleMeetingRequest(meeting=draft), metadata=metadata(a_caller())
    )
    starts = made.meeting.next_occurrences[0].start_time.ToDatetime(UTC)
    assert starts == datetime(2030, 7, 1, 8, tzinfo=UTC)


async def test_a_past_start_is_refused(stub: SchedulerServiceStub) -> None:
    draft = a_draft(start_time="2020-01-01T09:00:00", time_zone="UTC")
    request = pb.CreateMeetingRequest(meeting=draft)
    assert await code_of(stub.CreateMeeting(request, metadata=metadata(a_caller()))) is (
        StatusCode.INVALID_ARGUMENT
    )


async def test_a_retry_with_the_same_key_answers_the_same_meeting(
    stub: SchedulerServiceStub,
) -> None:
    mine = metadata(a_caller(), "once")
    request = pb.CreateMeetingRequest(meeting=a_draft())
    first = await stub.CreateMeeting(request, metadata=mine)
    again = await stub.CreateMeeting(request, metadata=mine)
    listed = await stub.ListMeetings(pb.ListMeetingsRequest(), metadata=mine[:2])
    assert again == first
    assert len(listed.items) == 1


async def test_a_policy_has_its_defaults_and_keeps_what_is_said_of_it(
    stub: SchedulerServiceStub,
) -> None:
    said = {
        "lobby": True,
        "max_participants": 12,
        "allow_unmute": True,
        "language_model": False,
        "start_early": "START_EARLY_HOSTS",
    }
    request = pb.CreateMeetingRequest(meeting=a_draft(policy=said))
    made = await stub.CreateMeeting(request, metadata=metadata(a_caller()))
    plain = await stub.CreateMeeting(
        pb.CreateMeetingRequest(meeting=a_draft()), metadata=metadata(a_caller())
    )

    policy, default = made.meeting.policy, plain.meeting.policy
    assert (policy.lobby, policy.max_participants, policy.allow_unmute) == (True, 12, True)
    assert (default.lobby, default.max_participants, default.auto_record) == (False, 200, False)
    assert not default.start_on_first_join
    assert (policy.language_model, default.language_model) == (False, True)
    assert (policy.start_early, default.start_early) == (
        meeting_policy.START_EARLY_HOSTS,
        meeting_policy.START_EARLY_ANYONE,
    )


async def test_the_same_key_with_another_body_is_refused(stub: SchedulerServiceStub) -> None:
    mine = metadata(a_caller(), "once")
    await stub.CreateMeeting(pb.CreateMeetingRequest(meeting=a_draft()), metadata=mine)
    other = pb.CreateMeetingRequest(meeting=a_draft(title="Other"))
    assert await code_of(stub.CreateMeeting(other, metadata=mine)) is StatusCode.INVALID_ARGUMENT


async def test_an_update_with_a_stale_etag_changes_nothing(stub: SchedulerServiceStub) -> None:
    mine = metadata(a_caller())
    made = await stub.CreateMeeting(pb.CreateMeetingRequest(meeting=a_draft()), metadata=mine)
    request = pb.UpdateMeetingRequest(
        meeting_id=made.meeting.id,
        meeting=a_draft(title="Moved"),
        update_mask=FieldMask(paths=["title"]),
        etag=made.meeting.etag,
    )
    moved = await stub.UpdateMeeting(request, metadata=mine)
    assert moved.meeting.title == "Moved"
    assert await code_of(stub.UpdateMeeting(request, metadata=mine)) is StatusCode.ABORTED


async def test_pages_show_every_meeting_once(stub: SchedulerServiceStub) -> None:
    mine = metadata(a_caller())
    for number in range(5):
        draft = a_draft(title=f"{number}", tags=["x"] if number % 2 else [])
        await stub.CreateMeeting(pb.CreateMeetingRequest(meeting=draft), metadata=mine)
    titles: list[str] = []
    token = ""
    while True:
        page = await stub.ListMeetings(
            pb.ListMeetingsRequest(page_size=2, page_token=token), metadata=mine
        )
        titles += [one.title for one in page.items]
        token = page.next_page_token
        if not token:
            break
    tagged = await stub.ListMeetings(pb.ListMeetingsRequest(tag="x"), metadata=mine)
    assert titles == ["4", "3", "2", "1", "0"]
    assert [one.title for one in tagged.items] == ["3", "1"]


async def test_a_cancelled_meeting_cannot_start(
    stub: SchedulerServiceStub, sessions: FakeSessions
) -> None:
    mine = metadata(a_caller())
    draft = a_draft(start_time=tomorrow(), time_zone="UTC")
    made = await stub.CreateMeeting(pb.CreateMeetingRequest(meeting=draft), metadata=mine)
    request = pb.CancelMeetingRequest(meeting_id=made.meeting.id)
    cancelled = await stub.CancelMeeting(request, metadata=mine)
    again = await stub.CancelMeeting(request, metadata=mine)
    assert cancelled.meeting.state == again.meeting.state == meeting_pb2.MEETING_STATE_CANCELLED
    start = pb.StartMeetingRequest(meeting_id=made.meeting.id)
    assert await code_of(stub.StartMeeting(start, metadata=mine)) is StatusCode.FAILED_PRECONDITION
    assert sessions.started == []


async def test_starting_a_new_meeting_twice_with_one_key_makes_one_meeting(
    stub: SchedulerServiceStub, sessions: FakeSessions
) -> None:
    mine = metadata(a_caller(), "start")
    request = pb.StartMeetingRequest(meeting=a_draft())
    first = await stub.StartMeeting(request, metadata=mine)
    again = await stub.StartMeeting(request, metadata=mine)
    listed = await stub.ListMeetings(pb.ListMeetingsRequest(), metadata=mine[:2])
    assert first == again
    assert len(listed.items) == len(sessions.started) == 1


async def test_a_session_is_told_the_zone_and_the_agenda_of_its_meeting(
    stub: SchedulerServiceStub, sessions: FakeSessions
) -> None:
    draft = a_draft(start_time=tomorrow(), time_zone="Europe/Lisbon", agenda="1. Budget")
    await stub.StartMeeting(pb.StartMeetingRequest(meeting=draft), metadata=metadata(a_caller()))
    assert [(one.time_zone, one.agenda) for one in sessions.started] == [
        ("Europe/Lisbon", "1. Budget")
    ]


async def test_a_call_without_a_principal_is_refused(stub: SchedulerServiceStub) -> None:
    assert await code_of(stub.GetMeeting(pb.GetMeetingRequest(meeting_id="x"))) is (
        StatusCode.UNAUTHENTICATED
    )


async def test_links_are_shown_only_to_who_may_read_them(stub: SchedulerServiceStub) -> None:
    caller = a_caller(scopes=frozenset({"meetings:read", "meetings:write"}))
    made = await stub.CreateMeeting(
        pb.CreateMeetingRequest(meeting=a_draft()), metadata=metadata(caller)
    )
    assert list(made.meeting.join_links) == []


async def test_starting_a_new_meeting_needs_the_scope_to_create(
    stub: SchedulerServiceStub, sessions: FakeSessions
) -> None:
    caller = a_caller(scopes=frozenset({"sessions:write"}))
    request = pb.StartMeetingRequest(meeting=a_draft())
    assert await code_of(stub.StartMeeting(request, metadata=metadata(caller))) is (
        StatusCode.PERMISSION_DENIED
    )
    assert sessions.started == []


async def test_a_dry_run_answers_nothing_that_could_be_come_back_with(
    stub: SchedulerServiceStub,
) -> None:
    mine = metadata(a_caller())
    draft = a_draft(start_time=tomorrow(), time_zone="UTC")
    request = pb.ScheduleMeetingRequest(meeting=draft, dry_run=True)
    dry = (await stub.ScheduleMeeting(request, metadata=mine)).meeting
    listed = await stub.ListMeetings(pb.ListMeetingsRequest(), metadata=mine)
    assert (dry.id, dry.etag, list(dry.join_links)) == ("", "", [])
    assert len(dry.next_occurrences) == 1
    assert list(listed.items) == []
