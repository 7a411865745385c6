"""How long a sound lasts, by its header."""

import io
import struct

import av
import numpy as np
import pytest

from session.domain.sounds import UnreadableSound, seconds_of
from tests.support.scenarios import a_tone


def encoded(container: str, codec: str, seconds: float, rate: int) -> bytes:
    held = io.BytesIO()
    with av.open(held, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout="mono")
        assert isinstance(stream, av.AudioStream)
        samples = np.zeros((1, round(seconds * rate)), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=960)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return held.getvalue()


def an_ogg(first_packet: bytes, last_sample: int) -> bytes:
    """Two pages of Ogg: the first with the codec's head, the last with the end's place."""
    pages = [
        b"OggS"
        + struct.pack("<BBqIIIB", 0, kind, place, 1, number, 0, 1)
        + bytes([len(body)])
        + body
        for number, (kind, place, body) in enumerate(
            [(2, 0, first_packet), (4, last_sample, b"sound")]
        )
    ]
    return b"".join(pages)


@pytest.mark.parametrize(
    ("container", "codec", "rate"),
    [
        ("wav", "pcm_s16le", 44_100),
        ("wav", "pcm_f32le", 8_000),
        ("flac", "flac", 16_000),
        ("ogg", "libopus", 48_000),
    ],
)
def test_the_length_is_told_by_the_header(container: str, codec: str, rate: int) -> None:
    assert seconds_of(encoded(container, codec, 2.5, rate)) == pytest.approx(2.5, abs=0.03)


def test_vorbis_and_flac_in_ogg_are_known() -> None:
    vorbis = b"\x01vorbis" + struct.pack("<IBI", 0, 1, 44_100) + bytes(14)
    rate_and_more = struct.pack(">Q", 22_050 << 44)
    flac = b"\x7fFLAC\x01\x00\x00\x01fLaC" + bytes([0, 0, 0, 34]) + bytes(10) + rate_and_more

    assert seconds_of(an_ogg(vorbis, 110_250)) == pytest.approx(2.5)
    assert seconds_of(an_ogg(flac, 55_125)) == pytest.approx(2.5)


def test_a_wav_that_was_cut_off_lasts_as_long_as_its_sound() -> None:
    assert seconds_of(a_tone(2)[: 44 + 16_000 * 2]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"ID3 an mp3",
        b"fLaC",
        b"OggS",
        b"RIFF\0\0\0\0WAVE",
        b"RIFF\0\0\0\0WAVEfmt \x10",
        a_tone(1)[:20],
    ],
)
def test_what_is_no_sound_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableSound):
        seconds_of(content)
