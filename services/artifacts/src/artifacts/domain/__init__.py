"""What an artifact is, when it may be made, and what went wrong when it was not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any, NewType

from common.errors import Conflict, NotFound, Unavailable, WrongState
from common.machine import advance

ArtifactId = NewType("ArtifactId", str)

# A bot of such a kind turns what is said into segments.
TRANSCRIBING_KINDS = frozenset({"transcriber"})
ATTEMPTS_BEFORE_DEAD = 8
FIRST_BACKOFF_SECONDS = 0.5
# Seven waits, each this many times the one before, outlast an outage of some forty minutes.
BACKOFF_GROWTH = 4
SESSION_FAILED = "SESSION_FAILED"


class ArtifactKind(Enum):
    TRANSCRIPT = "transcript"
    ATTENDANCE = "attendance"
    SUMMARY = "summary"


class ArtifactState(Enum):
    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    AVAILABLE = "AVAILABLE"
    FAILED = "FAILED"
    EXPIRED = "EXPIRED"


class ArtifactAction(Enum):
    BEGIN = "BEGIN"
    FINISH = "FINISH"
    FAIL = "FAIL"
    EXPIRE = "EXPIRE"
    # Made once more; until then, and if that fails, what there is stands.
    RENEW = "RENEW"
    KEEP = "KEEP"


TRANSITIONS = {
    (ArtifactState.PENDING, ArtifactAction.BEGIN): ArtifactState.PROCESSING,
    # Another worker begins again where one was lost.
    (ArtifactState.PROCESSING, ArtifactAction.BEGIN): ArtifactState.PROCESSING,
    (ArtifactState.PROCESSING, ArtifactAction.FINISH): ArtifactState.AVAILABLE,
    (ArtifactState.PENDING, ArtifactAction.FAIL): ArtifactState.FAILED,
    (ArtifactState.PROCESSING, ArtifactAction.FAIL): ArtifactState.FAILED,
    (ArtifactState.AVAILABLE, ArtifactAction.EXPIRE): ArtifactState.EXPIRED,
    (ArtifactState.AVAILABLE, ArtifactAction.RENEW): ArtifactState.PENDING,
    (ArtifactState.FAILED, ArtifactAction.RENEW): ArtifactState.PENDING,
    (ArtifactState.PENDING, ArtifactAction.RENEW): ArtifactState.PENDING,
    (ArtifactState.PROCESSING, ArtifactAction.RENEW): ArtifactState.PROCESSING,
    (ArtifactState.PENDING, ArtifactAction.KEEP): ArtifactState.AVAILABLE,
    (ArtifactState.PROCESSING, ArtifactAction.KEEP): ArtifactState.AVAILABLE,
}
UNFINISHED = frozenset({ArtifactState.PENDING, ArtifactState.PROCESSING})


class SessionState(Enum):
    LIVE = "LIVE"
    ENDED = "ENDED"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class Translation:
    """A segment's text in another language, and what translated it."""

    segment_id: str
    language: str
    text: str
    engine: str


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One file of an artifact and the proof that it was read back whole."""

    format: str
    key: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Artifact:
    """Something kept of a session. *content* is what the API shows of it, encoded by ``wire``.

    *objects* holds one file per format, the first of which the artifact's size and hash tell of.
    """

    id: ArtifactId
    meeting_id: str
    session_id: str
    kind: ArtifactKind
    create_time: datetime
    state: ArtifactState = ArtifactState.PENDING
    reason: str = ""
    objects: Sequence[StoredObject] = ()
    content: bytes = b""
    version: int = 1

    def after(self, action: ArtifactAction, **changes: Any) -> "Artifact":
        """This artifact moved on; raises ``WrongState`` where its state has no such move."""
        return replace(self, state=advance(TRANSITIONS, self.state, action), **changes)


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """What artifacts remembers of a session.

    *expected* is how many segments it has, once the crew said so. *transcribed* tells that a bot
    listened, *completed* that nothing is left to be made, *language_model* whether one may be
    given what was said.
    """

    id: str
    meeting_id: str
    create_time: datetime
    title: str = ""
    time_zone: str = ""
    state: SessionState = SessionState.LIVE
    expected: int | None = None
    transcribed: bool = False
    completed: bool = False
    test: bool = False
    language_model: bool = True


@dataclass(frozen=True, slots=True)
class Job:
    """An artifact to be made, claimed with *token*. *attempts* counts this one too."""

    workspace_id: str
    artifact_id: ArtifactId
    kind: ArtifactKind
    meeting_id: str
    session_id: str
    token: str
    attempts: int
    waited_seconds: float
    test: bool
    traceparent: str
    causation_id: str


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a transcript waits for what should come by itself.

    *missing*: for segments that the crew counted; *flush*: for the crew's count; *unheard*: for
    the count of a session in which no bot is known to have listened.
    """

    missing: float = 3.0
    flush: float = 60.0
    unheard: float = 3.0


