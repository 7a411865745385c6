"""How messages look as JSON."""

import json
from typing import Any

import pytest
from google.protobuf.struct_pb2 import Struct
from hypothesis import given, settings
from hypothesis import strategies as st

from common.jsonshape import struct_value, to_json
from convene.common.v1 import envelope_pb2
from convene.gateway.v1 import webhooks_pb2
from convene.scheduler.v1 import meeting_pb2
from convene.session.v1 import session_pb2

FREE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=15,
)
OBJECTS = st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), FREE, max_size=5)


def test_a_session_shows_every_field_under_its_short_names() -> None:
    session = session_pb2.Session(
        id="ses_1",
        state=session_pb2.SESSION_STATE_WAITING,
        create_time={"seconds": 1_700_000_000, "nanos": 120_000_000},
    )

    shown = to_json(session)

    assert list(shown) == [field.name for field in session.DESCRIPTOR.fields]
    assert shown["state"] == "WAITING"
    assert shown["end_reason"] == ""
    assert shown["ended_by"] is None
    assert shown["held"] is False
    assert shown["create_time"] == "2023-11-14T22:13:20.12Z"
    assert shown["start_time"] is None


def test_enum_names_lose_the_whole_prefix_and_nothing_more() -> None:
    session = session_pb2.Session(end_reason=session_pb2.END_REASON_SCHEDULED_END)

    assert to_json(session)["end_reason"] == "SCHEDULED_END"


def test_a_number_that_this_version_does_not_know_is_shown() -> None:
    session = session_pb2.Session.FromString(b"\x20\x63")

    assert to_json(session)["state"] == "UNKNOWN_99"


def test_an_optional_field_that_is_not_set_is_null() -> None:
    policy = meeting_pb2.MeetingDraft(policy={"no_show_seconds": 0}).policy

    assert to_json(policy)["no_show_seconds"] == 0
    assert to_json(policy)["wait_for_host"] is None


def test_a_free_form_object_that_is_not_set_is_empty() -> None:
    assert to_json(meeting_pb2.Meeting())["custom_fields"] == {}


def test_a_public_event_is_the_webhooks_body() -> None:
    event = webhooks_pb2.PublicEvent(
        id="evt_1",
        type="session.started",
        created_at={"seconds": 0},
        workspace_id="wsp_1",
        meeting_id="mtg_1",
        session_id="ses_1",
        sequence=2**60,
        data={"n": 3, "x": 0.5, "list": [None, True, {"a": "b"}]},
    )

    assert to_json(event) == {
        "id": "evt_1",
        "type": "session.started",
        "created_at": "1970-01-01T00:00:00Z",
        "workspace_id": "wsp_1",
        "meeting_id": "mtg_1",
        "session_id": "ses_1",
        "sequence": 2**60,
        "data": {"n": 3, "x": 0.5, "list": [None, True, {"a": "b"}]},
    }


@given(OBJECTS)
@settings(deadline=None)
def test_a_free_form_object_comes_back_as_it_was(given_object: dict[str, Any]) -> None:
    struct = Struct()
    struct.update(given_object)

    shown = struct_value(struct)

    assert shown == given_object
    assert json.loads(json.dumps(shown)) == given_object


def test_bytes_are_refused_rather_than_shown_somehow() -> None:
    with pytest.raises(TypeError, match="payload"):
        to_json(envelope_pb2.Envelope())
