"""The system's libopus: unlike FFmpeg's wrapper it repairs lost packets (RFC 6716, 4.2.5)."""

import ctypes
import ctypes.util
from functools import cache
from typing import Final

import structlog

log = structlog.get_logger()

RATE: Final = 16_000
SAMPLES_PER_PACKET: Final = RATE // 50
_LONGEST_SAMPLES: Final = RATE * 120 // 1000
# Configurations of the SILK layer, which alone can carry the packet before once more.
_SILK_CONFIGURATIONS: Final = 16
_COPY_FLAG: Final = 0x40


class DamagedPacket(Exception):
    """Not Opus."""


@cache
def library() -> ctypes.CDLL | None:
    """libopus, or None where it is not installed; said once."""
    try:
        # A slim image has the library and not the tools that find_library asks.
        found = ctypes.CDLL(ctypes.util.find_library("opus") or "libopus.so.0")
    except OSError:
        log.warning("libopus not found: lost packets become silence; install libopus0")
        return None
    found.opus_decoder_create.restype = ctypes.c_void_p
    found.opus_decoder_create.argtypes = [ctypes.c_int32, ctypes.c_int, ctypes.c_void_p]
    found.opus_decoder_destroy.restype = None
    found.opus_decoder_destroy.argtypes = [ctypes.c_void_p]
    found.opus_decode.restype = ctypes.c_int
    found.opus_decode.argtypes = [
        ctypes.c_void_p,
        ctypes.c_char_p,
        ctypes.c_int32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    ]
    return found


def carries_copy(packet: bytes) -> bool:
    """Whether *packet*, of one 20 ms frame, has the one before in it once more, coarser."""
    if len(packet) < 2 or packet[0] >> 3 >= _SILK_CONFIGURATIONS or packet[0] & 3:
        return False
    return bool(packet[1] & _COPY_FLAG)


class NativeDecoder:
    """One stream's decoder, to s16le mono 16 kHz."""

    def __init__(self, opus: ctypes.CDLL) -> None:
        self._opus = opus
        failed = ctypes.c_int()
        self._state = opus.opus_decoder_create(RATE, 1, ctypes.byref(failed))
        if not self._state:
            raise MemoryError("libopus gave no decoder")
        self._samples = (ctypes.c_int16 * _LONGEST_SAMPLES)()

    def __del__(self) -> None:
        if getattr(self, "_state", None):
            self._opus.opus_decoder_destroy(self._state)

    def decode(self, packet: bytes) -> bytes:
        """The samples of *packet*; raises ``DamagedPacket``."""
        return self._decode(packet, _LONGEST_SAMPLES, repair=False)

    def repaired(self, following: bytes) -> bytes:
        """The lost packet before *following*, from its copy in there, else as ``concealed``."""
        return self._decode(following, SAMPLES_PER_PACKET, repair=True)

    def concealed(self) -> bytes:
        """A lost packet, guessed from what came before it."""
        return self._decode(None, SAMPLES_PER_PACKET, repair=False)

    def _decode(self, packet: bytes | None, most: int, *, repair: bool) -> bytes:
        count = self._opus.opus_decode(
            self._state, packet, len(packet or b""), self._samples, most, int(repair)
        )
        if count < 0:
            raise DamagedPacket
        return ctypes.string_at(self._samples, 2 * count)
