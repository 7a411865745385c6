"""VP8 from RTP (RFC 7741): fragments in order go in, whole frames come out."""

from typing import NamedTuple

# Bits of the payload descriptor's first byte, and of its extension.
EXTENDED, START, PARTITION = 0x80, 0x10, 0x07
PICTURE_ID, TL0_INDEX, LAYER, KEY_INDEX = 0x80, 0x40, 0x20, 0x10
LONG_PICTURE_ID = 0x80
# The first bit of a frame says that it needs others.
INTERFRAME = 0x01
# Of one frame: a screen of text as a key frame has less.
MOST_FRAME_BYTES = 1024 * 1024


class Frame(NamedTuple):
    timestamp: int
    key: bool
    payload: bytes


class Fragment(NamedTuple):
    """A packet's piece of a frame."""

    begins: bool
    payload: bytes


def fragment(payload: bytes) -> Fragment | None:
    """What a packet's *payload* holds; None when that is no VP8."""
    if not payload:
        return None
    first, start = payload[0], 1
    if first & EXTENDED:
        if len(payload) < 2:
            return None
        extension, start = payload[1], 2
        if extension & PICTURE_ID:
            wide = start < len(payload) and payload[start] & LONG_PICTURE_ID
            start += 2 if wide else 1
        start += 1 if extension & TL0_INDEX else 0
        start += 1 if extension & (LAYER | KEY_INDEX) else 0
    if start >= len(payload):
        return None
    begins = bool(first & START) and not first & PARTITION
    return Fragment(begins, payload[start:])


class Assembly:
    """Puts one stream's fragments together; ``lost`` says that a frame was not whole."""

    def __init__(self) -> None:
        self.lost = False
        self._parts: list[bytes] = []
        self._timestamp = 0
        self._bytes = 0

    def take(self, timestamp: int, payload: bytes, *, last: bool, missing: bool) -> Frame | None:
        """Take the next packet in order; the frame that it completes, if it does.

        *last* is the marker bit; *missing* says that packets before this one were lost.
        """
        if missing:
            self._give_up()
            self.lost = True
        part = fragment(payload)
        if part is None:
            return None
        if part.begins:
            self._give_up()
            self._timestamp = timestamp
        elif not self._parts or timestamp != self._timestamp:
            self._give_up()
            self.lost = True
            return None
        self._parts.append(part.payload)
        self._bytes += len(part.payload)
        if self._bytes > MOST_FRAME_BYTES:
            self._give_up()
        return self._whole() if last and self._parts else None

    def _whole(self) -> Frame:
        payload = b"".join(self._parts)
        self._parts, self._bytes = [], 0
        return Frame(self._timestamp, not payload[0] & INTERFRAME, payload)

    def _give_up(self) -> None:
        if self._parts:
            self._parts, self._bytes, self.lost = [], 0, True
