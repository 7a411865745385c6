"""Where tracks lie: a folder per session, participant and epoch, bounded in time and size."""

import re
import shutil
import time
from enum import IntEnum
from pathlib import Path
from typing import NamedTuple

import structlog

from common.errors import Exhausted, InvalidInput, NotFound
from session.media.records import RATE
from session.media.track import Track

log = structlog.get_logger()

TRACKS = "tracks"
# Long enough for a bot's process to be started again and hear the meeting out.
KEEP_ENDED_SECONDS = 900
NAME = re.compile(r"[A-Za-z0-9_-]{1,128}")


class Medium(IntEnum):
    """What a track is of; the values are those on the wire."""

    AUDIO = 1
    CAMERA = 2
    SCREEN = 3


class TrackKey(NamedTuple):
    session_id: str
    participant_id: str
    epoch: int
    medium: Medium = Medium.AUDIO


class TrackNotFound(NotFound):
    def __init__(self, key: TrackKey) -> None:
        super().__init__(
            f"no {key.medium.name.lower()} track of {key.participant_id} with epoch {key.epoch} "
            "is kept; it never began or is too old",
            session_id=key.session_id,
        )


class InvalidName(InvalidInput):
    """An id that cannot be a file's name."""

    def __init__(self, field: str) -> None:
        super().__init__(
            f"{field} takes 1 to 128 letters, digits, underscores and hyphens", field=field
        )


class SpoolExhausted(Exhausted):
    def __init__(self, most: int) -> None:
        super().__init__(
            f"the spool holds its most, {most} bytes; no new room until old tracks are forgotten",
            retry_after=10,
        )


def check_id(field: str, value: str) -> None:
    """Refuse an id that could lead out of its folder."""
    if not NAME.fullmatch(value):
        raise InvalidName(field)


class Spool:
    """All tracks of this node. Finds those of an earlier run of the process again."""

    def __init__(self, folder: Path, most_bytes: int) -> None:
        self._folder = folder / TRACKS
        self._most = most_bytes
        self._tracks: dict[TrackKey, Track] = {}
        self._restore()

    def begin(self, key: TrackKey) -> Track:
        """The track of *key*, new or as it was left."""
        if key not in self._tracks:
            self._tracks[key] = Track(self._path(key))
        return self._tracks[key]

    def get(self, key: TrackKey) -> Track:
        """The track of *key*; raises ``TrackNotFound``."""
        if key not in self._tracks:
            raise TrackNotFound(key)
        return self._tracks[key]

    def __contains__(self, key: TrackKey) -> bool:
        return key in self._tracks

    def keys(self, session_id: str) -> list[TrackKey]:
        """The tracks of one session, oldest epoch first."""
        return sorted(key for key in self._tracks if key.session_id == session_id)

    def seconds(self, session_id: str, participant_id: str) -> float:
        """How long the sound of one participant is, all joins together."""
        wanted = (session_id, participant_id)
        return (
            sum(
                track.head
                for key, track in self._tracks.items()
                if key[:2] == wanted and key.medium is Medium.AUDIO
            )
            / RATE
        )

    def everything(self) -> list[tuple[TrackKey, Track]]:
        """All tracks, oldest epoch of a participant first."""
        return sorted(self._tracks.items(), key=lambda found: found[0])

    def sounds(self) -> list[tuple[TrackKey, Track]]:
        """All tracks of sound, oldest epoch of a participant first."""
        return [found for found in self.everything() if found[0].medium is Medium.AUDIO]

    def check_room(self) -> None:
        """Raise ``SpoolExhausted`` when nothing more should begin."""
        if self.size > self._most:
            raise SpoolExhausted(self._most)

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(track.size for track in self._tracks.values())

    def sweep(self) -> None:
        """Forget tracks that ended long ago and, over the limit, the longest ended first."""
        now = time.time()
        ended = sorted(
            (_last_write(track), key) for key, track in self._tracks.items() if track.ended
        )
        for moment, key in ended:
            if now - moment > KEEP_ENDED_SECONDS or self.size > self._most:
                self._remove(key)

    def close(self) -> None:
        """Leave all tracks as they are and send their readers away."""
        for track in self._tracks.values():
            track.close()

    def _remove(self, key: TrackKey) -> None:
        track = self._tracks.pop(key)
        track.close()
        shutil.rmtree(track.folder, ignore_errors=True)
        for folder in (track.folder.parent, track.folder.parent.parent):
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()

    def _restore(self) -> None:
        for folder in sorted(self._folder.glob("*/*/*")):
            session_id, participant_id, name = folder.parts[-3:]
            epoch, _, medium = name.partition(".")
            key = TrackKey(
                session_id, participant_id, int(epoch), Medium[medium.upper() or "AUDIO"]
            )
            self._tracks[key] = Track(folder)
        if self._tracks:
            log.info("tracks found again", tracks=len(self._tracks), bytes=self.size)

    def _path(self, key: TrackKey) -> Path:
        check_id("session_id", key.session_id)
        check_id("participant_id", key.participant_id)
        sound = key.medium is Medium.AUDIO
        name = str(key.epoch) if sound else f"{key.epoch}.{key.medium.name.lower()}"
        return self._folder / key.session_id / key.participant_id / name


def _last_write(track: Track) -> float:
    path = track.segments[-1].path if track.segments else track.folder
    return path.stat().st_mtime if path.exists() else 0.0
