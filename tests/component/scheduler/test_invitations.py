"""Invitations over real gRPC and PostgreSQL: asking, taking back, and every way to answer."""

import asyncio
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest
from grpc import StatusCode, aio
from icalendar import Calendar
from sqlalchemy import text

from common import rpc
from common.db import Database
from common.errors import NotFound
from common.principal import Principal
from convene.common.v1 import meeting_pb2 as shared
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import invitation_pb2, meeting_pb2
from convene.scheduler.v1 import invitations_pb2 as pb
from convene.scheduler.v1.invitations_pb2_grpc import (
    InvitationServiceStub,
    add_InvitationServiceServicer_to_server,
)
from scheduler.domain.definitions import Definition
from scheduler.domain.invitations import Answer, InvitationId, Response
from scheduler.domain.meetings import MeetingId
from scheduler.domain.occurrences import OccurrenceId
from scheduler.service.occurrences import OccurrenceEdit
from scheduler.store import Store
from tests.support.eventually import eventually
from tests.support.planning import a_series, announced, move_clock, utc
from tests.support.schedulers import SchedulerHouse
from tests.support.services import a_caller, metadata, served
from tests.support.tellings import Told, a_single, an_invitee, gists, send_all, waiting

NAME = "convene.scheduler.v1.InvitationService"
BO, CY = "bo@example.com", "cy@example.com"
ACCEPTED = invitation_pb2.INVITATION_RESPONSE_ACCEPTED
DECLINED = invitation_pb2.INVITATION_RESPONSE_DECLINED
TENTATIVE = invitation_pb2.INVITATION_RESPONSE_TENTATIVE
NEEDS_ACTION = invitation_pb2.INVITATION_RESPONSE_NEEDS_ACTION


class Api:
    """The calls as one caller makes them, about one meeting."""

    def __init__(self, channel: aio.Channel, caller: Principal, scheduler: SchedulerHouse) -> None:
        self.stub = InvitationServiceStub(channel)
        self.mine = metadata(caller)
        self.caller = caller
        self.scheduler = scheduler
        self.meeting_id = MeetingId("")

    async def meet(self, definition: Definition | None = None) -> None:
        view = await self.scheduler.meetings.create(self.caller, definition or a_single())
        self.meeting_id = view.meeting.id

    async def invite(self, email: str, **changes: object) -> invitation_pb2.Invitation:
        person = meeting_pb2.Invitee(email=email, channel="CHANNEL_EMAIL", **changes)  # type: ignore[arg-type]
        request = pb.CreateInvitationRequest(meeting_id=self.meeting_id, invitation=person)
        return (await self.stub.CreateInvitation(request, metadata=self.mine)).invitation

    async def listed(self) -> list[invitation_pb2.Invitation]:
        request = pb.ListInvitationsRequest(meeting_id=self.meeting_id)
        return list((await self.stub.ListInvitations(request, metadata=self.mine)).items)

    async def remove(self, invitation_id: str) -> None:
        request = pb.DeleteInvitationRequest(
            meeting_id=self.meeting_id, invitation_id=invitation_id
        )
        await self.stub.DeleteInvitation(request, metadata=self.mine)

    async def respond(
        self, response: invitation_pb2.InvitationResponse, occurrence_id: str = ""
    ) -> invitation_pb2.Invitation:
        (one, *_) = await self.listed()
        request = pb.RespondInvitationRequest(
            meeting_id=self.meeting_id,
            invitation_id=one.id,
            response=response,
            comment="perhaps late",
            occurrence_id=occurrence_id,
        )
        return (await self.stub.RespondInvitation(request, metadata=self.mine)).invitation

    async def mail(self, content: bytes) -> pb.ReceiveMailResponse:
        return await self.stub.ReceiveMail(
            pb.ReceiveMailRequest(content=content), metadata=self.mine
        )

    async def reply(self, code: str, response: invitation_pb2.InvitationResponse) -> None:
        await self.stub.SendReply(pb.SendReplyRequest(code=code, response=response))


@pytest.fixture
async def api(scheduler: SchedulerHouse, caller: Principal) -> AsyncIterator[Api]:
    servicer = rpc.Servicer(
        add_InvitationServiceServicer_to_server, scheduler.invitations_rpc, NAME
    )
    async with served(servicer) as channel:
        yield Api(channel, caller, scheduler)


def code_of(told: Told) -> str:
    url: str = told.letter["respond_url"]
    return url.rpartition("/")[2]


