"""From a meeting with invitees to the mails they get, and back when it is cancelled."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from icalendar import Calendar

from common.db import Database
from convene.scheduler.v1 import events_pb2 as facts
from scheduler.channels.equipment import MailSettings, post_of
from scheduler.channels.rendering import Renderer
from scheduler.domain.notices import NoticeState
from scheduler.domain.zones import packaged_zones
from scheduler.service.sending import ChannelSender
from tests.support.mail_server import parts_of
from tests.support.notices import sends
from tests.support.planning import announced
from tests.support.schedulers import SchedulerHouse
from tests.support.services import a_caller
from tests.support.tellings import a_single, an_invitee


def by_folder(folder: Path) -> ChannelSender:
    settings = MailSettings(folder.as_uri(), "Convene <meetings@convene.example>")
    return post_of(settings, Renderer(packaged_zones())).sender


def mails(folder: Path) -> list[EmailMessage]:
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted(folder.glob("*.eml"))
    ]
    return sorted(found, key=lambda one: str(one["To"]))


async def test_who_is_invited_gets_a_mail_with_the_calendar_that_was_written(
    scheduler: SchedulerHouse, db: Database, tmp_path: Path
) -> None:
    people = (an_invitee("bo@example.com"), an_invitee("cy@example.com", locale="de"))
    await scheduler.meetings.create(a_caller(test=False), a_single(invitees=people))

    assert set(await sends(db, by_folder(tmp_path))) == {NoticeState.SENT}

    bo, cy = mails(tmp_path)
    assert bo["Subject"].startswith("Invitation: ")
    assert cy["Subject"].startswith("Einladung: ")
    text, _, calendar, _ = parts_of(bo)
    read = Calendar.from_ical(calendar.get_content())
    assert read["METHOD"] == calendar["Content-Type"].params["method"] == "REQUEST"
    (event,) = read.walk("VEVENT")
    assert "bo@example.com" in str(event["ATTENDEE"]).lower()
    assert "/j/" in text.get_content()
    told = await announced(db, facts.InvitationSent)
    assert sorted(one.email for one in told) == ["bo@example.com", "cy@example.com"]
