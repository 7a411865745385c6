"""When people are busy, and when they could meet. Each method is one transaction."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from common.principal import Principal
from scheduler.domain.availability import Interval, period
from scheduler.domain.slots import DEFAULT_RESULTS, DEFAULT_STEP, Search, Slot, slots
from scheduler.domain.working_hours import WorkingHours
from scheduler.domain.zones import ZoneDatabase
from scheduler.store import Store


@dataclass(frozen=True, slots=True)
class Ask:
    """When could the *required* people meet, and how many of the *optional* ones with them?

    *since* and *until* may be missing: now, and a week later.
    """

    required: Sequence[str]
    duration: timedelta
    optional: Sequence[str] = ()
    since: datetime | None = None
    until: datetime | None = None
    time_zone: str = "UTC"
    hours: WorkingHours | None = None
    step: timedelta = DEFAULT_STEP
    buffer: timedelta = timedelta()
    most: int = DEFAULT_RESULTS


@dataclass(frozen=True, slots=True)
class Found:
    """The best times; *all_free* says that everybody required is free at all of them."""

    slots: Sequence[Slot] = field(default=())

    @property
    def all_free(self) -> bool:
        return bool(self.slots) and all(
            conflict.optional for slot in self.slots for conflict in slot.conflicts
        )


@dataclass(frozen=True, slots=True)
class FreeBusy:
    """By email, busy time: merged, in time order; *uncertain* are those it may not be all of."""

    busy: Mapping[str, Sequence[Interval]]
    uncertain: frozenset[str]


class Availability:
    def __init__(self, store: Store, zones: ZoneDatabase) -> None:
        self._store = store
        self.zones = zones

    async def free_busy(
        self,
        caller: Principal,
        emails: Sequence[str],
        since: datetime | None,
        until: datetime | None,
    ) -> FreeBusy:
        """The busy time from *since* until *until*.

        Raises ``PeriodOutOfReach``, ``EmptyPeriod`` or ``PeriodTooLong``.
        """
        async with self._store.begin(caller) as tx:
            busy = await tx.busy(emails, period(since, until, tx.now))
            return FreeBusy(busy, await tx.uncertain(emails))

    async def find_times(self, caller: Principal, ask: Ask) -> Found:
        """The best times.

        Raises ``UnknownTimeZone``, ``PeriodOutOfReach``, ``EmptyPeriod`` or ``PeriodTooLong``.
        """
        zone = self.zones.zone(ask.time_zone)
        needed = {one.casefold() for one in ask.required}
        optional = [one for one in ask.optional if one.casefold() not in needed]
        async with self._store.begin(caller) as tx:
            whole = period(ask.since, ask.until, tx.now)
            left = Interval(max(whole.start, tx.now), whole.end)
            wider = Interval(left.start - ask.buffer, left.end + ask.buffer)
            busy = await tx.busy([*ask.required, *optional], wider)
        search = Search(
            ask.duration,
            left,
            ask.hours.within(left, zone) if ask.hours else None,
            ask.step,
            ask.buffer,
            ask.most,
        )
        required = {one: busy[one] for one in ask.required}
        wished = {one: busy[one] for one in optional}
        # A hundred busy people over two months take most of a second.
        return Found(await asyncio.to_thread(slots, search, required, wished))
