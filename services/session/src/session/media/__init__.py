"""The media plane: what carries a session's sound, behind one port with an adapter per kind."""

from collections.abc import AsyncIterator
from typing import Protocol

from session.domain.rooms import Hint, Occupancy, Performance, Room, Talk


class MediaPlane(Protocol):
    """Media nodes as a session's owner uses them.

    Every method but ``open`` and ``close`` raises ``RoomGone`` when the node does not know the
    room, and every one raises ``MediaUnavailable`` when the node does not answer in time.
    """

    async def open(self, room: Room) -> None:
        """Open the room; opening it twice is no error."""
        ...

    async def close(self, room: Room) -> None:
        """Close the room: every connection ends; closing it twice is no error."""
        ...

    async def occupancy(self, room: Room) -> Occupancy:
        """Who is connected now: the truth that hints only hasten."""
        ...

    async def disconnect(self, room: Room, participant_id: str) -> None:
        """Cut a participant's connection for good; raises ``NotConnected``."""
        ...

    async def mute(self, room: Room, participant_id: str) -> None:
        """Mute a participant; raises ``NotConnected``."""
        ...

    async def perform(self, room: Room, performance: Performance) -> None:
        """Play a scenario's people into the room; the same run is played once."""
        ...

    async def talk(self, room: Room) -> Talk:
        """The seconds that each participant has spoken; also after the room is closed."""
        ...

    def watch(self, room: Room) -> AsyncIterator[Hint]:
        """What happens in the room from now on, until it is closed.

        The first hint comes at once: from then on nothing is missed.
        """
        ...
