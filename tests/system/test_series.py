"""A series by REST, from its preview to its split."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from convene_cli.suite import Installation

Json = dict[str, Any]
TIMES: Json = {
    "start_time": "2035-03-19T09:00:00",
    "time_zone": "Europe/Lisbon",
    "duration_seconds": 1800,
    "recurrence": {"rrule": "FREQ=WEEKLY;COUNT=4", "gap_policy": "SHIFT_FORWARD"},
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
    async with http.request(method, f"/v1{path}", json=body) as got:
        return got.status, await got.json()


async def test_a_series_is_previewed_planned_changed_and_split(
    http: aiohttp.ClientSession,
) -> None:
    status, preview = await call(http, "POST", "/meetings/preview-occurrences", TIMES)
    assert status == 200
    # The clock of Lisbon goes forward on 25 March 2035.
    assert [one["start_time"] for one in preview["items"]] == [
        "2035-03-19T09:00:00Z",
        "2035-03-26T08:00:00Z",
        "2035-04-02T08:00:00Z",
        "2035-04-09T08:00:00Z",
    ]

    status, meeting = await call(http, "POST", "/meetings/schedule", {"title": "Training"} | TIMES)
    assert (status, meeting["recurrence"]["overlap_policy"]) == (201, "SKIP")
    home = f"/meetings/{meeting['id']}/occurrences"
    _, page = await call(http, "GET", home)
    # So far ahead of the horizon, the next two are planned.
    first, second = page["items"]

    change = {"start_time": "2035-03-19T15:00:00"}
    status, moved = await call(http, "PATCH", f"{home}/{first['id']}", change)
    assert (status, moved["start_time"], moved["moved"]) == (200, "2035-03-19T15:00:00Z", True)
    assert moved["original_start_time"] == first["start_time"]

    status, rest = await call(http, "POST", f"{home}/{second['id']}/split")
    assert (status, rest["split_from"]) == (201, meeting["id"])
    assert rest["recurrence"]["rrule"] == "FREQ=WEEKLY;COUNT=3"

    status, cancelled = await call(http, "POST", f"{home}/{first['id']}/cancel", {})
    assert (status, cancelled["state"]) == (200, "CANCELLED")
    _, old = await call(http, "GET", f"/meetings/{meeting['id']}")
    assert old["state"] == "COMPLETED"

    status, single = await call(http, "PATCH", f"/meetings/{rest['id']}", {"recurrence": None})
    assert (status, single["recurrence"], len(single["next_occurrences"])) == (200, None, 1)


async def test_a_rule_that_cannot_be_is_a_problem_that_names_its_field(
    http: aiohttp.ClientSession,
) -> None:
    wrong = TIMES | {"recurrence": {"rrule": "FREQ=MINUTELY"}}
    status, problem = await call(http, "POST", "/meetings/preview-occurrences", wrong)
    assert (status, problem["reason"]) == (400, "TOO_FREQUENT")
    assert [one["field"] for one in problem["errors"]] == ["recurrence.rrule"]
