"""Windows that open and starts that are due: what comes due together is one transaction."""

from collections.abc import Iterator, Mapping, Sequence

from common.announcing import Told
from common.principal import Principal
from common.timers import Firings, Timer, leave, together
from scheduler.domain.meetings import Meeting
from scheduler.domain.occurrences import Occurrence, OccurrenceId, OccurrenceState
from scheduler.domain.starting import Begun, begun, opened
from scheduler.service.announcing import due_fact, opened_fact, revoked_fact, skipped_fact
from scheduler.service.planner import OPEN, START, disarm_several
from scheduler.store import MeetingTransaction, Store


class Starting:
    """Each firing takes a few statements, however many occurrences it is about."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def firings(self) -> Firings:
        return {OPEN: together(self.open_windows), START: together(self.start_due)}

    async def open_windows(self, caller: Principal, timers: Sequence[Timer]) -> None:
        """Let people in ahead of the starts of occurrences."""
        async with self._store.begin(caller) as tx:
            meetings, upcoming = await _locked(tx, timers)
            pending = [one for one in upcoming if one.state is OccurrenceState.PENDING]
            await _write(tx, [opened(meetings[one.meeting_id], one) for one in pending])

    async def start_due(self, caller: Principal, timers: Sequence[Timer]) -> None:
        """Have sessions run for occurrences whose time has come."""
        async with self._store.begin(caller) as tx:
            meetings, upcoming = await _locked(tx, timers)
            sessions = {meetings[one.meeting_id].active_session_id for one in upcoming} - {""}
            live = await tx.live_in(sessions)
            several = []
            for one in upcoming:
                meeting = meetings[one.meeting_id]
                held = live.setdefault(meeting.active_session_id, [])
                start = begun(meeting, one, held, tx.now)
                if start.after.state is OccurrenceState.LIVE:
                    # The next of the same meeting meets this one.
                    held.append(start.after)
                several.append(start)
            await _write(tx, several)


async def _locked(
    tx: MeetingTransaction, timers: Sequence[Timer]
) -> tuple[Mapping[str, Meeting], Sequence[Occurrence]]:
    """The timers' occurrences that are to come, in time order, and their meetings.

    The meetings are locked first, as by everybody; those that others hold are left for later.
    """
    by_name = {OccurrenceId(one.payload["occurrence_id"]): one for one in timers}
    meetings, left = await tx.lock_meetings_of(list(by_name))
    leave([one for name, one in by_name.items() if name in left])
    found = await tx.lock_occurrences([name for name in by_name if name not in left])
    return meetings, [one for one in found if one.is_upcoming() and one.meeting_id in meetings]


async def _write(tx: MeetingTransaction, several: Sequence[Begun]) -> None:
    await tx.save_occurrences([one.after for one in several if one.after != one.before])
    over = [one.after for one in several if not one.after.is_upcoming()]
    await disarm_several(tx, over)
    await tx.announce_all([fact for one in several for fact in _facts(one)])


def _facts(one: Begun) -> Iterator[Told]:
    if one.is_opened:
        yield opened_fact(one.after)
    if one.is_due:
        yield due_fact(one.meeting, one.after)
    elif one.displaces:
        yield revoked_fact(one.after, one.after.waits_for, cancelled=False)
    elif one.after.state is OccurrenceState.SKIPPED:
        yield skipped_fact(one.after)
