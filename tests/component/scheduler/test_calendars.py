"""The calendars that people end up with: every message read in order by two independent readers.

Each is read by programs of two habits, those that leave out local times in a gap of the clock and
those that move them on, and all of them have to show what the scheduler has planned.
"""

import random
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from common.db import Database
from common.errors import DomainError
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.definitions import Definition, Invitee
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import Occurrence, OccurrenceId
from scheduler.domain.recurrence import GapPolicy
from scheduler.service.occurrences import OccurrenceEdit
from scheduler.service.splitting import SplitOrder
from tests.support.calendar_model import CalendarProgram, read_by_vobject
from tests.support.calendar_readers import Mailboxes, planned
from tests.support.planning import (
    a_series,
    move_clock,
    now_of,
    run_timers,
    utc,
    zones_where_lisbon_is_madrid,
)
from tests.support.schedulers import SchedulerHouse, a_scheduler
from tests.support.tellings import a_single, an_invitee, notices, waiting

BO, CY = "bo@example.com", "cy@example.com"
PEOPLE = (an_invitee(BO), an_invitee(CY))
LAST = utc("2031-01-31T00:00:00")


class Organizer:
    """One meeting in the hands of its organizer."""

    def __init__(self, scheduler: SchedulerHouse, db: Database, caller: Principal) -> None:
        self.scheduler = scheduler
        self.db = db
        self.caller = caller
        self.mail = Mailboxes(db)

    async def create(self, definition: Any) -> MeetingId:
        return (await self.scheduler.meetings.create(self.caller, definition)).meeting.id

    async def update(self, meeting_id: MeetingId, **changes: object) -> None:
        draft = pb.MeetingDraft(**changes)  # type: ignore[arg-type]
        await self.scheduler.meetings.update(self.caller, meeting_id, draft, list(changes), "")

    async def planned(self, meeting_id: MeetingId) -> Sequence[Occurrence]:
        found, _ = await self.scheduler.occurrences.list(self.caller, meeting_id, 200, "")
        return [one.occurrence for one in found if one.occurrence.is_upcoming()]

    async def change(self, one: Occurrence, **changes: object) -> None:
        draft = pb.OccurrenceDraft(**changes)  # type: ignore[arg-type]
        edit = OccurrenceEdit(draft, list(changes))
        await self.scheduler.occurrences.change(
            self.caller, MeetingId(one.meeting_id), one.id, edit
        )

    async def drop(self, one: Occurrence) -> None:
        await self.scheduler.occurrences.cancel(self.caller, MeetingId(one.meeting_id), one.id, "")

    async def split(self, one: Occurrence, new_id: str, **changes: object) -> MeetingId:
        draft = pb.MeetingDraft(**changes)  # type: ignore[arg-type]
        order = SplitOrder(MeetingId(one.meeting_id), OccurrenceId(one.id), draft, list(changes))
        view = await self.scheduler.splitting.split(self.caller, order, MeetingId(new_id))
        return view.meeting.id

    async def cancel(self, meeting_id: MeetingId) -> None:
        await self.scheduler.meetings.cancel(self.caller, meeting_id, "", "")

    async def check(self, *emails: str) -> int:
        """That everybody's calendar shows what is planned; tells how much that is."""
        now = await now_of(self.db, self.caller)
        total = 0
        for email in emails or (BO, CY):
            expected = await planned(self.db, email, now, LAST)
            assert self.mail.shown(email, now, LAST) == expected, email
            total += len(expected)
        return total


@pytest.fixture
async def organizer(scheduler: SchedulerHouse, db: Database, caller: Principal) -> Organizer:
    # A year ahead is planned.
    await move_clock(db, caller, utc("2030-02-20T00:00:00"))
    return Organizer(scheduler, db, caller)


def weekly(people: Sequence[Invitee] = PEOPLE) -> Definition:
    return a_series("FREQ=WEEKLY;COUNT=6", "2030-03-05T09:00:00", invitees=people)


