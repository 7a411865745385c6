"""The rules on the contracts' fields, and the formats among them."""

from typing import Any

import pytest

from common.rules import MAX_STRUCT_BYTES, violations
from convene.artifacts.v1 import artifacts_pb2
from convene.gateway.v1 import access_pb2, webhooks_pb2
from convene.scheduler.v1 import meeting_pb2, scheduler_pb2


def a_draft(**changes: Any) -> meeting_pb2.MeetingDraft:
    return meeting_pb2.MeetingDraft(**({"title": "Kick-off"} | changes))


def fields_at_fault(draft: meeting_pb2.MeetingDraft) -> list[str]:
    return [found.field for found in violations(scheduler_pb2.CreateMeetingRequest(meeting=draft))]


def complaint(draft: meeting_pb2.MeetingDraft) -> str:
    (found,) = violations(draft)
    return found.message


def test_a_good_draft_breaks_no_rule() -> None:
    draft = a_draft(
        start_time="2026-12-01T09:00:00",
        time_zone="Europe/Lisbon",
        host_roles=[{"email": "ada@example.com", "role": "ROLE_HOST"}],
        invitees=[{"email": "bo@example.com", "locale": "pt-PT"}],
        policy={"no_show_seconds": 300},
    )

    assert violations(scheduler_pb2.CreateMeetingRequest(meeting=draft)) == []


def test_every_broken_rule_is_named_with_its_path() -> None:
    draft = a_draft(
        title="",
        invitees=[{"email": "bo@example.com"}, {"email": "nobody"}],
        tags=["", "a"],
        policy={"no_show_seconds": 0},
    )

    assert fields_at_fault(draft) == [
        "meeting.title",
        "meeting.invitees[1].email",
        "meeting.tags[0]",
        "meeting.policy.no_show_seconds",
    ]


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({"title": "x" * 301}, "at most 300"),
        ({"tags": ["x"] * 51}, "at most 50"),
        ({"metadata": {"k": "v" * 2001}}, "at most 2000"),
        ({"duration_seconds": -1}, "at least 0 and at most 604800"),
        ({"time_zone": "europe/lisbon"}, "did you mean Europe/Lisbon?"),
        ({"time_zone": "Lisbon"}, "did you mean Europe/Lisbon?"),
        ({"time_zone": "+01:00"}, "write one as Europe/Lisbon"),
        ({"start_time": "2026-12-01T09:00:00Z"}, "takes no offset; write 2026-12-01T09:00:00 "),
        ({"start_time": "2026-12-01T09:00:00+01:00"}, "name the zone in time_zone"),
        ({"start_time": "2026-02-30T09:00:00"}, "not a local date and time"),
        ({"start_time": "tomorrow"}, "write one as 2026-12-01T09:00:00"),
        ({"invitees": [{"email": "a@b.cc", "locale": "pt\n"}]}, "does not match"),
        ({"custom_fields": {"a": "x" * MAX_STRUCT_BYTES}}, f"may have {MAX_STRUCT_BYTES}"),
    ],
)
def test_a_complaint_names_the_remedy(changes: dict[str, Any], remedy: str) -> None:
    assert remedy in complaint(a_draft(**changes))


@pytest.mark.parametrize("email", ["ada@example.com", "a.b+c@sub.example.co", "ünï@exämple.eu"])
def test_an_email_address_is_taken(email: str) -> None:
    assert violations(a_draft(invitees=[{"email": email}])) == []


@pytest.mark.parametrize(
    "email", ["ada", "ada@", "@example.com", "a b@example.com", "a@b..c", "a@b"]
)
def test_what_is_no_email_address_is_refused(email: str) -> None:
    assert "is not an email address" in complaint(a_draft(invitees=[{"email": email}]))


@pytest.mark.parametrize(
    "url", ["ftp://example.com", "https://", "example.com", "http://a b", "https://a:99999", "//x"]
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    (found,) = violations(webhooks_pb2.CreateEndpointRequest(url=url))

    assert "write one as https://example.com/hooks" in found.message


def test_a_field_that_is_not_given_breaks_only_required() -> None:
    assert violations(access_pb2.AdvanceSandboxClockRequest()) == [
        ("seconds", "is required; give it a value")
    ]
    assert violations(webhooks_pb2.UpdateEndpointRequest()) == []


def test_an_optional_field_that_is_given_empty_is_checked() -> None:
    (found,) = violations(webhooks_pb2.UpdateEndpointRequest(url=""))

    assert found.field == "url"


def test_a_pattern_must_match_the_whole_text() -> None:
    request = artifacts_pb2.GetTranscriptRequest(format="txt\n")

    assert [found.field for found in violations(request)] == ["format"]


def test_an_update_is_checked_where_its_mask_points() -> None:
    request = scheduler_pb2.UpdateMeetingRequest(
        meeting={"agenda": "x" * 20_001}, update_mask={"paths": ["agenda"]}
    )

    assert [found.field for found in violations(request)] == ["meeting.agenda"]


def test_an_update_may_not_empty_what_is_required() -> None:
    request = scheduler_pb2.UpdateMeetingRequest(meeting={}, update_mask={"paths": ["title"]})

    assert [found.field for found in violations(request)] == ["meeting.title"]


def test_a_mask_that_names_no_field_is_refused() -> None:
    request = scheduler_pb2.UpdateMeetingRequest(meeting={}, update_mask={"paths": ["nope"]})

    assert [found.field for found in violations(request)] == ["update_mask"]


def test_no_more_than_a_hundred_violations_are_listed() -> None:
    assert len(violations(a_draft(invitees=[{"email": "x"}] * 900))) == 100
