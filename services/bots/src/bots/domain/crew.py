"""A crew: the bots of one session, and the tracks that they may hear."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from common.machine import advance

OPUS_RATE = 48_000
# The session closes at the deadline; what the crew found has to be there before.
FLUSH_AHEAD = timedelta(seconds=1)
# What was still being said needs this long to become words.
CLOSE_AHEAD = timedelta(seconds=4)


class CrewState(Enum):
    WAITING = "WAITING"
    LIVE = "LIVE"
    DRAINING = "DRAINING"
    FLUSHED = "FLUSHED"


class CrewAction(Enum):
    START = "START"
    DRAIN = "DRAIN"
    FLUSH = "FLUSH"


_S, _A = CrewState, CrewAction

TRANSITIONS: Mapping[tuple[CrewState, CrewAction], CrewState] = {
    (_S.WAITING, _A.START): _S.LIVE,
    (_S.WAITING, _A.DRAIN): _S.DRAINING,
    (_S.LIVE, _A.START): _S.LIVE,
    (_S.LIVE, _A.DRAIN): _S.DRAINING,
    (_S.DRAINING, _A.DRAIN): _S.DRAINING,
    (_S.DRAINING, _A.FLUSH): _S.FLUSHED,
    # The session ends after its crew is done.
    (_S.FLUSHED, _A.DRAIN): _S.FLUSHED,
}


@dataclass(frozen=True, slots=True)
class Crew:
    """*segments* counts the transcript so far; *drain_deadline* is workspace time.

    *position* is the last place in the stream that bots read: words, and what happens between.
    *agenda* is the meeting's, as somebody wrote it. It is *closed* when its bots have been told
    that nothing more will be said.
    """

    session_id: str
    meeting_id: str
    workspace_id: str
    test: bool
    state: CrewState
    segments: int = 0
    position: int = 0
    drain_deadline: datetime | None = None
    traceparent: str = ""
    agenda: str = ""
    closed: bool = False
    # Whether one may be given what is said.
    language_model: bool = True

    @property
    def is_live(self) -> bool:
        return self.state in (CrewState.WAITING, CrewState.LIVE)

    def started(self) -> "Crew":
        return replace(self, state=advance(TRANSITIONS, self.state, CrewAction.START))

    def drained_by(self, deadline: datetime) -> "Crew":
        """The crew once its session ends; the earliest deadline that it was told counts."""
        state = advance(TRANSITIONS, self.state, CrewAction.DRAIN)
        earliest = min(deadline, self.drain_deadline or deadline)
        return replace(self, state=state, drain_deadline=earliest)

    def flushed(self) -> "Crew":
        return replace(self, state=advance(TRANSITIONS, self.state, CrewAction.FLUSH))

    def must_close(self, now: datetime) -> bool:
        """Whether it is time to turn what is still being said into words."""
        return self._is_within(CLOSE_AHEAD, now)

    def must_flush(self, now: datetime) -> bool:
        """Whether waiting any longer would make the session close without the crew."""
        return self._is_within(FLUSH_AHEAD, now)

    def _is_within(self, ahead: timedelta, now: datetime) -> bool:
        return self.drain_deadline is not None and now >= self.drain_deadline - ahead


@dataclass(frozen=True, slots=True)
class Track:
    """One join of one participant: samples at 48 kHz that begin at *offset_seconds*.

    Everything before *cursor_sample* has become segments; *ended* when there is no more.
    """

    session_id: str
    participant_id: str
    epoch: int
    name: str
    ear_address: str
    offset_seconds: float
    cursor_sample: int = 0
    ended: bool = False
    left: bool = False
    # What a bot says belongs into a recording and not into a transcript.
    is_person: bool = True
    # Where the session's time line goes on for them at another ear, if the session left this one.
    goes_on_at_seconds: float | None = None
    # HOST, CO_HOST, PARTICIPANT or OBSERVER.
    role: str = ""

    @property
    def key(self) -> tuple[str, int]:
        return self.participant_id, self.epoch

    def seconds_at(self, sample: float) -> float:
        """Where *sample* (48 kHz) stands on the session's time line."""
        return round(self.offset_seconds + sample / OPUS_RATE, 3)

    def sample_at(self, seconds: float) -> int:
        """The sample (48 kHz) that stands at *seconds* of the session's time line."""
        return round((seconds - self.offset_seconds) * OPUS_RATE)
