"""The media plane: what carries a session's sound, behind one port with an adapter per kind."""

from collections.abc import AsyncIterator, Mapping
from typing import Protocol

from session.domain.rooms import (
    Candidate,
    Hint,
    Occupancy,
    PeerEvent,
    Performance,
    Room,
    Seat,
    Source,
    Talk,
)


class Peer(Protocol):
    """A browser in a room: its two peer connections, as its signalling needs them.

    Every method raises ``RoomGone`` or ``MediaUnavailable`` like the plane's.
    """

    @property
    def is_flowing(self) -> bool:
        """Whether the browser's media is connected already, by an earlier owner's doing, too."""
        ...

    async def publish(self, sdp: str, sources: Mapping[str, Source]) -> str:
        """Take the browser's offer of what it sends; answers the node's description.

        *sources* has what each mid is of. Raises ``InvalidDescription``, or ``MayNotPublish`` where
        the seat is one to look on from.
        """
        ...

    async def answer(self, sdp: str) -> None:
        """Take the browser's answer to the newest ``Offered``; raises ``InvalidDescription``."""
        ...

    async def candidate(self, candidate: Candidate) -> None:
        """Take one of the browser's candidates."""
        ...

    async def set_media(self, *, muted: bool, camera: bool) -> None:
        """The participant's own doing; a moderator's mute or pause stays."""
        ...

    async def stand_in(self, present: bool) -> None:
        """Whether the page itself counts as their connection, since no media of theirs flows."""
        ...

    async def leave(self) -> None:
        """Go of their own will."""
        ...

    async def close(self) -> None:
        """Cut the connection: it was lost, or another took its place."""
        ...

    def events(self) -> AsyncIterator[PeerEvent]:
        """What the browser must know, until the connection is over; for one reader."""
        ...


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

    async def set_muted(self, room: Room, participant_id: str, muted: bool) -> None:
        """Mute a participant or let them be heard again; raises ``NotConnected``."""
        ...

    async def set_video_paused(self, room: Room, participant_id: str, paused: bool) -> None:
        """Keep a participant's camera and screen from being seen; raises ``NotConnected``."""
        ...

    async def connect(self, room: Room, seat: Seat) -> Peer:
        """Let a browser in; connecting the same join again takes the older one's place.

        Raises ``NoBrowsers`` where the plane carries none.
        """
        ...

    async def voice(self, room: Room, participant_id: str, name: str) -> None:
        """Seat a bot that speaks: what is said through the ear is heard in the room."""
        ...

    async def capture_video(self, room: Room, wanted: bool) -> None:
        """Whether the ear keeps everybody's video too; it costs, so only while it is recorded."""
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
