"""What is refused, how it is told, and that nothing of it is written."""

from collections.abc import AsyncIterator
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from convene_cli.suite import Installation
from tests.support.suite import user_of

SCHEDULE = "/v1/meetings/schedule"
A_MEETING: dict[str, Any] = {
    "title": "Kick-off",
    "start_time": "2035-12-01T09:00:00",
    "time_zone": "Europe/Lisbon",
}


@pytest.fixture
async def http(running_suite: Installation) -> AsyncIterator[aiohttp.ClientSession]:
    suite = running_suite.suite
    headers = {"Authorization": f"Bearer {suite.api_key}"}
    async with aiohttp.ClientSession(suite.base_url, headers=headers) as session:
        yield session


async def count(http: aiohttp.ClientSession) -> int:
    total, token = 0, ""
    while True:
        async with http.get("/v1/meetings", params={"page_token": token} if token else {}) as got:
            page = await got.json()
        total += len(page["items"])
        token = page["next_page_token"]
        if not token:
            return total


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"nope": 1}, "nope", "UNKNOWN_FIELD"),
        ({"invitees": [{"email": "a@b.example", "nope": 1}]}, "invitees[0].nope", "UNKNOWN_FIELD"),
        ({"title": 7}, "title", "WRONG_TYPE"),
        ({"duration_seconds": "long"}, "duration_seconds", "WRONG_TYPE"),
        ({"start_time": "2035-12-01T09:00:00Z"}, "start_time", "INVALID_FIELD"),
        ({"start_time": "2035-12-01T09:00:00+01:00"}, "start_time", "INVALID_FIELD"),
        ({"start_time": "2035-02-30T09:00:00"}, "start_time", "INVALID_FIELD"),
        ({"time_zone": "Europe/Lisboa"}, "time_zone", "INVALID_FIELD"),
        ({"start_time": "2020-01-01T09:00:00"}, "start_time", "STARTS_IN_THE_PAST"),
        ({"title": ""}, "title", "INVALID_FIELD"),
        ({"title": "x" * 301}, "title", "INVALID_FIELD"),
        (
            {"host_roles": [{"email": "nobody", "role": "HOST"}]},
            "host_roles[0].email",
            "INVALID_FIELD",
        ),
        ({"policy": {"no_show_seconds": 0}}, "policy.no_show_seconds", "INVALID_FIELD"),
        ({"id": "mtg_mine"}, "id", "READ_ONLY_FIELD"),
    ],
)
async def test_a_bad_field_is_named_and_nothing_is_written(
    http: aiohttp.ClientSession, changes: dict[str, Any], field: str, reason: str
) -> None:
    before = await count(http)
    async with http.post(SCHEDULE, json=A_MEETING | changes) as answer:
        problem = await answer.json(content_type=None)
    assert answer.status == 400
    assert answer.content_type == "application/problem+json"
    assert field in [one["field"].removeprefix("meeting.") for one in problem["errors"]]
    assert problem["reason"] == reason
    assert problem["trace_id"]
    assert await count(http) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"title": "' + b"x" * 2_000_000 + b'"}', 413),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
        (b"[]", 400),
        (b"{", 400),
        (b'{"title": "\xff"}', 400),
        (b'{"title": "a", "title": "b"}', 400),
        (b'{"title": NaN}', 400),
    ],
    ids=["huge", "deep", "no object", "torn", "no UTF-8", "twice", "NaN"],
)
async def test_a_hostile_body_is_refused(
    http: aiohttp.ClientSession, body: bytes, status: int
) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post("/v1/meetings/create", data=BytesIO(body), headers=headers) as answer:
        assert answer.status == status
        assert (await answer.json(content_type=None))["title"]


async def test_a_bad_key_is_told_so(running_suite: Installation) -> None:
    suite = running_suite.suite
    for key in ("", "nonsense", suite.api_key[:-1] + ("A" if suite.api_key[-1] != "A" else "B")):
        headers = {"Authorization": f"Bearer {key}"}
        async with (
            aiohttp.ClientSession(suite.base_url, headers=headers) as http,
            http.get("/v1/meetings") as answer,
        ):
            assert answer.status == 401
            assert "WWW-Authenticate" in answer.headers


async def test_another_workspaces_meeting_is_not_found(
    running_suite: Installation, http: aiohttp.ClientSession
) -> None:
    async with http.post("/v1/meetings/create", json={"title": "Mine"}) as answer:
        mine = await answer.json()
    async with user_of(running_suite, running_suite.suite.test_key) as other:
        for path in ("", "/transcript", "/sessions/active", "/bots"):
            url = f"{other.base_url}/v1/meetings/{mine['id']}{path}"
            async with other.session.get(url) as answer:
                body = await answer.json(content_type=None)
                assert (answer.status, "items" in body) == (404, False)


@pytest.mark.parametrize(
    "path",
    ["sessions", "checklist", "join-links", "bots", "insights", "sentiment", "recordings",
     "invitations", "occurrences", "events/stream"],
)  # fmt: skip
async def test_lists_of_a_meeting_that_there_is_not_are_not_found(
    http: aiohttp.ClientSession, path: str
) -> None:
    async with http.get(f"/v1/meetings/mtg_nowhere/{path}") as answer:
        problem = await answer.json(content_type=None)

    assert (answer.status, problem["reason"]) == (404, "MEETING_NOT_FOUND")


async def test_lists_of_a_meeting_without_any_are_empty(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/meetings/create", json={"title": "Mine"}) as answer:
        mine = await answer.json()
    for path in ("sessions", "bots", "insights", "recordings"):
        async with http.get(f"/v1/meetings/{mine['id']}/{path}") as answer:
            assert (answer.status, (await answer.json())["items"]) == (200, [])


async def test_a_retry_with_its_key_answers_the_same_and_another_body_is_refused(
    http: aiohttp.ClientSession,
) -> None:
    headers = {"Idempotency-Key": "system-once"}
    answers = []
    for _ in range(2):
        async with http.post(SCHEDULE, json=A_MEETING, headers=headers) as answer:
            answers.append((answer.status, await answer.json()))
    async with http.post(SCHEDULE, json=A_MEETING | {"title": "B"}, headers=headers) as other:
        assert other.status == 422
    assert answers[0] == answers[1]
    assert answers[0][0] == 201


async def test_a_stale_version_is_refused(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/meetings/create", json={"title": "A"}) as answer:
        made, etag = await answer.json(), answer.headers["ETag"]
    path, headers = f"/v1/meetings/{made['id']}", {"If-Match": etag}
    async with http.patch(path, json={"title": "B"}, headers=headers) as answer:
        assert (answer.status, (await answer.json())["title"]) == (200, "B")
    async with http.patch(path, json={"title": "C"}, headers=headers) as answer:
        assert answer.status == 412
