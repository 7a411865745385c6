"""Lets a crew of this replica look at once instead of at its next turn."""

import asyncio


class Nudges:
    def __init__(self) -> None:
        # Set when some session may want a crew.
        self.unplaced = asyncio.Event()
        self._crews: dict[str, asyncio.Event] = {}

    def enrol(self, session_id: str) -> asyncio.Event:
        """The event that a nudge of the session's crew sets."""
        return self._crews.setdefault(session_id, asyncio.Event())

    def dismiss(self, session_id: str) -> None:
        self._crews.pop(session_id, None)

    def nudge(self, session_id: str) -> None:
        """Something changed for the session; harmless when its crew runs elsewhere."""
        if session_id in self._crews:
            self._crews[session_id].set()
        else:
            self.unplaced.set()
