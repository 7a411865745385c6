"""People who want to hear nothing any more, or again; and those who are sent it once more."""

from collections.abc import Sequence

import pytest
from icalendar import Calendar

from common.db import Database
from common.principal import Principal
from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.channels.rendering import Renderer
from scheduler.domain.invitations import (
    HearsNothing,
    Invitation,
    InvitationDeclined,
    InvitationId,
    Response,
)
from scheduler.domain.meetings import MeetingId
from scheduler.domain.sending import Outcome, Verdict
from scheduler.domain.zones import packaged_zones
from scheduler.service.invitations import Said
from tests.support.notices import Collector, sends
from tests.support.planning import announced
from tests.support.schedulers import SchedulerHouse
from tests.support.services import a_caller
from tests.support.tellings import Told, a_single, an_invitee, gists, send_all, set_state, waiting

BO = "bo@example.com"
HOOK = "https://example.com/hooks"
AGAIN = Outcome(Verdict.AGAIN, "busy")


class Meeting:
    """One meeting to which Bo is invited, in the hands of its organizer."""

    def __init__(self, scheduler: SchedulerHouse, db: Database, caller: Principal) -> None:
        self.scheduler = scheduler
        self.db = db
        self.caller = caller
        self.id = MeetingId("")

    async def create(self, **changes: object) -> None:
        person = an_invitee(BO, **changes)
        view = await self.scheduler.meetings.create(self.caller, a_single(invitees=(person,)))
        self.id = view.meeting.id

    async def name(self, **changes: object) -> None:
        """Name Bo with these changes by a PATCH."""
        person = pb.Invitee(**({"name": "Bo", "email": BO} | changes))  # type: ignore[arg-type]
        await self.patch(invitees=[person])

    async def patch(self, **changes: object) -> None:
        draft = pb.MeetingDraft(**changes)  # type: ignore[arg-type]
        await self.scheduler.meetings.update(self.caller, self.id, draft, list(changes), "")

    async def invitation(self) -> Invitation:
        (held,), _ = await self.scheduler.invitations.list(self.caller, self.id, 10, "")
        return held.invitation

    async def resend(self) -> None:
        name = InvitationId((await self.invitation()).id)
        await self.scheduler.invitations.resend(self.caller, self.id, name)

    async def respond(self, response: Response) -> None:
        name = InvitationId((await self.invitation()).id)
        await self.scheduler.invitations.respond(self.caller, self.id, name, Said(response))


@pytest.fixture
def meeting(scheduler: SchedulerHouse, db: Database) -> Meeting:
    return Meeting(scheduler, db, a_caller(test=False))


def sequence_of(told: Told) -> int:
    (event,) = Calendar.from_ical(told.calendar).walk("VEVENT")
    return int(str(event["sequence"]))


def methods(told: Sequence[Told]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.channel, one.letter["calendar_method"]) for one in told]


