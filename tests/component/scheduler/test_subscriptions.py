"""Calendars kept elsewhere: fetched over HTTP, read apart, kept fresh, over PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from common import receiver
from common.addresses import AddressRules, RefusedAddress
from common.db import Database, Transaction
from common.principal import Principal
from common.timers import Timer, Timers
from scheduler.channels.subscriptions import FETCH_SECONDS, Subscriptions
from scheduler.domain.availability import Interval
from scheduler.domain.subscriptions import (
    REFRESH,
    CalendarIsThere,
    CalendarNotFound,
    CalendarState,
)
from scheduler.domain.zones import packaged_zones
from scheduler.service.availability import Availability
from scheduler.service.calendars import REFRESH_KIND, Calendars
from scheduler.store import Store
from tests.support.eventually import eventually
from tests.support.webhook_receiver import WebhookReceiver, always, receiving

ADA = "ada@example.com"
DAY = (datetime.now(UTC) + timedelta(days=3)).replace(hour=0, minute=0, second=0, microsecond=0)
SECRET = "/private-7391/basic.ics"


def an_event(since: datetime, *lines: str, hours: int = 1) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{since:%Y%m%dT%H%M%S}@example.com",
        f"DTSTAMP:{DAY:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{since:%Y%m%dT%H%M%SZ}",
        f"DTEND:{since + timedelta(hours=hours):%Y%m%dT%H%M%SZ}",
        *lines,
        "END:VEVENT",
    ]


def a_text(*events: list[str]) -> str:
    lines = [line for event in events for line in event]
    whole = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *lines, "END:VCALENDAR"]
    return "\r\n".join(whole) + "\r\n"


class Wall:
    """A person's calendar elsewhere, and the service that follows it."""

    def __init__(self, server: WebhookReceiver, db: Database, calendars: Calendars) -> None:
        self.server = server
        self.calendars = calendars
        self.availability = Availability(Store(db), packaged_zones())
        self.url = server.url.removesuffix("/hooks") + SECRET

    def shows(self, text: str, etag: str = "") -> None:
        async def answer(request: web.Request) -> web.StreamResponse:
            if etag and request.headers.get("if-none-match") == etag:
                return web.Response(status=304)
            return web.Response(text=text, headers={"etag": etag} if etag else {})

        self.server.answer = answer

    async def subscribed(self, caller: Principal) -> str:
        return (await self.calendars.subscribe(caller, ADA, self.url)).id

    async def refreshed(self, caller: Principal, name: str) -> CalendarState:
        timer = Timer(
            **{  # type: ignore[arg-type]
                "workspace_id": caller.workspace_id,
                "key": f"{REFRESH_KIND} {name}",
                "kind": REFRESH_KIND,
                "due_at": DAY,
                "payload": {"calendar_id": name},
                "traceparent": "",
                "continues": False,
                "attempts": 0,
                "token": "",
                "test": True,
            }
        )
        await self.calendars.refresh(caller, timer)
        return (await self.calendars.get(caller, name)).state

    async def busy(self, caller: Principal) -> tuple[list[Interval], bool]:
        until = DAY + timedelta(days=3)
        found = await self.availability.free_busy(caller, [ADA], DAY, until)
        return list(found.busy[ADA]), ADA in found.uncertain


@pytest.fixture
async def wall(db: Database) -> AsyncIterator[Wall]:
    rules = AddressRules(private=True)
    async with receiving() as server, receiver.opened(rules, FETCH_SECONDS) as fetching:
        yield Wall(server, db, Calendars(Store(db), Subscriptions(fetching, rules)))


def hours(first: int, last: int) -> Interval:
    return Interval(DAY + timedelta(hours=first), DAY + timedelta(hours=last))


async def test_events_make_their_owner_busy_each_time_they_recur(
    wall: Wall, caller: Principal
) -> None:
    free = an_event(DAY + timedelta(hours=12), "TRANSP:TRANSPARENT")
    gone = an_event(DAY + timedelta(hours=14), "STATUS:CANCELLED")
    left_out = f"EXDATE:{DAY + timedelta(days=1, hours=9):%Y%m%dT%H%M%SZ}"
    daily = an_event(DAY + timedelta(hours=9), "RRULE:FREQ=DAILY;COUNT=3", left_out)
    wall.shows(a_text(daily, free, gone, an_event(DAY + timedelta(hours=10))))
    name = await wall.subscribed(caller)
    assert await wall.busy(caller) == ([], True)
    assert await wall.refreshed(caller, name) is CalendarState.OK
    assert await wall.busy(caller) == ([hours(9, 11), hours(57, 58)], False)


