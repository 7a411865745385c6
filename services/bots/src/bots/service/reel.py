"""The tracks of one recording: opened as people join, dropped as soon as nothing more can come."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bots.domain.crew import Track
from bots.domain.recording import RATE, Medium
from bots.service.taking import Piece, Source, Take
from bots.store.recordings import JoinKey, TakeKey
from common.principal import Principal

# What only a video has; everybody has sound.
PICTURES = (Medium.CAMERA, Medium.SCREEN)


@dataclass(frozen=True, slots=True)
class Cut:
    """What a window has of the tracks.

    *cursors* has how far each is handed out where that changed, *over* the joins of which there is
    nothing more.
    """

    pieces: Mapping[TakeKey, Sequence[Piece]]
    cursors: Mapping[TakeKey, int]
    over: frozenset[JoinKey]


class Reel:
    """*wants* tells which slots are recorded, *begin* the first sample wanted of one that comes."""

    def __init__(
        self,
        source: Source,
        caller: Principal,
        wants: Callable[[int], bool],
        begin: Callable[[int], int],
    ) -> None:
        self._source = source
        self._caller = caller
        self._wants = wants
        self._begin = begin
        self._takes: dict[TakeKey, Take] = {}
        self._reading: dict[TakeKey, asyncio.Task[None]] = {}
        # How far each track is shipped, as the rows say.
        self._kept: dict[TakeKey, int] = {}

    def __len__(self) -> int:
        """How many tracks are open."""
        return len(self._takes)

    def lacks(self, tracks: Sequence[Track]) -> bool:
        """Whether any of *tracks* is not open; what is known of the others is renewed."""
        known = {(*one.key, Medium.AUDIO): one for one in tracks}
        for key, take in self._takes.items():
            take.track = known.get((key[0], key[1], Medium.AUDIO), take.track)
            if take.has_gone_on:
                take.ended = True
                self._reading[key].cancel()
        return any(key not in self._takes for key in known)

    def take(
        self,
        tracks: Sequence[Track],
        cursors: Mapping[TakeKey, int],
        group: asyncio.TaskGroup,
        *,
        with_video: bool,
    ) -> None:
        """Open what is not open, from its cursor or from when it is first wanted."""
        media = (Medium.AUDIO, *PICTURES) if with_video else (Medium.AUDIO,)
        for track in tracks:
            for medium in media:
                key = (*track.key, medium)
                if key in self._takes:
                    continue
                # Somebody who is only now heard of is taken from where they came.
                origin = round(track.offset_seconds * RATE)
                cursor = cursors.get(key, max(self._begin(origin) - origin, 0))
                take = self._takes[key] = Take(track, medium, cursor, self._wants)
                reading = take.read(self._source, self._caller)
                self._reading[key] = group.create_task(reading, name=f"take {take.name}")

    def holds_up(self, sample: int) -> bool:
        """Whether a window that ends at *sample* should wait."""
        return any(take.holds_up(sample) for take in self._takes.values())

    @property
    def has_pieces(self) -> bool:
        """Whether something wanted waits here."""
        return any(take.has_pieces for take in self._takes.values())

    def look(self) -> None:
        """Ask at once for pictures that were not there: the recording ends."""
        for key, take in self._takes.items():
            if key[2] in PICTURES:
                take.look()

    def cut(self, until: int) -> Cut:
        """Hand out what lies before *until* on the session's time line."""
        pieces = {key: take.cut(until) for key, take in self._takes.items()}
        over = frozenset(
            join for join in {(key[0], key[1]) for key in self._takes} if self._is_over(join)
        )
        cursors = {
            key: take.cursor
            for key, take in self._takes.items()
            if take.cursor != self._kept.get(key)
        }
        return Cut(pieces, cursors, over)

    def drop(self, cut: Cut) -> None:
        """*cut* is kept: what is over is closed."""
        self._kept.update(cut.cursors)
        for key in [key for key in self._takes if (key[0], key[1]) in cut.over]:
            del self._takes[key]
            self._reading.pop(key).cancel()
            self._kept.pop(key, None)

    def stop(self) -> None:
        """Close everything; what was cut and not kept is read again."""
        for task in self._reading.values():
            task.cancel()
        self._reading.clear()
        self._takes.clear()
        self._kept.clear()

    def _is_over(self, join: JoinKey) -> bool:
        """Whether the join's sound has ended and its pictures with it."""
        if not self._takes[*join, Medium.AUDIO].ended:
            return False
        mine = [take for medium in Medium if (take := self._takes.get((*join, medium)))]
        for take in mine:
            take.close()
        return all(take.is_over for take in mine)
