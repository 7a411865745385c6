"""Opus packets to samples."""

import numpy as np
import pytest

from bots.engines.opus import SAMPLES_PER_PACKET, OpusDecoder
from tests.support.speech import opus_packets

RATE = 16_000


def a_tone(hertz: float = 440, seconds: float = 1) -> bytes:
    t = np.arange(int(seconds * RATE)) / RATE
    samples = np.rint(8_000 * np.sin(2 * np.pi * hertz * t))
    return bytes(samples.astype("<i2").tobytes())


def loudness(pcm: bytes) -> float:
    return float(np.sqrt((np.frombuffer(pcm, "<i2").astype(np.float64) ** 2).mean()))


def test_every_packet_gives_twenty_milliseconds() -> None:
    decoder = OpusDecoder()

    sizes = {len(decoder.decode(packet)) for packet in opus_packets(a_tone())}

    assert sizes == {2 * SAMPLES_PER_PACKET}


@pytest.mark.parametrize("hertz", [200, 440, 1_000, 3_000])
def test_a_tone_comes_back_with_its_pitch_and_loudness(hertz: float) -> None:
    decoder = OpusDecoder()

    heard = b"".join(decoder.decode(packet) for packet in opus_packets(a_tone(hertz)))

    steady = heard[len(heard) // 4 : -len(heard) // 4]
    spectrum = np.abs(np.fft.rfft(np.frombuffer(steady, "<i2")))
    pitch = spectrum.argmax() * RATE / (len(steady) // 2)
    assert pitch == pytest.approx(hertz, abs=3)
    assert loudness(steady) == pytest.approx(loudness(a_tone(hertz)), rel=0.1)


@pytest.mark.parametrize("packet", [b"", b"\xff\xff\xff"])
def test_a_missing_or_damaged_packet_is_silence_of_the_same_length(packet: bytes) -> None:
    decoder = OpusDecoder()
    packets = opus_packets(a_tone())
    before = [decoder.decode(p) for p in packets[:20]]

    lost = decoder.decode(packet)
    after = [decoder.decode(p) for p in packets[21:]]

    assert lost == bytes(2 * SAMPLES_PER_PACKET)
    assert decoder.concealed_packets == 1
    assert loudness(b"".join(before[5:])) > 3_000
    assert loudness(b"".join(after[5:])) > 3_000
