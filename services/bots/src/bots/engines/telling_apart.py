"""Whose voice each window of a stretch of speech is in, by vectors that are alike for one voice."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bots.engines.diarising import Turn

WINDOW_SECONDS: Final = 1.5
HOP_SECONDS: Final = 0.75
# A stretch this short, or what is left behind its last whole window, tells too little of a voice.
SHORTEST_SECONDS: Final = 0.5
SHORTEST_TAIL_SECONDS: Final = 0.25
# Of one stream, and of streams in all; whoever was unheard for longest is forgotten.
MOST_VOICES: Final = 8
MOST_STREAMS: Final = 200
_NOTHING: Final = 1e-6

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a stretch, in seconds from its first sample."""

    start_seconds: float
    end_seconds: float

    @property
    def middle(self) -> float:
        return (self.start_seconds + self.end_seconds) / 2


def windows_of(seconds: float) -> Sequence[Window]:
    """The windows that a stretch of so many seconds is looked at through, in order."""
    if seconds < SHORTEST_SECONDS:
        return ()
    last = seconds - WINDOW_SECONDS
    if last <= 0:
        return (Window(0.0, seconds),)
    starts = [HOP_SECONDS * number for number in range(math.floor(last / HOP_SECONDS) + 1)]
    if last - starts[-1] > SHORTEST_TAIL_SECONDS:
        starts.append(last)
    return [Window(start, start + WINDOW_SECONDS) for start in starts]


@dataclass(eq=False, slots=True)
class Voice:
    """A voice by the sum of what it is known by, each of length 1; unnamed until it has a turn.

    *drafted* is what it would be if every window were whose it seems at first.
    """

    learnt: Vector
    drafted: Vector
    name: str = ""
    heard_in: int = 0


@dataclass(frozen=True, slots=True)
class _Heard:
    """A window, its vector, whose it is, and whether that voice is known by it too."""

    window: Window
    vector: Vector
    voice: Voice
    is_learnt: bool


class Room:
    """The voices of one stream, which keep their names from stretch to stretch."""

    def __init__(self, threshold: float, most_voices: int = MOST_VOICES) -> None:
        self._threshold = threshold
        self._most_voices = most_voices
        self._voices: list[Voice] = []
        self._stretches = 0
        self._names = 0

    def turns(self, windows: Sequence[Window], prints: Sequence[Sequence[float]]) -> Sequence[Turn]:
        """Who speaks when in a stretch, of which each window has one of *prints*.

        A window belongs to the voice that it is most like (by cosine), or begins a voice where it
        is less like any than the threshold. A voice that comes up for one window alone between
        two others, or that is new and does so beside another, has no turn: that is what two at
        once look like. Windows whose print is not finite or zero are passed over.

        The confidence of a turn is the mean of its windows'. A window's is its margin by how far a
        voice may be from itself: ``(best - second) / (1 - threshold)``, from 0 to 1. *best* is how
        like it is to the rest of its voice (the threshold, where it is all that is known of that
        voice), *second* how like it is to the next voice (0, where there is none or it is unlike).
        """
        units = [_unit(one) for one in prints]
        told = [
            (window, one) for window, one in zip(windows, units, strict=True) if one is not None
        ]
        if not told:
            return ()
        self._stretches += 1
        vectors = [vector for _, vector in told]
        seemed = self._drafted(vectors)
        voices = _without_islands(vectors, [voice for voice, _ in seemed])
        heard = [
            _Heard(window, vector, voice, fits and first is voice)
            for (window, vector), (first, fits), voice in zip(told, seemed, voices, strict=True)
        ]
        self._learn(heard)
        return self._in_turns(heard, windows[0].start_seconds, windows[-1].end_seconds)

    def _drafted(self, vectors: Sequence[Vector]) -> Sequence[tuple[Voice, bool]]:
        """Whose each of *vectors* seems, new voices among them, and whether it is like enough."""
        for voice in self._voices:
            voice.drafted = voice.learnt.copy()
        seemed = []
        for vector in vectors:
            voice = self._nearest(vector)
            fits = _cosine(vector, voice.drafted) >= self._threshold
            if not fits and self._has_room():
                voice, fits = Voice(np.zeros_like(vector), np.zeros_like(vector)), True
                self._voices.append(voice)
            if fits:
                voice.drafted += vector
            voice.heard_in = self._stretches
            seemed.append((voice, fits))
        return seemed

    def _nearest(self, vector: Vector) -> Voice:
        """The voice that *vector* is most like; one that nothing is like, where none is known."""
        nobody = Voice(np.zeros_like(vector), np.zeros_like(vector))
        return max(self._voices, key=lambda one: _cosine(vector, one.drafted), default=nobody)

    def _has_room(self) -> bool:
        """Whether one more voice can be known, if need be by forgetting one."""
        if len(self._voices) < self._most_voices:
            return True
        longest = min(self._voices, key=lambda one: one.heard_in)
        if longest.heard_in == self._stretches:
            return False
        self._voices.remove(longest)
        return True

    def _learn(self, heard: Sequence[_Heard]) -> None:
        """Name who is new, and know each voice by more."""
        for one in heard:
            if one.is_learnt:
                one.voice.learnt += one.vector
            if not one.voice.name:
                self._names += 1
                one.voice.name = str(self._names)
        self._voices = [voice for voice in self._voices if voice.name]

    def _in_turns(self, heard: Sequence[_Heard], start: float, end: float) -> Sequence[Turn]:
        turns: list[Turn] = []
        runs = [list(group) for _, group in groupby(heard, key=lambda one: one.voice)]
        for number, run in enumerate(runs):
            until = end
            if number + 1 < len(runs):
                until = (run[-1].window.middle + runs[number + 1][0].window.middle) / 2
            sure = sum(self._sureness(one) for one in run) / len(run)
            turns.append(Turn(run[0].voice.name, start, until, round(sure, 3)))
            start = until
        return turns

    def _sureness(self, one: _Heard) -> float:
        rest = one.voice.learnt - one.vector if one.is_learnt else one.voice.learnt
        is_known = np.linalg.norm(rest) > _NOTHING
        best = _cosine(one.vector, rest) if is_known else self._threshold
        others = (voice for voice in self._voices if voice is not one.voice)
        second = max((_cosine(one.vector, other.learnt) for other in others), default=0.0)
        margin = (best - max(second, 0.0)) / (1.0 - self._threshold)
        return min(max(margin, 0.0), 1.0)