def a_reply(told: Told, partstat: str, **changes: str) -> bytes:
    """The mail that a calendar program sends back to an invitation."""
    calendar = Calendar.from_ical(told.calendar)
    event = calendar.walk("VEVENT")[0]
    fields = {
        "attendee": f"ATTENDEE;PARTSTAT={partstat}:MAILTO:{told.email.upper()}",
        "uid": f"UID:{event['uid']}",
        "sequence": f"SEQUENCE:{event['sequence']}",
        "stamp": "DTSTAMP:20251202T080000Z",
        "comment": "COMMENT:on my way",
    } | changes
    text = "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", "METHOD:REPLY", "BEGIN:VEVENT"]
        + [line for line in fields.values() if line]
        + ["END:VEVENT", "END:VCALENDAR", ""]
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = told.email, "meetings@meet.example", "Accepted"
    mail.set_content("Bo has accepted.")
    mail.add_alternative(text, subtype="calendar", params={"method": "REPLY"})
    mail.add_attachment(text.encode(), "application", "ics", filename="invite.ics")
    return mail.as_bytes()


async def test_one_more_is_invited_as_a_revision_of_the_meeting(api: Api, db: Database) -> None:
    await api.meet()
    await send_all(db)

    made = await api.invite(CY, name="Cy", role=shared.ROLE_OBSERVER, reminders_seconds=[60, 600])

    assert (made.email, made.name, made.response) == (CY, "Cy", NEEDS_ACTION)
    assert list(made.reminders_seconds) == [600, 60]
    assert [one.email for one in await api.listed()] == [BO, CY]
    assert await gists(db) == [("INVITED", CY)]
    (fact,) = await announced(db, facts.MeetingUpdated)
    assert list(fact.fields) == ["invitees"]
    assert fact.meeting.etag == "v2"


async def test_who_is_invited_already_is_refused_by_the_field(api: Api) -> None:
    await api.meet()

    with pytest.raises(aio.AioRpcError) as refused:
        await api.invite("BO@example.com")

    assert refused.value.code() is StatusCode.INVALID_ARGUMENT
    assert "invitees[0]" in (refused.value.details() or "")


async def test_an_invitation_that_is_taken_back_is_gone_and_closes_its_link(
    api: Api, db: Database
) -> None:
    await api.meet()
    await send_all(db)
    (one,) = await api.listed()

    await api.remove(one.id)

    assert await api.listed() == []
    assert await gists(db) == [("CANCELLED", BO)]
    assert [fact.invitation_id for fact in await announced(db, facts.InvitationRemoved)] == [one.id]
    with pytest.raises(aio.AioRpcError) as refused:
        await api.remove(one.id)
    assert refused.value.code() is StatusCode.NOT_FOUND
    await api.invite(BO)
    assert [fact.invitation_id for fact in await announced(db, facts.InvitationRestored)] == [
        one.id
    ]


async def test_an_invitation_is_sent_once_more_on_demand(api: Api, db: Database) -> None:
    await api.meet()
    await send_all(db)
    (one,) = await api.listed()
    request = pb.ResendInvitationRequest(meeting_id=api.meeting_id, invitation_id=one.id)

    await api.stub.ResendInvitation(request, metadata=api.mine)
    await api.stub.ResendInvitation(request, metadata=api.mine)

    assert await gists(db) == [("INVITED", BO)]


async def test_an_answer_is_kept_told_and_shown_in_the_next_calendar(
    api: Api, db: Database
) -> None:
    await api.meet()
    await send_all(db)

    said = await api.respond(ACCEPTED)
    await api.respond(ACCEPTED)

    assert (said.response, said.response_comment) == (ACCEPTED, "perhaps late")
    (fact,) = await announced(db, facts.InvitationResponded)
    assert (fact.email, fact.response, fact.comment) == (BO, ACCEPTED, "perhaps late")


async def test_a_meeting_that_moves_asks_again_and_one_that_is_renamed_does_not(
    api: Api, db: Database
) -> None:
    await api.meet()
    await send_all(db)
    await api.respond(ACCEPTED)

    async def update(**changes: str) -> invitation_pb2.InvitationResponse:
        draft = meeting_pb2.MeetingDraft(**changes)  # type: ignore[arg-type]
        await api.scheduler.meetings.update(
            api.caller,
            api.meeting_id,
            draft,
            list(changes),
            "",
        )
        return (await api.listed())[0].response

    assert await update(title="Other") == ACCEPTED
    assert "PARTSTAT=ACCEPTED" in (await waiting(db))[0].calendar.replace("\r\n ", "")
    assert await update(start_time="2030-12-03T12:00:00") == NEEDS_ACTION