async def test_create_move_cancel_of_one_and_cancel_of_all_leave_the_right_calendar(
    organizer: Organizer,
) -> None:
    meeting = await organizer.create(weekly())
    await organizer.mail.deliver()
    assert await organizer.check() == 12
    await organizer.update(meeting, start_time="2030-03-05T11:00:00")
    await organizer.mail.deliver()
    assert await organizer.check() == 12
    one = (await organizer.planned(meeting))[2]
    await organizer.drop(one)
    await organizer.mail.deliver()
    assert await organizer.check() == 10

    await organizer.cancel(meeting)
    await organizer.mail.deliver()

    assert await organizer.check() == 0
    assert [(one.kind, one.letter["calendar_method"]) for one in organizer.mail.mails[::2]] == [
        ("INVITED", "REQUEST"),
        ("UPDATED", "REQUEST"),
        ("CANCELLED", "CANCEL"),
        ("CANCELLED", "CANCEL"),
    ]


async def test_one_moved_occurrence_is_told_alone(organizer: Organizer) -> None:
    meeting = await organizer.create(weekly())
    await organizer.mail.deliver()
    one = (await organizer.planned(meeting))[3]

    await organizer.change(one, start_time="2030-03-27T15:00:00", title="Later")
    await organizer.mail.deliver()

    told = organizer.mail.mails[-1]
    assert (told.kind, told.occurrence_id) == ("UPDATED", one.id)
    assert told.letter["title"] == "Later"
    assert told.letter["start_time"] == "2030-03-27T15:00:00+00:00"
    assert told.letter["original_start_time"] == "2030-03-26T09:00:00+00:00"
    assert told.letter["previous_start_time"] == "2030-03-26T09:00:00+00:00"
    assert await organizer.check() == 12


async def test_an_occurrence_moved_twice_and_back_before_anything_went_out_is_not_told(
    organizer: Organizer, db: Database
) -> None:
    meeting = await organizer.create(weekly())
    await organizer.mail.deliver()
    one = (await organizer.planned(meeting))[3]

    await organizer.change(one, start_time="2030-03-27T15:00:00")
    await organizer.change((await organizer.planned(meeting))[3], start_time="")

    assert await waiting(db) == []


async def test_changes_of_two_occurrences_are_told_each(organizer: Organizer) -> None:
    meeting = await organizer.create(weekly())
    await organizer.mail.deliver()
    second, third = (await organizer.planned(meeting))[1:3]

    await organizer.change(second, start_time="2030-03-13T09:00:00")
    await organizer.drop(third)
    await organizer.mail.deliver()

    assert [one.kind for one in organizer.mail.mails[2:]] == ["UPDATED"] * 2 + ["CANCELLED"] * 2
    assert await organizer.check() == 10


async def test_who_is_invited_later_gets_the_exceptions_too(organizer: Organizer) -> None:
    meeting = await organizer.create(weekly(PEOPLE[:1]))
    second, third = (await organizer.planned(meeting))[1:3]
    await organizer.change(second, start_time="2030-03-13T09:00:00")
    await organizer.drop(third)

    await organizer.update(
        meeting,
        invitees=[pb.Invitee(email=one, channel="CHANNEL_EMAIL") for one in (BO, CY)],
    )
    await organizer.mail.deliver()

    assert [one.kind for one in organizer.mail.mails] == ["INVITED", "INVITED"]
    assert await organizer.check() == 10


async def test_a_split_series_is_two_calendars_side_by_side(organizer: Organizer) -> None:
    meeting = await organizer.create(weekly())
    await organizer.change((await organizer.planned(meeting))[4], title="Kept")
    await organizer.mail.deliver()

    one = (await organizer.planned(meeting))[3]
    await organizer.split(one, "mtg_rest", duration_seconds=3600)
    await organizer.mail.deliver()

    told = [(one.kind, one.letter["calendar_method"]) for one in organizer.mail.mails[-4:]]
    assert sorted(told) == [("INVITED", "REQUEST")] * 2 + [("UPDATED", "REQUEST")] * 2
    assert await organizer.check() == 12


