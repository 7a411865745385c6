"""Ogg files of Opus packets as they were heard: nothing is encoded anew (RFC 3533, RFC 7845)."""

import struct
import zlib
from collections.abc import Iterable
from typing import BinaryIO, Final

RATE: Final = 48_000
PACKET_SAMPLES: Final = 960
# What libopus puts before the first sample.
PRE_SKIP: Final = 312
# 20 ms of silence: one empty full-band frame.
SILENCE: Final = b"\xf8\xff\xfe"
PACKETS_IN_PAGE: Final = 50
SEGMENT: Final = 255
MOST_SEGMENTS: Final = 255

_SERIAL: Final = 1
_FIRST, _LAST = 2, 4
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def write_ogg(into: BinaryIO, packets: Iterable[bytes]) -> None:
    """Write mono Opus *packets* of 20 ms each, one after the other."""
    head = struct.pack("<8sBBHIhB", b"OpusHead", 1, 1, PRE_SKIP, RATE, 0, 0)
    tags = struct.pack("<8sI7sI", b"OpusTags", 7, b"convene", 0)
    into.write(_page(0, 0, _FIRST, [head]))
    into.write(_page(1, 0, 0, [tags]))
    number, samples = 2, 0
    page: list[bytes] = []
    for packet in packets:
        if len(page) == PACKETS_IN_PAGE or _segments([*page, packet]) > MOST_SEGMENTS:
            into.write(_page(number, samples, 0, page))
            number, page = number + 1, []
        page.append(packet)
        samples += PACKET_SAMPLES
    into.write(_page(number, samples, _LAST, page))


def _segments(packets: list[bytes]) -> int:
    return sum(len(packet) // SEGMENT + 1 for packet in packets)


def _page(number: int, granule: int, flags: int, packets: list[bytes]) -> bytes:
    lacing = bytearray()
    for packet in packets:
        lacing += b"\xff" * (len(packet) // SEGMENT) + bytes([len(packet) % SEGMENT])
    fields = (b"OggS", 0, flags, granule, _SERIAL, number)
    body = bytes([len(lacing)]) + bytes(lacing) + b"".join(packets)
    unsigned = struct.pack("<4sBBqIII", *fields, 0) + body
    return struct.pack("<4sBBqIII", *fields, _checksum(unsigned)) + body


def _checksum(content: bytes) -> int:
    """Ogg's CRC runs from the other end of each byte than zlib's, and starts at nothing."""
    mirrored = zlib.crc32(content.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)