async def test_who_wants_to_hear_nothing_any_more_gets_it_out_of_the_calendar(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()
    (invited,) = await send_all(db)

    await meeting.name(channel="CHANNEL_NONE")

    (told,) = await waiting(db)
    assert methods([told]) == [("CANCELLED", "EMAIL", "CANCEL")]
    assert (told.email, told.letter["changes"]) == (BO, ["withdrawn"])
    assert sequence_of(told) > sequence_of(invited)


async def test_a_webhook_that_was_told_is_told_of_the_end_too(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create(channel="WEBHOOK", address=HOOK)
    await send_all(db)

    await meeting.name(channel="CHANNEL_NONE")

    assert methods(await waiting(db)) == [("CANCELLED", "WEBHOOK", "CANCEL")]


async def test_who_never_heard_of_it_hears_nothing_of_its_end(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()

    await meeting.name(channel="CHANNEL_NONE")

    assert await gists(db) == []


async def test_whoever_was_silent_and_stays_so_hears_of_nothing(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()
    await send_all(db)
    await meeting.name(channel="CHANNEL_NONE")
    await send_all(db)

    await meeting.patch(start_time="2030-12-03T11:00:00")
    await meeting.name(channel="CHANNEL_NONE", name="Bob")

    assert await gists(db) == []


async def test_who_wants_to_hear_again_is_invited_anew_and_later_than_it_was_taken_out(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()
    await send_all(db)
    await meeting.name(channel="CHANNEL_NONE")
    (out,) = await send_all(db)

    await meeting.name(channel="CHANNEL_EMAIL")

    (told,) = await waiting(db)
    assert methods([told]) == [("INVITED", "EMAIL", "REQUEST")]
    assert sequence_of(told) > sequence_of(out)


@pytest.mark.parametrize("change", ["silenced", "removed"])
async def test_the_message_does_not_say_that_the_meeting_is_off(
    meeting: Meeting, db: Database, change: str
) -> None:
    await meeting.create()
    mails = Collector()
    await sends(db, mails)
    if change == "silenced":
        await meeting.name(channel="CHANNEL_NONE")
    else:
        await meeting.patch(invitees=[])

    await sends(db, mails)

    text = Renderer(packaged_zones()).render(mails.sent[1].notice).text
    assert "You are no longer invited to this meeting, or chose not to hear of it." in text
    assert "will not take place" not in text


async def test_what_is_sent_again_while_it_waits_goes_out_once(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()

    await meeting.resend()
    await meeting.resend()

    assert await gists(db) == [("INVITED", BO)]
    mails = Collector()
    await sends(db, mails)
    assert len(mails.sent) == 1


async def test_what_is_sent_again_while_it_is_on_its_way_is_not_written_twice(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()
    (told,) = await waiting(db)
    await set_state(db, [told.id], "SENDING")

    await meeting.resend()

    assert await gists(db) == []


async def test_what_waits_for_its_next_attempt_is_tried_at_once_when_it_is_sent_again(
    meeting: Meeting, db: Database
) -> None:
    await meeting.create()
    mails = Collector(AGAIN)
    await sends(db, mails)
    assert await sends(db, mails) == []

    await meeting.resend()

    assert len(await sends(db, mails)) == 1
    assert len({one.notice.id for one in mails.sent}) == 1


async def test_what_was_sent_is_sent_once_more(meeting: Meeting, db: Database) -> None:
    await meeting.create()
    await send_all(db)

    await meeting.resend()

    assert await gists(db) == [("INVITED", BO)]


async def test_who_declined_is_not_sent_it_once_more(meeting: Meeting, db: Database) -> None:
    await meeting.create()
    await send_all(db)
    await meeting.respond(Response.DECLINED)

    with pytest.raises(InvitationDeclined, match="has declined"):
        await meeting.resend()

    assert await gists(db) == []
    await meeting.respond(Response.TENTATIVE)
    await meeting.resend()
    assert await gists(db) == [("INVITED", BO)]


async def test_who_hears_nothing_is_not_sent_it_once_more(meeting: Meeting, db: Database) -> None:
    await meeting.create(channel="NONE")

    with pytest.raises(HearsNothing, match="channel NONE"):
        await meeting.resend()


async def roles_told(db: Database) -> list[str]:
    told = await announced(db, facts.InvitationRoleChanged)
    return [shared.Role.Name(one.role) for one in told]


async def test_a_new_role_is_told_to_whom_links_let_in(meeting: Meeting, db: Database) -> None:
    await meeting.create()
    await meeting.name(channel="CHANNEL_EMAIL", role=shared.ROLE_OBSERVER)
    await meeting.patch(title="Other")
    await meeting.patch(host_roles=[shared.HostRole(email=BO, role=shared.ROLE_CO_HOST)])
    await meeting.patch(host_roles=[])

    (fact, *_) = await announced(db, facts.InvitationRoleChanged)
    assert fact.invitation_id == (await meeting.invitation()).id
    assert await roles_told(db) == ["ROLE_OBSERVER", "ROLE_CO_HOST", "ROLE_OBSERVER"]


async def test_who_is_invited_again_has_the_role_of_now(meeting: Meeting, db: Database) -> None:
    await meeting.create(role="CO_HOST")
    await meeting.patch(invitees=[])
    assert await roles_told(db) == []

    await meeting.name(role=shared.ROLE_PARTICIPANT)

    assert await roles_told(db) == ["ROLE_PARTICIPANT"]
