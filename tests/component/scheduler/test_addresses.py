"""Where people may be told: refused as a meeting is written, unless it is stored already."""

from dataclasses import replace

import pytest

from common.addresses import AddressRules
from common.db import Database
from common.errors import InvalidInput
from common.ids import new_id
from common.principal import Principal
from convene.scheduler.v1 import meeting_pb2 as pb
from convene.scheduler.v1 import templates_pb2
from scheduler.domain.definitions import Invitee, Stakeholder, WebPush
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import OccurrenceId
from scheduler.service.announcing import View
from scheduler.service.splitting import SplitOrder
from scheduler.service.templates import Templates, draft_of
from scheduler.store import Store
from tests.support.planning import a_series
from tests.support.schedulers import SchedulerHouse, a_scheduler
from tests.support.tellings import a_single, an_invitee

BO, CY = "bo@example.com", "cy@example.com"
INSIDE = "https://10.0.0.1/hook"
BROWSER = WebPush("https://push.example.com/s3cret", "B" + "A" * 86, "A" * 22)
UNFIT = [
    ("WEBHOOK", {"address": INSIDE}, "address", "private or special"),
    ("WEBHOOK", {"address": "https://localhost/hook"}, "address", "private or special"),
    ("WEBHOOK", {"address": "https://169.254.169.254/"}, "address", "private or special"),
    ("WEBHOOK", {"address": "https://2130706433/"}, "address", "plain decimal"),
    ("WEBHOOK", {"address": "https://example.com:6379/"}, "address", "has port 6379"),
    ("WEBHOOK", {"address": "https://me:you@example.com/"}, "address", "user name"),
    ("WEBHOOK", {"address": "https://***"}, "address", "as it is shown"),
    ("PUSH", {"address": "jsons://10.0.0.1"}, "address", "one of these schemes"),
    ("PUSH", {"address": "slack://***"}, "address", "as it is shown"),
    ("PUSH", {"address": "ntfy://bo", "web_push": BROWSER}, "address", "beside web_push"),
    ("PUSH", {"web_push": replace(BROWSER, endpoint=INSIDE)}, "web_push.endpoint", "private"),
    ("PUSH", {"web_push": WebPush("https://push.x/***")}, "web_push.endpoint", "as it is shown"),
    ("PUSH", {"web_push": replace(BROWSER, p256dh="AAAA")}, "web_push.p256dh", "65 bytes"),
    ("PUSH", {"web_push": replace(BROWSER, auth="AAAA")}, "web_push.auth", "16 bytes"),
]


@pytest.fixture
def lenient(db: Database) -> SchedulerHouse:
    """As the service was when it took addresses that it takes no more."""
    return a_scheduler(db, rules=AddressRules(private=True))


def hooked(email: str, address: str = INSIDE) -> Invitee:
    return an_invitee(email, channel="WEBHOOK", address=address)


async def changed(
    scheduler: SchedulerHouse, caller: Principal, view: View, **changes: object
) -> View:
    draft = pb.MeetingDraft(**changes)  # type: ignore[arg-type]
    return await scheduler.meetings.update(caller, view.meeting.id, draft, list(changes), "")


async def stored(scheduler: SchedulerHouse, caller: Principal, view: View) -> list[str]:
    found = await scheduler.meetings.get(caller, view.meeting.id)
    return [one.address for one in found.meeting.definition.invitees]


@pytest.mark.parametrize(("channel", "where", "field", "why"), UNFIT)
async def test_who_cannot_be_told_is_refused_wherever_they_are_named(
    scheduler: SchedulerHouse,
    caller: Principal,
    channel: str,
    where: dict[str, object],
    field: str,
    why: str,
) -> None:
    person = an_invitee(CY, channel=channel, **where)
    wanted = a_single(invitees=(an_invitee(BO), person))
    view = await scheduler.meetings.create(caller, a_single())

    refusals = []
    for attempt in (
        scheduler.meetings.create(caller, wanted),
        scheduler.meetings.schedule(caller, wanted, dry_run=True),
        scheduler.invitations.add(caller, view.meeting.id, person, ""),
    ):
        with pytest.raises(InvalidInput, match=why) as refused:
            await attempt
        refusals.append((refused.value.reason, refused.value.field))

    named = ("ADDRESS_UNFIT", f"invitees[1].{field}")
    assert refusals == [named, named, ("ADDRESS_UNFIT", field)]
    assert await stored(scheduler, caller, view) == [""]


