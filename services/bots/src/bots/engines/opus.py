"""Opus packets to 16 kHz samples, on the packets' own timeline."""

from typing import Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

from bots.engines.libopus import DamagedPacket, NativeDecoder, carries_copy, library

OPUS_RATE: Final = 48_000
SAMPLES_PER_PACKET: Final = 320
_DECIMATION: Final = 3
_TAPS: Final = 61


def _low_pass() -> NDArray[np.float32]:
    """Return a windowed sinc that keeps what 16 kHz samples can hold (below 7.2 kHz)."""
    cutoff = 7_200 / OPUS_RATE
    n = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = 2 * cutoff * np.sinc(2 * cutoff * n) * np.hamming(_TAPS)
    return np.asarray(taps / taps.sum(), np.float32)


_FILTER: Final = _low_pass()


class OpusDecoder:
    """Decodes one participant's Opus packets, in order, to s16le mono 16 kHz.

    A 20 ms packet always gives exactly 640 bytes. Where libopus is installed, a lost packet or two
    are made up for; elsewhere they are silence.
    """

    def __init__(self) -> None:
        # Lost packets: silent or guessed, and those that the next one had a copy of.
        self.concealed_packets = 0
        self.repaired_packets = 0
        opus = library()
        self._codec = _FfmpegDecoder() if opus is None else NativeDecoder(opus)

    def decode(self, packet: bytes) -> bytes:
        """Return the samples of *packet*; silence when it is empty or damaged."""
        if not packet:
            return self.conceal()
        try:
            return self._codec.decode(packet) or self.conceal()
        except DamagedPacket:
            return self.conceal()

    def conceal(self, samples: int = SAMPLES_PER_PACKET) -> bytes:
        """Return *samples* (16 kHz) of silence for packets that never came."""
        self.concealed_packets += -(-samples // SAMPLES_PER_PACKET)
        return bytes(2 * samples)

    def bridge(self, lost: int, following: bytes) -> bytes:
        """Return what comes nearest to *lost* packets (1 or 2) before the packet *following*."""
        if not isinstance(self._codec, NativeDecoder):
            return self.conceal(lost * SAMPLES_PER_PACKET)
        try:
            guessed = b"".join(self._codec.concealed() for _ in range(lost - 1))
            last = self._codec.repaired(following)
        except DamagedPacket:
            return self.conceal(lost * SAMPLES_PER_PACKET)
        copied = carries_copy(following)
        self.repaired_packets += copied
        self.concealed_packets += lost - copied
        return guessed + last


class _FfmpegDecoder:
    """FFmpeg's decoder, which knows nothing of loss.

    A resampler that buffers would let the timeline drift from the packets', so the 48 kHz output
    is decimated here by three.
    """

    def __init__(self) -> None:
        self._history = np.zeros(_TAPS - 1, np.float32)
        self._codec = _fresh_codec()

    def decode(self, packet: bytes) -> bytes:
        """The samples of *packet*; raises ``DamagedPacket``."""
        try:
            frames = self._codec.decode(av.Packet(packet))
        except av.error.FFmpegError:
            raise DamagedPacket from None
        return b"".join(self._decimated(frame) for frame in frames)

    def _decimated(self, frame: AudioFrame) -> bytes:
        heard = frame.to_ndarray().reshape(-1).astype(np.float32)
        joined = np.concatenate([self._history, heard])
        self._history = joined[-(_TAPS - 1) :]
        windows = np.lib.stride_tricks.sliding_window_view(joined, _TAPS)[::_DECIMATION]
        samples = np.clip(np.rint(windows @ _FILTER), -32_768, 32_767)
        return samples.astype("<i2").tobytes()


def _fresh_codec() -> AudioCodecContext:
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate = OPUS_RATE
    codec.layout = "mono"
    return codec
