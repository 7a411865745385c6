"""Who is told what of a meeting as it is planned, changed, cancelled and deleted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from icalendar import Calendar

from common.db import Database
from common.errors import InvalidInput
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.domain.definitions import Definition, HostRole, Policy, Telling
from scheduler.domain.meetings import MeetingId
from scheduler.service.announcing import View
from tests.support.planning import move_clock, utc
from tests.support.schedulers import SchedulerHouse
from tests.support.tellings import (
    a_single,
    an_invitee,
    gists,
    notices,
    send_all,
    set_state,
    waiting,
)

BO = "bo@example.com"
CY = "cy@example.com"


async def updated(
    scheduler: SchedulerHouse, caller: Principal, view: View, **changes: object
) -> View:
    """The meeting with these fields changed by a PATCH."""
    draft = pb.MeetingDraft(**changes)  # type: ignore[arg-type]
    return await scheduler.meetings.update(caller, view.meeting.id, draft, list(changes), "")


def invited(*emails: str) -> Sequence[pb.Invitee]:
    return [pb.Invitee(name=one, email=one, channel="CHANNEL_EMAIL") for one in emails]


def event_of(text: str) -> Any:
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    return event


async def test_who_is_named_is_invited_with_a_calendar_and_a_link_of_their_own(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    people = (
        an_invitee(BO),
        an_invitee(CY, role="CO_HOST"),
        an_invitee("no@x.org", channel="NONE"),
    )
    view = await scheduler.meetings.create(caller, a_single(invitees=people))

    bo, cy = await waiting(db)

    assert [bo.gist, cy.gist] == [("INVITED", BO), ("INVITED", CY)]
    assert bo.letter["join_url"] != cy.letter["join_url"]
    assert bo.letter["start_time"] == "2030-12-03T09:00:00+00:00"
    assert bo.expires_at <= utc("2030-12-03T09:30:00")
    event = event_of(cy.calendar)
    assert event["uid"] == f"{view.meeting.id}@meet.example"
    assert event["attendee"] == f"mailto:{CY}"
    assert event["attendee"].params["ROLE"] == "CHAIR"
    assert event["attendee"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["organizer"] == "mailto:meetings@meet.example"
    assert event["url"] == cy.letter["join_url"]
    assert event["sequence"] == 0
    assert Calendar.from_ical(cy.calendar)["method"] == cy.letter["calendar_method"] == "REQUEST"


async def test_a_host_who_is_invited_has_a_link_of_a_host(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    await scheduler.meetings.create(
        caller, a_single(host_roles=(HostRole("BO@example.com", "HOST"),))
    )

    (bo,) = await waiting(db)

    assert bo.letter["role"] == "HOST"


async def test_a_moved_meeting_is_told_with_the_next_sequence_and_the_time_it_was(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00")

    (told,) = await waiting(db)
    assert told.gist == ("UPDATED", BO)
    assert told.letter["changes"] == ["start_time"]
    assert told.letter["previous_start_time"] == "2030-12-03T09:00:00+00:00"
    assert event_of(told.calendar)["sequence"] == 1
    assert event_of(told.calendar).decoded("dtstart") == utc("2030-12-03T11:00:00")


async def test_another_title_is_told_under_the_same_sequence(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await updated(scheduler, caller, view, title="Second thoughts")

    (told,) = await waiting(db)
    assert told.gist == ("UPDATED", BO)
    assert event_of(told.calendar)["sequence"] == 0
    assert told.letter["previous_start_time"] is None


async def test_what_no_calendar_shows_is_told_to_nobody(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await updated(scheduler, caller, view, tags=["red"])

    assert await waiting(db) == []


async def test_two_moves_in_a_row_are_one_message_with_the_newest_sequence(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00")
    await updated(scheduler, caller, view, start_time="2030-12-03T12:00:00", title="Noon")

    (told,) = await waiting(db)
    assert event_of(told.calendar)["sequence"] == 2
    assert told.letter["previous_start_time"] == "2030-12-03T09:00:00+00:00"
    assert sorted(told.letter["changes"]) == ["start_time", "title"]


async def test_a_move_there_and_back_before_anything_went_out_is_told_to_nobody(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00")
    await updated(scheduler, caller, view, start_time="2030-12-03T09:00:00")

    assert await waiting(db) == []


async def test_a_move_before_the_invitation_went_out_is_one_invitation(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())

    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00")

    (told,) = await waiting(db)
    assert told.gist == ("INVITED", BO)
    assert event_of(told.calendar).decoded("dtstart") == utc("2030-12-03T11:00:00")


async def test_who_was_invited_and_cancelled_before_anything_went_out_hears_nothing(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())

    await scheduler.meetings.cancel(caller, view.meeting.id, "no", "")

    assert [one.state for one in await notices(db)] == ["DROPPED"]


@pytest.mark.parametrize("on_its_way", ["SENDING", "QUEUED"])
async def test_an_invitation_that_may_have_been_read_is_cancelled_by_a_message(
    scheduler: SchedulerHouse, db: Database, caller: Principal, on_its_way: str
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await set_state(db, [one.id for one in await waiting(db)], on_its_way, attempts=1)

    await scheduler.meetings.cancel(caller, view.meeting.id, "ill", "")

    (told,) = await waiting(db)
    assert told.gist == ("CANCELLED", BO)
    assert told.letter["reason"] == "ill"
    assert told.letter["calendar_method"] == Calendar.from_ical(told.calendar)["method"] == "CANCEL"
    event = event_of(told.calendar)
    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)


async def test_an_invitation_that_failed_is_no_reason_to_tell_of_a_cancellation(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await set_state(db, [one.id for one in await waiting(db)], "FAILED")

    await scheduler.meetings.cancel(caller, view.meeting.id, "", "")

    assert await waiting(db) == []


async def test_cancelling_twice_tells_once(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await scheduler.meetings.cancel(caller, view.meeting.id, "", "")
    await scheduler.meetings.cancel(caller, view.meeting.id, "", "")

    assert await gists(db) == [("CANCELLED", BO)]


async def test_who_is_added_is_invited_and_who_is_left_out_is_told_so(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await updated(scheduler, caller, view, invitees=invited(CY))

    assert sorted(await gists(db)) == [("CANCELLED", BO), ("INVITED", CY)]


async def test_who_is_left_out_and_invited_again_at_once_hears_nothing(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    (first,) = await send_all(db)
    await updated(scheduler, caller, view, invitees=[])

    await updated(scheduler, caller, view, invitees=invited(BO.upper()))

    assert await waiting(db) == []
    held, _ = await scheduler.invitations.list(caller, view.meeting.id, 0, "")
    assert [one.invitation.id for one in held] == [first.invitation_id]


async def test_what_waits_follows_who_is_told_elsewhere_now(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())

    person = pb.Invitee(email=BO, channel="CHANNEL_WEBHOOK", address="https://x.org/hook")
    await updated(scheduler, caller, view, invitees=[person])

    (told,) = await waiting(db)
    assert (told.kind, told.channel) == ("INVITED", "WEBHOOK")


async def test_who_was_told_to_stay_away_is_invited_anew(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)
    await updated(scheduler, caller, view, invitees=[])
    await send_all(db)

    await updated(scheduler, caller, view, invitees=invited(BO))

    assert await gists(db) == [("INVITED", BO)]


async def test_nobody_hears_of_a_meeting_whose_policy_tells_nobody_until_it_does(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    quiet = Policy(invitations=Telling.NONE)
    view = await scheduler.meetings.create(caller, a_single(policy=quiet))
    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00")
    assert await notices(db) == []

    await updated(scheduler, caller, view, policy={"invitations": "INVITATION_POLICY_SEND"})

    assert await gists(db) == [("INVITED", BO)]


async def test_a_meeting_without_a_time_is_told_without_a_calendar_and_gets_one_with_its_time(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single("", time_zone=""))
    (first,) = await send_all(db)

    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00", time_zone="UTC")
    (second,) = await send_all(db)
    await updated(scheduler, caller, view, start_time="")
    (third,) = await send_all(db)

    assert (first.calendar, first.letter["start_time"]) == ("", None)
    assert (second.kind, second.letter["calendar_method"]) == ("UPDATED", "REQUEST")
    assert (third.kind, third.letter["calendar_method"]) == ("UPDATED", "CANCEL")
    sequences = [event_of(one.calendar)["sequence"] for one in (second, third)]
    assert sequences[0] < sequences[1]


async def test_nobody_hears_of_what_is_over(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)
    await move_clock(db, caller, utc("2030-12-03T10:00:00"))

    await updated(scheduler, caller, view, title="Too late")
    await scheduler.meetings.cancel(caller, view.meeting.id, "", "")

    assert await waiting(db) == []


async def test_a_deleted_meeting_is_cancelled_to_who_was_invited_and_all_else_of_it_erased(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    view = await scheduler.meetings.create(caller, a_single())
    await send_all(db)

    await scheduler.meetings.delete(caller, view.meeting.id, "")

    (told,) = await notices(db)
    assert told.gist == ("CANCELLED", BO)
    assert event_of(told.calendar)["status"] == "CANCELLED"


async def test_notices_of_a_test_key_are_marked_so(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    await scheduler.meetings.create(caller, a_single())
    await scheduler.meetings.create(replace(caller, test=False), a_single())

    assert [one.test for one in await waiting(db)] == [True, False]


async def test_a_thousand_people_are_invited_in_three_statements(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    people = tuple(an_invitee(f"p{place}@example.com") for place in range(1000))

    view = await scheduler.meetings.create(caller, a_single(invitees=people))
    await send_all(db)
    await updated(scheduler, caller, view, start_time="2030-12-03T11:00:00")

    told = await waiting(db)
    assert len({one.letter["join_url"] for one in told}) == 1000
    assert {one.kind for one in told} == {"UPDATED"}


@pytest.mark.parametrize(
    ("people", "field"),
    [
        ((an_invitee(BO), an_invitee("Bo@Example.com")), "invitees[1].email"),
        ((an_invitee(BO, channel="PUSH"),), "invitees[0].address"),
        ((an_invitee(BO, channel="WEBHOOK", address="http://x.org"),), "invitees[0].address"),
        ((an_invitee(BO, address="https://x.org"),), "invitees[0].address"),
        ((an_invitee(BO, channel="PUSH", address="nonsense"),), "invitees[0].address"),
    ],
)
async def test_who_is_named_wrongly_is_refused_by_the_field(
    scheduler: SchedulerHouse,
    db: Database,
    caller: Principal,
    people: Sequence[object],
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        await scheduler.meetings.create(caller, a_single(invitees=people))

    assert refused.value.field == field
    assert await notices(db) == []


async def test_an_address_is_not_shown_and_stays_when_its_shown_form_comes_back(
    scheduler: SchedulerHouse, db: Database, caller: Principal
) -> None:
    person = an_invitee(BO, channel="WEBHOOK", address="https://example.com/hooks/secret")
    view = await scheduler.meetings.create(caller, a_single(invitees=(person,)))
    shown = scheduler.meetings.to_wire(view, caller).invitees[0]
    assert shown.address == "https://***"

    shown.name = "Bo B"
    await updated(scheduler, caller, view, invitees=[shown])

    kept = await scheduler.meetings.get(caller, MeetingId(view.meeting.id))
    assert kept.meeting.definition.invitees[0] == replace(person, name="Bo B")


def test_a_meeting_before_this_release_has_what_this_release_added() -> None:
    assert Definition("old").policy.reminders == (600,)