async def test_a_stakeholder_inside_is_refused(
    scheduler: SchedulerHouse, caller: Principal
) -> None:
    told = Stakeholder("Cy", CY, "WEBHOOK", INSIDE, "")

    with pytest.raises(InvalidInput) as refused:
        await scheduler.meetings.create(caller, a_single(stakeholders=(told,)))

    assert refused.value.field == "stakeholders[0].address"


async def test_a_template_takes_nobody_whom_its_meetings_would_refuse(
    db: Database, caller: Principal
) -> None:
    templates = Templates(Store(db), AddressRules())
    public, inside = "https://example.com/s3cret", "https://192.168.1.1/"
    person = pb.Invitee(email=BO, channel="CHANNEL_WEBHOOK", address=public)
    draft = templates_pb2.TemplateDraft(name="Mine", meeting={"invitees": [person]})
    made = await templates.create(caller, draft)
    person.address = "https://***"
    masked = templates_pb2.TemplateDraft(name="Mine", meeting={"invitees": [person]})
    person.address = inside
    within = templates_pb2.TemplateDraft(name="Mine", meeting={"invitees": [person]})

    await templates.update(caller, made.id, masked, ["meeting"], "")
    fields = []
    for attempt in (
        templates.create(caller, masked),
        templates.create(caller, within),
        templates.update(caller, made.id, within, ["meeting"], ""),
    ):
        with pytest.raises(InvalidInput) as refused:
            await attempt
        fields.append(refused.value.field)

    assert fields == ["template.meeting.invitees[0].address"] * 3
    kept = draft_of(await templates.get(caller, made.id))
    assert kept.invitees[0].address == public


async def test_who_is_stored_never_stands_in_the_way_of_another_change(
    lenient: SchedulerHouse, scheduler: SchedulerHouse, caller: Principal
) -> None:
    people = (hooked(BO), an_invitee(CY))
    told = (Stakeholder("Di", "di@example.com", "WEBHOOK", INSIDE, ""),)
    view = await lenient.meetings.create(caller, a_single(invitees=people, stakeholders=told))
    shown = scheduler.meetings.to_wire(view, caller)
    shown.invitees[0].name = "Bo B"

    await changed(scheduler, caller, view, title="Other", start_time="2030-12-04T09:00:00")
    await changed(scheduler, caller, view, invitees=shown.invitees)
    await scheduler.invitations.add(caller, view.meeting.id, an_invitee("ed@example.com"), "")

    assert await stored(scheduler, caller, view) == [INSIDE, "", ""]


async def test_a_series_with_somebody_stored_is_split(
    lenient: SchedulerHouse, scheduler: SchedulerHouse, caller: Principal
) -> None:
    series = a_series("FREQ=WEEKLY", "2030-03-04T09:00:00", invitees=(hooked(BO),))
    view = await lenient.meetings.create(caller, series)
    name = OccurrenceId(view.upcoming[1].id)
    order = SplitOrder(view.meeting.id, name, pb.MeetingDraft(), ())

    rest = await scheduler.splitting.split(caller, order, MeetingId(new_id("mtg")))

    assert await stored(scheduler, caller, rest) == [INSIDE]


async def test_somebody_stored_is_looked_at_again_when_they_are_told_elsewhere(
    lenient: SchedulerHouse, scheduler: SchedulerHouse, caller: Principal
) -> None:
    view = await lenient.meetings.create(caller, a_single(invitees=(hooked(BO),)))
    elsewhere = pb.Invitee(email=BO, channel="CHANNEL_WEBHOOK", address="https://10.0.0.2/")
    renamed = pb.Invitee(email=CY, channel="CHANNEL_WEBHOOK", address="https://***")

    for person in (elsewhere, renamed):
        with pytest.raises(InvalidInput) as refused:
            await changed(scheduler, caller, view, invitees=[person])
        assert refused.value.field == "invitees[0].address"

    assert await stored(scheduler, caller, view) == [INSIDE]
