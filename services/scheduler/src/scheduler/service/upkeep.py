"""What the scheduler puts in order by itself, a little at a time."""

import asyncio

import structlog

from scheduler.store import Store

log = structlog.get_logger()

EVERY_SECONDS = 3600.0
BATCH = 500


class Upkeep:
    """Any number of replicas may run it. *host* is the public name of the installation."""

    def __init__(self, store: Store, host: str) -> None:
        self._store = store
        self._host = host

    async def run(self) -> None:
        """Look after everything now, and every hour until cancelled."""
        while True:
            try:
                await self.look_after()
            except Exception as error:
                log.warning("upkeep failed", error=str(error) or type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look_after(self) -> None:
        while await self._store.name_for_calendars(self._host, BATCH) == BATCH:
            pass
