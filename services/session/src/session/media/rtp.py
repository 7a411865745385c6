"""RTP on the wire (RFC 3550), read and written; one-byte header extensions (RFC 8285)."""

import struct
from typing import NamedTuple

from common.errors import InvalidInput

FIXED = struct.Struct("!BBHII")
VERSION = 2 << 6
PADDING, EXTENSION, SOURCES = 0x20, 0x10, 0x0F
MARKER = 0x80
# RTCP shares the port: its packet types lie where RTP's marker and payload type would be.
RTCP_TYPES = range(192, 224)
OPUS_TYPE = 111
ONE_BYTE_PROFILE = 0xBEDE
VOICE_ACTIVITY = 0x80


class NotRtp(Exception):
    """The datagram is not an RTP packet."""


class Packet(NamedTuple):
    """What the ear uses of an RTP packet."""

    ssrc: int
    sequence: int
    timestamp: int
    marker: bool
    payload: bytes


class InvalidExtensionId(InvalidInput):
    """A one-byte extension cannot have this id."""

    def __init__(self) -> None:
        super().__init__(
            "level_extension_id goes from 1 to 14, or is 0 for none", field="level_extension_id"
        )


def parse(datagram: bytes) -> Packet:
    """The packet in *datagram*; raises ``NotRtp``."""
    if len(datagram) < FIXED.size:
        raise NotRtp
    flags, kind, sequence, timestamp, ssrc = FIXED.unpack_from(datagram)
    if flags & 0xC0 != VERSION or kind in RTCP_TYPES:
        raise NotRtp
    start, end = FIXED.size, len(datagram)
    if flags & (PADDING | EXTENSION | SOURCES):
        start, end = _payload(datagram, flags)
    return Packet(ssrc, sequence, timestamp, kind >= MARKER, datagram[start:end])


def _payload(datagram: bytes, flags: int) -> tuple[int, int]:
    """Where the payload of a packet with more than the fixed header lies."""
    start, end = FIXED.size + 4 * (flags & SOURCES), len(datagram)
    if flags & EXTENSION:
        if start + 4 > end:
            raise NotRtp
        start += 4 + 4 * int.from_bytes(datagram[start + 2 : start + 4], "big")
    if flags & PADDING:
        end -= datagram[-1] or len(datagram)
    if start > end:
        raise NotRtp
    return start, end


def check_extension_id(number: int) -> None:
    """Raise ``InvalidExtensionId`` unless *number* is one or 0 for none."""
    if not 0 <= number <= 14:
        raise InvalidExtensionId


def opus(packet: Packet, level_id: int, level: int) -> bytes:
    """*packet* as a datagram; with a *level_id*, its loudness as *level* in -dBov (0 to 127)."""
    kind = OPUS_TYPE | (MARKER if packet.marker else 0)
    flags = VERSION | (EXTENSION if level_id else 0)
    header = FIXED.pack(flags, kind, packet.sequence, packet.timestamp, packet.ssrc)
    if not level_id:
        return header + packet.payload
    voiced = VOICE_ACTIVITY if level < 127 else 0
    extension = struct.pack("!HHBBxx", ONE_BYTE_PROFILE, 1, level_id << 4, voiced | level)
    return header + extension + packet.payload
