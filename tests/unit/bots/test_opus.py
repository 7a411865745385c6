"""Opus packets to samples."""

import numpy as np
import pytest

from bots.engines.libopus import carries_copy, library
from bots.engines.opus import SAMPLES_PER_PACKET, OpusDecoder
from tests.support.speech import opus_packets, people_of

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
    near = slice(max(0, spectrum.argmax() - 20), spectrum.argmax() + 21)
    assert (spectrum[near] ** 2).sum() > 0.99 * (spectrum**2).sum()
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


def likeness(one: bytes, other: bytes) -> float:
    """1 for the same sound, 0 for sounds that have nothing in common."""
    first, second = (np.frombuffer(pcm, "<i2").astype(np.float64) for pcm in (one, other))
    return float(first @ second / np.sqrt((first @ first) * (second @ second)))


def part(pcm: bytes, packet: int) -> bytes:
    return pcm[packet * 2 * SAMPLES_PER_PACKET :][: 2 * SAMPLES_PER_PACKET]


def some_speech() -> bytes:
    return people_of("kick-off")["Ada"][0].pcm


def decoded(packets: list[bytes], lost: set[int]) -> tuple[OpusDecoder, bytes]:
    """What is heard of *packets* without those *lost*, which lie apart."""
    decoder, heard = OpusDecoder(), b""
    for number, packet in enumerate(packets):
        if number in lost:
            continue
        heard += decoder.bridge(1, packet) if number - 1 in lost else b""
        heard += decoder.decode(packet)
    return decoder, heard


def test_a_lost_packet_is_had_from_the_copy_in_the_next_one() -> None:
    packets = opus_packets(some_speech(), fec=True)
    _, whole = decoded(packets, set())
    size = 2 * SAMPLES_PER_PACKET
    loud = [number for number in range(len(packets)) if loudness(part(whole, number)) > 1_000]
    # One of twenty; silence has no copy, and needs none.
    lost = {number for number in loud[3::20] if number + 1 in loud}

    decoder, heard = decoded(packets, lost)

    assert library() is not None
    assert len(heard) == len(whole) == len(packets) * size
    assert decoder.repaired_packets > 0.8 * len(lost) > 0
    assert decoder.repaired_packets + decoder.concealed_packets == len(lost)
    alike = [likeness(part(heard, number), part(whole, number)) for number in lost]
    assert np.median(alike) > 0.8


def test_what_has_no_copy_is_guessed_and_counts_as_concealed() -> None:
    packets = opus_packets(a_tone())

    decoder, heard = decoded(packets, {20})

    assert (decoder.repaired_packets, decoder.concealed_packets) == (0, 1)
    assert loudness(heard[20 * 640 : 21 * 640]) > 2_000


def test_of_two_lost_packets_both_are_made_up_for() -> None:
    packets = opus_packets(a_tone())
    decoder = OpusDecoder()
    for packet in packets[:20]:
        decoder.decode(packet)

    bridged = decoder.bridge(2, packets[22])

    assert len(bridged) == 2 * 2 * SAMPLES_PER_PACKET
    assert loudness(bridged) > 1_000
    assert decoder.concealed_packets == 2


@pytest.mark.parametrize("packet", [b"", b"\x48", b"\xf8\xff", b"\x49\xff", b"\x48\xbf"])
def test_packets_without_a_copy_are_known(packet: bytes) -> None:
    assert not carries_copy(packet)
    assert carries_copy(b"\x48\x40")
