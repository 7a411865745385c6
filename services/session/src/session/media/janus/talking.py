"""Who is talking, calm enough to be shown."""

import asyncio
from collections.abc import Callable

# Whoever pauses for less than this is still talking.
HANG_OVER_SECONDS = 1.0

Tell = Callable[[str, bool], None]


class Talkers:
    """Takes Janus's nervous events; *tell* is called at each change that is worth showing."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._stopping: dict[str, asyncio.TimerHandle] = {}
        self._talking: set[str] = set()

    def now(self) -> frozenset[str]:
        return frozenset(self._talking)

    def began(self, participant_id: str) -> None:
        self._stay(participant_id)
        if participant_id not in self._talking:
            self._talking.add(participant_id)
            self._tell(participant_id, True)

    def paused(self, participant_id: str) -> None:
        if participant_id in self._talking and participant_id not in self._stopping:
            loop = asyncio.get_running_loop()
            later = loop.call_later(HANG_OVER_SECONDS, self.silenced, participant_id)
            self._stopping[participant_id] = later

    def silenced(self, participant_id: str) -> None:
        """At once: they are muted or gone, of which Janus says nothing."""
        self._stay(participant_id)
        if participant_id in self._talking:
            self._talking.discard(participant_id)
            self._tell(participant_id, False)

    def close(self) -> None:
        for later in self._stopping.values():
            later.cancel()
        self._stopping.clear()
        self._talking.clear()

    def _stay(self, participant_id: str) -> None:
        if later := self._stopping.pop(participant_id, None):
            later.cancel()
