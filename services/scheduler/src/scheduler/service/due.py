"""What time makes of planned occurrences: each firing of a timer is one transaction."""

from collections.abc import Mapping
from dataclasses import replace

from common.errors import Unavailable
from common.principal import Principal
from common.timers import Firing, Timer
from scheduler.domain.meetings import Meeting, MeetingId, MeetingState
from scheduler.domain.occurrences import (
    Occurrence,
    OccurrenceAction,
    OccurrenceId,
)
from scheduler.domain.planning import Kind
from scheduler.service.announcing import (
    Announcer,
    missed_fact,
    view_of,
)
from scheduler.service.planner import (
    CLOSE,
    EXTEND,
    RENEW,
    Planner,
    announce_gaps,
)
from scheduler.service.telling import Change, Teller
from scheduler.store import MeetingTransaction, Store

# Renewals armed by one statement.
RENEWAL_BATCH = 5000


class OtherZoneRelease(Unavailable):
    """A replica with another zone database has to do it; it waits until one takes it."""

    def __init__(self, release: str) -> None:
        super().__init__(f"zones of {release} are asked for")


class Due:
    def __init__(
        self, store: Store, planner: Planner, announcer: Announcer, teller: Teller
    ) -> None:
        self._store = store
        self._planner = planner
        self._announcer = announcer
        self._teller = teller

    def firings(self) -> Mapping[str, Firing]:
        return {
            CLOSE: self.close_window,
            EXTEND: self.extend,
            RENEW: self.extend,
        }

    async def renew_zones(self) -> int:
        """Have every meeting that another zone database planned be planned anew; tells how many.

        The work itself is done by timers, so by any replica, once each.
        """
        release, total = self._planner.zones.release, 0
        while armed := await self._store.arm_renewals(RENEW, release, RENEWAL_BATCH):
            total += armed
        return total

    async def close_window(self, caller: Principal, timer: Timer) -> None:
        """Say that an occurrence whose end has passed was never held."""
        async with self._store.begin(caller) as tx:
            found = await _upcoming(tx, timer)
            if found is None:
                return
            meeting, occurrence = found
            await tx.save_occurrence(replace(occurrence.after(OccurrenceAction.MISS), waits_for=""))
            await tx.announce_all([missed_fact(occurrence)])
            await self._planner.complete_if_over(tx, meeting)

    async def extend(self, caller: Principal, timer: Timer) -> None:
        """Plan a meeting further, by the zones of this replica, and say what these moved."""
        wanted = timer.payload.get("release", self._planner.zones.release)
        if wanted != self._planner.zones.release:
            raise OtherZoneRelease(wanted)
        async with self._store.begin(caller) as tx:
            meeting = await tx.find(MeetingId(timer.payload["meeting_id"]), lock=True)
            if meeting is None or meeting.state is not MeetingState.SCHEDULED:
                return
            replan = await self._planner.follow(tx, meeting, renewed=True)
            moved = [one for one in replan.differences if one.kind is Kind.MOVED]
            if moved:
                view = await view_of(tx, meeting)
                await self._announcer.updated(tx, view, ["time_zones"], moved)
                change = Change(meeting.definition, ["time_zones"], moved_zones=True)
                await self._teller.changed(tx, meeting, change)
            await announce_gaps(tx, replan)
            await self._planner.complete_if_over(tx, meeting)


async def _upcoming(tx: MeetingTransaction, timer: Timer) -> tuple[Meeting, Occurrence] | None:
    """The timer's occurrence if it is to come, and its meeting, which is locked first."""
    name = OccurrenceId(timer.payload["occurrence_id"])
    known = await tx.find_occurrence(name)
    meeting = known and await tx.find(MeetingId(known.meeting_id), lock=True)
    occurrence = await tx.find_occurrence(name, lock=True)
    if not meeting or occurrence is None or not occurrence.is_upcoming():
        return None
    return meeting, occurrence
