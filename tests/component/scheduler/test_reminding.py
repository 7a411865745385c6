"""Reminders, calls to a meeting that has begun, and summaries: who hears of them, and how often."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from common.db import Database
from common.principal import Principal, service_principal
from common.timers import Timer, Timers
from convene.scheduler.v1 import meeting_pb2 as pb
from convene.session.v1.session_pb2 import Session
from scheduler.domain.codes import UnknownCode
from scheduler.domain.definitions import Policy, Stakeholder, Telling
from scheduler.domain.invitations import InvitationId, Response
from scheduler.domain.meetings import MeetingId
from scheduler.service.invitations import Said
from scheduler.service.occurrences import OccurrenceEdit
from scheduler.service.planner import REMIND
from scheduler.service.reminding import LIVE
from tests.support.eventually import eventually
from tests.support.planning import a_series, move_clock, utc
from tests.support.schedulers import SchedulerHouse
from tests.support.tellings import Told, a_single, an_invitee, notices, send_all, waiting

BO, CY = "bo@example.com", "cy@example.com"


class Town:
    """One meeting and the time that passes over it."""

    def __init__(self, scheduler: SchedulerHouse, db: Database, caller: Principal) -> None:
        self.scheduler = scheduler
        self.db = db
        self.caller = caller
        self.meeting_id = MeetingId("")

    async def meet(self, definition: Any) -> None:
        self.meeting_id = (await self.scheduler.meetings.create(self.caller, definition)).meeting.id
        await send_all(self.db)

    async def timers(self, kind: str) -> list[Timer]:
        async with self.db.begin_system() as connection:
            rows = await connection.execute(
                text("select * from timers where kind = :kind order by due_at"), {"kind": kind}
            )
            return [
                Timer(
                    one.workspace_id,
                    one.key,
                    one.kind,
                    one.due_at,
                    one.payload,
                    0,
                    "",
                    "",
                )
                for one in rows.all()
            ]

    async def due(self, kind: str) -> list[str]:
        return [f"{one.due_at:%d %H:%M:%S}" for one in await self.timers(kind)]

    async def until(self, written: str) -> None:
        """Let time pass, and whatever is due by then happen."""
        await move_clock(self.db, self.caller, utc(written))
        self.db.armed.set()
        firings = {**self.scheduler.firings, **self.scheduler.reminding.firings()}

        async def nothing_is_due() -> bool:
            async with self.db.begin_system() as connection:
                rows = await connection.execute(
                    text("select 1 from timers where due_at <= convene_now(workspace_id)")
                )
                return rows.first() is None

        async with asyncio.TaskGroup() as tasks:
            running = tasks.create_task(Timers(self.db, firings).run())
            try:
                await eventually(nothing_is_due)
            finally:
                running.cancel()

    async def told(self, kind: str) -> list[Told]:
        return [one for one in await notices(self.db) if one.kind == kind]

    async def readers(self, kind: str) -> list[str]:
        return sorted(one.email for one in await self.told(kind) if one.state == "QUEUED")

    async def invitation(self, email: str) -> InvitationId:
        held, _ = await self.scheduler.invitations.list(self.caller, self.meeting_id, 0, "")
        return next(one.invitation.id for one in held if one.invitation.person.email == email)

    async def decline(self, email: str) -> None:
        one = await self.invitation(email)
        said = Said(Response.DECLINED)
        await self.scheduler.invitations.respond(self.caller, self.meeting_id, one, said)

    async def begin(self, session_id: str, *present: str) -> None:
        """Somebody is in a session of the meeting, and so are those who came by their links."""
        mine = service_principal("scheduler", self.caller.workspace_id, test=True)
        session = Session(id=session_id, meeting_id=self.meeting_id)
        await self.scheduler.runs.session_started(mine, session)
        names = [await self.invitation(one) for one in present]
        self.scheduler.others.presence[session_id] = frozenset(names)
        await self.scheduler.reminding.session_began(mine, self.meeting_id, session_id)

    async def summarise(self, session_id: str, words: str) -> None:
        mine = service_principal("scheduler", self.caller.workspace_id, test=True)
        self.scheduler.others.summaries[session_id] = words
        await self.scheduler.reminding.summary_is_there(mine, self.meeting_id, session_id)


@pytest.fixture
def town(scheduler: SchedulerHouse, db: Database, caller: Principal) -> Town:
    return Town(scheduler, db, caller)


async def test_everybody_is_reminded_at_their_own_offsets_and_each_once(town: Town) -> None:
    people = (
        an_invitee(BO, reminders_seconds=(3600, 60)),
        an_invitee(CY),
        an_invitee("no@example.com", channel="NONE"),
    )
    await town.meet(a_single(invitees=people))
    assert await town.due(REMIND) == ["03 08:00:00"]

    await town.until("2030-12-03T08:00:00")
    assert await town.readers("REMINDER") == [BO]
    assert await town.due(REMIND) == ["03 08:50:00"]
    await town.until("2030-12-03T08:50:00")
    assert await town.readers("REMINDER") == [BO, CY]
    await town.until("2030-12-03T08:59:00")

    assert await town.readers("REMINDER") == [BO, BO, CY]
    last = (await town.told("REMINDER"))[-1]
    assert last.letter["start_time"] == "2030-12-03T09:00:00+00:00"
    assert last.letter["join_url"]
    assert last.letter["calendar_text"] == ""
    assert last.expires_at <= utc("2030-12-03T09:30:00")


async def test_a_moved_meeting_is_reminded_of_at_its_new_time_alone(town: Town) -> None:
    await town.meet(a_single())

    draft = pb.MeetingDraft(start_time="2030-12-03T11:00:00")
    await town.scheduler.meetings.update(town.caller, town.meeting_id, draft, ["start_time"], "")

    assert await town.due(REMIND) == ["03 10:50:00"]
    await town.until("2030-12-03T08:50:00")
    assert await town.readers("REMINDER") == []
    await town.until("2030-12-03T10:50:00")
    assert await town.readers("REMINDER") == [BO]


async def test_a_reminder_that_waits_to_be_sent_is_dropped_when_its_occurrence_moves(
    town: Town,
) -> None:
    people = (an_invitee(BO),)
    await town.meet(a_series("FREQ=DAILY;COUNT=2", "2030-12-03T09:00:00", invitees=people))
    await town.until("2030-12-03T08:50:00")
    found, _ = await town.scheduler.occurrences.list(town.caller, town.meeting_id, 10, "")

    edit = OccurrenceEdit(pb.OccurrenceDraft(start_time="2030-12-03T15:00:00"), ["start_time"])
    first = found[0].occurrence
    await town.scheduler.occurrences.change(town.caller, town.meeting_id, first.id, edit)

    assert [one.state for one in await town.told("REMINDER")] == ["DROPPED"]
    await town.until("2030-12-03T14:50:00")
    assert await town.readers("REMINDER") == [BO]


async def test_a_cancelled_meeting_reminds_nobody(town: Town) -> None:
    await town.meet(a_single())

    await town.scheduler.meetings.cancel(town.caller, town.meeting_id, "", "")

    assert await town.due(REMIND) == []


async def test_a_meeting_sooner_than_its_reminder_is_not_reminded_of(
    town: Town, db: Database, caller: Principal
) -> None:
    await move_clock(db, caller, utc("2030-12-03T08:55:00"))

    await town.meet(a_single())

    assert await town.due(REMIND) == []


async def test_a_replica_that_comes_late_reminds_of_what_is_next_and_not_twice(town: Town) -> None:
    people = (an_invitee(BO, reminders_seconds=(3600, 60)),)
    await town.meet(a_single(invitees=people))

    await town.until("2030-12-03T08:59:00")

    assert await town.readers("REMINDER") == [BO]


@pytest.mark.parametrize(
    "policy", [Policy(reminders=()), Policy(invitations=Telling.NONE)], ids=["none", "silent"]
)
async def test_a_policy_without_reminders_arms_none(town: Town, policy: Policy) -> None:
    await town.meet(a_single(policy=policy))

    assert await town.due(REMIND) == []


async def test_who_declined_is_neither_reminded_nor_called(town: Town) -> None:
    await town.meet(a_single(invitees=(an_invitee(BO), an_invitee(CY))))
    await town.decline(BO)

    await town.until("2030-12-03T08:50:00")
    await town.begin("ses_1")
    await town.until("2030-12-03T08:52:00")

    assert await town.readers("REMINDER") == [CY]
    assert await town.readers("LIVE") == [CY]


async def test_a_firing_for_a_time_that_is_no_more_reminds_nobody(town: Town) -> None:
    await town.meet(a_single())
    (timer,) = await town.timers(REMIND)
    draft = pb.MeetingDraft(start_time="2030-12-03T11:00:00")
    await town.scheduler.meetings.update(town.caller, town.meeting_id, draft, ["start_time"], "")

    await town.scheduler.reminding.remind(town.caller, timer)

    assert await town.readers("REMINDER") == []


async def test_who_is_not_there_a_minute_after_it_began_is_called_once(town: Town) -> None:
    await town.meet(a_single(invitees=(an_invitee(BO), an_invitee(CY))))
    await town.until("2030-12-03T08:55:00")
    await send_all(town.db)

    await town.begin("ses_1", BO)
    await town.until("2030-12-03T08:57:00")
    await town.begin("ses_1", BO)
    await town.until("2030-12-03T08:59:00")

    assert await town.readers("LIVE") == [CY]


async def test_nobody_is_called_to_a_session_that_is_over(town: Town) -> None:
    await town.meet(a_single())
    await town.begin("ses_1")
    mine = service_principal("scheduler", town.caller.workspace_id, test=True)
    await town.scheduler.runs.session_over(mine, town.meeting_id, "ses_1")

    soon = datetime.now(UTC) + timedelta(minutes=2)
    await town.until(soon.replace(tzinfo=None).isoformat())

    assert await town.due(LIVE) == []
    assert await town.readers("LIVE") == []


async def test_a_summary_goes_to_stakeholders_once_without_a_link_to_join(town: Town) -> None:
    boss = Stakeholder("Di", "di@example.com", "EMAIL", "", "de")
    await town.meet(a_single(stakeholders=(boss,)))

    await town.summarise("ses_1", "We agreed.")
    await town.summarise("ses_1", "We agreed.")

    (told,) = await town.told("SUMMARY")
    assert (told.email, told.invitation_id) == ("di@example.com", "")
    assert (told.letter["summary"], told.letter["join_url"]) == ("We agreed.", "")


async def test_a_summary_goes_to_invitees_where_the_policy_says_so(town: Town) -> None:
    also = Stakeholder("Bo", "BO@example.com", "EMAIL", "", "")
    await town.meet(
        a_single(
            invitees=(an_invitee(BO), an_invitee(CY)),
            stakeholders=(also,),
            policy=Policy(summary_to_invitees=True),
        )
    )

    await town.summarise("ses_1", "We agreed.")

    assert sorted(one.email for one in await waiting(town.db)) == ["BO@example.com", CY]


async def test_what_was_told_of_a_deleted_meeting_is_erased_once_the_last_is_sent(
    town: Town,
) -> None:
    await town.meet(a_single())
    await town.scheduler.meetings.delete(town.caller, town.meeting_id, "")
    assert [one.kind for one in await notices(town.db)] == ["CANCELLED"]
    await send_all(town.db)

    soon = datetime.now(UTC) + timedelta(minutes=20)
    await town.until(soon.replace(tzinfo=None).isoformat())

    assert await notices(town.db) == []


def code_in(told: Told) -> str:
    """The code by which the reader of a message opts out."""
    url: str = told.letter["unsubscribe_url"]
    assert url.startswith("https://meet.example/u/")
    return url.rpartition("/")[2]


async def test_who_opts_out_by_a_reminder_hears_of_changes_alone(town: Town) -> None:
    people = (an_invitee(BO, reminders_seconds=(3600, 60)), an_invitee(CY))
    await town.meet(
        a_single(
            invitees=people,
            policy=Policy(reminders=(3600, 60), summary_to_invitees=True),
        )
    )
    await town.until("2030-12-03T08:00:00")
    code = code_in(next(one for one in await town.told("REMINDER") if one.email == BO))
    await send_all(town.db)

    await town.scheduler.opt_outs.put(code, opted_out=True)
    await town.until("2030-12-03T08:59:00")
    assert await town.readers("REMINDER") == [CY]
    await town.begin("ses_1")
    await town.until("2030-12-03T09:05:00")
    assert await town.readers("LIVE") == [CY]
    await town.summarise("ses_1", "We agreed.")
    assert await town.readers("SUMMARY") == [CY]

    draft = pb.MeetingDraft(title="Other")
    await town.scheduler.meetings.update(town.caller, town.meeting_id, draft, ["title"], "")
    assert await town.readers("UPDATED") == [BO, CY]


async def test_who_opted_out_can_take_it_back(town: Town) -> None:
    await town.meet(a_single(policy=Policy(reminders=(3600, 60))))
    await town.until("2030-12-03T08:00:00")
    (told,) = await town.told("REMINDER")
    await send_all(town.db)
    opt_outs = town.scheduler.opt_outs

    await opt_outs.put(code_in(told), opted_out=True)
    await opt_outs.put(code_in(told), opted_out=True)
    assert (await opt_outs.get(code_in(told))).opted_out
    await opt_outs.put(code_in(told), opted_out=False)

    assert not (await opt_outs.get(code_in(told))).opted_out
    await town.until("2030-12-03T08:59:00")
    assert await town.readers("REMINDER") == [BO]


async def test_a_stakeholder_opts_out_of_summaries_too(town: Town) -> None:
    await town.meet(a_single(invitees=(), stakeholders=(a_stakeholder(CY),)))
    await town.summarise("ses_1", "We agreed.")
    (told,) = await send_all(town.db)

    await town.scheduler.opt_outs.put(code_in(told), opted_out=True)
    await town.summarise("ses_2", "We agreed again.")

    assert await town.readers("SUMMARY") == []
    assert (await town.scheduler.opt_outs.get(code_in(told), "es")).language == "de"


async def test_a_link_to_opt_out_is_good_for_its_meeting_as_long_as_that_is_there(
    town: Town,
) -> None:
    await town.meet(a_single(policy=Policy(reminders=(3600,))))
    await town.until("2030-12-03T08:00:00")
    (told,) = await town.told("REMINDER")
    await town.scheduler.meetings.delete(town.caller, town.meeting_id, "")

    for code in (code_in(told), "x" + code_in(told)):
        with pytest.raises(UnknownCode):
            await town.scheduler.opt_outs.put(code, opted_out=True)


def a_stakeholder(email: str) -> Stakeholder:
    return Stakeholder("Cy", email, "EMAIL", "", "de")
