"""A room on a media node: who is connected to it, and what happens in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256

from common.errors import Forbidden, InvalidInput, NotFound, Unavailable, WrongState
from session.domain.policies import MOST_PLACES
from session.domain.sessions import SessionId


class RoomGone(NotFound):
    """The node does not know the room: it was restarted, or the room was closed."""


class NotConnected(WrongState):
    """The participant has no connection in the room."""


class NoBrowsers(WrongState):
    """The plane that this session runs on carries no browsers."""


class MayNotPublish(Forbidden):
    """Somebody who is there to look on sends sound or pictures."""

    def __init__(self) -> None:
        super().__init__("observers and bots look on in this way; they send no sound or pictures")


class InvalidDescription(InvalidInput):
    """A browser's session description that the node cannot use."""


class PerformanceRefused(InvalidInput):
    """The node cannot play the scenario, now or ever."""


class MediaUnavailable(Unavailable):
    """The media node does not answer."""


class MediaRefused(MediaUnavailable):
    """The media node answers, and does not do what it is asked."""


@dataclass(frozen=True, slots=True)
class Room:
    """Where a session's media runs: *node* is the address of the media node's ear."""

    node: str
    session_id: SessionId
    workspace_id: str
    test: bool
    # When the session's first room opened, in seconds since 1970: its time line goes on from there
    # on whichever node. 0 while none was open.
    opened_at: float = 0.0
    # How many people may be in it.
    places: int = MOST_PLACES


@dataclass(frozen=True, slots=True)
class Connection:
    """One join, as the node counts them; *offset_seconds* since the room opened."""

    participant_id: str
    epoch: int
    muted: bool = False
    offset_seconds: float = 0.0
    # What they send, seen or not: *video_paused* keeps both from being seen.
    camera: bool = False
    screen: bool = False
    video_paused: bool = False


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Who is connected now, and whether every performance in the room is over."""

    connections: Sequence[Connection]
    performed: bool
    # How long the room has been open, as the ear counts it; 0 where the plane does not say.
    room_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Performance:
    """A scenario to play: a join link's code per person, *from_seconds* into it."""

    run_id: str
    scenario: bytes
    codes: Sequence[str]
    speed: float
    from_seconds: float


@dataclass(frozen=True, slots=True)
class Changed:
    """Something about the connections changed; the occupancy says what."""


@dataclass(frozen=True, slots=True)
class Came:
    """A join began; it may be over by the time anybody looks."""

    connection: Connection


@dataclass(frozen=True, slots=True)
class Lost:
    """A connection is gone and nobody said goodbye."""

    participant_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Departed:
    """Somebody left of their own will."""

    participant_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class Chatted:
    participant_id: str
    text: str


@dataclass(frozen=True, slots=True)
class PerformanceOver:
    """*error* is empty when the scenario was played to its end."""

    run_id: str
    error: str


class Source(Enum):
    """What a published track is of."""

    MICROPHONE = "MICROPHONE"
    CAMERA = "CAMERA"
    SCREEN = "SCREEN"


class Side(Enum):
    """Which of a browser's two peer connections: what it sends, or what it receives."""

    PUBLISHER = "PUBLISHER"
    SUBSCRIBER = "SUBSCRIBER"


@dataclass(frozen=True, slots=True)
class Seat:
    """Whose browser connects, and as which join of theirs; whoever does not publish looks on."""

    participant_id: str
    epoch: int
    name: str
    publishes: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trickled ICE candidate; an empty *candidate* says that there are no more."""

    side: Side
    candidate: str
    sdp_mid: str = ""
    sdp_m_line_index: int = 0


@dataclass(frozen=True, slots=True)
class OfferedTrack:
    mid: str
    participant_id: str
    source: Source


@dataclass(frozen=True, slots=True)
class Offered:
    """What the browser may receive from now on; it answers with its own description."""

    sdp: str
    tracks: Sequence[OfferedTrack]


@dataclass(frozen=True, slots=True)
class Talked:
    """Somebody in the room began or stopped to speak."""

    participant_id: str
    talking: bool


@dataclass(frozen=True, slots=True)
class MediaLost:
    """The connection's media is gone: the browser must connect anew."""

    why: str


PeerEvent = Offered | Candidate | Talked | MediaLost

Hint = Changed | Came | Lost | Departed | Chatted | PerformanceOver


@dataclass(frozen=True, slots=True)
class Heard:
    """What the node heard of one participant; *present_seconds* is media time.

    A turn is speech between silences of 1.5 s or more; overlaps are speech while somebody else
    spoke.
    """

    speaking_seconds: float
    present_seconds: float = 0.0
    turns: int = 0
    longest_turn_seconds: float = 0.0
    overlaps: int = 0
    overlap_seconds: float = 0.0

    def plus(self, other: "Heard") -> "Heard":
        """Both together, one after the other."""
        return Heard(
            self.speaking_seconds + other.speaking_seconds,
            self.present_seconds + other.present_seconds,
            self.turns + other.turns,
            max(self.longest_turn_seconds, other.longest_turn_seconds),
            self.overlaps + other.overlaps,
            self.overlap_seconds + other.overlap_seconds,
        )


@dataclass(frozen=True, slots=True)
class Talk:
    """What a node has *heard* of everybody, by participant, since it began to count.

    *count* names that count: a node that has forgotten what it heard begins another one, and so
    does a node that a session is moved to. "" when it has heard nobody.
    """

    count: str = ""
    heard: Mapping[str, Heard] = field(default_factory=dict)


def node_for(session_id: str, nodes: Sequence[str], attempt: int) -> str:
    """The node for the *attempt*-th try (0, 1, …): the same for the same session and nodes."""
    ranked = sorted(nodes, key=lambda node: sha256(f"{session_id}\0{node}".encode()).digest())
    return ranked[attempt % len(ranked)]
