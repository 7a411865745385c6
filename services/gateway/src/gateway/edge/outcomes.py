"""Which HTTP status a good answer has: rules that look at the request and the answer."""

from collections.abc import Callable
from typing import Any, NamedTuple

from google.protobuf.message import Message

from convene.artifacts.v1 import artifacts_pb2
from convene.session.v1 import session_pb2

# Seconds; what is being made is there within a few of them.
RETRY_AFTER_PENDING = 2
# Seconds; what a meeting leaves behind is not begun while it still runs.
RETRY_AFTER_RUNNING = 30


class Outcome(NamedTuple):
    """The statuses an operation may answer, the likeliest first, and the rule that picks one.

    *wait* is what a 202 says of when to come back, in seconds.
    """

    statuses: tuple[int, ...]
    pick: Callable[[Any, Any], int]
    wait: Callable[[Any], int] = lambda answer: RETRY_AFTER_PENDING


def _always(status: int) -> Outcome:
    return Outcome((status,), lambda request, answer: status)


def _made(request: Message, answer: Any) -> int:
    return 200 if answer.found else 201


def _planned(request: Any, answer: Any) -> int:
    return 200 if request.dry_run or answer.found else 201


def _started(request: Message, answer: Any) -> int:
    if answer.meeting_created:
        return 201
    return 202 if answer.session.state == session_pb2.SESSION_STATE_STARTING else 200


def _commanded(request: Message, answer: Any) -> int:
    return 202 if answer.command.state == session_pb2.COMMAND_STATE_ACCEPTED else 200


def _ready(request: Message, answer: Any) -> int:
    return 202 if answer.state in _UNFINISHED else 200


def _until_begun(answer: Any) -> int:
    pending = answer.state == artifacts_pb2.ARTIFACT_STATE_PENDING
    return RETRY_AFTER_RUNNING if pending else RETRY_AFTER_PENDING


_UNFINISHED = frozenset(
    {artifacts_pb2.ARTIFACT_STATE_PENDING, artifacts_pb2.ARTIFACT_STATE_PROCESSING}
)

OK = _always(200)
CREATED = _always(201)
RUNNING = _always(202)
GONE = _always(204)
# What is there already is answered where the caller asked for that.
MADE = Outcome((201, 200), _made)
# A dry run makes nothing either.
PLANNED = Outcome((201, 200), _planned)
# A start answers 201 when it made the meeting, 202 while the room is prepared, 200 when live.
STARTED = Outcome((200, 201, 202), _started)
# A command is accepted first and applied by the session's owner soon after.
COMMANDED = Outcome((200, 202), _commanded)
# What is still being made answers 202 and when to come back.
READY = Outcome((200, 202), _ready)
# The same of what is made after the end: pending, it waits for a meeting that may last.
READY_AFTER_END = Outcome((200, 202), _ready, _until_begun)
