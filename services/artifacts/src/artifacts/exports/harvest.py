"""What a recorder left, sorted: the mix, each person's sound, each camera and screen."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from artifacts.domain.recordings import SLOT_SAMPLES, SLOTS_PER_SECOND, Timeline
from artifacts.exports.grid import Stretch
from artifacts.exports.heap import Heap
from artifacts.exports.ivf import size_of
from artifacts.exports.ogg import SILENCE
from convene.bots.v1 import recording_pb2 as bots
from convene.session.v1 import ear_pb2

WINDOW_SLOTS: Final = 100
MILLISECONDS_PER_SAMPLE: Final = 1 / 48
# A camera that sends nothing for so long is off; a shared screen may stand still.
LONGEST_STILL: Final = {ear_pb2.MEDIUM_CAMERA: 2.0, ear_pb2.MEDIUM_SCREEN: 15.0}
# How long the last picture of a stretch is seen.
LAST_PICTURE: Final = 1.0

# Whose, and of which medium.
TrackKey = tuple[str, "ear_pb2.Medium"]


@dataclass
class Film:
    """One participant's camera or screen: pictures by their millisecond in the files."""

    pictures: Heap
    # Where a picture cannot be decoded from the one before: another join, or a pause.
    size: tuple[int, int] | None = None
    scene: tuple[int, int] = (-1, -1)
    seen: list[list[float]] = field(default_factory=list)

    @property
    def start(self) -> float:
        return self.seen[0][0] if self.seen else 0.0


class Harvest:
    """Takes fragments in order; *folder* holds what they have until it is written to files."""

    def __init__(self, folder: Path, timeline: Timeline) -> None:
        self._folder = folder
        self._timeline = timeline
        self._open = ExitStack()
        self.mix = self._heap("mix")
        self.sounds: dict[str, Heap] = {}
        self.films: dict[TrackKey, Film] = {}
        # Whether something came that the mix does not have.
        self.is_late = False

    def close(self) -> None:
        self._open.close()

    def take(self, fragment: bots.RecordingFragment) -> None:
        for packet in fragment.mixed:
            if (slot := self._timeline.slot(packet.slot)) is not None:
                self.mix.add(slot, packet.payload)
        for track in fragment.tracks:
            if track.medium == ear_pb2.MEDIUM_AUDIO:
                self._hear(fragment.index, track)
            else:
                self._see(track)

    def mixed(self) -> Iterator[bytes]:
        """The mix, a packet per slot of the files."""
        return self._packets(self.mix)

    def sound(self, participant_id: str) -> Iterator[bytes]:
        """One person's sound, a packet per slot of the files."""
        return self._packets(self.sounds[participant_id])

    def _hear(self, index: int, track: bots.TrackFragment) -> None:
        if track.participant_id not in self.sounds:
            self.sounds[track.participant_id] = self._heap(f"sound-{len(self.sounds)}")
        heap = self.sounds[track.participant_id]
        for packet in track.packets:
            session_slot = round(packet.sample / SLOT_SAMPLES)
            self.is_late = self.is_late or session_slot < index * WINDOW_SLOTS - 1
            if (slot := self._timeline.slot(session_slot)) is not None:
                heap.add(slot, packet.payload)

    def _see(self, track: bots.TrackFragment) -> None:
        key = (track.participant_id, track.medium)
        if key not in self.films:
            self.films[key] = Film(self._heap(f"film-{len(self.films)}"))
        film = self.films[key]
        for packet in track.packets:
            slot = packet.sample // SLOT_SAMPLES
            at = self._timeline.slot(slot)
            if at is None:
                continue
            scene = (track.epoch, self._timeline.piece(slot))
            if scene != film.scene and not packet.key:
                continue
            film.scene = scene
            film.size = film.size or size_of(packet.payload)
            within = (packet.sample % SLOT_SAMPLES) * MILLISECONDS_PER_SAMPLE
            milliseconds = round(at * 1000 / SLOTS_PER_SECOND + within)
            film.pictures.add(milliseconds, packet.payload, packet.key)
            _see(film.seen, milliseconds / 1000, LONGEST_STILL[track.medium])

    def stretches(self, film: Film) -> Sequence[Stretch]:
        """When there are pictures, within the files."""
        end = self._timeline.seconds
        return [(start, min(until + LAST_PICTURE, end)) for start, until in film.seen]

    def _packets(self, heap: Heap) -> Iterator[bytes]:
        for slot in range(self._timeline.slots):
            yield heap.get(slot) or SILENCE

    def _heap(self, name: str) -> Heap:
        heap = Heap(self._folder / f"{name}.heap")
        self._open.callback(heap.close)
        return heap


def _see(seen: list[list[float]], at: float, longest: float) -> None:
    if seen and at - seen[-1][1] <= longest:
        seen[-1][1] = max(seen[-1][1], at)
    else:
        seen.append([at, at])