class Rooms:
    """The rooms of all streams, each by its name."""

    def __init__(self, threshold: float, most: int = MOST_STREAMS) -> None:
        self._threshold = threshold
        self._most = most
        self._rooms: OrderedDict[str, Room] = OrderedDict()

    def of(self, stream: str) -> Room:
        """The room of *stream*, a new one where it is not known or no longer."""
        room = self._rooms.setdefault(stream, Room(self._threshold))
        self._rooms.move_to_end(stream)
        if len(self._rooms) > self._most:
            self._rooms.popitem(last=False)
        return room


def _without_islands(vectors: Sequence[Vector], seemed: Sequence[Voice]) -> Sequence[Voice]:
    """*seemed*, where a lone window belongs to the nearer of the voices beside it."""
    voices = list(seemed)
    while (place := _island(voices)) is not None:
        beside = [voices[near] for near in (place - 1, place + 1) if 0 <= near < len(voices)]
        vector = vectors[place]
        voices[place] = max(beside, key=lambda one: _cosine(vector, one.drafted))
    return voices


def _island(voices: Sequence[Voice]) -> int | None:
    """The first window that has other voices beside it, and is too little to be a turn."""
    for place, voice in enumerate(voices):
        beside = [voices[near] for near in (place - 1, place + 1) if 0 <= near < len(voices)]
        is_inside = len(beside) == 2
        if beside and voice not in beside and (is_inside or not voice.name):
            return place
    return None


def _unit(values: Sequence[float]) -> Vector | None:
    """*values* at length 1; none where that cannot be."""
    vector = np.asarray(values, np.float64)
    # The largest first: the square of a number that a float holds may be more than it holds.
    largest = np.abs(vector).max(initial=0.0)
    if not np.isfinite(largest) or largest == 0.0:
        return None
    vector = vector / largest
    return np.asarray(vector / np.linalg.norm(vector))


def _cosine(vector: Vector, total: Vector) -> float:
    """How like *vector*, whose length is 1, is to *total*: from -1 to 1."""
    length = float(np.linalg.norm(total))
    return float(vector @ total) / length if length > _NOTHING else 0.0
