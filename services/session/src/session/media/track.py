"""One join's track on disk: written at its end, read by many from any sample still kept."""

import asyncio
import os
import time
from bisect import bisect_right
from collections import deque
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from common.errors import Unavailable
from session.media.records import (
    FRAME,
    QUIET,
    RATE,
    Kind,
    Record,
    decode,
    encode,
    record_size,
)

KEEP_SECONDS = 120
SEGMENT_SAMPLES = 10 * RATE
# Markers alone are small: a scripted meeting at a hundred times real time makes few files too.
SEGMENT_BYTES = 16 * 1024
# Read at once; what is longer is read alone.
READ_BYTES = 256 * 1024
SUFFIX = ".seg"


class EarStopping(Unavailable):
    def __init__(self) -> None:
        super().__init__("this ear is stopping; listen again from the last sample", retry_after=1)


class SpoolFull(OSError):
    """The disk took only a part of what was written."""


@dataclass(slots=True, eq=False)
class Segment:
    """One file: its first sample and how many of its bytes are whole records."""

    path: Path
    start: int
    size: int = 0


class Track:
    """The sound of one participant's one join. Only one task writes, in order.

    *head* is the sample that comes next; once *ended*, none does.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.segments: list[Segment] = []
        self.head = 0
        self.ended = False
        self.stopping = False
        self.changed = asyncio.Event()
        # The samples of the key frames that are kept.
        self._keys: deque[int] = deque()
        self._file: int | None = None
        self._restore()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(segment.size for segment in self.segments)

    def write(self, packets: list[bytes], first: int) -> None:
        """Append consecutive 20 ms Opus *packets*, the first at sample *first*.

        What is already there is left out; a jump forward becomes a GAP of exactly its length.
        """
        starts = range(first, first + len(packets) * FRAME, FRAME)
        records = [
            Record(Kind.PACKET, start, start + FRAME, packet)
            for start, packet in zip(starts, packets, strict=True)
            if start >= self.head
        ]
        self._append(records)

    def extend(self, records: list[Record]) -> None:
        """Append *records*, in order and none before ``head``; a jump forward becomes a GAP."""
        self._append(records)

    def mark(self, kind: Kind, start: int, end: int, text: str = "") -> None:
        """Append a marker over the samples from *start* to before *end*."""
        start = max(start, self.head)
        if start < end:
            self._append([Record(kind, start, end, text.encode())])

    def finish(self, lost_until: int = 0) -> None:
        """End the track; sound up to sample *lost_until* that never came is a GAP."""
        self.mark(Kind.GAP, self.head, lost_until)
        self._append([Record(Kind.END, self.head, self.head)])
        self._close_file()

    def key_before(self, sample: int) -> int:
        """Where to read from to see the picture at *sample*: the last key frame until then.

        The first one kept when that is forgotten; *sample* itself where there is none to wait for.
        """
        place = bisect_right(self._keys, sample)
        if place:
            return self._keys[place - 1]
        forgotten = self.segments and self.segments[0].start > sample
        return self._keys[0] if forgotten and self._keys else sample

    def close(self) -> None:
        """Leave the track as it is and send its readers away."""
        self.stopping = True
        self._close_file()
        self._tell()

    async def read(self, start: int) -> AsyncIterator[list[Record]]:
        """What is and will be there from sample *start* on, in order, until the end.

        Samples no longer kept come as one GAP. Raises ``EarStopping`` when the ear stops first.
        """
        reader = _Reader(self, start)
        try:
            while True:
                changed = self.changed
                while records := reader.next():
                    yield records
                    if records[-1].kind is Kind.END:
                        return
                if self.stopping:
                    raise EarStopping
                await changed.wait()
        finally:
            reader.close()

    def _append(self, records: list[Record]) -> None:
        if not records or self.ended:
            return
        if records[0].start > self.head:
            records = [Record(Kind.GAP, self.head, records[0].start), *records]
        content = b"".join(encode(record) for record in records)
        self._put(self._writable(records[0].start), content)
        self.head = records[-1].end
        self.ended = records[-1].kind is Kind.END
        self._keys.extend(record.end - 1 for record in records if record.kind is Kind.KEY_PICTURE)
        self._tell()

    def _put(self, file: int, content: bytes) -> None:
        segment = self.segments[-1]
        if os.write(file, content) != len(content):
            os.ftruncate(file, segment.size)
            raise SpoolFull(f"no room for {segment.path}")
        segment.size += len(content)

    def _writable(self, start: int) -> int:
        if not self.segments or _is_full(self.segments[-1], start):
            self._close_file()
            self.folder.mkdir(parents=True, exist_ok=True)
            self.segments.append(Segment(self.folder / f"{start:020d}{SUFFIX}", start))
            self._forget()
        if self._file is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
            self._file = os.open(self.segments[-1].path, flags, 0o600)
        return self._file

    def _forget(self) -> None:
        """Drop what both the samples and the wall clock call older than the time kept."""
        oldest = time.time() - KEEP_SECONDS
        while len(self.segments) > 1:
            first, second = self.segments[:2]
            if second.start > self.head - KEEP_SECONDS * RATE:
                return
            if first.path.exists() and first.path.stat().st_mtime > oldest:
                return
            first.path.unlink(missing_ok=True)
            del self.segments[0]
            while self._keys and self._keys[0] < second.start:
                self._keys.popleft()

    def _restore(self) -> None:
        for path in sorted(self.folder.glob(f"*{SUFFIX}")):
            segment = Segment(path, int(path.stem))
            self.segments.append(segment)
            self.head = max(self.head, segment.start)
            for record, end in decode(path.read_bytes()):
                segment.size = end
                self.head = record.end
                self.ended = record.kind is Kind.END
                if record.kind is Kind.KEY_PICTURE:
                    self._keys.append(record.end - 1)
        if self.segments:
            os.truncate(self.segments[-1].path, self.segments[-1].size)

    def _close_file(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _tell(self) -> None:
        told, self.changed = self.changed, asyncio.Event()
        told.set()


def _is_full(segment: Segment, at: int) -> bool:
    return at - segment.start >= SEGMENT_SAMPLES and segment.size >= SEGMENT_BYTES


class _Reader:
    """A place in a track: the file, the byte and the sample that come next."""

    def __init__(self, track: Track, start: int) -> None:
        self._track = track
        self._position = start
        self._segment: Segment | None = None
        self._file = -1
        self._offset = 0

    def next(self) -> list[Record]:
        """The next records that are there already, a piece at a time; none means wait."""
        while self._advance():
            if records := list(self._fitted(self._piece())):
                return records
        return []

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _advance(self) -> bool:
        """Stand where unread bytes are; false when there are none."""
        if self._segment is not None and self._offset < self._segment.size:
            return True
        following = self._following()
        if following is None:
            return False
        self.close()
        self._segment, self._offset = following, 0
        self._file = os.open(following.path, os.O_RDONLY | os.O_CLOEXEC)
        return True

    def _following(self) -> Segment | None:
        segments = [segment for segment in self._track.segments if segment.size]
        if self._segment is not None:
            passed = self._segment.start
            return next((segment for segment in segments if segment.start > passed), None)
        holding = [segment for segment in segments if segment.start <= self._position]
        return holding[-1] if holding else next(iter(segments), None)

    def _piece(self) -> Iterator[Record]:
        assert self._segment is not None
        most = min(READ_BYTES, self._segment.size - self._offset)
        content = os.pread(self._file, most, self._offset)
        if len(content) < (longest := record_size(content)):
            content = os.pread(self._file, longest, self._offset)
        read = 0
        for record, read in decode(content):  # noqa: B007
            yield record
        # Nothing whole in what was once whole: damage, so the rest of the file is given up.
        self._offset = self._offset + read if read else self._segment.size

    def _fitted(self, records: Iterator[Record]) -> Iterator[Record]:
        for record in records:
            if record.end <= self._position and record.kind is not Kind.END:
                continue
            if record.start > self._position:
                yield Record(Kind.GAP, self._position, record.start)
            start = max(record.start, self._position) if record.kind in QUIET else record.start
            self._position = max(self._position, record.end)
            yield Record(record.kind, start, record.end, record.payload)
