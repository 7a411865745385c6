"""The name by which calendars know a meeting outlives the public name of the installation."""

import re

import pytest
from sqlalchemy import text

from common.db import Database
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import OccurrenceId
from scheduler.service.splitting import SplitOrder
from tests.support.planning import a_series, move_clock, utc
from tests.support.schedulers import SchedulerHouse, a_scheduler
from tests.support.tellings import a_single, an_invitee, send_all, waiting

BO = "bo@example.com"
NEW_URL = "https://rooms.example.org"


@pytest.fixture
def moved(db: Database) -> SchedulerHouse:
    """The same scheduler after the installation got another public name."""
    return a_scheduler(db, public_url=NEW_URL)


def uids_in(calendar: str) -> set[str]:
    return set(re.findall(r"^UID:(.*?)\r$", calendar, re.MULTILINE))


async def forgotten_name(db: Database) -> None:
    """Leave the meetings as an early release wrote them."""
    async with db.begin_system() as connection:
        await connection.execute(text("update meetings set calendar_uid = ''"))


async def created(scheduler: SchedulerHouse, caller: Principal) -> MeetingId:
    return (await scheduler.meetings.create(caller, a_single())).meeting.id


async def test_mails_name_the_meeting_as_before_when_the_host_has_changed(
    scheduler: SchedulerHouse, moved: SchedulerHouse, caller: Principal, db: Database
) -> None:
    meeting = await created(scheduler, caller)
    (invited,) = await send_all(db)

    draft = pb.MeetingDraft(start_time="2030-12-03T11:00:00")
    await moved.meetings.update(caller, meeting, draft, ["start_time"], "")
    (updated,) = await send_all(db)
    await moved.meetings.cancel(caller, meeting, "", "")
    (cancelled,) = await waiting(db)

    known = {f"{meeting}@meet.example"}
    assert [uids_in(one.calendar) for one in (invited, updated, cancelled)] == [known] * 3
    # The link is where people reach it now.
    assert "rooms.example.org" in updated.letter["join_url"]


async def test_files_and_feeds_name_the_meeting_as_before_when_the_host_has_changed(
    scheduler: SchedulerHouse, moved: SchedulerHouse, caller: Principal
) -> None:
    meeting = await created(scheduler, caller)

    file = await moved.feeds.file(caller, meeting)
    address = moved.feeds.address(caller, await moved.feeds.open(caller, BO))
    feed = await moved.feeds.read(address.rpartition("/")[2])

    known = {f"{meeting}@meet.example"}
    assert uids_in(file) == uids_in(feed) == known


async def test_a_new_meeting_is_named_by_the_host_of_its_day(
    moved: SchedulerHouse, caller: Principal
) -> None:
    meeting = await created(moved, caller)

    assert uids_in(await moved.feeds.file(caller, meeting)) == {f"{meeting}@rooms.example.org"}


async def test_the_rest_of_a_split_series_has_a_name_of_its_own_that_stays(
    scheduler: SchedulerHouse, moved: SchedulerHouse, caller: Principal, db: Database
) -> None:
    await move_clock(db, caller, utc("2030-02-20T00:00:00"))
    series = a_series("FREQ=WEEKLY;COUNT=6", "2030-03-05T09:00:00", invitees=(an_invitee(BO),))
    meeting = (await scheduler.meetings.create(caller, series)).meeting.id
    found, _ = await scheduler.occurrences.list(caller, meeting, 10, "")
    third = OccurrenceId(found[2].occurrence.id)
    order = SplitOrder(meeting, third, pb.MeetingDraft(), [])
    rest = (await scheduler.splitting.split(caller, order, MeetingId("mtg_rest"))).meeting.id

    assert uids_in(await moved.feeds.file(caller, rest)) == {"mtg_rest@meet.example"}


async def test_meetings_of_early_releases_keep_the_name_they_had(
    scheduler: SchedulerHouse, moved: SchedulerHouse, caller: Principal, db: Database
) -> None:
    meeting = await created(scheduler, caller)
    await forgotten_name(db)
    before = await scheduler.feeds.file(caller, meeting)

    await scheduler.upkeep.look_after()

    known = {f"{meeting}@meet.example"}
    assert uids_in(before) == known
    assert uids_in(await moved.feeds.file(caller, meeting)) == known