class Step(Enum):
    """What a transcript does next."""

    MAKE = "MAKE"
    WAIT = "WAIT"
    # Ask the bots service what it has.
    ASK = "ASK"


def next_step(
    session: SessionRecord, have: int, waited: float, patience: Patience
) -> tuple[Step, float]:
    """What to do with *have* segments after *waited* seconds, and how long to wait at most."""
    if session.expected is not None and have >= session.expected:
        return Step.MAKE, 0.0
    if session.expected is not None:
        longest = patience.missing
    else:
        longest = patience.flush if session.transcribed else patience.unheard
    if waited >= longest:
        return Step.ASK, 0.0
    return Step.WAIT, longest - waited


def backoff_seconds(attempts: int) -> float:
    """How long to rest after *attempts* that failed."""
    return float(FIRST_BACKOFF_SECONDS * BACKOFF_GROWTH ** (attempts - 1))


class NoSession(NotFound):
    def __init__(self, meeting_id: str) -> None:
        super().__init__(
            f"meeting {meeting_id} has no session yet; "
            f"start it with POST /v1/meetings/{meeting_id}/start",
            meeting_id=meeting_id,
        )


class SessionNotFound(NotFound):
    def __init__(self, session_id: str, meeting_id: str) -> None:
        super().__init__(
            f"meeting {meeting_id} has no session {session_id}",
            field="session_id",
            session_id=session_id,
        )


class NoTranscriber(NotFound):
    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"no transcriber listened to session {session_id}; bring one with the meeting "
            'as "bots": [{"kind": "transcriber"}] next time',
            session_id=session_id,
        )


class ArtifactFailed(NotFound):
    def __init__(self, artifact: Artifact) -> None:
        super().__init__(
            f"the {artifact.kind.value} of session {artifact.session_id} could not be made: "
            f"{artifact.reason}",
            session_id=artifact.session_id,
            cause=artifact.reason,
        )


class ArtifactExpired(NotFound):
    def __init__(self, artifact: Artifact) -> None:
        super().__init__(
            f"the {artifact.kind.value} of session {artifact.session_id} was kept for its "
            "retention and is gone",
            session_id=artifact.session_id,
        )


class NotOverYet(WrongState):
    def __init__(self, session_id: str) -> None:
        super().__init__(
            f"session {session_id} still runs; its summary is made when it has ended",
            session_id=session_id,
        )


class TranscriptNotThere(WrongState):
    def __init__(self, session_id: str, state: str) -> None:
        super().__init__(
            f"the transcript of session {session_id} is {state}; a summary is made of it",
            session_id=session_id,
        )


class JobTaken(Conflict):
    """Another worker holds the job now; what this one did counts for nothing."""


class SegmentsMissing(Unavailable):
    def __init__(self, have: int, expected: int) -> None:
        super().__init__(f"{have} of {expected} segments are there")


class Undecodable(Unavailable):
    """An object was stored whole but does not say what it should."""
