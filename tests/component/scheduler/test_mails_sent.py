"""Notices as mails through a real mail server: taken, put off, refused, and never forgotten."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import text

from common.db import Database
from common.principal import Principal
from convene.scheduler.v1 import events_pb2 as facts
from convene.scheduler.v1 import meeting_pb2 as pb
from scheduler.channels.equipment import MailSettings, post_of
from scheduler.channels.rendering import Renderer
from scheduler.domain.notices import Notice, NoticeKind, NoticeState
from scheduler.domain.zones import packaged_zones
from scheduler.service.sending import ChannelSender
from tests.support.authority import Authority, an_authority
from tests.support.eventually import eventually
from tests.support.mail_server import PASSWORD, USER, MailServer, parts_of, receiving_mail
from tests.support.notices import (
    CALENDAR,
    a_letter,
    a_notice,
    a_queue,
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


@pytest.fixture
def own_authority(tmp_path: Path) -> Authority:
    return an_authority(tmp_path)


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


async def test_a_mail_whose_sender_died_before_saying_so_comes_again_with_the_same_id(
    db: Database, caller: Principal, server: MailServer
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    channel = by(server.url)
    (dispatch,) = await a_queue(db, lease_seconds=0.01).claim(1)
    await channel.send(dispatch)

    await eventually(lambda: sends(db, channel))

    assert [mail["Message-ID"] for mail in server.mails] == [f"<{notice.id}@convene.example>"] * 2
    assert len(await told_of(db, notice)) == 1


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


async def test_a_server_that_asks_for_tls_and_a_password_gets_both(
    db: Database, caller: Principal, own_authority: Authority
) -> None:
    await queued(db, caller, a_notice())
    async with receiving_mail(own_authority.server, signs_in=True) as server:
        url = f"smtp+starttls://{USER}:{quote(PASSWORD)}@localhost:{server.port}"

        assert await sends(db, by(url, tls=own_authority.client)) == [NoticeState.SENT]

    assert (server.encrypted, server.signed_in) == ([True], [True])


async def test_a_server_whose_certificate_nobody_vouches_for_gets_no_password(
    db: Database, caller: Principal, own_authority: Authority
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    async with receiving_mail(own_authority.server, signs_in=True) as server:
        url = f"smtp+starttls://{USER}:{quote(PASSWORD)}@localhost:{server.port}"

        assert await sends(db, by(url)) == [NoticeState.QUEUED]

    assert server.mails == []


async def test_a_password_that_the_server_refuses_is_the_installations_fault(
    db: Database, caller: Principal, own_authority: Authority
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)
    async with receiving_mail(own_authority.server, signs_in=True) as server:
        url = f"smtp+starttls://{USER}:hunter2@localhost:{server.port}"

        assert await sends(db, by(url, tls=own_authority.client)) == [NoticeState.QUEUED]

    detail = (await standing_of(db, notice)).detail
    assert detail == "the mail server does not take mail from this installation"


async def test_a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for(
    db: Database, caller: Principal, server: MailServer
) -> None:
    await queued(db, caller, a_notice())

    url = f"smtp+starttls://127.0.0.1:{server.port}"
    assert await sends(db, by(url)) == [NoticeState.QUEUED]

    assert server.mails == []


async def test_a_server_that_never_answers_is_left_after_its_time(
    db: Database, caller: Principal, server: MailServer
) -> None:
    server.hang = asyncio.Event()
    notice = a_notice()
    await queued(db, caller, notice)

    assert await sends(db, by(server.url, seconds=0.3)) == [NoticeState.QUEUED]

    assert (await standing_of(db, notice)).detail == "the mail server took too long"


async def test_a_server_that_is_not_there_is_asked_again(db: Database, caller: Principal) -> None:
    async with receiving_mail() as gone:
        url = gone.url
    notice = a_notice()
    await queued(db, caller, notice)

    assert await sends(db, by(url)) == [NoticeState.QUEUED]

    assert (await standing_of(db, notice)).detail == "the mail server does not answer"


async def test_an_address_that_is_no_address_fails_and_no_server_is_asked(
    db: Database, caller: Principal, server: MailServer
) -> None:
    await queued(db, caller, a_notice(recipient=a_recipient(email="bo@example.com>\r\nDATA")))

    assert await sends(db, by(server.url)) == [NoticeState.FAILED]

    assert server.connections == 0


async def test_a_person_with_an_address_in_their_own_letters_gets_mail(
    db: Database, caller: Principal, server: MailServer
) -> None:
    await queued(db, caller, a_notice(recipient=a_recipient(email="bø@example.com")))

    assert await sends(db, by(server.url)) == [NoticeState.SENT]

    assert server.recipients == ["bø@example.com"]


async def test_without_a_mail_server_an_invitation_fails_and_says_what_to_set(
    db: Database, caller: Principal
) -> None:
    notice = a_notice()
    await queued(db, caller, notice)

    assert await sends(db, by("", from_="")) == [NoticeState.FAILED]

    (fact,) = await told_of(db, notice)
    assert isinstance(fact, facts.InvitationFailed)
    assert "SCHEDULER_MAIL_URL" in fact.reason


async def test_a_mail_folder_has_one_file_a_mail_however_often_it_is_sent(
    db: Database, caller: Principal, tmp_path: Path
) -> None:
    notice = a_notice(recipient=a_recipient(email="a/x/b@example.com"))
    await queued(db, caller, notice)
    channel = by(f"file://{tmp_path}/mails")

    await sends(db, channel)
    await again(db, notice)
    await sends(db, channel)

    (file,) = (tmp_path / "mails").iterdir()
    assert file.name == f"{notice.id}-a_x_b@example.com.eml"
    assert message_from_bytes(file.read_bytes())["Message-ID"] == f"<{notice.id}@convene.example>"


async def again(db: Database, notice: Notice) -> None:
    """As if a replica had died between sending *notice* and saying so."""
    async with db.begin_system() as connection:
        await connection.execute(
            text("update notices set state = 'QUEUED' where id = :id"), {"id": notice.id}
        )
