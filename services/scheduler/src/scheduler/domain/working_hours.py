"""Hours on the clock of a zone, as instants. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.domain.availability import Interval, merged
from scheduler.domain.zones import moment_of

DAY = timedelta(days=1)
MONDAY_TO_FRIDAY = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """From one local time to another on these *days* (Monday is 0); *until* may be the next day's.

    A time that the clock skips moves forward by the gap; of one that comes twice the first counts.
    """

    since: time
    until: time
    days: frozenset[int] = MONDAY_TO_FRIDAY

    def within(self, whole: Interval, zone: ZoneInfo) -> Sequence[Interval]:
        """The hours that meet *whole*, each in full, in time order."""
        # A day earlier, for hours that began then.
        day = whole.start.astimezone(zone).date() - DAY
        last = whole.end.astimezone(zone).date()
        found = []
        while day <= last:
            if day.weekday() in self.days:
                found.append(self._on(datetime.combine(day, self.since), zone))
            day += DAY
        return [one for one in merged(found) if one.meets(whole)]

    def _on(self, begins: datetime, zone: ZoneInfo) -> Interval:
        ends = datetime.combine(begins.date(), self.until)
        if ends <= begins:
            ends += DAY
        return Interval(moment_of(begins, zone).instant, moment_of(ends, zone).instant)
