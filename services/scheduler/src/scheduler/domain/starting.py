"""What becomes of an occurrence whose time has come."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.meetings import Meeting, is_within_catch_up
from scheduler.domain.occurrences import (
    Occurrence,
    OccurrenceAction,
    OccurrenceState,
    SkipReason,
)
from scheduler.domain.overlaps import Encounter, encounter


@dataclass(frozen=True, slots=True)
class Begun:
    """An occurrence *before* and *after* its time came.

    A session is to start for one that *is_due*; the live one is to end first where it *displaces*.
    """

    meeting: Meeting
    before: Occurrence
    after: Occurrence
    is_due: bool = False
    displaces: bool = False

    @property
    def is_opened(self) -> bool:
        return self.before.state is OccurrenceState.PENDING


def opened(meeting: Meeting, occurrence: Occurrence) -> Begun:
    return Begun(meeting, occurrence, occurrence.after(OccurrenceAction.OPEN))


def begun(
    meeting: Meeting, occurrence: Occurrence, live: Sequence[Occurrence], now: datetime
) -> Begun:
    """What the time makes of *occurrence*; *live* are those held in its meeting's live session.

    Later than the policy's catch-up window it stays open: somebody may still start it. Where the
    meeting is live already, its overlap policy decides.
    """
    start = opened(meeting, occurrence)
    if not is_within_catch_up(occurrence.start_time, now, meeting.definition.policy):
        return start
    session_id = meeting.active_session_id
    if not session_id:
        return replace(start, is_due=True)
    met = encounter(meeting.definition, live, now, ending=meeting.session_ending)
    if met is Encounter.SKIP:
        over = start.after.after(OccurrenceAction.SKIP)
        return replace(start, after=replace(over, skip_reason=SkipReason.OVERLAP))
    if met is Encounter.JOIN:
        joined = start.after.after(OccurrenceAction.GO_LIVE)
        return replace(start, after=replace(joined, session_id=session_id))
    waiting = replace(start.after, waits_for=session_id)
    return replace(start, after=waiting, displaces=met is Encounter.DISPLACE)
