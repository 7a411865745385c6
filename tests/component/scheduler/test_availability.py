"""Busy time and times to meet, over gRPC and PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from grpc import StatusCode, aio

from common import rpc
from common.db import Database, Transaction
from common.ids import new_id
from common.principal import Principal
from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import availability_pb2 as pb
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2
from convene.scheduler.v1.availability_pb2_grpc import (
    AvailabilityServiceStub,
    add_AvailabilityServiceServicer_to_server,
)
from convene.scheduler.v1.scheduler_pb2_grpc import (
    SchedulerServiceStub,
    add_SchedulerServiceServicer_to_server,
)
from scheduler.domain.invitations import InvitationId, Response
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import OccurrenceId
from scheduler.domain.zones import packaged_zones
from scheduler.rpc.availability import AvailabilityRpc
from scheduler.service.availability import Availability
from scheduler.service.calendars import Calendars
from scheduler.service.invitations import Said
from scheduler.service.pools import Pools
from scheduler.store import Store
from tests.support.schedulers import NoCalendars, a_scheduler
from tests.support.services import a_caller, metadata, served

SCHEDULER = "convene.scheduler.v1.SchedulerService"
AVAILABILITY = "convene.scheduler.v1.AvailabilityService"
ADA, BO, CY = "ada@example.com", "bo@example.com", "cy@example.com"
# A Monday that is far enough off, and near enough to be planned.
DAY = (datetime.now(UTC) + timedelta(days=30)).replace(hour=0, minute=0, second=0, microsecond=0)
DAY -= timedelta(days=DAY.weekday())

Hours = list[tuple[float, float]]


class Office:
    """Somebody who plans meetings, and asks when people are busy."""

    def __init__(self, channel: aio.Channel, caller: Principal) -> None:
        self.availability = AvailabilityServiceStub(channel)
        self.meetings = SchedulerServiceStub(channel)
        self.mine = metadata(caller)

    async def plan(
        self, hour: int, people: Sequence[str], minutes: int = 60, **changes: Any
    ) -> meeting_pb2.Meeting:
        draft = meeting_pb2.MeetingDraft(
            title="Kick-off",
            start_time=(DAY + timedelta(hours=hour)).strftime("%Y-%m-%dT%H:%M:%S"),
            time_zone="UTC",
            duration_seconds=minutes * 60,
            invitees=[meeting_pb2.Invitee(email=one) for one in people],
            **changes,
        )
        request = scheduler_pb2.ScheduleMeetingRequest(meeting=draft)
        return (await self.meetings.ScheduleMeeting(request, metadata=self.mine)).meeting

    async def busy(self, *people: str, days: float = 1) -> dict[str, Hours]:
        request = pb.GetFreeBusyRequest(
            email=people, starts_after=DAY, starts_before=DAY + timedelta(days=days)
        )
        answer = await self.availability.GetFreeBusy(request, metadata=self.mine)
        return {
            one.email: [(hour_of(span.start_time), hour_of(span.end_time)) for span in one.busy]
            for one in answer.items
        }

    async def times(self, *people: str, **changes: Any) -> pb.FindTimesResponse:
        request = pb.FindTimesRequest(
            **{
                "emails": people,
                "duration_seconds": 3600,
                "starts_after": DAY,
                "starts_before": DAY + timedelta(days=1),
                "step_seconds": 3600,
                **changes,
            }
        )
        return await self.availability.FindTimes(request, metadata=self.mine)


def hour_of(stamp: Any) -> float:
    hours: float = (stamp.ToDatetime(UTC) - DAY) / timedelta(hours=1)
    return hours


def starts(answer: pb.FindTimesResponse) -> list[float]:
    return [hour_of(one.start_time) for one in answer.items]


@pytest.fixture
async def channel(db: Database) -> AsyncIterator[aio.Channel]:
    async with served(
        rpc.Servicer(add_SchedulerServiceServicer_to_server, a_scheduler(db).rpc, SCHEDULER),
        rpc.Servicer(
            add_AvailabilityServiceServicer_to_server,
            AvailabilityRpc(
                Availability(Store(db), packaged_zones()),
                Calendars(Store(db), NoCalendars()),
                Pools(Store(db)),
            ),
            AVAILABILITY,
        ),
    ) as served_channel:
        yield served_channel


@pytest.fixture
def office(channel: aio.Channel, caller: Principal) -> Office:
    return Office(channel, caller)


async def test_who_is_invited_or_hosts_is_busy_and_what_touches_is_one(office: Office) -> None:
    await office.plan(9, [ADA, BO])
    await office.plan(10, ["Ada@Example.com"])
    hosts = [shared.HostRole(email=BO, role=shared.ROLE_CO_HOST)]
    await office.plan(14, [], host_roles=hosts)
    assert await office.busy(ADA, BO, CY) == {
        ADA: [(9.0, 11.0)],
        BO: [(9.0, 10.0), (14.0, 15.0)],
        CY: [],
    }


async def test_every_occurrence_counts_and_a_cancelled_one_does_not(office: Office) -> None:
    rule = meeting_pb2.Recurrence(rrule="FREQ=DAILY;COUNT=3")
    series = await office.plan(9, [ADA], recurrence=rule)
    gone = await office.plan(12, [ADA])
    await office.meetings.CancelOccurrence(
        scheduler_pb2.CancelOccurrenceRequest(
            meeting_id=series.id, occurrence_id=series.next_occurrences[1].id
        ),
        metadata=office.mine,
    )
    await office.meetings.CancelMeeting(
        scheduler_pb2.CancelMeetingRequest(meeting_id=gone.id), metadata=office.mine
    )
    assert await office.busy(ADA, days=4) == {ADA: [(9.0, 10.0), (57.0, 58.0)]}


async def test_busy_time_is_cut_to_what_is_asked_even_of_a_week_long_one(office: Office) -> None:
    await office.plan(-24 * 6, [ADA], minutes=7 * 24 * 60)
    assert await office.busy(ADA, days=0.5) == {ADA: [(0.0, 12.0)]}


async def test_whoever_declined_is_free(office: Office, db: Database, caller: Principal) -> None:
    meeting = await office.plan(9, [ADA, BO])
    async with db.begin(caller, Transaction) as tx:
        await tx.run("delete from invitations where meeting_id = :m", m=meeting.id)
        await tx.run(
            "insert into invitations (workspace_id, id, meeting_id, email, person, response, "
            "create_time) values (:w, :id, :m, :email, '{}', 'DECLINED', :now)",
            w=caller.workspace_id,
            id=new_id("inv"),
            m=meeting.id,
            email=ADA,
            now=tx.now,
        )
    assert await office.busy(ADA, BO) == {ADA: [], BO: [(9.0, 10.0)]}


async def test_what_was_said_of_one_occurrence_counts_for_it_alone(
    office: Office, db: Database, caller: Principal
) -> None:
    rule = meeting_pb2.Recurrence(rrule="FREQ=DAILY;COUNT=3")
    series = await office.plan(9, [ADA, BO], recurrence=rule)
    first, second, _ = [OccurrenceId(one.id) for one in series.next_occurrences]
    invitations = a_scheduler(db).invitations
    held, _ = await invitations.list(caller, MeetingId(series.id), 0, "")
    ada, bo = [one.invitation.id for one in held]

    async def say(who: InvitationId, response: Response, one: OccurrenceId | None = None) -> None:
        said = Said(response, occurrence_id=one or "")
        await invitations.respond(caller, MeetingId(series.id), who, said)

    await say(ada, Response.ACCEPTED)
    await say(ada, Response.DECLINED, first)
    await say(bo, Response.DECLINED)
    await say(bo, Response.TENTATIVE, second)

    assert await office.busy(ADA, BO, days=3) == {
        ADA: [(33.0, 34.0), (57.0, 58.0)],
        BO: [(33.0, 34.0)],
    }
    at_nine = {
        "starts_after": DAY + timedelta(hours=9),
        "starts_before": DAY + timedelta(hours=10),
    }
    assert (await office.times(ADA, BO, **at_nine)).all_free
    # What they say of all takes the place of what they said of one.
    await say(ada, Response.ACCEPTED)
    assert not (await office.times(ADA, BO, **at_nine)).all_free


async def test_another_workspace_knows_nothing_of_it(office: Office, channel: aio.Channel) -> None:
    await office.plan(9, [ADA])
    assert await Office(channel, a_caller()).busy(ADA) == {ADA: []}


@pytest.mark.parametrize("when", ["0001-01-01T00:00:00", "9999-12-31T23:59:59"])
async def test_a_period_at_the_end_of_time_is_refused_by_its_field(
    office: Office, when: str
) -> None:
    since = datetime.fromisoformat(when).replace(tzinfo=UTC)
    hours = pb.WorkingHours(**{"from": "09:00", "to": "17:00"})
    for attempt in (
        office.availability.GetFreeBusy(
            pb.GetFreeBusyRequest(email=[ADA], starts_after=since), metadata=office.mine
        ),
        office.times(ADA, starts_after=since, starts_before=since),
        office.times(ADA, starts_after=since, buffer_seconds=86_400, working_hours=hours),
    ):
        with pytest.raises(aio.AioRpcError, match="starts_after is outside the years") as refused:
            await attempt
        assert refused.value.code() is StatusCode.INVALID_ARGUMENT


async def test_people_who_differ_by_their_capitals_are_one(office: Office) -> None:
    await office.plan(9, [ADA])

    assert await office.busy("Ada@Example.com", BO, ADA) == {
        "Ada@Example.com": [(9.0, 10.0)],
        BO: [],
    }
    found = await office.times(ADA, optional_emails=["ADA@example.com", BO, "Bo@example.com"])
    assert found.items[0].optional_free == 1


async def test_more_than_62_days_and_more_than_50_people_are_refused(office: Office) -> None:
    with pytest.raises(aio.AioRpcError, match="more than 62 days"):
        await office.busy(ADA, days=63)
    with pytest.raises(aio.AioRpcError, match="email"):
        await office.busy(*(f"person-{number}@example.com" for number in range(51)))


async def test_times_are_within_working_hours_where_all_needed_are_free(office: Office) -> None:
    await office.plan(9, [ADA])
    await office.plan(12, [BO])
    await office.plan(11, [CY])
    hours = pb.WorkingHours(**{"from": "09:00", "to": "14:00"})
    found = await office.times(ADA, BO, optional_emails=[CY], working_hours=hours)
    assert (starts(found), found.all_free) == ([10.0, 13.0, 11.0], True)
    assert [one.optional_free for one in found.items] == [1, 1, 0]
    assert [one.email for one in found.items[2].conflicts] == [CY]
    assert found.items[0].civil_time == f"{DAY:%Y-%m-%d}T10:00:00"


async def test_a_buffer_keeps_time_around_a_meeting_free(office: Office) -> None:
    await office.plan(10, [ADA])
    hours = pb.WorkingHours(**{"from": "08:00", "to": "14:00"})
    found = await office.times(ADA, working_hours=hours, buffer_seconds=1800)
    assert starts(found) == [8.0, 12.0, 13.0]


async def test_where_nobody_needed_is_free_the_best_times_say_who_is_busy(office: Office) -> None:
    await office.plan(9, [ADA, BO])
    await office.plan(10, [BO])
    hours = pb.WorkingHours(**{"from": "09:00", "to": "11:00"})
    found = await office.times(ADA, BO, working_hours=hours)
    assert (starts(found), found.all_free) == ([10.0, 9.0], False)
    [conflict] = found.items[0].conflicts
    assert (conflict.email, conflict.optional, hour_of(conflict.busy_until)) == (BO, False, 11.0)


async def test_what_is_over_is_never_offered(office: Office) -> None:
    now = datetime.now(UTC)
    found = await office.times(
        ADA, starts_after=now - timedelta(days=1), starts_before=now + timedelta(days=1)
    )
    assert min(one.start_time.ToDatetime(UTC) for one in found.items) >= now
