"""JSON to messages and back: what is taken, what is refused, and how it is told."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.jsonshape import to_json
from convene.artifacts.v1 import artifacts_pb2
from convene.scheduler.v1 import scheduler_pb2
from convene.session.v1 import session_pb2
from gateway.edge.plan import Answer, Parts, Plan
from gateway.edge.problems import Refused
from gateway.edge.router import path_names
from gateway.edge.routes import ROUTES
from gateway.edge.transcode import MAX_STRUCT_DEPTH

PLANS = {(r.method, r.path): Plan(r, path_names(r.path)) for r in ROUTES}
CREATE = PLANS["POST", "/meetings/create"]
SCHEDULE = PLANS["POST", "/meetings/schedule"]
UPDATE = PLANS["PATCH", "/meetings/{meeting_id}"]
UPDATE_ENDPOINT = PLANS["PATCH", "/webhooks/endpoints/{endpoint_id}"]
LIST = PLANS["GET", "/meetings"]
START = PLANS["POST", "/meetings/start"]
START_ONE = PLANS["POST", "/meetings/{meeting_id}/start"]
LOCK = PLANS["POST", "/meetings/{meeting_id}/sessions/{session_id}/lock"]
PUT_SCENARIO = PLANS["PUT", "/sandbox/scenarios/{name}"]
TRANSCRIPT = PLANS["GET", "/meetings/{meeting_id}/transcript"]
DELETE = PLANS["DELETE", "/meetings/{meeting_id}"]

THE_SCHEDULE: dict[str, Any] = {
    "title": "Kick-off",
    "agenda": "…",
    "start_time": "2026-12-01T09:00:00",
    "time_zone": "Europe/Lisbon",
    "duration_seconds": 1800,
    "host_roles": [{"email": "ada@example.com", "role": "HOST"}],
    "invitees": [
        {
            "name": "Bo",
            "email": "bo@example.com",
            "role": "PARTICIPANT",
            "channel": "EMAIL",
            "locale": "pt-PT",
        }
    ],
    "tags": ["onboarding"],
    "metadata": {"user_id": "42"},
    "custom_fields": {"product_tier": "gold"},
    "external_refs": [{"system": "zendesk", "type": "ticket", "id": "991"}],
    "bots": [{"kind": "transcriber", "config": {"language": "en"}}],
    "policy": {"no_show_seconds": 300, "wait_for_host": False},
}


def taken(plan: Plan, body: object, **parts: Any) -> Any:
    """The message made of *body* as JSON."""
    return taken_raw(plan, orjson.dumps(body), **parts)


def taken_raw(plan: Plan, body: bytes, **parts: Any) -> Any:
    path = parts.pop("path", {name: "x" for name in path_names(plan.route.path)})
    content_type = parts.pop("content_type", "application/json" if body else "")
    return plan.request(Parts(path, body=body, content_type=content_type, **parts))


def refusal(plan: Plan, body: object, **parts: Any) -> Refused:
    return refusal_raw(plan, orjson.dumps(body), **parts)


def refusal_raw(plan: Plan, body: bytes, **parts: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        taken_raw(plan, body, **parts)
    return caught.value


def told(refused: Refused) -> tuple[str, list[str]]:
    return refused.reason, [error.field for error in refused.errors]


def shown(answer: Answer) -> Any:
    return orjson.loads(answer.body)


def test_the_documented_body_fills_the_message() -> None:
    request = taken(SCHEDULE, THE_SCHEDULE)

    back: Any = to_json(request.meeting)
    # What the body left out is there, empty.
    (person,) = back["invitees"]
    back["invitees"] = [{name: person[name] for name in THE_SCHEDULE["invitees"][0]}]
    assert {name: back[name] for name in THE_SCHEDULE if name != "policy"} == {
        name: value for name, value in THE_SCHEDULE.items() if name != "policy"
    }
    assert request.meeting.policy.no_show_seconds == 300
    assert request.meeting.policy.HasField("wait_for_host")
    assert not request.meeting.policy.HasField("solo_seconds")


@pytest.mark.parametrize(
    ("body", "reason", "fields"),
    [
        ({"title": "a", "nope": 1}, "UNKNOWN_FIELD", ["nope"]),
        ({"title": "a", "policy": {"nope": 1}}, "UNKNOWN_FIELD", ["policy.nope"]),
        (
            {"title": "a", "invitees": [{"email": "a@b.cc"}, {"mail": "x"}]},
            "UNKNOWN_FIELD",
            ["invitees[1].mail"],
        ),
        ({"title": "a", "TITLE": "b"}, "UNKNOWN_FIELD", ["TITLE"]),
        ({"title": "a", "durationSeconds": 1}, "UNKNOWN_FIELD", ["durationSeconds"]),
        ({"title": "a", "id": "mtg_1"}, "READ_ONLY_FIELD", ["id"]),
        ({"title": "a", "etag": "x"}, "READ_ONLY_FIELD", ["etag"]),
        ({"title": 3}, "WRONG_TYPE", ["title"]),
        ({"title": None}, "WRONG_TYPE", ["title"]),
        ({"title": "a", "duration_seconds": "60"}, "WRONG_TYPE", ["duration_seconds"]),
        ({"title": "a", "duration_seconds": 1.5}, "WRONG_TYPE", ["duration_seconds"]),
        ({"title": "a", "duration_seconds": True}, "WRONG_TYPE", ["duration_seconds"]),
        ({"title": "a", "tags": "x"}, "WRONG_TYPE", ["tags"]),
        ({"title": "a", "tags": [1, "b", None]}, "WRONG_TYPE", ["tags[0]", "tags[2]"]),
        ({"title": "a", "metadata": {"k": 1}}, "WRONG_TYPE", ["metadata.k"]),
        ({"title": "a", "metadata": []}, "WRONG_TYPE", ["metadata"]),
        ({"title": "a", "policy": []}, "WRONG_TYPE", ["policy"]),
        ({"title": "a", "custom_fields": "x"}, "WRONG_TYPE", ["custom_fields"]),
        ({"title": "a", "policy": {"wait_for_host": 1}}, "WRONG_TYPE", ["policy.wait_for_host"]),
        ({"title": "a", "duration_seconds": 2**40}, "INVALID_FIELD", ["duration_seconds"]),
        (
            {"title": "a", "host_roles": [{"email": "a@b.cc", "role": "ROLE_HOST"}]},
            "INVALID_FIELD",
            ["host_roles[0].role"],
        ),
        ({"title": "a", "custom_fields": {"n": 2**53 + 1}}, "INVALID_FIELD", ["custom_fields.n"]),
        ({"title": "a\0b"}, "INVALID_FIELD", ["title"]),
        ({"title": "a", "metadata": {"a\0b": "c"}}, "INVALID_FIELD", ["metadata"]),
        ({"title": "a", "custom_fields": {"a\0b": 1}}, "INVALID_FIELD", ["custom_fields"]),
        ({"title": "a", "custom_fields": {"a": ["\0"]}}, "INVALID_FIELD", ["custom_fields.a[0]"]),
        ({}, "INVALID_FIELD", ["title"]),
        (
            {"title": "", "time_zone": "Mars", "invitees": [{}]},
            "INVALID_FIELD",
            ["title", "time_zone", "invitees[0].email"],
        ),
    ],
)
def test_a_wrong_field_is_refused_by_its_path(body: object, reason: str, fields: list[str]) -> None:
    assert told(refusal(CREATE, body)) == (reason, fields)


def test_all_faults_are_told_at_once_with_what_is_known() -> None:
    refused = refusal(CREATE, {"title": 3, "nope": 1, "policy": {"no_show_seconds": "x"}})

    assert [error.field for error in refused.errors] == [
        "title",
        "nope",
        "policy.no_show_seconds",
    ]
    assert "known are title, agenda" in refused.errors[1].message
    assert refused.errors[0].message == "must be a text, not a number"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "MALFORMED_JSON"),
        (b"nope", "MALFORMED_JSON"),
        (b'{"title":"a"} x', "MALFORMED_JSON"),
        (b'{"title":"\xff"}', "MALFORMED_JSON"),
        (b'\xef\xbb\xbf{"title":"a"}', "MALFORMED_JSON"),
        ('{"title":"a"}'.encode("utf-16"), "MALFORMED_JSON"),
        (b'{"duration_seconds":NaN}', "MALFORMED_JSON"),
        (b'{"duration_seconds":-Infinity}', "MALFORMED_JSON"),
        (b'{"duration_seconds":' + b"9" * 5000 + b"}", "MALFORMED_JSON"),
        (b'{"title":"a","title":"b"}', "DUPLICATE_FIELD"),
        (b'{"title":"a","custom_fields":{"x":1,"x":2}}', "DUPLICATE_FIELD"),
        (b"[]", "NOT_AN_OBJECT"),
        (b"null", "NOT_AN_OBJECT"),
        (b'"title"', "NOT_AN_OBJECT"),
        (b'{"title":"\\ud800"}', "INVALID_FIELD"),
        (b'{"title":"a","custom_fields":{"x":1e999}}', "INVALID_FIELD"),
        (b'{"title":"\\u0000"}', "INVALID_FIELD"),
        (b"[" * 64 + b"1" + b"]" * 64, "NOT_AN_OBJECT"),
        (b"[" * 65 + b"]" * 65, "TOO_DEEP"),
        (b"[" * 500_000, "TOO_DEEP"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "TOO_DEEP"),
    ],
)
def test_a_hostile_body_is_refused_with_a_reason(body: bytes, reason: str) -> None:
    refused = refusal_raw(CREATE, body)

    assert (refused.status, refused.reason) == (400, reason)


def test_a_key_given_twice_is_named() -> None:
    refused = refusal_raw(CREATE, b'{"title":"a","custom_fields":{"x":1,"x":2}}')

    assert told(refused) == ("DUPLICATE_FIELD", ["x"])


def test_a_value_outside_a_short_list_is_told_the_list() -> None:
    refused = refusal_raw(TRANSCRIPT, b"", query=b"format=pdf")

    assert refused.errors[0] == ("format", "must be one of json, txt")


def test_wide_bodies_are_not_mistaken_for_deep_ones() -> None:
    tags = taken(CREATE, {"title": "a", "custom_fields": {"x": [[]] * 200}})

    assert len(tags.meeting.custom_fields["x"]) == 200


def test_a_free_form_object_nests_as_deep_as_an_event_can_carry_it() -> None:
    inner: dict[str, Any] = {}
    for _ in range(MAX_STRUCT_DEPTH - 1):
        inner = {"a": inner}
    request = taken(CREATE, {"title": "a", "custom_fields": inner})

    assert scheduler_pb2.CreateMeetingRequest.FromString(request.SerializeToString()) == request
    refused = refusal(CREATE, {"title": "a", "custom_fields": {"a": inner}})
    assert refused.errors[0].message == f"nests deeper than {MAX_STRUCT_DEPTH} levels"


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json; charset=UTF-8", "Application/JSON"],
)
def test_json_is_taken_under_its_names(content_type: str) -> None:
    assert taken(CREATE, {"title": "a"}, content_type=content_type).meeting.title == "a"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"],
)
def test_another_content_type_is_refused(content_type: str) -> None:
    refused = refusal(CREATE, {"title": "a"}, content_type=content_type)

    assert (refused.status, refused.reason) == (415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_call_without_a_body_is_a_call_with_an_empty_one() -> None:
    assert taken_raw(LOCK, b"") == session_pb2.LockSessionRequest(meeting_id="x", session_id="x")


def test_a_body_may_not_say_what_the_path_says() -> None:
    refused = refusal(LOCK, {"session_id": "ses_2"})

    assert told(refused) == ("UNKNOWN_FIELD", ["session_id"])
    assert "comes from the path" in refused.errors[0].message


def test_a_start_by_path_takes_bots_and_no_meeting() -> None:
    bots = [{"kind": "transcriber"}]

    assert taken(START_ONE, {"bots": bots}).bots[0].kind == "transcriber"
    assert taken(START, {"meeting": {"title": "a"}, "bots": bots}).meeting.title == "a"
    assert told(refusal(START_ONE, {"meeting": {"title": "a"}}))[1] == ["meeting"]
    assert told(refusal(START, {"meeting": {"title": ""}}))[1] == ["meeting.title"]


def test_a_template_has_the_title_that_a_draft_leaves_out() -> None:
    request = taken(CREATE, {"template_id": "tpl_1", "agenda": "x", "get_or_create": True})

    assert (request.template_id, request.meeting.agenda) == ("tpl_1", "x")
    assert request.get_or_create
    assert told(refusal(CREATE, {"template_id": "tpl_1", "tags": [""]}))[1] == ["tags[0]"]
    assert taken(START, {"template_id": "tpl_1"}).template_id == "tpl_1"
    assert told(refusal(START_ONE, {"template_id": "tpl_1"}))[1] == ["template_id"]


def test_a_list_takes_several_states_and_whether_it_is_live() -> None:
    query = b"states=READY&states=SCHEDULED&live=false&order_by=NEXT_START&text=kick+off"
    request = taken_raw(LIST, b"", query=query)

    assert list(request.states) == [1, 2]
    assert request.HasField("live")
    assert (request.live, request.order_by, request.text) == (False, 2, "kick off")


@pytest.mark.parametrize("parts", [{"query": b"dry_run=true"}, {}])
def test_a_dry_run_is_asked_for_in_the_query_or_the_body(parts: dict[str, bytes]) -> None:
    body = {"title": "a"} | ({} if parts else {"dry_run": True})

    assert taken(SCHEDULE, body, **parts).dry_run


def test_an_update_names_the_fields_that_the_body_gives() -> None:
    request = taken(UPDATE, {"agenda": "x", "policy": None}, if_match='"v1"')

    assert list(request.update_mask.paths) == ["agenda", "policy"]
    assert not request.meeting.HasField("policy")
    assert (request.meeting_id, request.etag) == ("x", "v1")


def test_an_update_without_a_field_is_told_which_there_are() -> None:
    refused = refusal(UPDATE, {})

    assert refused.reason == "EMPTY_UPDATE"
    assert "gives no field" in refused.detail
    assert "title, agenda" in refused.detail


@pytest.mark.parametrize(
    ("body", "reason"),
    [({"state": "ACTIVE", "id": "mtg_2"}, "READ_ONLY_FIELD"), ({"nope": 1}, "UNKNOWN_FIELD")],
)
def test_an_update_of_what_cannot_be_changed_names_it(body: dict[str, Any], reason: str) -> None:
    assert told(refusal(UPDATE, body)) == (reason, list(body))


def test_an_update_of_an_endpoint_tells_an_empty_list_from_none() -> None:
    assert list(taken(UPDATE_ENDPOINT, {"event_types": []}).update_mask.paths) == ["event_types"]
    assert refusal(UPDATE_ENDPOINT, {}).detail.endswith(
        "one of url, description, event_types, state."
    )
    assert told(refusal(UPDATE_ENDPOINT, {"id": "x"})) == ("READ_ONLY_FIELD", ["id"])


@pytest.mark.parametrize(
    ("header", "etag"), [('"v1"', "v1"), ('W/"v1"', "v1"), (' "v1" ', "v1"), ("*", "")]
)
def test_if_match_becomes_the_etag(header: str, etag: str) -> None:
    assert taken_raw(DELETE, b"", if_match=header).etag == etag


@pytest.mark.parametrize("header", ["v1", '"a", "b"', '"', "", '"é"'])
def test_an_if_match_that_is_no_etag_is_refused(header: str) -> None:
    assert refusal_raw(DELETE, b"", if_match=header).reason == "INVALID_HEADER"


def test_an_if_match_where_it_means_nothing_is_refused() -> None:
    assert refusal(CREATE, {"title": "a"}, if_match='"v1"').reason == "UNEXPECTED_IF_MATCH"


def test_query_parameters_are_typed_by_their_fields() -> None:
    query = (
        b"page_size=20&state=SCHEDULED&metadata=user_id=42&metadata=a%3Db"
        b"&starts_after=2026-12-01T09:00:00%2B01:00"
    )
    request = taken_raw(LIST, b"", query=query)

    assert request.page_size == 20
    assert to_json(request)["state"] == "SCHEDULED"
    assert list(request.metadata) == ["user_id=42", "a=b"]
    assert to_json(request)["starts_after"] == "2026-12-01T08:00:00Z"


@pytest.mark.parametrize(
    ("query", "reason", "field"),
    [
        (b"nope=1", "UNKNOWN_PARAMETER", "nope"),
        (b"page_size=ten", "WRONG_TYPE", "page_size"),
        (b"page_size=201", "INVALID_FIELD", "page_size"),
        (b"page_size=99999999999", "INVALID_FIELD", "page_size"),
        (b"page_size=1&page_size=2", "INVALID_FIELD", "page_size"),
        (b"state=nope", "INVALID_FIELD", "state"),
        (b"starts_after=2026-12-01", "INVALID_FIELD", "starts_after"),
        (b"starts_after=2026-12-01T09:00:00", "INVALID_FIELD", "starts_after"),
        (b"metadata=x", "INVALID_FIELD", "metadata[0]"),
        (b"tag=%00", "INVALID_FIELD", "tag"),
        (b"tag=%ff", "INVALID_FIELD", "?"),
        (b"a=1&" * 101, "INVALID_FIELD", "?"),
    ],
)
def test_a_wrong_query_parameter_is_refused(query: bytes, reason: str, field: str) -> None:
    assert told(refusal_raw(LIST, b"", query=query)) == (reason, [field])


def test_a_get_takes_no_body() -> None:
    assert refusal(LIST, {}).reason == "UNEXPECTED_BODY"


def test_a_scenario_is_taken_as_it_is() -> None:
    request = taken_raw(
        PUT_SCENARIO, b"PK\0\xff", content_type="application/zip", path={"name": "demo"}
    )

    assert (request.name, request.content) == ("demo", b"PK\0\xff")
    assert refusal_raw(PUT_SCENARIO, b"PK", content_type="application/json").status == 415
    assert refusal_raw(PUT_SCENARIO, b"", content_type="application/zip").reason == "EMPTY_BODY"
    refused = refusal_raw(
        PUT_SCENARIO, b"PK", content_type="application/zip", path={"name": "../x"}
    )
    assert told(refused) == ("INVALID_FIELD", ["name"])


def test_a_creation_answers_201_with_its_place_and_version() -> None:
    answer = CREATE.answer(
        scheduler_pb2.CreateMeetingRequest(),
        scheduler_pb2.CreateMeetingResponse(meeting={"id": "mtg_1", "etag": "v1"}),
    )

    assert answer.status == 201
    assert answer.headers == {"etag": '"v1"', "location": "/v1/meetings/mtg_1"}
    assert shown(answer)["id"] == "mtg_1"


def test_a_dry_run_answers_200_and_has_no_place() -> None:
    answer = SCHEDULE.answer(
        scheduler_pb2.ScheduleMeetingRequest(dry_run=True),
        scheduler_pb2.ScheduleMeetingResponse(meeting={"title": "a"}),
    )

    assert (answer.status, "location" in answer.headers) == (200, False)


@pytest.mark.parametrize(
    ("state", "created", "status"),
    [
        (session_pb2.SESSION_STATE_STARTING, False, 202),
        (session_pb2.SESSION_STATE_STARTING, True, 201),
        (session_pb2.SESSION_STATE_WAITING, False, 200),
        (session_pb2.SESSION_STATE_ACTIVE, True, 201),
    ],
)
def test_a_start_tells_by_its_status_how_far_it_is(
    state: session_pb2.SessionState, created: bool, status: int
) -> None:
    answer = START.answer(
        scheduler_pb2.StartMeetingRequest(),
        scheduler_pb2.StartMeetingResponse(
            session={"id": "ses_1", "meeting_id": "mtg_1", "state": state}, meeting_created=created
        ),
    )

    assert answer.status == status
    assert shown(answer)["id"] == "ses_1"
    assert "meeting_created" not in shown(answer)
    if status != 200:
        assert answer.headers["location"] == "/v1/meetings/mtg_1/sessions/ses_1"


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (artifacts_pb2.ARTIFACT_STATE_LIVE, 200),
        (artifacts_pb2.ARTIFACT_STATE_PENDING, 202),
        (artifacts_pb2.ARTIFACT_STATE_PROCESSING, 202),
        (artifacts_pb2.ARTIFACT_STATE_AVAILABLE, 200),
    ],
)
def test_a_transcript_answers_202_until_it_is_there(
    state: artifacts_pb2.ArtifactState, status: int
) -> None:
    answer = TRANSCRIPT.answer(
        artifacts_pb2.GetTranscriptRequest(), artifacts_pb2.GetTranscriptResponse(state=state)
    )

    assert answer.status == status
    assert ("retry-after" in answer.headers) == (status == 202)
    assert "text" not in shown(answer)


@pytest.mark.parametrize("what", ["summary", "action-items", "attendance"])
@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        (artifacts_pb2.ARTIFACT_STATE_PENDING, "30"),
        (artifacts_pb2.ARTIFACT_STATE_PROCESSING, "2"),
    ],
)
def test_what_is_made_after_the_end_is_not_asked_for_every_other_second_of_the_meeting(
    what: str, state: artifacts_pb2.ArtifactState, seconds: str
) -> None:
    plan = PLANS["GET", f"/meetings/{{meeting_id}}/{what}"]
    answer = plan.answer(None, plan.route.response(state=state))

    assert answer.headers["retry-after"] == seconds


def test_a_transcript_is_plain_text_when_asked_for() -> None:
    answer = TRANSCRIPT.answer(
        artifacts_pb2.GetTranscriptRequest(format="txt"),
        artifacts_pb2.GetTranscriptResponse(text="Ada: é"),
    )

    assert (answer.body.decode(), answer.content_type) == ("Ada: é", "text/plain; charset=utf-8")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DRAFT_FIELDS = st.sampled_from([*THE_SCHEDULE, "nope"])


@given(st.dictionaries(DRAFT_FIELDS, JSON_VALUES))
@settings(deadline=None, max_examples=200)
def test_any_json_is_taken_whole_or_refused_with_a_reason(body: dict[str, Any]) -> None:
    request = taken_or_refused(json.dumps(THE_SCHEDULE | body).encode())

    if isinstance(request, Refused):
        assert request.status == 400
        assert request.errors or request.reason == "MALFORMED_JSON"
    else:
        assert request.FromString(request.SerializeToString()) == request
        once = to_json(request.meeting)
        assert to_json(taken(SCHEDULE, once).meeting) == once


def taken_or_refused(body: bytes) -> Any:
    try:
        return taken_raw(SCHEDULE, body)
    except Refused as refused:
        return refused


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_are_refused_and_never_crash(body: bytes) -> None:
    with pytest.raises(Refused):
        taken_raw(CREATE, b"{" + body)
