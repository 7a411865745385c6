"""VP8 frames as they were sent, in the plainest file that holds them: IVF, in milliseconds."""

import struct
from collections.abc import Iterable
from typing import BinaryIO, Final

TICKS_PER_SECOND: Final = 1000
# A key frame begins with a tag of 3 bytes, this mark, and its size.
_MARK: Final = b"\x9d\x01\x2a"
_SMALLEST: Final = 10
_SIZE_BITS: Final = 0x3FFF


def size_of(frame: bytes) -> tuple[int, int] | None:
    """Width and height that a VP8 key frame tells; none for any other frame."""
    if len(frame) < _SMALLEST or frame[0] & 1 or frame[3:6] != _MARK:
        return None
    width, height = struct.unpack_from("<HH", frame, 6)
    return width & _SIZE_BITS, height & _SIZE_BITS


def write_ivf(into: BinaryIO, size: tuple[int, int], frames: Iterable[tuple[int, bytes]]) -> None:
    """Write *frames*, each with its time in milliseconds, in order."""
    head = (b"DKIF", 0, 32, b"VP80", *size, TICKS_PER_SECOND, 1, 0, 0)
    into.write(struct.pack("<4sHH4sHHIIII", *head))
    for at, frame in frames:
        into.write(struct.pack("<IQ", len(frame), at))
        into.write(frame)
