"""How a track lies on disk: one checked record per packet or marker, torn ends left out."""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

RATE = 48_000
FRAME = 960
HEADER = struct.Struct("<II")
BODY = struct.Struct("<Bqq")
# The longest Opus packet has 1275 bytes, the longest line of a script 20 kB, a picture a MiB.
LONGEST_BODY = 1024 * 1024 + BODY.size


class Kind(IntEnum):
    """What a record is; the values are on disk, and those of markers on the wire."""

    PACKET = 0
    GAP = 1
    MUTE = 2
    SILENCE = 3
    END = 4
    SCRIPT = 5
    # A VP8 frame, shown at the last of its samples: it lasts from the one before.
    PICTURE = 6
    # One that needs no other.
    KEY_PICTURE = 7
    # A gap because the connection was lost and made anew, however short.
    OUTAGE = 8


LAST_KIND = max(Kind)
# Stretches in which nothing is heard: neighbours of a kind may become one.
QUIET = frozenset({Kind.GAP, Kind.OUTAGE, Kind.MUTE, Kind.SILENCE})


@dataclass(frozen=True, slots=True)
class Record:
    """A packet or a marker: *start* and *end* count samples at 48 kHz from the join."""

    kind: Kind
    start: int
    end: int
    payload: bytes = b""


def encode(record: Record) -> bytes:
    body = BODY.pack(record.kind, record.start, record.end) + record.payload
    return HEADER.pack(len(body), zlib.crc32(body)) + body


def decode(content: bytes) -> Iterator[tuple[Record, int]]:
    """The whole records at the front of *content*, each with the place where it ends.

    Stops at the first that is torn or damaged: nothing behind it can be trusted.
    """
    at = 0
    while at + HEADER.size <= len(content):
        length, check = HEADER.unpack_from(content, at)
        start, end = at + HEADER.size, at + HEADER.size + length
        if not BODY.size <= length <= LONGEST_BODY or end > len(content):
            return
        body = content[start:end]
        if zlib.crc32(body) != check or body[0] > LAST_KIND:
            return
        kind, first, last = BODY.unpack_from(body)
        yield Record(Kind(kind), first, last, body[BODY.size :]), end
        at = end


def record_size(content: bytes) -> int:
    """How long the record at the front of *content* is, as far as it can be believed."""
    if len(content) < HEADER.size:
        return 0
    length: int = HEADER.unpack_from(content)[0]
    return HEADER.size + length if length <= LONGEST_BODY else 0


def merged(records: Iterator[Record]) -> Iterator[Record]:
    """*records* with touching quiet stretches of one kind as one."""
    held: Record | None = None
    for record in records:
        if held and record.kind in QUIET and (held.kind, held.end) == (record.kind, record.start):
            held = Record(held.kind, held.start, record.end)
            continue
        if held:
            yield held
        held = record
    if held:
        yield held
