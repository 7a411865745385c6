"""The calendar of all that a person is invited to: who can read it, and what reading it takes."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from grpc import StatusCode, aio

from common import rpc
from common.db import Database
from common.errors import NotFound
from common.principal import Principal
from convene.scheduler.v1 import invitations_pb2 as pb
from convene.scheduler.v1.invitations_pb2_grpc import (
    InvitationServiceStub,
    add_InvitationServiceServicer_to_server,
)
from scheduler.domain.codes import CodeSigner
from scheduler.domain.feeds import CalendarFeedNotFound, FeedId
from scheduler.service.feeds import Feeds
from scheduler.store import MeetingTransaction, Store
from tests.support.planning import a_series
from tests.support.schedulers import LINK_KEY, SchedulerHouse, a_scheduler, sheets_of
from tests.support.services import a_caller, metadata, served
from tests.support.tellings import a_single, an_invitee

NAME = "convene.scheduler.v1.InvitationService"
BO, CY = "bo@example.com", "cy@example.com"


class Subscriber:
    """Somebody who manages feeds with a key, and reads them without one."""

    def __init__(self, channel: aio.Channel, caller: Principal) -> None:
        self._stub = InvitationServiceStub(channel)
        self._key = metadata(caller)

    async def open(self, email: str = BO) -> pb.CalendarFeed:
        request = pb.CreateCalendarFeedRequest(email=email)
        made = await self._stub.CreateCalendarFeed(request, metadata=self._key)
        assert made.url == made.calendar_feed.url
        return made.calendar_feed

    async def rotate(self, feed: pb.CalendarFeed) -> pb.CalendarFeed:
        request = pb.RotateCalendarFeedRequest(calendar_feed_id=feed.id)
        return (await self._stub.RotateCalendarFeed(request, metadata=self._key)).calendar_feed

    async def delete(self, feed: pb.CalendarFeed) -> None:
        request = pb.DeleteCalendarFeedRequest(calendar_feed_id=feed.id)
        await self._stub.DeleteCalendarFeed(request, metadata=self._key)

    async def read(self, url: str) -> str:
        request = pb.GetCalendarFeedRequest(token=url.rpartition("/")[2])
        return (await self._stub.GetCalendarFeed(request)).content.decode()

    async def is_gone(self, url: str) -> bool:
        with pytest.raises(aio.AioRpcError) as refused:
            await self.read(url)
        return refused.value.code() is StatusCode.NOT_FOUND


@pytest.fixture
async def subscriber(scheduler: SchedulerHouse, caller: Principal) -> AsyncIterator[Subscriber]:
    await scheduler.meetings.create(caller, a_single())
    servicer = rpc.Servicer(
        add_InvitationServiceServicer_to_server, scheduler.invitations_rpc, NAME
    )
    async with served(servicer) as channel:
        yield Subscriber(channel, caller)


async def test_a_feed_is_one_per_person_however_often_it_is_asked_for(
    subscriber: Subscriber,
) -> None:
    feed = await subscriber.open()

    assert await subscriber.open(BO.upper()) == feed
    assert (await subscriber.open(CY)).id != feed.id
    assert feed.id.startswith("fed_")
    assert "Kick-off" in await subscriber.read(feed.url)


async def test_a_rotated_feed_is_found_at_its_new_address_alone(subscriber: Subscriber) -> None:
    feed = await subscriber.open()

    rotated = await subscriber.rotate(feed)
    again = await subscriber.rotate(feed)

    assert await subscriber.is_gone(feed.url)
    assert await subscriber.is_gone(rotated.url)
    assert "Kick-off" in await subscriber.read(again.url)
    assert await subscriber.open() == again
    assert again.id == feed.id


async def test_a_deleted_feed_is_found_nowhere_and_a_later_one_is_another(
    subscriber: Subscriber,
) -> None:
    feed = await subscriber.open()

    await subscriber.delete(feed)

    assert await subscriber.is_gone(feed.url)
    later = await subscriber.open()
    assert later.id != feed.id
    assert await subscriber.is_gone(feed.url)
    assert "Kick-off" in await subscriber.read(later.url)


async def test_a_feed_that_is_gone_or_of_others_cannot_be_changed(
    subscriber: Subscriber, scheduler: SchedulerHouse, caller: Principal
) -> None:
    feed = await subscriber.open()
    with pytest.raises(CalendarFeedNotFound):
        await scheduler.feeds.rotate(a_caller(), FeedId(feed.id))
    await subscriber.delete(feed)

    with pytest.raises(CalendarFeedNotFound):
        await scheduler.feeds.delete(caller, FeedId(feed.id))
    with pytest.raises(CalendarFeedNotFound):
        await scheduler.feeds.rotate(caller, FeedId(feed.id))


async def test_an_address_that_an_early_release_gave_is_good_until_it_is_taken_back(
    subscriber: Subscriber, caller: Principal
) -> None:
    early = CodeSigner(LINK_KEY, "calendar feed").code(caller.workspace_id, BO) + ".ics"
    before = await subscriber.read(early)

    feed = await subscriber.open()

    assert "Kick-off" in before
    assert feed.url.endswith(early)
    await subscriber.delete(feed)
    assert await subscriber.is_gone(early)


async def test_an_address_that_somebody_made_up_is_not_found(scheduler: SchedulerHouse) -> None:
    made_up = CodeSigner(b"another key", "calendar feed").code("wsp_1", BO)

    with pytest.raises(NotFound):
        await scheduler.feeds.read(made_up)


class CountingStore(Store):
    """A store whose transactions count what they ask of the database."""

    def __init__(self, db: Database) -> None:
        super().__init__(db)
        self.statements = 0
        self._counted = db

    def begin(self, caller: Principal) -> AbstractAsyncContextManager[MeetingTransaction]:
        store = self

        class Counted(MeetingTransaction):
            async def run(self, sql: str, **values: Any) -> Any:
                store.statements += 1
                return await super().run(sql, **values)

        return self._counted.begin(caller, Counted)


async def statements_to_read(db: Database, url: str, events: int) -> int:
    """How many statements it takes to read the feed at *url*, which shows so many *events*."""
    store = CountingStore(db)
    content = await Feeds(store, sheets_of()).read(url.rpartition("/")[2])
    assert content.count("BEGIN:VEVENT") == events
    return store.statements


async def test_reading_a_feed_takes_as_many_statements_for_thirty_meetings_as_for_two(
    db: Database, caller: Principal
) -> None:
    scheduler = a_scheduler(db)
    people = (an_invitee(BO),)
    series = a_series("FREQ=DAILY;COUNT=3", "2030-12-04T09:00:00", invitees=people)
    url = scheduler.feeds.address(caller, await scheduler.feeds.open(caller, BO))
    for made in (a_single(), series):
        await scheduler.meetings.create(caller, made)
    few = await statements_to_read(db, url, 2)

    for _ in range(14):
        for made in (a_single(), series):
            await scheduler.meetings.create(caller, made)

    assert await statements_to_read(db, url, 30) == few <= 6
