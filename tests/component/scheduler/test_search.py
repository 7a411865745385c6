"""Lists of meetings and occurrences, over real gRPC and PostgreSQL."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import aio

from common import rpc
from common.db import Database
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from tests.support.schedulers import a_scheduler
from tests.support.services import a_caller, metadata, served

NAME = "convene.scheduler.v1.SchedulerService"
SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


class Desk:
    """Somebody who makes meetings and looks for them."""

    def __init__(self, stub: SchedulerServiceStub, caller: Principal) -> None:
        self.stub = stub
        self.mine = metadata(caller)

    async def make(self, title: str, start: datetime | None = None, **fields: Any) -> str:
        if start is not None:
            fields |= {"start_time": start.replace(tzinfo=None).isoformat(), "time_zone": "UTC"}
        draft = meeting_pb2.MeetingDraft(title=title, **fields)
        request = pb.CreateMeetingRequest(meeting=draft)
        return (await self.stub.CreateMeeting(request, metadata=self.mine)).meeting.id

    async def page(self, **wanted: Any) -> pb.ListMeetingsResponse:
        request = pb.ListMeetingsRequest(**wanted)
        answer: pb.ListMeetingsResponse = await self.stub.ListMeetings(request, metadata=self.mine)
        return answer

    async def titles(self, **wanted: Any) -> list[str]:
        return [one.title for one in (await self.page(**wanted)).items]

    async def calendar(self, **wanted: Any) -> pb.FindOccurrencesResponse:
        request = pb.FindOccurrencesRequest(**wanted)
        answer: pb.FindOccurrencesResponse = await self.stub.FindOccurrences(
            request, metadata=self.mine
        )
        return answer

    async def cancel(self, meeting_id: str) -> None:
        await self.stub.CancelMeeting(
            pb.CancelMeetingRequest(meeting_id=meeting_id), metadata=self.mine
        )


@pytest.fixture
async def stub(db: Database) -> AsyncIterator[SchedulerServiceStub]:
    servicer = rpc.Servicer(add_SchedulerServiceServicer_to_server, a_scheduler(db).rpc, NAME)
    async with served(servicer) as channel:
        yield SchedulerServiceStub(channel)


@pytest.fixture
def desk(stub: SchedulerServiceStub, caller: Principal) -> Desk:
    return Desk(stub, caller)


async def refusal_of(call: Any) -> str:
    with pytest.raises(aio.AioRpcError) as refused:
        await call
    return refused.value.details() or ""


async def test_meetings_are_found_by_each_thing_that_is_said_of_them(desk: Desk) -> None:
    await desk.make("Other", tags=["b"], metadata={"user": "7"})
    await desk.make(
        "Sought",
        tags=["a", "b"],
        metadata={"user": "42", "url": "https://x.example/?a=b"},
        host_roles=[{"email": "Ada@example.com", "role": "ROLE_CO_HOST"}],
        invitees=[{"email": "bo@example.com"}],
        external_refs=[{"system": "zendesk", "type": "ticket", "id": "9:1"}],
        custom_fields={"tier": {"level": 3, "gold": True}, "areas": ["x", "y"]},
    )
    wanted: list[dict[str, Any]] = [
        {"tag": "a"},
        {"tags": ["a", "b"]},
        {"any_tags": ["a", "none"]},
        {"metadata": ["user=42", "url=https://x.example/?a=b"]},
        {"host": "ada@EXAMPLE.com"},
        {"invitee": "bo@example.com"},
        {"external_ref": "zendesk:ticket:9:1"},
        {"custom_fields": ["tier.level=3", "tier.gold=true", "areas=y"]},
        {"text": "sought"},
        {"tags": ["b"], "metadata": ["user=42"], "host": "ada@example.com", "text": "so"},
    ]
    for one in wanted:
        assert await desk.titles(**one) == ["Sought"], one
    assert await desk.titles(tags=["a"], host="bo@example.com") == []
    assert await desk.titles(tags=["b"]) == ["Sought", "Other"]


async def test_words_are_found_by_their_beginnings_without_capitals_or_accents(desk: Desk) -> None:
    await desk.make("Reunião de ÉQUIPE", agenda="Budget_2031, then Straße & 会議室")
    await desk.make("Team day")
    for text in ("reuniao", "equ reun", "budget", "2031", "STRASSE", "会議"):
        assert await desk.titles(text=text) == ["Reunião de ÉQUIPE"], text
    assert await desk.titles(text="union") == []
    assert await desk.titles(text="team reun") == []
    assert "no letter or digit" in await refusal_of(desk.page(text="?!"))


async def test_a_changed_meeting_is_found_by_what_it_says_now(desk: Desk) -> None:
    made = await desk.make("Old words", tags=["old", "kept"])
    request = pb.UpdateMeetingRequest(
        meeting_id=made,
        meeting=meeting_pb2.MeetingDraft(title="New words", tags=["new", "kept"]),
        update_mask=FieldMask(paths=["title", "tags"]),
    )
    await desk.stub.UpdateMeeting(request, metadata=desk.mine)
    for gone in ({"tag": "old"}, {"text": "old"}):
        assert await desk.titles(**gone) == []
    for there in ({"tag": "new"}, {"tags": ["kept"]}, {"text": "new words"}):
        assert await desk.titles(**there) == ["New words"]


async def test_meetings_are_found_by_state_and_by_being_live(desk: Desk, db: Database) -> None:
    await desk.make("Ready")
    await desk.make("Planned", SOON)
    await desk.cancel(await desk.make("Off", SOON))
    live = await desk.make("Live")
    async with db.begin_system() as connection:
        await connection.execute(
            "update meetings set active_session_id = 'ses_1' where id = :id", {"id": live}
        )
    ready, planned, off = (f"MEETING_STATE_{name}" for name in ("READY", "SCHEDULED", "CANCELLED"))
    assert await desk.titles(state=planned) == ["Planned"]
    assert await desk.titles(states=[planned, off]) == ["Off", "Planned"]
    assert await desk.titles(live=True) == ["Live"]
    assert await desk.titles(live=False, states=[ready]) == ["Ready"]


async def test_the_soonest_come_first_and_meetings_with_nothing_to_come_are_left_out(
    desk: Desk,
) -> None:
    await desk.make("Ready")
    await desk.make("Later", SOON + timedelta(hours=3))
    await desk.make("Daily", SOON, recurrence={"rrule": "FREQ=DAILY;COUNT=4"}, tags=["x"])
    await desk.make("Sooner", SOON - timedelta(hours=3), tags=["x"])
    await desk.cancel(await desk.make("Off", SOON))
    soonest = pb.MEETING_ORDER_NEXT_START
    assert await desk.titles(order_by=soonest) == ["Sooner", "Daily", "Later"]
    assert await desk.titles(order_by=soonest, tag="x") == ["Sooner", "Daily"]
    shown, token = [], ""
    while True:
        page = await desk.page(order_by=soonest, page_size=1, page_token=token)
        shown += [one.title for one in page.items]
        if not (token := page.next_page_token):
            break
    assert shown == ["Sooner", "Daily", "Later"]


async def test_a_span_of_time_holds_at_least_one_start(desk: Desk) -> None:
    await desk.make("Daily", SOON, recurrence={"rrule": "FREQ=DAILY;COUNT=4"})
    await desk.make("Single", SOON)
    third = SOON + timedelta(days=2)
    assert await desk.titles(starts_after=third, starts_before=third + timedelta(hours=1)) == [
        "Daily"
    ]
    assert await desk.titles(starts_before=third) == ["Single", "Daily"]


@pytest.mark.parametrize("wanted", [{}, {"tag": "x"}, {"text": "m"}, {"any_tags": ["x", "y"]}])
async def test_pages_show_each_meeting_once_while_others_come_go_and_change(
    desk: Desk, wanted: dict[str, Any]
) -> None:
    made = [await desk.make(f"M{number}", tags=["x"]) for number in range(9)]
    seen, token, turn = [], "", 0
    while True:
        page = await desk.page(page_size=2, page_token=token, **wanted)
        seen += [one.id for one in page.items]
        token, turn = page.next_page_token, turn + 1
        if not token:
            break
        await desk.make(f"M-new-{turn}", tags=["x"])
        await desk.cancel(seen[0])
        removed = seen[-1]
        await desk.stub.DeleteMeeting(
            pb.DeleteMeetingRequest(meeting_id=removed), metadata=desk.mine
        )
    assert seen == list(reversed(made))


async def test_a_page_token_of_another_list_is_refused_by_the_name_of_what_differs(
    desk: Desk,
) -> None:
    for number in range(3):
        await desk.make(f"M{number}", SOON, tags=["x"])
    token = (await desk.page(tag="x", page_size=1)).next_page_token
    other = desk.page(tag="y", text="m", page_size=1, page_token=token)
    assert "another tag, text;" in await refusal_of(other)
    ordered = desk.page(tag="x", order_by=pb.MEETING_ORDER_NEXT_START, page_token=token)
    assert "another order_by;" in await refusal_of(ordered)
    assert "not one that a list answered" in await refusal_of(desk.page(page_token="e30="))
    assert len(await desk.titles(tag="x", page_size=7, page_token=token)) == 2


async def test_a_calendar_shows_what_is_planned_over_all_meetings(desk: Desk) -> None:
    host = [{"email": "ada@example.com", "role": "ROLE_HOST"}]
    await desk.make("Daily", SOON, recurrence={"rrule": "FREQ=DAILY;COUNT=3"}, host_roles=host)
    await desk.make("Single", SOON + timedelta(hours=30), tags=["x"])
    off = await desk.make("Off", SOON + timedelta(hours=1))
    await desk.cancel(off)
    everything = await desk.calendar()
    pending = {"states": ["OCCURRENCE_STATE_PENDING"]}

    async def titles(**wanted: Any) -> list[str]:
        return [one.title for one in (await desk.calendar(**wanted)).items]

    assert [one.title for one in everything.items] == ["Daily", "Off", "Daily", "Single", "Daily"]
    assert await titles(**pending, starts_after=SOON + timedelta(hours=1)) == [
        "Daily",
        "Single",
        "Daily",
    ]
    assert await titles(host="ada@example.com", starts_before=SOON + timedelta(days=2)) == [
        "Daily",
        "Daily",
    ]
    assert await titles(tags=["x"]) == await titles(text="sing") == ["Single"]
    first = await desk.calendar(**pending, page_size=3)
    rest = await desk.calendar(**pending, page_size=3, page_token=first.next_page_token)
    assert [one.id for one in (*first.items, *rest.items)] == [
        one.id for one in everything.items if one.meeting_id != off
    ]
    refused = desk.calendar(page_token=first.next_page_token)
    assert "another states;" in await refusal_of(refused)


async def test_another_workspace_finds_nothing(desk: Desk, stub: SchedulerServiceStub) -> None:
    await desk.make("Mine", SOON, tags=["x"])
    stranger = Desk(stub, a_caller())
    assert await stranger.titles() == await stranger.titles(tag="x") == []
    assert await stranger.titles(text="mine") == []
    assert list((await stranger.calendar()).items) == []