@pytest.mark.parametrize("policy", [GapPolicy.SHIFT_FORWARD, GapPolicy.SKIP])
@pytest.mark.parametrize(
    ("rule", "start", "zone"),
    [
        ("FREQ=DAILY;COUNT=20", "2030-03-25T01:30:00", "Europe/Lisbon"),
        ("FREQ=DAILY", "2030-03-25T02:30:00", "Europe/Berlin"),
        ("FREQ=WEEKLY;BYDAY=SU;UNTIL=20310601", "2030-03-03T02:30:00", "America/New_York"),
        ("FREQ=MONTHLY;BYMONTHDAY=31", "2030-03-31T02:15:00", "Europe/Berlin"),
        ("FREQ=DAILY;COUNT=40", "2030-09-20T02:15:00", "Australia/Lord_Howe"),
        ("FREQ=DAILY;COUNT=30", "2030-10-20T01:30:00", "Europe/Lisbon"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", "2030-03-05T09:00:00", "Asia/Kolkata"),
        ("FREQ=MONTHLY;BYDAY=-1SU;COUNT=4", "2030-03-04T01:30:00", "Europe/London"),
        ("FREQ=DAILY;COUNT=10", "2030-03-08T02:30:00", "America/St_Johns"),
    ],
)
async def test_clock_changes_are_the_same_in_every_calendar(
    organizer: Organizer, rule: str, start: str, zone: str, policy: GapPolicy
) -> None:
    series = a_series(rule, start, time_zone=zone, gap_policy=policy, invitees=PEOPLE)

    await organizer.create(series)
    await organizer.mail.deliver()

    assert await organizer.check() > 2


@pytest.mark.parametrize(("policy", "held"), [(GapPolicy.SHIFT_FORWARD, 5), (GapPolicy.SKIP, 4)])
async def test_dates_written_one_by_one_are_in_the_calendar(
    organizer: Organizer, policy: GapPolicy, held: int
) -> None:
    series = a_series(
        "FREQ=WEEKLY;COUNT=4",
        "2030-03-05T09:00:00",
        rdates=("2030-03-06T18:00:00", "2030-03-31T01:30:00"),
        exdates=("2030-03-12T09:00:00",),
        gap_policy=policy,
        invitees=PEOPLE,
    )
    await organizer.create(series)
    await organizer.mail.deliver()

    assert await organizer.check() == 2 * held


async def test_another_zone_release_is_told_with_the_zone_as_it_is_now(
    organizer: Organizer, db: Database, tmp_path: Path
) -> None:
    await organizer.create(weekly())
    await organizer.mail.deliver()
    newer = a_scheduler(db, zones=zones_where_lisbon_is_madrid(tmp_path, "2099z"))
    await newer.due.renew_zones()

    async def is_told() -> bool:
        return bool(await waiting(db))

    await run_timers(db, newer, is_told)

    by_message = CalendarProgram(read_by_vobject)
    for one in (*organizer.mail.mails[:1], (await waiting(db))[0]):
        by_message.take(one.calendar)
    now = await now_of(db, organizer.caller)
    expected = await planned(db, BO, now, LAST)
    assert (await waiting(db))[0].letter["changes"] == ["time_zones"]
    assert expected[0].start == utc("2030-03-05T08:00:00")
    assert by_message.shown(now, LAST) == expected


RULES = (
    "FREQ=DAILY;COUNT=9",
    "FREQ=WEEKLY;COUNT=8",
    "FREQ=WEEKLY;BYDAY=TU,SU;COUNT=9",
    "FREQ=WEEKLY;INTERVAL=2;UNTIL=20300601T000000Z",
    "FREQ=MONTHLY;BYDAY=-1SU;COUNT=5",
    "FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4",
    "FREQ=DAILY;INTERVAL=3",
)
ZONES = ("Europe/Lisbon", "America/New_York", "Asia/Tokyo", "Europe/Berlin")
HOURS = ("01:30:00", "02:30:00", "09:00:00", "23:45:00")


class Play:
    """A random sequence of what organizers do, and of mails that go out in between."""

    def __init__(self, organizer: Organizer, seed: int) -> None:
        self.organizer = organizer
        self.pick = random.Random(seed)
        self.meetings: list[MeetingId] = []
        self.splits = 0

    async def run(self, steps: int) -> int:
        await self.create()
        ones = [self.move_one, self.move_one, self.drop_one, self.retitle_one, self.split]
        wholes = [self.retime, self.retitle, self.repeat, self.people, self.unschedule]
        others = [self.create, self.cancel, self.delete, self.deliver, self.deliver, self.stumble]
        moves = [*ones, *wholes, *others]
        for _ in range(steps):
            # What the scheduler refuses changes nothing, and nobody is told.
            with suppress(DomainError):
                await self.pick.choice(moves)()
        await self.organizer.mail.deliver()
        return await self.organizer.check()

    async def create(self) -> None:
        if len(self.meetings) < 2:
            rule, start = self.pick.choice([*RULES, ""]), self.start()
            people = PEOPLE[: self.pick.randint(0, 2)]
            zone = self.pick.choice(ZONES)
            one = (
                a_series(rule, start, time_zone=zone, invitees=people)
                if rule
                else a_single(start, time_zone=zone, invitees=people)
            )
            self.meetings.append(await self.organizer.create(one))

    async def retime(self) -> None:
        await self.organizer.update(self.one(), start_time=self.start())

    async def retitle(self) -> None:
        await self.organizer.update(self.one(), title=self.title())

    async def repeat(self) -> None:
        rule = self.pick.choice(RULES)
        gap = self.pick.choice(["GAP_POLICY_SKIP", "GAP_POLICY_SHIFT_FORWARD"])
        recurrence = pb.Recurrence(rrule=rule, gap_policy=gap)
        await self.organizer.update(self.one(), recurrence=recurrence)

    async def people(self) -> None:
        emails = [one for one in (BO, CY) if self.pick.random() < 0.6]
        people = [pb.Invitee(email=one, channel="CHANNEL_EMAIL") for one in emails]
        await self.organizer.update(self.one(), invitees=people)

    async def unschedule(self) -> None:
        if self.pick.random() < 0.3:
            await self.organizer.update(self.one(), start_time="", recurrence=None)

    async def move_one(self) -> None:
        one = await self.occurrence()
        day = datetime.fromisoformat(one.civil_start) + timedelta(hours=self.pick.randint(-30, 30))
        start = self.pick.choice(["", day.isoformat()])
        await self.organizer.change(one, start_time=start)

    async def retitle_one(self) -> None:
        await self.organizer.change(await self.occurrence(), title=self.title())

    async def drop_one(self) -> None:
        await self.organizer.drop(await self.occurrence())

    async def split(self) -> None:
        if self.splits < 3:
            self.splits += 1
            name = f"mtg_split{self.pick.random()}"
            one = await self.occurrence()
            self.meetings.append(await self.organizer.split(one, name, title=self.title()))

    async def cancel(self) -> None:
        if self.pick.random() < 0.3:
            await self.organizer.cancel(self.one())

    async def delete(self) -> None:
        if self.pick.random() < 0.3:
            meeting = self.one()
            await self.organizer.scheduler.meetings.delete(self.organizer.caller, meeting, "")
            self.meetings.remove(meeting)

    async def deliver(self) -> None:
        only = self.pick.choice([None, [BO], [CY]])
        await self.organizer.mail.deliver(only)

    async def stumble(self) -> None:
        """Mails come through, but their sender does not know it, or is still at it."""
        state = self.pick.choice(["QUEUED", "SENDING"])
        await self.organizer.mail.deliver(self.pick.choice([[BO], [CY]]), state)

    def one(self) -> MeetingId:
        if not self.meetings:
            raise Nothing
        return self.pick.choice(self.meetings)

    async def occurrence(self) -> Occurrence:
        found = await self.organizer.planned(self.one())
        if not found:
            raise Nothing
        return self.pick.choice(found[:12])

    def start(self) -> str:
        day = datetime(2030, 3, 1) + timedelta(days=self.pick.randrange(40))  # noqa: DTZ001
        return f"{day.date()}T{self.pick.choice(HOURS)}"

    def title(self) -> str:
        return f"Title {self.pick.randrange(3)}"


class Nothing(DomainError):
    def __init__(self) -> None:
        super().__init__("there is none")


# The later ones once found something.
@pytest.mark.parametrize("seed", [*range(6), 116, 134, 158, 160])
async def test_whatever_is_done_in_whatever_order_leaves_the_right_calendars(
    organizer: Organizer, seed: int
) -> None:
    await Play(organizer, seed).run(20)


async def test_the_random_sequences_tell_of_much(organizer: Organizer, db: Database) -> None:
    shown = await Play(organizer, 1).run(20)

    told = await notices(db)
    assert shown + len(told) > 3
    assert {one.state for one in told} >= {"SENT"}