async def test_one_occurrence_is_answered_alone(api: Api, db: Database) -> None:
    await api.meet(
        a_series("FREQ=DAILY;COUNT=2", "2030-12-03T09:00:00", invitees=(an_invitee(BO),))
    )
    found, _ = await api.scheduler.occurrences.list(api.caller, api.meeting_id, 10, "")
    second = found[1].occurrence.id

    await api.respond(ACCEPTED)
    said = await api.respond(DECLINED, second)

    assert said.response == ACCEPTED
    assert [(one.occurrence_id, one.response) for one in said.occurrence_responses] == [
        (second, DECLINED)
    ]


async def test_a_meeting_that_is_over_takes_no_answer(api: Api, db: Database) -> None:
    await api.meet()
    await move_clock(db, api.caller, utc("2030-12-03T10:00:00"))

    with pytest.raises(aio.AioRpcError) as refused:
        await api.respond(ACCEPTED)

    assert refused.value.code() is StatusCode.FAILED_PRECONDITION


async def test_the_link_in_a_message_asks_and_takes_the_answer_without_a_key(
    api: Api, db: Database
) -> None:
    await api.meet()
    (told,) = await send_all(db)
    request = pb.GetReplyRequest(code=code_of(told))

    asked = await api.stub.GetReply(request)
    await api.stub.GetReply(request)
    assert (asked.title, asked.name, asked.response) == ("Kick-off", "Bo", NEEDS_ACTION)
    assert await announced(db, facts.InvitationResponded) == []

    await api.reply(code_of(told), TENTATIVE)

    assert (await api.stub.GetReply(request)).response == TENTATIVE
    assert (await api.listed())[0].response == TENTATIVE


@pytest.mark.parametrize("code", ["x", "AAAA", "é", "A" * 200])
async def test_a_link_that_is_none_of_ours_is_not_found(api: Api, code: str) -> None:
    with pytest.raises(aio.AioRpcError) as refused:
        await api.reply(code, ACCEPTED)

    assert refused.value.code() is StatusCode.NOT_FOUND


async def test_a_join_code_answers_no_invitation(api: Api, db: Database) -> None:
    await api.meet()
    (told,) = await send_all(db)
    join_code = told.letter["join_url"].rpartition("/")[2]

    with pytest.raises(aio.AioRpcError) as refused:
        await api.reply(join_code, ACCEPTED)

    assert refused.value.code() is StatusCode.NOT_FOUND


async def test_a_mailed_answer_is_noted_once(api: Api, db: Database) -> None:
    await api.meet()
    (told,) = await send_all(db)

    first = await api.mail(a_reply(told, "ACCEPTED"))
    again = await api.mail(a_reply(told, "ACCEPTED"))

    assert (first.noted, first.meeting_id) == (True, api.meeting_id)
    assert (again.noted, again.reason) == (False, "OUTDATED")
    (one,) = await api.listed()
    assert (one.response, one.response_comment) == (ACCEPTED, "on my way")
    assert len(await announced(db, facts.InvitationResponded)) == 1


async def test_a_mailed_answer_is_noted_without_control_characters(api: Api, db: Database) -> None:
    await api.meet()
    (told,) = await send_all(db)

    taken = await api.mail(a_reply(told, "ACCEPTED", comment="COMMENT:on\0 my\x1b way"))

    assert taken.noted
    assert (await api.listed())[0].response_comment == "on my way"
    odd = a_reply(told, "ACCEPTED", uid="UID:a\0b")
    assert (await api.mail(odd)).reason == "UNKNOWN_MEETING"


async def test_an_older_mailed_answer_changes_nothing(api: Api, db: Database) -> None:
    await api.meet()
    (told,) = await send_all(db)
    await api.mail(a_reply(told, "DECLINED", stamp="DTSTAMP:20251202T090000Z"))

    late = await api.mail(a_reply(told, "ACCEPTED", stamp="DTSTAMP:20251202T080000Z"))

    assert late.reason == "OUTDATED"
    assert (await api.listed())[0].response == DECLINED


async def test_a_mailed_answer_from_the_future_locks_no_later_one_out(
    api: Api, db: Database
) -> None:
    await api.meet()
    (told,) = await send_all(db)
    forged = {"sequence": f"SEQUENCE:{10**20}", "stamp": "DTSTAMP:99990101T000000Z"}
    assert (await api.mail(a_reply(told, "DECLINED", **forged))).noted

    await move_clock(db, api.caller, utc("2030-12-02T10:00:00"))
    later = await api.mail(a_reply(told, "ACCEPTED", stamp="DTSTAMP:20301202T080000Z"))

    assert later.noted
    assert (await api.listed())[0].response == ACCEPTED


