"""Opus packets to 16 kHz samples, on the packets' own timeline."""

from typing import Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from numpy.typing import NDArray

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

    A 20 ms packet always gives exactly 640 bytes: a resampler that buffers would let the
    timeline drift from the packets', so the 48 kHz output is decimated here by three.
    """

    def __init__(self) -> None:
        self.concealed_packets = 0
        self._history = np.zeros(_TAPS - 1, np.float32)
        self._codec = _fresh_codec()

    def decode(self, packet: bytes) -> bytes:
        """Return the samples of *packet*; silence when it is empty or damaged."""
        if not packet:
            return self.conceal()
        try:
            frames = self._codec.decode(av.Packet(packet))
        except av.error.FFmpegError:
            frames = []
        if not frames:
            return self.conceal()
        return b"".join(self._decimated(frame) for frame in frames)

    def conceal(self, samples: int = SAMPLES_PER_PACKET) -> bytes:
        """Return *samples* (16 kHz) of silence for a packet that never came."""
        self.concealed_packets += 1
        self._history = np.zeros(_TAPS - 1, np.float32)
        return bytes(2 * samples)

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
