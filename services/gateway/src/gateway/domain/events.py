"""Events as users see them: one JSON text, the same in the log, a webhook and the live feed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from common.errors import Exhausted, InvalidInput, NotFound
from common.principal import Principal

# What is sent to try an endpoint out; nobody can subscribe to it.
TEST_TYPE = "webhook.test"
# What was said belongs to the artifacts, on the live feed too.
WORDS_AREA = "transcript."
SCOPE_OF_WORDS = "artifacts:read"


class MeetingNotFound(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(f"no meeting {meeting_id}", field="meeting_id", meeting_id=meeting_id)


class EventsExpired(NotFound):
    def __init__(self, kept_from: int) -> None:
        super().__init__(
            "the events after that sequence are no longer kept; watch from kept_from - 1",
            field="after_sequence",
            kept_from=kept_from,
        )


class SequenceAhead(InvalidInput):
    def __init__(self, last: int) -> None:
        super().__init__(
            f"is beyond the meeting's last event, which is {last}; give the sequence of the last "
            "event you have seen, or leave it out",
            field="after_sequence",
        )


class TooManyWatchers(Exhausted):
    def __init__(self) -> None:
        super().__init__("this replica serves as many live feeds as it can", retry_after=2)


@dataclass(frozen=True, slots=True)
class Event:
    """*sequence* numbers the meeting's events, gap-free; 0 on what belongs to no meeting."""

    id: str
    type: str
    created_at: datetime
    workspace_id: str
    meeting_id: str
    session_id: str
    sequence: int
    data: Mapping[str, object]

    def body(self) -> str:
        """The event as JSON, byte for byte what is signed and sent."""
        shown = {
            "id": self.id,
            "type": self.type,
            "created_at": _instant(self.created_at),
            "workspace_id": self.workspace_id,
            "meeting_id": self.meeting_id,
            "session_id": self.session_id,
            "sequence": self.sequence,
            "data": self.data,
        }
        return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def may_see(caller: Principal, event: Event) -> bool:
    """Whether the live feed shows *event* to *caller*, who may read meetings."""
    return not event.type.startswith(WORDS_AREA) or caller.may(SCOPE_OF_WORDS)


def read_body(body: str) -> Event:
    """The event that ``Event.body`` wrote."""
    shown = json.loads(body)
    return Event(**{**shown, "created_at": datetime.fromisoformat(shown["created_at"])})


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
