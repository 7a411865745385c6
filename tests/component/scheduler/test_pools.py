"""Pools of people: who is picked for a meeting, over gRPC and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from grpc import StatusCode, aio

from common import rpc
from common.db import Database
from common.ids import new_id
from common.principal import Principal
from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import availability_pb2 as pb
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2
from convene.scheduler.v1.availability_pb2_grpc import (
    AvailabilityServiceStub,
    add_AvailabilityServiceServicer_to_server,
)
from convene.scheduler.v1.events_pb2 import MeetingUpdated
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from scheduler.domain.invitations import Response
from scheduler.domain.meetings import MeetingId
from scheduler.domain.zones import packaged_zones
from scheduler.rpc.availability import AvailabilityRpc
from scheduler.service.availability import Availability
from scheduler.service.calendars import Calendars
from scheduler.service.invitations import Said
from scheduler.service.ordering import Order
from scheduler.service.pools import Pools
from scheduler.store import Store
from tests.support.planning import announced
from tests.support.schedulers import NoCalendars, a_scheduler
from tests.support.services import metadata, served
from tests.support.tellings import waiting

SCHEDULER = "convene.scheduler.v1.SchedulerService"
AVAILABILITY = "convene.scheduler.v1.AvailabilityService"
ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
EXPERTS = [ADA, BO, CY]
DAY = (datetime.now(UTC) + timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
TURNS = pb.POOL_STRATEGY_ROUND_ROBIN


class Desk:
    """Somebody who keeps pools, and plans meetings with whoever of them is free."""

    def __init__(self, channel: aio.Channel, caller: Principal) -> None:
        self.pools = AvailabilityServiceStub(channel)
        self.meetings = SchedulerServiceStub(channel)
        self.mine = metadata(caller)

    async def pool(self, *people: str, **changes: Any) -> pb.Pool:
        members = [pb.PoolMember(email=one, name=one[:2]) for one in people]
        draft = pb.PoolDraft(**{"name": "Experts", "members": members, **changes})
        request = pb.CreatePoolRequest(pool=draft)
        return (await self.pools.CreatePool(request, metadata=self.mine)).pool

    async def plan(self, hour: int, *demands: meeting_pb2.PoolDemand, **changes: Any) -> Any:
        draft = meeting_pb2.MeetingDraft(
            title="Review",
            start_time=at_hour(hour),
            time_zone="UTC",
            pools=demands,
            **changes,
        )
        request = scheduler_pb2.ScheduleMeetingRequest(meeting=draft)
        return (await self.meetings.ScheduleMeeting(request, metadata=self.mine)).meeting

    async def rehearse(self, hour: int, *demands: meeting_pb2.PoolDemand) -> Any:
        draft = meeting_pb2.MeetingDraft(
            title="Review", start_time=at_hour(hour), time_zone="UTC", pools=demands
        )
        request = scheduler_pb2.ScheduleMeetingRequest(meeting=draft, dry_run=True)
        return (await self.meetings.ScheduleMeeting(request, metadata=self.mine)).meeting

    async def change(self, meeting: meeting_pb2.Meeting, **changes: Any) -> meeting_pb2.Meeting:
        request = scheduler_pb2.UpdateMeetingRequest(
            meeting_id=meeting.id,
            meeting=meeting_pb2.MeetingDraft(**changes),
            update_mask=FieldMask(paths=list(changes)),
        )
        return (await self.meetings.UpdateMeeting(request, metadata=self.mine)).meeting

    async def move(self, meeting: meeting_pb2.Meeting, hour: int) -> meeting_pb2.Meeting:
        return await self.change(meeting, start_time=at_hour(hour), time_zone="UTC")

    async def now(self, *demands: meeting_pb2.PoolDemand) -> meeting_pb2.Meeting:
        draft = meeting_pb2.MeetingDraft(title="Call", pools=demands)
        request = scheduler_pb2.CreateMeetingRequest(meeting=draft)
        return (await self.meetings.CreateMeeting(request, metadata=self.mine)).meeting


def at_hour(hour: int) -> str:
    return (DAY + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S")


def one_of(pool: pb.Pool, **changes: Any) -> meeting_pb2.PoolDemand:
    return meeting_pb2.PoolDemand(**{"pool_id": pool.id, **changes})


def picked(meeting: meeting_pb2.Meeting) -> list[str]:
    return [one.email for one in meeting.pool_picks]


@pytest.fixture
async def desk(db: Database, caller: Principal) -> AsyncIterator[Desk]:
    calendars = Calendars(Store(db), NoCalendars())
    availability = Availability(Store(db), packaged_zones())
    async with served(
        rpc.Servicer(add_SchedulerServiceServicer_to_server, a_scheduler(db).rpc, SCHEDULER),
        rpc.Servicer(
            add_AvailabilityServiceServicer_to_server,
            AvailabilityRpc(availability, calendars, Pools(Store(db))),
            AVAILABILITY,
        ),
    ) as channel:
        yield Desk(channel, caller)


async def test_the_first_who_is_free_is_invited(desk: Desk) -> None:
    pool = await desk.pool(*EXPERTS)
    first, same_time, later = [await desk.plan(hour, one_of(pool)) for hour in (9, 9, 10)]
    assert [picked(one) for one in (first, same_time, later)] == [[ADA], [BO], [ADA]]
    assert [one.email for one in first.invitees] == [ADA]
    assert list(first.host_roles) == []


async def test_a_round_robin_goes_on_after_who_was_picked_last(desk: Desk) -> None:
    pool = await desk.pool(*EXPERTS, strategy=TURNS)
    await desk.plan(12, invitees=[meeting_pb2.Invitee(email=BO)])
    meetings = [await desk.plan(hour, one_of(pool)) for hour in (9, 12, 15, 18)]
    assert [picked(one) for one in meetings] == [[ADA], [CY], [ADA], [BO]]


async def test_who_is_picked_as_a_host_is_one(desk: Desk) -> None:
    pool = await desk.pool(*EXPERTS)
    meeting = await desk.plan(9, one_of(pool, role=shared.ROLE_CO_HOST), one_of(pool, count=2))
    assert picked(meeting) == EXPERTS
    assert [(one.email, one.role) for one in meeting.host_roles] == [(ADA, shared.ROLE_CO_HOST)]


async def test_where_nobody_is_free_it_is_refused_or_made_without(desk: Desk) -> None:
    pool = await desk.pool(ADA)
    await desk.plan(9, one_of(pool))
    with pytest.raises(aio.AioRpcError, match=f"{ADA} until {DAY:%Y-%m-%d}T10:00:00Z") as refused:
        await desk.plan(9, one_of(pool))
    assert refused.value.code() is StatusCode.FAILED_PRECONDITION
    without = await desk.plan(9, one_of(pool, if_nobody=meeting_pb2.IF_NOBODY_ASSIGN_NONE))
    assert picked(without) == []


async def test_meetings_made_at_once_never_get_the_same_person(desk: Desk) -> None:
    pools = await desk.pool(*EXPERTS), await desk.pool(CY, BO, ADA, strategy=TURNS)
    demands = [one_of(pools[number % 2]) for number in range(6)]
    answers = await asyncio.gather(*(desk.plan(9, one) for one in demands), return_exceptions=True)
    made = [one for one in answers if isinstance(one, meeting_pb2.Meeting)]
    assert sorted(email for one in made for email in picked(one)) == EXPERTS
    assert len(answers) - len(made) == 3


async def test_a_meeting_without_a_time_takes_who_is_free_now(desk: Desk) -> None:
    pool = await desk.pool(ADA, BO)
    first, second = await desk.now(one_of(pool)), await desk.now(one_of(pool))
    assert (picked(first), picked(second)) == ([ADA], [BO])
    with pytest.raises(aio.AioRpcError, match="not enough people"):
        await desk.now(one_of(pool))


async def test_a_series_tells_at_which_of_its_times_who_is_picked_is_busy(desk: Desk) -> None:
    pool = await desk.pool(ADA)
    await desk.plan(33, invitees=[meeting_pb2.Invitee(email=ADA)])
    rule = meeting_pb2.Recurrence(rrule="FREQ=DAILY;COUNT=3")
    series = await desk.plan(9, one_of(pool), recurrence=rule)
    [pick] = series.pool_picks
    assert [one.ToDatetime(UTC) for one in pick.conflicts] == [DAY + timedelta(hours=33)]


async def test_a_pool_can_be_changed_and_meetings_take_no_new_pools(desk: Desk) -> None:
    pool = await desk.pool(ADA)
    change = pb.UpdatePoolRequest(
        pool_id=pool.id,
        pool=pb.PoolDraft(members=[pb.PoolMember(email=BO)]),
        update_mask=FieldMask(paths=["members"]),
        etag=pool.etag,
    )
    changed = (await desk.pools.UpdatePool(change, metadata=desk.mine)).pool
    assert ([one.email for one in changed.members], changed.name) == ([BO], "Experts")
    with pytest.raises(aio.AioRpcError, match="has changed since"):
        await desk.pools.UpdatePool(change, metadata=desk.mine)
    meeting = await desk.plan(9, one_of(pool))
    assert picked(meeting) == [BO]
    with pytest.raises(aio.AioRpcError, match="settled when the meeting is made"):
        await desk.meetings.UpdateMeeting(
            scheduler_pb2.UpdateMeetingRequest(
                meeting_id=meeting.id,
                meeting=meeting_pb2.MeetingDraft(pools=[one_of(pool)]),
                update_mask=FieldMask(paths=["pools"]),
            ),
            metadata=desk.mine,
        )
    await desk.pools.DeletePool(pb.DeletePoolRequest(pool_id=pool.id), metadata=desk.mine)
    left = await desk.pools.ListPools(pb.ListPoolsRequest(), metadata=desk.mine)
    assert list(left.items) == []
    with pytest.raises(aio.AioRpcError, match="no pool"):
        await desk.plan(15, one_of(pool))


async def test_making_the_same_meeting_again_picks_nobody_else(
    desk: Desk, db: Database, caller: Principal
) -> None:
    pool = await desk.pool(ADA)
    order = Order(meeting_pb2.MeetingDraft(title="Call", pools=[one_of(pool)]))
    meetings, name = a_scheduler(db).meetings, MeetingId(new_id("mtg"))
    first = await meetings.create(caller, order, name)
    again = await meetings.create(caller, order, name)
    assert again.meeting == first.meeting


async def test_nobody_is_in_a_pool_twice(desk: Desk) -> None:
    with pytest.raises(aio.AioRpcError, match="in the pool twice"):
        await desk.pool(ADA, "Ada@example.com")


def busy_with(*emails: str) -> list[meeting_pb2.Invitee]:
    return [meeting_pb2.Invitee(email=one) for one in emails]


async def test_a_meeting_that_moves_keeps_whom_it_has_while_they_are_free(desk: Desk) -> None:
    pool = await desk.pool(*EXPERTS)
    await desk.plan(9, invitees=busy_with(ADA))
    meeting = await desk.plan(9, one_of(pool))

    moved = await desk.move(meeting, 10)
    again = await desk.change(moved, duration_seconds=5400)

    for one, minutes in ((moved, 60), (again, 90)):
        [pick] = one.pool_picks
        assert (pick.email, pick.replaces, list(pick.conflicts)) == (BO, "", [])
        assert pick.start_time.ToDatetime(UTC) == DAY + timedelta(hours=10)
        assert pick.end_time.ToDatetime(UTC) == DAY + timedelta(hours=10, minutes=minutes)


async def test_whoever_is_busy_when_a_meeting_has_moved_is_replaced(
    desk: Desk, db: Database
) -> None:
    pool = await desk.pool(*EXPERTS, strategy=TURNS)
    await desk.plan(12, invitees=busy_with(ADA))
    others = busy_with("guest@example.com")
    role = shared.ROLE_CO_HOST
    meeting = await desk.plan(9, one_of(pool, role=role, count=2), invitees=others)
    assert picked(meeting) == [ADA, BO]

    moved = await desk.move(meeting, 12)

    assert [(one.email, one.replaces) for one in moved.pool_picks] == [(CY, ADA), (BO, "")]
    assert [one.email for one in moved.invitees] == ["guest@example.com", CY, BO]
    assert [(one.email, one.role) for one in moved.host_roles] == [(CY, role), (BO, role)]
    # Nobody had heard of it yet, so whoever has to go hears nothing.
    told = {one.gist for one in await waiting(db)}
    assert told == {("INVITED", BO), ("INVITED", CY)}
    fields = [set(one.fields) for one in await announced(db, MeetingUpdated)]
    assert fields == [{"start_time", "invitees", "host_roles", "pool_picks"}]
    # The round robin goes on after who was taken now.
    assert picked(await desk.plan(15, one_of(pool))) == [ADA]


async def test_a_move_to_when_nobody_is_free_is_refused_or_told(desk: Desk) -> None:
    pool = await desk.pool(ADA, BO)
    await desk.plan(12, invitees=busy_with(ADA, BO))
    strict = await desk.plan(9, one_of(pool))
    anyone = await desk.plan(9, one_of(pool, if_nobody=meeting_pb2.IF_NOBODY_ASSIGN_NONE))

    with pytest.raises(aio.AioRpcError, match=f"{ADA} until .*{BO} until") as refused:
        await desk.move(strict, 12)
    moved = await desk.move(anyone, 12)

    assert refused.value.code() is StatusCode.FAILED_PRECONDITION
    [pick] = moved.pool_picks
    assert (pick.email, pick.replaces) == (BO, "")
    assert [one.ToDatetime(UTC) for one in pick.conflicts] == [DAY + timedelta(hours=12)]
    unmoved = await desk.meetings.GetMeeting(
        scheduler_pb2.GetMeetingRequest(meeting_id=strict.id), metadata=desk.mine
    )
    assert unmoved.meeting.start_time == strict.start_time


async def test_a_series_whose_next_time_stays_keeps_who_is_busy_then(desk: Desk) -> None:
    pool = await desk.pool(ADA, BO)
    rule = meeting_pb2.Recurrence(rrule="FREQ=DAILY;COUNT=3")
    series = await desk.plan(9, one_of(pool), recurrence=rule)
    await desk.plan(9, invitees=busy_with(ADA))
    await desk.plan(33, invitees=busy_with(ADA))

    longer = meeting_pb2.Recurrence(rrule="FREQ=DAILY;COUNT=5")
    changed = await desk.change(series, recurrence=longer)

    [pick] = changed.pool_picks
    assert pick.email == ADA
    assert [one.ToDatetime(UTC) - DAY for one in pick.conflicts] == [
        timedelta(hours=9),
        timedelta(hours=33),
    ]


async def test_whom_a_caller_took_out_is_picked_no_more(desk: Desk) -> None:
    pool = await desk.pool(ADA, BO)
    meeting = await desk.plan(9, one_of(pool))

    moved = await desk.change(meeting, start_time=at_hour(12), invitees=busy_with(CY))

    assert (picked(moved), [one.email for one in moved.invitees]) == ([], [CY])


async def test_a_pool_that_is_gone_leaves_its_people_where_they_are(desk: Desk) -> None:
    pool = await desk.pool(ADA, BO)
    await desk.plan(12, invitees=busy_with(ADA))
    meeting = await desk.plan(9, one_of(pool))
    await desk.pools.DeletePool(pb.DeletePoolRequest(pool_id=pool.id), metadata=desk.mine)

    moved = await desk.move(meeting, 12)

    [pick] = moved.pool_picks
    assert (pick.email, len(pick.conflicts)) == (ADA, 1)


async def test_the_rest_of_a_series_that_is_split_to_another_time_is_picked_for_anew(
    desk: Desk,
) -> None:
    pool = await desk.pool(ADA, BO)
    rule = meeting_pb2.Recurrence(rrule="FREQ=DAILY;COUNT=3")
    series = await desk.plan(9, one_of(pool), recurrence=rule)
    await desk.plan(36, invitees=busy_with(ADA))

    split = scheduler_pb2.SplitMeetingRequest(
        meeting_id=series.id,
        occurrence_id=series.next_occurrences[1].id,
        meeting=meeting_pb2.MeetingDraft(start_time=at_hour(36)),
        update_mask=FieldMask(paths=["start_time"]),
    )
    rest = (await desk.meetings.SplitMeeting(split, metadata=desk.mine)).meeting

    assert [(one.email, one.replaces) for one in rest.pool_picks] == [(BO, ADA)]


async def test_meetings_moved_at_once_never_get_the_same_person(desk: Desk) -> None:
    pool = await desk.pool(*EXPERTS)
    meetings = [await desk.plan(hour, one_of(pool)) for hour in (6, 7, 8, 9)]
    assert {picked(one)[0] for one in meetings} == {ADA}

    moves = (desk.move(one, 12) for one in meetings)
    answers = await asyncio.gather(*moves, return_exceptions=True)

    moved = [one for one in answers if isinstance(one, meeting_pb2.Meeting)]
    assert sorted(picked(one)[0] for one in moved) == EXPERTS


async def test_a_dry_run_shows_who_would_be_picked_and_takes_no_turn(desk: Desk) -> None:
    pool = await desk.pool(*EXPERTS, strategy=TURNS)
    await desk.plan(9, invitees=busy_with(ADA))

    shown = [await desk.rehearse(9, one_of(pool, count=2)) for _ in range(2)]

    assert [picked(one) for one in shown] == [[BO, CY]] * 2
    assert [one.email for one in shown[0].invitees] == [BO, CY]
    with pytest.raises(aio.AioRpcError, match=f"{ADA} until"):
        await desk.rehearse(9, one_of(pool, count=3))
    assert picked(await desk.plan(15, one_of(pool))) == [ADA]


async def test_whoever_declined_a_meeting_without_a_time_is_free_for_another(
    desk: Desk, db: Database, caller: Principal
) -> None:
    pool = await desk.pool(ADA)
    called = MeetingId((await desk.now(one_of(pool))).id)
    invitations = a_scheduler(db).invitations
    [held], _ = await invitations.list(caller, called, 0, "")

    await invitations.respond(caller, called, held.invitation.id, Said(Response.DECLINED))

    assert picked(await desk.now(one_of(pool))) == [ADA]
