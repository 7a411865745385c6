"""How long a sound lasts, told from its header alone: wav, flac and ogg."""

import struct
from collections.abc import Iterator

OPUS_RATE = 48_000
FLAC_STREAM_INFO = 0
OGG_PAGE_HEADER = 27


class UnreadableSound(ValueError):
    """The bytes are not a sound of a known kind, or their header is broken."""


def seconds_of(content: bytes) -> float:
    """The length of *content* in seconds; raises ``UnreadableSound``."""
    try:
        if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
            return _wav(content)
        if content[:4] == b"fLaC":
            return _flac(content)
        if content[:4] == b"OggS":
            return _ogg(content)
    except (struct.error, IndexError, ZeroDivisionError):
        raise UnreadableSound("its header is broken") from None
    raise UnreadableSound("it is neither wav, flac nor ogg")


def _wav(content: bytes) -> float:
    bytes_per_second = 0
    for name, start, length in _riff_chunks(content):
        if name == b"fmt ":
            (bytes_per_second,) = struct.unpack_from("<I", content, start + 8)
        if name == b"data":
            # A recorder that was cut off, or one that streams, leaves a length that is a lie.
            return min(length, len(content) - start) / bytes_per_second
    raise UnreadableSound("it has no sound in it")


def _riff_chunks(content: bytes) -> Iterator[tuple[bytes, int, int]]:
    at = 12
    while at + 8 <= len(content):
        name, length = struct.unpack_from("<4sI", content, at)
        yield name, at + 8, length
        at += 8 + length + length % 2


def _flac(content: bytes) -> float:
    if content[4] & 0x7F != FLAC_STREAM_INFO:
        raise UnreadableSound("its header is broken")
    (packed,) = struct.unpack_from(">Q", content, 18)
    rate, samples = packed >> 44, packed & 0xF_FFFF_FFFF
    if not samples:
        raise UnreadableSound("it does not say how long it is; encode it again")
    return float(samples / rate)


def _ogg(content: bytes) -> float:
    first = OGG_PAGE_HEADER + content[26]
    last = content.rindex(b"OggS")
    (end,) = struct.unpack_from("<q", content, last + 6)
    if content[first : first + 8] == b"OpusHead":
        (skipped,) = struct.unpack_from("<H", content, first + 10)
        return float(max(end - skipped, 0) / OPUS_RATE)
    if content[first : first + 7] == b"\x01vorbis":
        (rate,) = struct.unpack_from("<I", content, first + 12)
        return float(end / rate)
    if content[first : first + 5] == b"\x7fFLAC":
        (packed,) = struct.unpack_from(">Q", content, first + 13 + 4 + 10)
        return float(end / (packed >> 44))
    raise UnreadableSound("this kind of ogg is not known; use Opus, Vorbis or FLAC")
