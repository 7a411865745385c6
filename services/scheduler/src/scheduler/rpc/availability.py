"""Availability over gRPC: decode, call, encode."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

from common import rpc
from convene.scheduler.v1 import availability_pb2 as pb
from convene.scheduler.v1.availability_pb2_grpc import AvailabilityServiceServicer
from scheduler.domain.availability import Interval
from scheduler.domain.slots import DEFAULT_RESULTS, DEFAULT_STEP, Slot
from scheduler.domain.subscriptions import Calendar
from scheduler.domain.working_hours import MONDAY_TO_FRIDAY, WorkingHours
from scheduler.service.availability import Ask, Availability
from scheduler.service.calendars import Calendars
from scheduler.service.pools import Pools, pool_to_wire


class AvailabilityRpc(AvailabilityServiceServicer):
    def __init__(self, availability: Availability, calendars: Calendars, pools: Pools) -> None:
        self._availability = availability
        self._calendars = calendars
        self._pools = pools

    async def GetFreeBusy(
        self, request: pb.GetFreeBusyRequest, context: rpc.Context
    ) -> pb.GetFreeBusyResponse:
        found = await self._availability.free_busy(
            rpc.caller(),
            _each_once(request.email),
            _instant(request.starts_after, request.HasField("starts_after")),
            _instant(request.starts_before, request.HasField("starts_before")),
        )
        return pb.GetFreeBusyResponse(
            items=[
                pb.PersonBusy(email=one, busy=_spans(spans), uncertain=one in found.uncertain)
                for one, spans in found.busy.items()
            ]
        )

    async def FindTimes(
        self, request: pb.FindTimesRequest, context: rpc.Context
    ) -> pb.FindTimesResponse:
        ask = _ask(request)
        found = await self._availability.find_times(rpc.caller(), ask)
        zone = self._availability.zones.zone(ask.time_zone)
        return pb.FindTimesResponse(
            items=[_offered(one, zone) for one in found.slots], all_free=found.all_free
        )

    async def CreateCalendar(
        self, request: pb.CreateCalendarRequest, context: rpc.Context
    ) -> pb.CreateCalendarResponse:
        made = await self._calendars.subscribe(rpc.caller(), request.email, request.url)
        return pb.CreateCalendarResponse(calendar=_calendar(made))

    async def ListCalendars(
        self, request: pb.ListCalendarsRequest, context: rpc.Context
    ) -> pb.ListCalendarsResponse:
        found, token = await self._calendars.list(
            rpc.caller(), request.email, request.page_size, request.page_token
        )
        return pb.ListCalendarsResponse(
            items=[_calendar(one) for one in found], next_page_token=token
        )

    async def GetCalendar(
        self, request: pb.GetCalendarRequest, context: rpc.Context
    ) -> pb.GetCalendarResponse:
        found = await self._calendars.get(rpc.caller(), request.calendar_id)
        return pb.GetCalendarResponse(calendar=_calendar(found))

    async def DeleteCalendar(
        self, request: pb.DeleteCalendarRequest, context: rpc.Context
    ) -> pb.DeleteCalendarResponse:
        await self._calendars.unsubscribe(rpc.caller(), request.calendar_id)
        return pb.DeleteCalendarResponse()

    async def CreatePool(
        self, request: pb.CreatePoolRequest, context: rpc.Context
    ) -> pb.CreatePoolResponse:
        made = await self._pools.create(rpc.caller(), request.pool)
        return pb.CreatePoolResponse(pool=pool_to_wire(made))

    async def ListPools(
        self, request: pb.ListPoolsRequest, context: rpc.Context
    ) -> pb.ListPoolsResponse:
        found, token = await self._pools.list(rpc.caller(), request.page_size, request.page_token)
        return pb.ListPoolsResponse(
            items=[pool_to_wire(one) for one in found], next_page_token=token
        )

    async def GetPool(self, request: pb.GetPoolRequest, context: rpc.Context) -> pb.GetPoolResponse:
        found = await self._pools.get(rpc.caller(), request.pool_id)
        return pb.GetPoolResponse(pool=pool_to_wire(found))

    async def UpdatePool(
        self, request: pb.UpdatePoolRequest, context: rpc.Context
    ) -> pb.UpdatePoolResponse:
        changed = await self._pools.update(
            rpc.caller(), request.pool_id, request.pool, request.update_mask.paths, request.etag
        )
        return pb.UpdatePoolResponse(pool=pool_to_wire(changed))

    async def DeletePool(
        self, request: pb.DeletePoolRequest, context: rpc.Context
    ) -> pb.DeletePoolResponse:
        await self._pools.delete(rpc.caller(), request.pool_id, request.etag)
        return pb.DeletePoolResponse()


def _calendar(calendar: Calendar) -> pb.Calendar:
    return pb.Calendar(
        id=calendar.id,
        email=calendar.email,
        url=calendar.shown_url,
        state=f"CALENDAR_STATE_{calendar.state.value}",
        reason=calendar.reason,
        last_success=calendar.last_success,
        create_time=calendar.create_time,
    )


def _ask(request: pb.FindTimesRequest) -> Ask:
    return Ask(
        _each_once(request.emails),
        timedelta(seconds=request.duration_seconds),
        _each_once(request.optional_emails),
        _instant(request.starts_after, request.HasField("starts_after")),
        _instant(request.starts_before, request.HasField("starts_before")),
        request.time_zone or "UTC",
        _hours(request.working_hours) if request.HasField("working_hours") else None,
        timedelta(seconds=request.step_seconds) or DEFAULT_STEP,
        timedelta(seconds=request.buffer_seconds),
        request.max_results or DEFAULT_RESULTS,
    )


def _each_once(emails: Iterable[str]) -> list[str]:
    """*emails* without those that differ from an earlier one by their capitals alone."""
    found: dict[str, str] = {}
    for one in emails:
        found.setdefault(one.casefold(), one)
    return list(found.values())


def _hours(given: pb.WorkingHours) -> WorkingHours:
    # `from` is a word of the language, so the field is asked for by name.
    since = time.fromisoformat(getattr(given, "from"))
    days = frozenset(day - pb.WEEKDAY_MONDAY for day in given.days if day)
    return WorkingHours(since, time.fromisoformat(given.to), days or MONDAY_TO_FRIDAY)


def _offered(slot: Slot, zone: ZoneInfo) -> pb.OfferedTime:
    civil = slot.time.start.astimezone(zone).replace(tzinfo=None)
    return pb.OfferedTime(
        start_time=slot.time.start,
        end_time=slot.time.end,
        civil_time=civil.isoformat(timespec="seconds"),
        optional_free=slot.optional_free,
        conflicts=[
            pb.TimeConflict(email=one.email, optional=one.optional, busy_until=one.until)
            for one in slot.conflicts
        ],
    )


def _spans(intervals: Sequence[Interval]) -> list[pb.BusySpan]:
    return [pb.BusySpan(start_time=one.start, end_time=one.end) for one in intervals]


def _instant(stamp: Timestamp, given: bool) -> datetime | None:
    return stamp.ToDatetime(UTC) if given else None
