"""What we know of the people in a Janus room: what they publish, and which join they are."""

from dataclasses import dataclass, field
from enum import Enum

from session.domain.rooms import Source
from session.media.janus.handles import Handle
from session.media.janus.refusals import Json


class Medium(Enum):
    """What the ear keeps of a join."""

    AUDIO = "audio"
    CAMERA = "camera"
    SCREEN = "screen"


MEDIUM_OF = {
    Source.MICROPHONE: Medium.AUDIO,
    Source.CAMERA: Medium.CAMERA,
    Source.SCREEN: Medium.SCREEN,
}


@dataclass(slots=True)
class Stream:
    """One published track."""

    mid: str
    is_video: bool
    source: Source
    moderated: bool = False


@dataclass(slots=True)
class Publication:
    """What somebody publishes now, by mid."""

    participant_id: str
    epoch: int
    streams: dict[str, Stream]


@dataclass(slots=True)
class Forward:
    """RTP that Janus sends to the ear; *stream_id* is None until it does."""

    mid: str
    ssrc: int
    stream_id: int | None = None


@dataclass(slots=True)
class Wish:
    """What a moderator wants of a participant, whatever join they are."""

    muted: bool = False
    video_paused: bool = False


@dataclass(slots=True, eq=False)
class Join:
    """One join of a browser: its handles, and what it does to itself."""

    participant_id: str
    epoch: int
    # Whether it may send anything at all.
    publishes: bool = True
    publisher: Handle = field(init=False)
    # What it said that it publishes, by mid.
    sources: dict[str, Source] = field(default_factory=dict)
    publisher_up: bool = False
    subscriber_up: bool = False
    # Its page is there and has nothing to send: nothing else may ever come up.
    stands_in: bool = False
    muted: bool = False
    camera: bool = True
    # None until the ear knows the join.
    offset_seconds: float | None = None
    ear: tuple[str, int] = ("", 0)
    # Whether the ear has heard this connection, and not only an earlier one of the same join.
    is_heard: bool = False
    # Whether the ear was told that nothing is to be heard of them; None: neither.
    quiet_told: bool | None = None
    forwards: dict[Medium, Forward] = field(default_factory=dict)

    @property
    def is_up(self) -> bool:
        return self.publisher_up or self.subscriber_up or self.stands_in


def opaque_id(session_id: str, participant_id: str, epoch: int, part: str = "") -> str:
    """What a handle is for, to be read back by ``join_of``."""
    return f"{session_id}:{participant_id}:{epoch}{f':{part}' if part else ''}"


def join_of(opaque: str) -> tuple[str, int, str] | None:
    """The participant, epoch and part that a handle is for; None for any other handle."""
    parts = opaque.split(":")
    if len(parts) < 3 or not parts[2].isdecimal():
        return None
    return parts[1], int(parts[2]), parts[3] if len(parts) > 3 else ""


def publication_of(told: Json) -> Publication:
    """A publisher as Janus lists it: we display the epoch and describe tracks by source."""
    shown = str(told.get("display", ""))
    streams = [
        stream_of(one)
        for one in told.get("streams", ())
        if one.get("type") in ("audio", "video") and not one.get("disabled")
    ]
    epoch = int(shown) if shown.isdecimal() else 0
    return Publication(told["id"], epoch, {one.mid: one for one in streams})


def stream_of(told: Json) -> Stream:
    is_video = told["type"] == "video"
    source = source_of(str(told.get("description", "")), is_video)
    return Stream(str(told["mid"]), is_video, source, bool(told.get("moderated")))


def source_of(description: str, is_video: bool) -> Source:
    if description in Source.__members__:
        return Source[description]
    return Source.CAMERA if is_video else Source.MICROPHONE
