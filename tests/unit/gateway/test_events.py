"""Events as text, and records that follow one another."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from gateway.domain.audit import FIRST_HASH, AuditRecord
from gateway.domain.events import Event, read_body

EVENT = Event(
    id="evt_1",
    type="session.started",
    created_at=datetime(2026, 1, 1, 9, 0, 0, 250000, tzinfo=UTC),
    workspace_id="wsp_1",
    meeting_id="mtg_1",
    session_id="ses_1",
    sequence=7,
    data={"session_id": "ses_1", "note": "été"},
)
RECORD = AuditRecord(
    id="aud_1",
    workspace_id="wsp_1",
    sequence=1,
    actor_kind="API_KEY",
    actor_id="key_1",
    action="api_key.create",
    target="key_2",
    trace_id="",
    time=datetime(2026, 1, 1, tzinfo=UTC),
    previous_hash=FIRST_HASH,
)


def test_a_body_has_the_documented_fields_in_order() -> None:
    shown = json.loads(EVENT.body())

    assert list(shown) == [
        *("id", "type", "created_at", "workspace_id", "meeting_id", "session_id"),
        *("sequence", "data"),
    ]
    assert shown["created_at"] == "2026-01-01T09:00:00.250000Z"


def test_an_event_is_read_back_from_its_body() -> None:
    assert read_body(EVENT.body()) == EVENT


def test_a_change_of_any_field_changes_the_records_hash() -> None:
    changed = [
        replace(RECORD, id="aud_2"),
        replace(RECORD, sequence=2),
        replace(RECORD, actor_id="key_9"),
        replace(RECORD, action="api_key.revoke"),
        replace(RECORD, target="key_3"),
        replace(RECORD, time=datetime(2026, 1, 2, tzinfo=UTC)),
        replace(RECORD, previous_hash="f" * 64),
    ]

    assert len({RECORD.hash, *(one.hash for one in changed)}) == 8