async def test_answers_of_one_moment_to_all_and_to_one_occurrence_both_count(
    api: Api, db: Database
) -> None:
    await api.meet(
        a_series("FREQ=DAILY;COUNT=2", "2030-12-03T09:00:00", invitees=(an_invitee(BO),))
    )
    (told,) = await send_all(db)
    original = "RECURRENCE-ID;TZID=Europe/Lisbon:20301204T090000"

    assert (await api.mail(a_reply(told, "ACCEPTED"))).noted
    assert (await api.mail(a_reply(told, "DECLINED", original=original))).noted

    (one,) = await api.listed()
    assert one.response == ACCEPTED
    assert [answer.response for answer in one.occurrence_responses] == [DECLINED]


async def test_an_answer_that_comes_while_the_meeting_changes_is_kept(
    api: Api, db: Database
) -> None:
    await api.meet()
    (one,) = await api.listed()
    draft = meeting_pb2.MeetingDraft(title="Other")
    async with Store(db).begin(api.caller) as tx:
        held = await tx.invitation(api.meeting_id, InvitationId(one.id), lock=True)
        change = asyncio.create_task(
            api.scheduler.meetings.update(api.caller, api.meeting_id, draft, ["title"], "")
        )
        await eventually(lambda: is_anyone_waiting(db))
        await tx.put_invitations([held.answered(Answer(Response.ACCEPTED, "", tx.now, 0))])
    await change

    assert (await api.listed())[0].response == ACCEPTED


async def is_anyone_waiting(db: Database) -> bool:
    """Whether a transaction waits for what another one holds."""
    async with db.begin_system() as connection:
        found = await connection.execute(text("select count(*) from pg_locks where not granted"))
        return bool(found.scalar_one())


async def test_an_answer_to_the_time_before_a_move_is_outdated(api: Api, db: Database) -> None:
    await api.meet()
    (told,) = await send_all(db)
    draft = meeting_pb2.MeetingDraft(start_time="2030-12-03T12:00:00")
    await api.scheduler.meetings.update(
        api.caller,
        api.meeting_id,
        draft,
        ["start_time"],
        "",
    )

    assert (await api.mail(a_reply(told, "ACCEPTED"))).reason == "OUTDATED"
    (moved,) = await send_all(db)
    assert (await api.mail(a_reply(moved, "ACCEPTED"))).noted


async def test_a_mailed_answer_to_a_meeting_that_is_cancelled_is_not_noted(
    api: Api, db: Database
) -> None:
    await api.meet()
    (told,) = await send_all(db)
    await api.scheduler.meetings.cancel(api.caller, api.meeting_id, "", "")

    taken = await api.mail(a_reply(told, "ACCEPTED", sequence="SEQUENCE:9"))

    assert (taken.noted, taken.reason) == (False, "NOTHING_TO_ANSWER")
    assert await announced(db, facts.InvitationResponded) == []


async def test_a_mailed_answer_may_be_about_one_occurrence(api: Api, db: Database) -> None:
    await api.meet(
        a_series("FREQ=DAILY;COUNT=2", "2030-12-03T09:00:00", invitees=(an_invitee(BO),))
    )
    (told,) = await send_all(db)

    taken = await api.mail(
        a_reply(told, "DECLINED", original="RECURRENCE-ID;TZID=Europe/Lisbon:20301204T090000")
    )

    assert taken.noted
    (one,) = await api.listed()
    assert one.response == NEEDS_ACTION
    assert [answer.response for answer in one.occurrence_responses] == [DECLINED]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"uid": "UID:mtg_nothing@meet.example"}, "UNKNOWN_MEETING"),
        ({"attendee": "ATTENDEE;PARTSTAT=ACCEPTED:mailto:eve@example.com"}, "UNKNOWN_INVITEE"),
        ({"attendee": "ATTENDEE;PARTSTAT=DELEGATED:mailto:bo@example.com"}, "NO_REPLY"),
        ({"sequence": "SEQUENCE:many"}, "NO_REPLY"),
    ],
)
async def test_a_mail_that_answers_nothing_of_ours_says_why(
    api: Api, db: Database, changes: dict[str, str], reason: str
) -> None:
    await api.meet()
    (told,) = await send_all(db)

    taken = await api.mail(a_reply(told, "ACCEPTED", **changes))

    assert (taken.noted, taken.reason) == (False, reason)
    assert (await api.listed())[0].response == NEEDS_ACTION


async def test_any_bytes_are_read_as_a_mail_or_refused(api: Api) -> None:
    hello = b"From: bo@example.com\r\nSubject: Hi\r\n\r\nHello"
    broken = b"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN"

    assert (await api.mail(hello)).reason == "NO_REPLY"
    assert (await api.mail(broken)).reason == "NO_REPLY"
    with pytest.raises(aio.AioRpcError) as refused:
        await api.mail(b"\x00\xff nothing")
    assert refused.value.code() is StatusCode.INVALID_ARGUMENT