async def test_a_timer_fetches_it_at_once_and_the_next_turn_waits(
    wall: Wall, caller: Principal, db: Database
) -> None:
    wall.shows(a_text(an_event(DAY)))
    name = await wall.subscribed(caller)

    async def is_read() -> bool:
        return (await wall.calendars.get(caller, name)).state is CalendarState.OK

    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(Timers(db, wall.calendars.firings()).run())
        await eventually(is_read)
        running.cancel()
    async with db.begin(caller, Transaction) as tx:
        [timer] = await tx.run("select due_at from timers where key like 'calendar-refresh%'")
    assert timedelta(minutes=14) < timer.due_at - tx.now <= REFRESH
    assert len(wall.server.received) == 1


async def test_an_unchanged_calendar_is_not_read_again_and_a_changed_one_is(
    wall: Wall, caller: Principal
) -> None:
    wall.shows(a_text(an_event(DAY)), etag='"one"')
    name = await wall.subscribed(caller)
    await wall.refreshed(caller, name)
    first = await wall.calendars.get(caller, name)
    await wall.refreshed(caller, name)
    second = await wall.calendars.get(caller, name)
    assert [one.headers.get("if-none-match") for one in wall.server.received] == [None, '"one"']
    assert first.read_at == second.read_at
    assert first.last_success is not None
    assert second.last_success is not None
    assert first.last_success < second.last_success
    wall.shows(a_text(an_event(DAY + timedelta(hours=5))), etag='"two"')
    await wall.refreshed(caller, name)
    assert await wall.busy(caller) == ([hours(5, 6)], False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<html>Sign in</html>", "it is no iCalendar text"),
        ("x" * 2_000_001, "more than 2000000 bytes"),
        (a_text(*[an_event(DAY)] * 5001), "it has more than 5000 events"),
        (
            a_text(an_event(DAY, "RRULE:FREQ=SECONDLY", hours=0)),
            "it takes",
        ),
    ],
    ids=["a page", "too large", "too many events", "endless"],
)
async def test_what_cannot_be_read_says_why_and_what_was_known_stays(
    wall: Wall, caller: Principal, text: str, reason: str
) -> None:
    wall.shows(a_text(an_event(DAY)))
    name = await wall.subscribed(caller)
    await wall.refreshed(caller, name)
    wall.shows(text)
    assert await wall.refreshed(caller, name) is CalendarState.FAILING
    failing = await wall.calendars.get(caller, name)
    assert failing.reason.startswith(reason)
    assert failing.last_success is not None
    assert await wall.busy(caller) == ([hours(0, 1)], True)


async def test_a_server_that_refuses_is_told_and_its_address_is_not(
    wall: Wall, caller: Principal
) -> None:
    wall.server.answer = always(404)
    name = await wall.subscribed(caller)
    await wall.refreshed(caller, name)
    failing = await wall.calendars.get(caller, name)
    assert failing.reason == "its server answered 404"
    assert SECRET not in failing.shown_url
    assert "127.0.0.1" in failing.shown_url


async def test_a_redirect_is_followed_but_never_to_a_refused_address(
    wall: Wall, caller: Principal
) -> None:
    wall.server.answer = always(302, location="http://169.254.169.254/latest")
    name = await wall.subscribed(caller)
    assert await wall.refreshed(caller, name) is CalendarState.FAILING
    assert "private or special address" in (await wall.calendars.get(caller, name)).reason


async def test_inner_addresses_and_the_same_calendar_twice_are_refused(
    wall: Wall, caller: Principal, db: Database
) -> None:
    await wall.subscribed(caller)
    with pytest.raises(CalendarIsThere):
        await wall.subscribed(caller)
    async with receiver.opened(AddressRules(), FETCH_SECONDS) as fetching:
        strict = Calendars(Store(db), Subscriptions(fetching, AddressRules()))
        with pytest.raises(RefusedAddress):
            await strict.subscribe(caller, ADA, "webcal://10.0.0.1/basic.ics")


async def test_what_a_forgotten_calendar_told_is_forgotten_too(
    wall: Wall, caller: Principal
) -> None:
    wall.shows(a_text(an_event(DAY)))
    name = await wall.subscribed(caller)
    await wall.refreshed(caller, name)
    await wall.calendars.unsubscribe(caller, name)
    assert await wall.busy(caller) == ([], False)
    with pytest.raises(CalendarNotFound):
        await wall.calendars.get(caller, name)
