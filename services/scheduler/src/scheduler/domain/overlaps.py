"""What becomes of an occurrence whose time comes while its meeting is live."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum

from scheduler.domain.definitions import Definition, ScheduledEnd
from scheduler.domain.occurrences import Occurrence
from scheduler.domain.recurrence import OverlapPolicy


class Encounter(Enum):
    # It is held in the session that is live.
    JOIN = "JOIN"
    # It starts when the session is over.
    WAIT = "WAIT"
    # The session is told to end, then the same.
    DISPLACE = "DISPLACE"
    SKIP = "SKIP"


_BY_POLICY = {
    OverlapPolicy.SKIP: Encounter.SKIP,
    OverlapPolicy.ALLOW: Encounter.JOIN,
    OverlapPolicy.END_PREVIOUS: Encounter.DISPLACE,
}


def encounter(
    definition: Definition, live: Sequence[Occurrence], now: datetime, *, ending: bool
) -> Encounter:
    """What the policy says where *live* are the occurrences held in the live session.

    A session that is *ending*, or has to at its planned end, is as good as over. One that somebody
    started for no occurrence is the meeting itself, come early.
    """
    if ending or _is_ended_by_plan(definition, live, now):
        return Encounter.WAIT
    if not live or definition.recurrence is None:
        return Encounter.JOIN
    return _BY_POLICY[definition.recurrence.overlap_policy]


def _is_ended_by_plan(definition: Definition, live: Sequence[Occurrence], now: datetime) -> bool:
    if definition.policy.scheduled_end is not ScheduledEnd.HARD or not live:
        return False
    # The session's planned end is that of the occurrence it was started for.
    return live[0].end_time <= now
