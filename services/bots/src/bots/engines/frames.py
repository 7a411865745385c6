"""Messages over a pipe: each behind its length, four bytes, big endian."""

import asyncio
import struct
from typing import BinaryIO, Final

_LENGTH: Final = struct.Struct(">I")


def framed(message: bytes) -> bytes:
    """Return *message* as it travels."""
    return _LENGTH.pack(len(message)) + message


def read_frame(pipe: BinaryIO) -> bytes | None:
    """Return the next message, or None when the other side has gone."""
    header = pipe.read(_LENGTH.size)
    if len(header) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(header)
    message = pipe.read(length)
    return message if len(message) == length else None


class FrameReader:
    """Reads messages from a stream; a cancelled read loses nothing, the next one goes on."""

    def __init__(self, stream: asyncio.StreamReader) -> None:
        self._stream = stream
        self._length: int | None = None

    async def read(self) -> bytes:
        """Return the next message; ``asyncio.IncompleteReadError`` when there will be none."""
        if self._length is None:
            (self._length,) = _LENGTH.unpack(await self._stream.readexactly(_LENGTH.size))
        message = await self._stream.readexactly(self._length)
        self._length = None
        return message
