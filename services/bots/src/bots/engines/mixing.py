"""Everybody's Opus into one: decoded, summed, limited and encoded, a window at a time."""

from collections.abc import Mapping, Sequence
from typing import Final

import av
import numpy as np
from av.audio.codeccontext import AudioCodecContext
from numpy.typing import NDArray

RATE: Final = 48_000
FRAME: Final = 960
BITRATE: Final = 64_000
# Above this, loud passages are bent instead of cut.
KNEE: Final = 0.8

Samples = NDArray[np.float32]
# When a packet starts, in samples of the session's time line, and the packet.
Packet = tuple[int, bytes]


class Mixer:
    """Mixes window after window. A new one in the middle starts with quiet decoders.

    Hand packets of shortly before the window too: decoders need a few to find their state.
    """

    def __init__(self) -> None:
        self._encoder = _encoder()
        self._decoders: dict[str, AudioCodecContext] = {}
        # What reaches from one window into the next.
        self._spill: Samples = np.zeros(0, np.float32)
        self._spills_at = 0

    def mix(
        self, first: int, length: int, wanted: Sequence[int], tracks: Mapping[str, Sequence[Packet]]
    ) -> Sequence[bytes]:
        """The mix of the *length* samples from *first* on: an Opus packet per *wanted* slot.

        *wanted* lists the starts of 20 ms slots, *tracks* has each track's packets in order.
        """
        heard = np.zeros(length + FRAME, np.float32)
        if self._spills_at == first:
            heard[: len(self._spill)] += self._spill
        for name, packets in tracks.items():
            if packets:
                self._add(name, packets, first, heard)
        self._spill, self._spills_at = heard[length:].copy(), first + length
        limited = _limited(heard[:length])
        return [self._encoded(limited[start - first : start - first + FRAME]) for start in wanted]

    def forget(self, name: str) -> None:
        """That track is over."""
        self._decoders.pop(name, None)

    def _add(self, name: str, packets: Sequence[Packet], first: int, into: Samples) -> None:
        decoder = self._decoders.setdefault(name, _decoder())
        for at, payload in packets:
            sound = _decoded(decoder, payload)
            start, skipped = max(at - first, 0), max(first - at, 0)
            piece = sound[skipped : skipped + max(len(into) - start, 0)]
            into[start : start + len(piece)] += piece

    def _encoded(self, samples: Samples) -> bytes:
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="flt", layout="mono")
        frame.sample_rate = RATE
        return b"".join(bytes(packet) for packet in self._encoder.encode(frame))


def _decoded(decoder: AudioCodecContext, payload: bytes) -> Samples:
    try:
        frames = decoder.decode(av.Packet(payload))
    except av.error.FFmpegError:
        return np.zeros(0, np.float32)
    if not frames:
        return np.zeros(0, np.float32)
    heard = np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames])
    scale = 32_768 if heard.dtype == np.int16 else 1
    return np.asarray(heard / scale, np.float32)


def _limited(heard: Samples) -> Samples:
    loud = np.abs(heard)
    bent = KNEE + (1 - KNEE) * np.tanh((loud - KNEE) / (1 - KNEE))
    return np.asarray(np.where(loud > KNEE, np.sign(heard) * bent, heard), np.float32)


def _decoder() -> AudioCodecContext:
    codec = av.CodecContext.create("libopus", "r")
    codec.sample_rate = RATE
    codec.layout = "mono"
    return codec


def _encoder() -> AudioCodecContext:
    codec = av.CodecContext.create("libopus", "w")
    codec.sample_rate = RATE
    codec.layout = "mono"
    codec.format = "flt"
    codec.bit_rate = BITRATE
    codec.open()
    return codec
