"""What strangers send about people, answers and free time, and the field that is named."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from convene_cli.suite import Installation

Json = dict[str, Any]
SCHEDULE, FIND = "/v1/meetings/schedule", "/v1/meetings/find-times"
A_MEETING: Json = {
    "title": "Kick-off",
    "start_time": "2035-12-03T09:00:00",
    "time_zone": "Europe/Lisbon",
    "recurrence": {"rrule": "FREQ=DAILY;COUNT=3"},
}
BO = "bo@example.com"
FAR = "9999-12-31T23:00:00Z"
BROWSER = {
    "endpoint": "https://push.example.com/1",
    "p256dh": "B" + "A" * 86,
    "auth": "A" * 22,
}


@pytest.fixture
async def http(running_suite: Installation) -> AsyncIterator[aiohttp.ClientSession]:
    suite = running_suite.suite
    headers = {"Authorization": f"Bearer {suite.api_key}"}
    async with aiohttp.ClientSession(suite.base_url, headers=headers) as session:
        yield session


async def call(
    http: aiohttp.ClientSession, method: str, path: str, body: Json | None = None
) -> tuple[int, Json]:
    async with http.request(method, path, json=body) as answer:
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize(
    ("person", "field", "reason"),
    [
        ({"email": f"{BO}\r\nBcc: eve@example.com"}, "email", "INVALID_FIELD"),
        ({"email": BO, "name": "a\0b"}, "name", "INVALID_FIELD"),
        ({"email": BO, "locale": "../../etc"}, "locale", "INVALID_FIELD"),
        ({"email": BO, "channel": "FAX"}, "channel", "INVALID_FIELD"),
        ({"email": BO, "channel": "PUSH"}, "address", "ADDRESS_MISSING"),
        ({"email": BO, "channel": "PUSH", "address": "json://h"}, "address", "ADDRESS_UNFIT"),
        ({"email": BO, "channel": "WEBHOOK", "address": "https://***"}, "address", "ADDRESS_UNFIT"),
        (
            {"email": BO, "channel": "WEBHOOK", "address": "https://169.254.169.254/"},
            "address",
            "ADDRESS_UNFIT",
        ),
        (
            {"email": BO, "channel": "PUSH", "web_push": BROWSER | {"auth": "AAAA"}},
            "web_push.auth",
            "ADDRESS_UNFIT",
        ),
    ],
)
async def test_who_cannot_be_told_is_refused_by_every_way_in(
    http: aiohttp.ClientSession, person: Json, field: str, reason: str
) -> None:
    status, meeting = await call(http, "POST", SCHEDULE, A_MEETING)
    assert status == 201
    home = f"/v1/meetings/{meeting['id']}"
    template = {"name": "T", "meeting": {"title": "T", "invitees": [person]}}

    for method, path, body, root in (
        ("POST", SCHEDULE, A_MEETING | {"invitees": [person]}, "invitees[0]."),
        ("POST", SCHEDULE, A_MEETING | {"invitees": [person], "dry_run": True}, "invitees[0]."),
        ("PATCH", home, {"invitees": [person]}, "invitees[0]."),
        ("POST", f"{home}/invitations", person, ""),
        ("POST", "/v1/templates", template, "meeting.invitees[0]."),
    ):
        status, problem = await call(http, method, path, body)
        named = [one["field"] for one in problem["errors"]]
        assert (status, problem["reason"], named) == (400, reason, [root + field]), path

    _, asked = await call(http, "GET", f"{home}/invitations")
    assert asked["items"] == []


@pytest.mark.parametrize(
    ("path", "body", "status", "field"),
    [
        (f"/v1/free-busy?email={BO}&starts_after={FAR}", None, 400, "starts_after"),
        ("/v1/free-busy?email=nobody", None, 400, "email[0]"),
        ("/v1/free-busy?email=a%00@example.com", None, 400, "email"),
        (FIND, {"emails": [BO], "duration_seconds": -5}, 400, "duration_seconds"),
        (FIND, {"emails": [BO], "duration_seconds": 60, "starts_after": FAR}, 400, "starts_after"),
        (FIND, {"emails": [BO], "duration_seconds": 60, "step_seconds": 1}, 400, "step_seconds"),
        ("/v1/calendars", {"email": BO, "url": "file:///etc/passwd"}, 400, "url"),
        ("/v1/pools", {"name": "x", "members": [{"email": "nobody"}]}, 400, "members[0].email"),
        (SCHEDULE, A_MEETING | {"pools": [{"pool_id": "pol_x"}]}, 404, "pools[0].pool_id"),
        (
            SCHEDULE,
            A_MEETING | {"dry_run": True, "pools": [{"pool_id": "pol_x"}]},
            404,
            "pools[0].pool_id",
        ),
    ],
)
async def test_what_cannot_be_asked_of_free_time_names_its_field(
    http: aiohttp.ClientSession, path: str, body: Json | None, status: int, field: str
) -> None:
    answered, problem = await call(http, "POST" if body else "GET", path, body)

    assert answered == status, problem
    assert [one["field"] for one in problem["errors"]] == [field]


@pytest.mark.parametrize(
    ("answer", "status", "reason"),
    [
        ({}, 400, "INVALID_FIELD"),
        ({"response": "REMOVED"}, 400, "INVALID_FIELD"),
        ({"response": "DECLINED", "comment": "x" * 1001}, 400, "INVALID_FIELD"),
        ({"response": "DECLINED", "comment": "a\0b"}, 400, "INVALID_FIELD"),
        ({"response": "DECLINED", "occurrence_id": "occ_x"}, 404, "OCCURRENCE_NOT_FOUND"),
    ],
)
async def test_an_answer_that_is_none_changes_nothing(
    http: aiohttp.ClientSession, answer: Json, status: int, reason: str
) -> None:
    _, meeting = await call(http, "POST", SCHEDULE, A_MEETING | {"invitees": [{"email": BO}]})
    home = f"/v1/meetings/{meeting['id']}/invitations"
    _, asked = await call(http, "GET", home)
    one = f"{home}/{asked['items'][0]['id']}"

    answered, problem = await call(http, "POST", f"{one}/respond", answer)

    assert (answered, problem["reason"]) == (status, reason)
    assert (await call(http, "GET", home))[1] == asked


async def test_hostile_mails_are_answered_at_once(http: aiohttp.ClientSession) -> None:
    levels = [
        b"--a%d\r\nContent-Type: multipart/mixed; boundary=a%d\r\n\r\n" % (one, one + 1)
        for one in range(3000)
    ]
    deep = b"Content-Type: multipart/mixed; boundary=a0\r\n\r\n" + b"".join(levels)
    headers = {"Content-Type": "message/rfc822"}

    async with http.post("/v1/mail/inbound", data=deep, headers=headers) as answer:
        assert (answer.status, (await answer.json())["reason"]) == (200, "NO_REPLY")
    async with http.post("/v1/mail/inbound", data=b"\0\xff", headers=headers) as answer:
        problem = await answer.json(content_type=None)
        assert (answer.status, problem["reason"]) == (400, "UNREADABLE_MAIL")
