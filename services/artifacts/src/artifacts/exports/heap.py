"""Packets of many tracks on disk, in the order they came, read back in the order of their times."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Kept(NamedTuple):
    """A packet or frame; *at* is in the heap's own units."""

    at: int
    mark: int
    payload: bytes


class Heap:
    """One track's packets; only their places are held in memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w+b")
        self._places: dict[int, tuple[int, int, int]] = {}
        self._end = 0

    def __len__(self) -> int:
        return len(self._places)

    def add(self, at: int, payload: bytes, mark: int = 0) -> None:
        """Keep *payload*; the first at a time stays."""
        if at in self._places:
            return
        self._places[at] = (self._end, len(payload), mark)
        self._file.write(payload)
        self._end += len(payload)

    def get(self, at: int) -> bytes | None:
        """What stands at that time."""
        place = self._places.get(at)
        return self._read(place) if place else None

    def __iter__(self) -> Iterator[Kept]:
        """Everything, by its time."""
        for at in sorted(self._places):
            yield Kept(at, self._places[at][2], self._read(self._places[at]))

    def close(self) -> None:
        self._file.close()

    def _read(self, place: tuple[int, int, int]) -> bytes:
        self._file.seek(place[0])
        content = self._file.read(place[1])
        self._file.seek(self._end)
        return content
