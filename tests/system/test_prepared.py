"""A meeting that was prepared: from a template to the mail that says it is live."""

import json
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
from icalendar import Calendar

from convene_cli import suite
from convene_cli.client import Api, Json, Refused
from convene_cli.suite import Installation
from tests.support.background import in_background
from tests.support.eventually import eventually
from tests.support.mail_server import MailServer, parts_of, receiving_mail
from tests.support.servers import data_folder
from tests.support.suite import Meeting, user_of

BO, CY, DI = "bo@example.com", "cy@example.com", "di@example.com"
EXPERTS = ["xi@example.com", "yo@example.com"]
# Somebody at the desk begins, so that the meeting is live for the others.
SCRIPT = {
    "title": "Onboarding",
    "engine": "script",
    "people": [
        {
            "name": "Desk",
            "role": "host",
            "joins": "0s",
            "says": [{"at": "1s", "text": "Welcome."}],
            "leaves": "60s",
        }
    ],
}
SCHEMA = {
    "type": "object",
    "properties": {"tier": {"enum": ["gold", "silver"]}},
    "required": ["tier"],
}
TEMPLATE: Json = {
    "title": "Onboarding",
    "duration_seconds": 1800,
    "invitees": [
        {"name": one[:2].title(), "email": one, "channel": "EMAIL"} for one in (BO, CY, DI)
    ],
    "custom_fields": {"tier": "gold"},
    "policy": {"lobby": True, "start_on_first_join": True, "start_early": "HOSTS"},
}


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with in_background(receiving_mail) as server:
        yield server


@pytest.fixture
def mailing(mails: MailServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """A suite of the test's own that hands its mails to a server."""
    monkeypatch.setenv("SCHEDULER_MAIL_URL", mails.url)
    monkeypatch.setenv("SCHEDULER_MAIL_FROM", "Convene <meetings@meet.example>")
    monkeypatch.setenv("SCHEDULER_LIVE_GRACE_SECONDS", "1")
    with data_folder() as folder, in_background(lambda: suite.running(folder)) as installed:
        yield installed


@dataclass
class Post:
    """What was mailed, by whom it was for."""

    server: MailServer
    read: dict[tuple[str, str], EmailMessage] = field(default_factory=dict)

    def opened(self) -> set[tuple[str, str]]:
        """Who got a mail, and the first word of its subject."""
        for mail in list(self.server.mails):
            address = mail["To"].addresses[0].addr_spec
            self.read[address, mail["Subject"].split()[0].strip(":")] = mail
        return set(self.read)

    async def has(self, word: str, *people: str) -> bool:
        wanted = {(one, word) for one in people}
        return await eventually(lambda: wanted <= self.opened())


@pytest.fixture
async def api(mailing: Installation) -> AsyncIterator[Api]:
    async with user_of(mailing) as opened:
        yield opened


def scenario() -> bytes:
    content = BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("scenario.yaml", json.dumps(SCRIPT))
    return content.getvalue()


async def prepared(api: Api) -> Json:
    """A template, the schema that its custom fields keep to, and a pool of experts."""
    await api.call("PUT", "/v1/custom-fields-schema", {"schema": SCHEMA})
    members = [{"email": one, "name": one[:2].title()} for one in EXPERTS]
    pool = await api.call("POST", "/v1/pools", {"name": "Experts", "members": members})
    demand = {"pool_id": pool["id"], "role": "CO_HOST"}
    meeting = TEMPLATE | {"pools": [demand]}
    return await api.call("POST", "/v1/templates", {"name": "Onboarding", "meeting": meeting})


async def planned(api: Api, template: Json, **changes: Any) -> Json:
    start = datetime.now(UTC) + timedelta(seconds=5)
    times = {"start_time": f"{start:%Y-%m-%dT%H:%M:%S}", "time_zone": "UTC"}
    body = {"template_id": template["id"]} | times | changes
    return await api.call("POST", "/v1/meetings/schedule", body)


def a_refusal_to_come(invitation: EmailMessage) -> bytes:
    """What a calendar program mails back."""
    [calendar] = [one for one in parts_of(invitation) if one.get_content_subtype() == "calendar"]
    [event] = Calendar.from_ical(calendar.get_content()).walk("VEVENT")
    text = "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", "METHOD:REPLY"),
            *("BEGIN:VEVENT", f"UID:{event['uid']}", f"SEQUENCE:{event['sequence']}"),
            f"DTSTAMP:{datetime.now(UTC):%Y%m%dT%H%M%SZ}",
            f"ATTENDEE;PARTSTAT=DECLINED:mailto:{CY}",
            *("END:VEVENT", "END:VCALENDAR", ""),
        ]
    )
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = CY, "meetings@meet.example", "Declined"
    mail.set_content("Cy has declined.")
    mail.add_alternative(text, subtype="calendar", params={"method": "REPLY"})
    return mail.as_bytes()


async def mail_in(api: Api, content: bytes) -> Json:
    headers = {"Content-Type": "message/rfc822"}
    url = f"{api.base_url}/v1/mail/inbound"
    async with api.session.post(url, data=content, headers=headers) as answer:
        received: Json = await answer.json()
        return received


def instant(written: str) -> datetime:
    return datetime.fromisoformat(written)


async def answers(api: Api, home: str) -> dict[str, Json]:
    listed = await api.call("GET", f"{home}/invitations")
    return {one["email"]: one for one in listed["items"]}


async def test_a_prepared_meeting_invites_starts_and_calls_who_is_absent(
    api: Api, mails: MailServer
) -> None:
    post, template = Post(mails), await prepared(api)
    with pytest.raises(Refused, match=r"custom_fields\.tier"):
        await planned(api, template, custom_fields={"tier": "wood"})

    meeting = await planned(api, template, custom_fields={"tier": "silver"})
    home, expert = f"/v1/meetings/{meeting['id']}", EXPERTS[0]
    assert meeting["custom_fields"] == {"tier": "silver"}
    assert [one["email"] for one in meeting["host_roles"]] == [expert]
    code = (await answers(api, home))[BO]["join_url"].rpartition("/")[2]
    with pytest.raises(Refused, match="MEETING_NOT_STARTED"):
        await api.call("POST", "/v1/join-links/exchange", {"code": code})

    assert await post.has("Invitation", BO, CY, DI, expert)
    received = await mail_in(api, a_refusal_to_come(post.read[CY, "Invitation"]))
    declined = (await answers(api, home))[CY]
    assert (received["noted"], declined["response"]) == (True, "DECLINED")

    story = Meeting(api, meeting["id"], [])
    starting = await story.until("session.starting")
    assert instant(starting["created_at"]) >= instant(meeting["next_occurrences"][0]["start_time"])
    await story.until("session.waiting")
    come = await api.call("POST", "/v1/join-links/exchange", {"code": code})
    assert come["participant"]["state"] == "KNOCKING"

    await api.upload("/v1/sandbox/scenarios/prepared", scenario())
    run = {"meeting_id": meeting["id"]}
    await api.call("POST", "/v1/sandbox/scenarios/prepared/run", run)
    assert await post.has("Live", DI, expert)
    assert {(BO, "Live"), (CY, "Live")} & post.opened() == set()
