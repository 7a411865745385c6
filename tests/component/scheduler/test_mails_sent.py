"""Notices as mails through a real mail server: taken, put off, refused, and never forgotten."""

from collections.abc import AsyncIterator

import pytest

from common.db import Database
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.channels.equipment import MailSettings, post_of
from scheduler.channels.rendering import Renderer
from scheduler.domain.notices import NoticeKind, NoticeState
from scheduler.domain.zones import packaged_zones
from scheduler.service.sending import ChannelSender
from tests.support.mail_server import MailServer, parts_of, receiving_mail
from tests.support.notices import (
    CALENDAR,
    a_letter,
    a_notice,
    a_recipient,
    hurried,
    queued,
    sends,
    standing_of,
    told_of,
)
from tests.support.services import a_caller

FROM = "Convene <meetings@convene.example>"


@pytest.fixture
def caller() -> Principal:
    return a_caller(test=False)


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    async with receiving_mail() as running:
        yield running


def by(url: str, **changes: object) -> ChannelSender:
    settings = MailSettings(**{"url": url, "from_": FROM, "seconds": 2.0} | changes)  # type: ignore[arg-type]
    return post_of(settings, Renderer(packaged_zones())).sender


async def test_an_invitation_arrives_as_text_page_and_calendar(
    db: Database, caller: Principal, server: MailServer
) -> None:
    letter = a_letter(calendar_text=CALENDAR, calendar_method="REQUEST")
    notice = a_notice(letter=letter, recipient=a_recipient(name="Zoë, Ltd.", locale="fr-CA"))
    await queued(db, caller, notice)

    assert await sends(db, by(server.url)) == [NoticeState.SENT]

    (mail,) = server.mails
    assert server.recipients == ["bo@example.com"]
    assert mail["From"] == FROM
    assert str(mail["To"].addresses[0].display_name) == "Zoë, Ltd."
    assert mail["Subject"].startswith("Invitation: Kick-off, ")
    assert mail["Message-ID"] == f"<{notice.id}@convene.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    kinds = [part.get_content_type() for part in parts_of(mail)]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    calendar, attached = parts_of(mail)[2:]
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar["Content-Type"].params["component"] == "VEVENT"
    assert calendar.get_content_charset() == "utf-8"
    assert calendar.get_payload(decode=True) == CALENDAR.encode()
    assert attached.get_filename() == "invite.ics"
    assert attached.get_payload(decode=True) == CALENDAR.encode()
    assert "https://meet.example/j/abc" in parts_of(mail)[0].get_content()


async def test_what_was_sent_is_told_as_a_fact(
    db: Database, caller: Principal, server: MailServer
) -> None:
    notice = a_notice(occurrence_id="occ_1")
    await queued(db, caller, notice)

    await sends(db, by(server.url))

    assert await told_of(db, notice) == [
        facts.InvitationSent(
            invitation_id=notice.invitation_id,
            notice_id=notice.id,
            kind=facts.NOTICE_KIND_INVITED,
            channel=pb.CHANNEL_EMAIL,
            email="bo@example.com",
            occurrence_id="occ_1",
        )
    ]


@pytest.mark.parametrize("kind", [NoticeKind.REMINDER, NoticeKind.LIVE])
async def test_a_reminder_is_told_as_a_reminder(
    db: Database, caller: Principal, server: MailServer, kind: NoticeKind
) -> None:
    notice = a_notice(kind=kind)
    await queued(db, caller, notice)

    await sends(db, by(server.url))

    (fact,) = await told_of(db, notice)
    assert isinstance(fact, facts.ReminderSent)


async def test_a_server_that_is_busy_gets_the_same_mail_again(
    db: Database, caller: Principal, server: MailServer
) -> None:
    server.to_recipient = ["451 greylisted, come back"]
    notice = a_notice()
    await queued(db, caller, notice)

    assert await sends(db, by(server.url)) == [NoticeState.QUEUED]
    waiting = await standing_of(db, notice)
    assert waiting.due_at > notice.due_at
    assert "451" in waiting.detail
    assert await told_of(db, notice) == []
    await hurried(db)
    assert await sends(db, by(server.url)) == [NoticeState.SENT]

    (mail,) = server.mails
    assert mail["Message-ID"] == f"<{notice.id}@convene.example>"
    assert (await standing_of(db, notice)).attempts == 2


@pytest.mark.parametrize("at", ["to_recipient", "to_data"])
async def test_a_person_whom_the_server_refuses_is_not_tried_again(
    db: Database, caller: Principal, server: MailServer, at: str
) -> None:
    setattr(server, at, ["550 no such user"])
    notice = a_notice()
    await queued(db, caller, notice)

    assert await sends(db, by(server.url)) == [NoticeState.FAILED]

    (fact,) = await told_of(db, notice)
    assert isinstance(fact, facts.InvitationFailed)
    assert fact.reason == "the mail server said 550 no such user"


async def test_a_connection_lost_in_the_middle_of_a_mail_is_tried_again(
    db: Database, caller: Principal, server: MailServer
) -> None:
    server.to_data = [""]
    notice = a_notice()
    await queued(db, caller, notice)

    assert await sends(db, by(server.url)) == [NoticeState.QUEUED]
    await hurried(db)
    assert await sends(db, by(server.url)) == [NoticeState.SENT]

    assert len(server.mails) == 1
