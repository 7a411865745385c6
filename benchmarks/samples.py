"""The meeting that is created over and over, and the answer that stands in for a real one."""

import json
from datetime import UTC, datetime
from functools import cache

import orjson

from common.ids import new_id
from common.jsonshape import to_json
from common.keys import make_key
from common.links import LinkSigner
from common.principal import EVERY_SCOPE, Kind, Principal
from convene.scheduler.v1 import meeting_pb2
from convene.scheduler.v1 import scheduler_pb2 as pb
from scheduler.domain.meetings import Meeting, MeetingId, MeetingState
from scheduler.wire import definition_of, meeting_to_wire

KEY = b"a signing key for benchmarks, nothing else"
API_KEY = make_key(test=False)
PRINCIPAL = Principal("wsp_benchmark", Kind.API_KEY, "key_benchmark", frozenset({EVERY_SCOPE}))
PATH = "/v1/meetings/create"
DRAFT: dict[str, object] = {
    "title": "Weekly review of the Lisbon project",
    "agenda": "Where we stand, what blocks us, what comes next.",
    "duration_seconds": 1800,
    "invitees": [
        {"name": "Ada", "email": "ada@example.com", "role": "HOST"},
        {"name": "Bo", "email": "bo@example.com", "role": "PARTICIPANT", "locale": "pt-PT"},
    ],
    "tags": ["review", "lisbon"],
    "metadata": {"project": "lisbon", "cost_centre": "4711"},
    "external_refs": [{"system": "crm", "type": "deal", "id": "1234"}],
}
# Nine in the morning on a day that does not come soon.
PLANNED: dict[str, object] = {"start_time": "2099-06-01T09:00:00", "time_zone": "Europe/Lisbon"}


def body(**more: object) -> bytes:
    return json.dumps(DRAFT | more).encode()


@cache
def canned_answer() -> pb.CreateMeetingResponse:
    """What our scheduler answers to `DRAFT`."""
    draft = DRAFT | {
        "invitees": [
            {"name": "Ada", "email": "ada@example.com", "role": "ROLE_HOST"},
            {"name": "Bo", "email": "bo@example.com", "role": "ROLE_PARTICIPANT"},
        ]
    }
    definition = definition_of(meeting_pb2.MeetingDraft(**draft))  # type: ignore[arg-type]
    now = datetime.now(UTC)
    meeting = Meeting(MeetingId(new_id("mtg")), MeetingState.READY, definition, now, now)
    links = LinkSigner(KEY, "http://127.0.0.1:8080")
    return pb.CreateMeetingResponse(meeting=meeting_to_wire(meeting, "wsp_benchmark", links))


@cache
def canned_json() -> bytes:
    """The same as a REST caller reads it."""
    return orjson.dumps(to_json(canned_answer().meeting))