async def test_a_meeting_is_a_file_for_calendars(api: Api) -> None:
    await api.meet()
    request = pb.GetCalendarFileRequest(meeting_id=api.meeting_id)

    content = (await api.stub.GetCalendarFile(request, metadata=api.mine)).content

    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], event["summary"]) == ("PUBLISH", "Kick-off")
    assert "attendee" not in event


async def test_the_file_of_a_cancelled_meeting_says_so(api: Api) -> None:
    await api.meet()
    request = pb.GetCalendarFileRequest(meeting_id=api.meeting_id)
    before = (await api.stub.GetCalendarFile(request, metadata=api.mine)).content
    await api.scheduler.meetings.cancel(api.caller, api.meeting_id, "", "")

    after = (await api.stub.GetCalendarFile(request, metadata=api.mine)).content

    states = [Calendar.from_ical(one).walk("VEVENT")[0]["status"] for one in (before, after)]
    assert states == ["CONFIRMED", "CANCELLED"]


async def test_a_person_subscribes_to_all_that_they_are_invited_to(api: Api, db: Database) -> None:
    people = (an_invitee(BO), an_invitee(CY))
    await api.meet(a_single(invitees=people))
    await api.meet(a_series("FREQ=DAILY;COUNT=3", "2030-12-04T09:00:00", invitees=people))
    found, _ = await api.scheduler.occurrences.list(api.caller, api.meeting_id, 10, "")
    edit = meeting_pb2.OccurrenceDraft(start_time="2030-12-05T11:00:00")
    await _change(api, found[1].occurrence.id, edit)
    await api.meet(a_single(title="Not hers", invitees=people[1:]))
    await api.meet(a_single(title="Declined", invitees=people))
    await api.respond(DECLINED)

    url = await _feed_url(api, "BO@example.com")
    token = url.rpartition("/")[2]
    content = (await api.stub.GetCalendarFeed(pb.GetCalendarFeedRequest(token=token))).content

    calendar = Calendar.from_ical(content)
    assert sorted(str(one["summary"]) for one in calendar.walk("VEVENT")) == [
        "Kick-off",
        "Stand-up",
        "Stand-up",
    ]
    assert len({str(one["url"]) for one in calendar.walk("VEVENT")}) == 2
    assert url == await _feed_url(api, BO)
    with pytest.raises(aio.AioRpcError) as refused:
        await api.stub.GetCalendarFeed(pb.GetCalendarFeedRequest(token="x" + token))
    assert refused.value.code() is StatusCode.NOT_FOUND


async def test_another_workspace_sees_no_invitation(api: Api, scheduler: SchedulerHouse) -> None:
    await api.meet()

    with pytest.raises(NotFound):
        await scheduler.invitations.list(a_caller(), api.meeting_id, 0, "")


async def _feed_url(api: Api, email: str) -> str:
    request = pb.CreateCalendarFeedRequest(email=email)
    return (await api.stub.CreateCalendarFeed(request, metadata=api.mine)).url


async def _change(
    api: Api, occurrence_id: OccurrenceId, draft: meeting_pb2.OccurrenceDraft
) -> None:
    edit = OccurrenceEdit(draft, [field.name for field, _ in draft.ListFields()])
    await api.scheduler.occurrences.change(api.caller, api.meeting_id, occurrence_id, edit)


@pytest.mark.parametrize(
    ("own", "of_browser", "language", "begins"),
    [
        ("pt-PT", "de", "pt-PT", "terça-feira, 3 de dezembro de 2030, 09:00"),
        ("", "de-AT", "de-AT", "Dienstag, 3. Dezember 2030, 09:00"),
        ("ja", "fr", "fr", "mardi 3 décembre 2030, 09:00"),
        ("ja", "", "en", "Tuesday, December 3, 2030, 9:00"),
    ],
)
async def test_a_link_asks_in_the_persons_language_or_else_in_the_browsers(
    api: Api, db: Database, own: str, of_browser: str, language: str, begins: str
) -> None:
    await api.meet(a_single(invitees=(an_invitee(BO, locale=own),)))
    (told,) = await waiting(db)

    request = pb.GetReplyRequest(code=code_of(told), locale=of_browser)
    asked = await api.stub.GetReply(request)

    assert (asked.language, asked.locale) == (language, own)
    assert asked.when.startswith(begins)
    assert asked.clock.endswith("Europe/Lisbon")
