"""What the scheduler puts in order by itself, a little at a time."""

import asyncio
from datetime import timedelta

import structlog

from scheduler.store import Store
from scheduler.store.sweeping import NoticeSweep, Place

log = structlog.get_logger()

EVERY_SECONDS = 3600.0
BATCH = 500


class Upkeep:
    """Any number of replicas may run it.

    *host* is the public name of the installation, and notices are *kept* so long.
    """

    def __init__(
        self, store: Store, notices: NoticeSweep, host: str, kept: timedelta, batch: int = BATCH
    ) -> None:
        self._store = store
        self._notices = notices
        self._host = host
        self._kept = kept
        self._batch = batch

    async def run(self) -> None:
        """Look after everything now, and every hour until cancelled."""
        while True:
            try:
                await self.look_after()
            except Exception as error:
                log.warning("upkeep failed", error=str(error) or type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look_after(self) -> None:
        while await self._store.name_for_calendars(self._host, self._batch) == self._batch:
            pass
        place: Place | None = Place()
        while place is not None:
            place = await self._notices.forget(self._kept, place, self._batch)
