"""The edge over HTTP, with real gRPC servers behind it."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from grpc_health.v1 import health_pb2

from common.errors import Conflict, EtagMismatch, NotFound, Unauthenticated
from common.principal import Kind
from common.rpc import MissingScope
from convene.artifacts.v1 import artifacts_pb2
from convene.scheduler.v1 import scheduler_pb2
from convene.session.v1 import sandbox_pb2, session_pb2
from gateway.edge.limits import RateLimit
from tests.support.edge import Edge, an_edge

TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


class MeetingNotFound(NotFound):
    pass


@pytest.fixture
async def edge() -> AsyncIterator[Edge]:
    async with an_edge() as running:
        yield running


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"] == "/problems/" + document["reason"].lower().replace("_", "-")
    return answer.status_code, document["reason"]


@pytest.mark.parametrize("prefix", ["", "/v1"])
async def test_a_meeting_is_created_for_the_keys_workspace(edge: Edge, prefix: str) -> None:
    edge.behind.answers["CreateMeeting"] = scheduler_pb2.CreateMeetingResponse(
        meeting={"id": "mtg_1", "title": "Kick-off", "etag": "v1"}
    )

    answer = await edge.client.post(
        f"{prefix}/meetings/create",
        json={"title": "Kick-off"},
        headers=edge.auth(**{"idempotency-key": "once", "traceparent": TRACEPARENT}),
    )

    assert answer.status_code == 201
    assert answer.headers["location"] == "/v1/meetings/mtg_1"
    assert answer.headers["etag"] == '"v1"'
    assert answer.json()["title"] == "Kick-off"
    asked = edge.behind.asked[-1]
    assert asked.request.meeting.title == "Kick-off"
    assert (asked.caller.workspace_id, asked.caller.kind) == ("wsp_1", Kind.API_KEY)
    assert (asked.caller.id, asked.caller.test, asked.caller.via) == ("key_1", True, "edge")
    assert asked.metadata["idempotency-key"] == "once"
    assert 5 < asked.seconds_left <= 10


async def test_the_callers_trace_goes_on_behind_and_back(edge: Edge) -> None:
    edge.behind.answers["GetMe"] = Conflict("no")

    answer = await edge.client.get("/v1/me", headers=edge.auth(traceparent=TRACEPARENT))

    trace = TRACEPARENT.split("-")[1]
    assert answer.headers["traceparent"].split("-")[1] == trace
    assert answer.json()["trace_id"] == trace
    assert str(edge.behind.asked[-1].metadata["traceparent"]).split("-")[1] == trace


async def test_a_call_without_a_key_reaches_no_service(edge: Edge) -> None:
    answer = await edge.client.get("/v1/me")

    assert problem(answer) == (401, "MISSING_API_KEY")
    assert answer.headers["www-authenticate"] == 'Bearer realm="convene"'
    assert edge.behind.asked == []


async def test_an_unknown_key_is_refused(edge: Edge) -> None:
    edge.behind.answers["Authenticate"] = Unauthenticated("unknown")

    answer = await edge.client.get("/v1/me", headers=edge.auth())

    assert problem(answer) == (401, "INVALID_API_KEY")
    assert "invalid_token" in answer.headers["www-authenticate"]


async def test_the_key_is_looked_up_by_the_suite_and_not_by_the_edge(edge: Edge) -> None:
    edge.behind.answers["GetMe"] = Conflict("no")

    await edge.client.get("/v1/me", headers=edge.auth())

    lookup, call = edge.behind.asked
    assert (lookup.rpc, lookup.caller.kind, lookup.caller.via) == (
        "Authenticate",
        Kind.SERVICE,
        "gateway",
    )
    assert call.caller.via == "edge"


async def test_a_join_link_is_exchanged_without_a_key(edge: Edge) -> None:
    edge.behind.answers["ExchangeJoinLink"] = session_pb2.ExchangeJoinLinkResponse(join_token="t")

    answer = await edge.client.post("/v1/join-links/exchange", json={"code": "abc"})

    assert (answer.status_code, answer.json()["join_token"]) == (200, "t")
    assert [asked.rpc for asked in edge.behind.asked] == ["ExchangeJoinLink"]


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (MeetingNotFound("no meeting"), 404, "MEETING_NOT_FOUND"),
        (EtagMismatch("stale", field="etag"), 412, "ETAG_MISMATCH"),
        (Conflict("busy", retry_after=3), 409, "CONFLICT"),
        (MissingScope("meetings:write"), 403, "MISSING_SCOPE"),
        (RuntimeError("a secret cause"), 500, "INTERNAL"),
    ],
)
async def test_a_refusal_becomes_a_problem_document(
    edge: Edge, error: Exception, status: int, reason: str
) -> None:
    edge.behind.answers["DeleteMeeting"] = error

    answer = await edge.client.delete("/v1/meetings/mtg_1", headers=edge.auth())

    assert problem(answer) == (status, reason)
    assert "secret" not in answer.text
    assert answer.headers.get("retry-after") == ("3" if reason == "CONFLICT" else None)


async def test_a_wrong_body_reaches_no_service(edge: Edge) -> None:
    answer = await edge.client.post(
        "/v1/meetings/create", json={"title": "a", "nope": 1}, headers=edge.auth()
    )

    assert problem(answer) == (400, "UNKNOWN_FIELD")
    assert answer.json()["errors"][0]["field"] == "nope"
    assert [asked.rpc for asked in edge.behind.asked] == ["Authenticate"]


async def test_a_body_beyond_the_limit_is_refused_before_and_while_it_is_read(edge: Edge) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65536

    declared = await edge.client.post(
        "/v1/meetings/create", content=b" " * (2**20 + 1), headers=edge.auth()
    )
    chunked = await edge.client.post("/v1/meetings/create", content=endless(), headers=edge.auth())

    assert problem(declared) == problem(chunked) == (413, "BODY_TOO_LARGE")


async def test_a_scenario_of_some_megabytes_goes_through(edge: Edge) -> None:
    edge.behind.answers["PutScenario"] = sandbox_pb2.PutScenarioResponse(scenario={"name": "demo"})
    content = b"PK" + bytes(6 * 2**20)

    answer = await edge.client.put(
        "/v1/sandbox/scenarios/demo",
        content=content,
        headers=edge.auth(**{"content-type": "application/zip"}),
    )

    assert answer.status_code == 200
    assert edge.behind.asked[-1].request.content == content


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "ü"])
async def test_an_idempotency_key_that_is_none_is_refused(edge: Edge, key: str) -> None:
    headers = [
        (b"authorization", f"Bearer {edge.key}".encode()),
        (b"idempotency-key", key.encode()),
    ]

    answer = await edge.client.post("/v1/meetings/create", json={"title": "a"}, headers=headers)

    assert problem(answer) == (400, "INVALID_IDEMPOTENCY_KEY")
    assert [error["field"] for error in answer.json()["errors"]] == ["Idempotency-Key"]


async def test_a_get_answers_304_to_who_has_it_and_head_without_a_body(edge: Edge) -> None:
    edge.behind.answers["GetMeeting"] = scheduler_pb2.GetMeetingResponse(
        meeting={"id": "mtg_1", "etag": "v1"}
    )

    unchanged = await edge.client.get(
        "/v1/meetings/mtg_1", headers=edge.auth(**{"if-none-match": '"v1"'})
    )
    whole = await edge.client.get("/v1/meetings/mtg_1", headers=edge.auth())
    head = await edge.client.head("/v1/meetings/mtg_1", headers=edge.auth())

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(whole.content))


async def test_a_delete_answers_204_with_nothing(edge: Edge) -> None:
    edge.behind.answers["DeleteMeeting"] = scheduler_pb2.DeleteMeetingResponse()

    answer = await edge.client.delete(
        "/v1/meetings/mtg_1", headers=edge.auth(**{"if-match": '"v1"'})
    )

    assert (answer.status_code, answer.content) == (204, b"")
    assert edge.behind.asked[-1].request.etag == "v1"


async def test_a_transcript_in_the_making_says_when_to_come_back(edge: Edge) -> None:
    edge.behind.answers["GetTranscript"] = artifacts_pb2.GetTranscriptResponse(
        state=artifacts_pb2.ARTIFACT_STATE_PROCESSING
    )

    answer = await edge.client.get("/meetings/mtg_1/transcript", headers=edge.auth())

    assert (answer.status_code, answer.headers["retry-after"]) == (202, "2")
    assert answer.json()["state"] == "PROCESSING"


async def test_unknown_paths_and_methods_are_problems_too(edge: Edge) -> None:
    nowhere = await edge.client.get("/v1/nowhere")
    wrong = await edge.client.put("/v1/meetings/mtg_1")
    options = await edge.client.options("/v1/meetings/mtg_1")

    assert problem(nowhere) == (404, "NOT_FOUND")
    assert problem(wrong) == (405, "METHOD_NOT_ALLOWED")
    assert wrong.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, PATCH"
    assert (options.status_code, options.headers["allow"]) == (204, wrong.headers["allow"])


async def test_a_caller_beyond_the_rate_is_told_to_wait() -> None:
    async with an_edge(limit=RateLimit(per_second=0.1, burst=2)) as edge:
        edge.behind.answers["GetMe"] = Conflict("no")

        answers = [await edge.client.get("/v1/me", headers=edge.auth()) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [409, 409, 429]
        assert answers[0].headers["ratelimit"].startswith('"default";r=1')
        assert answers[2].headers["ratelimit-policy"] == '"default";q=2;w=20'
        assert int(answers[2].headers["retry-after"]) <= 10


async def test_it_is_ready_when_every_service_is(edge: Edge) -> None:
    assert (await edge.client.get("/healthz")).json() == {"status": "ok"}
    assert (await edge.client.get("/readyz")).status_code == 200

    await edge.boards["bots"].set("", health_pb2.HealthCheckResponse.NOT_SERVING)
    unready = await edge.client.get("/readyz")

    assert (unready.status_code, unready.json()["not_ready"]) == (503, ["bots"])


@pytest.mark.parametrize(
    ("path", "content_type", "text"),
    [
        ("/docs", "text/html; charset=utf-8", "Convene API"),
        ("/openapi.json", "application/json", '"openapi": "3.1.0"'),
        ("/j/some~code", "text/html; charset=utf-8", "/assets/join-"),
        ("/problems/unknown-field", "text/plain; charset=utf-8", "UNKNOWN_FIELD"),
    ],
)
async def test_pages_for_people_need_no_key(
    edge: Edge, path: str, content_type: str, text: str
) -> None:
    answer = await edge.client.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (200, content_type)
    assert text in answer.text


@pytest.mark.parametrize(("kind", "content_type"), [("js", "text/javascript"), ("css", "text/css")])
async def test_the_join_page_loads_its_own_files_and_keeps_them(
    edge: Edge, kind: str, content_type: str
) -> None:
    page = await edge.client.get("/j/some~code")
    named = re.search(rf"/assets/join-[0-9a-f]+\.{kind}", page.text)
    assert named

    asset = await edge.client.get(named[0])

    assert page.headers["cache-control"] == "no-cache"
    assert asset.headers["content-type"] == f"{content_type}; charset=utf-8"
    assert "immutable" in asset.headers["cache-control"]


async def test_the_join_page_runs_nothing_from_elsewhere(edge: Edge) -> None:
    page = await edge.client.get("/j/some~code")

    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert "://" not in page.text
    assert "<style" not in page.text


@pytest.mark.parametrize("name", ["join.js", "index.html", "..%2Fapp.py"])
async def test_what_the_page_has_not_is_not_served(edge: Edge, name: str) -> None:
    assert (await edge.client.get(f"/assets/{name}")).status_code == 404


async def test_what_is_no_problems_name_has_no_page(edge: Edge) -> None:
    assert problem(await edge.client.get("/problems/<script>")) == (404, "NOT_FOUND")
