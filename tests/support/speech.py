"""Real speech for tests: the scenarios' clips, the weights that hear them, and a fair score."""

import io
import subprocess
import sys
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import jiwer
import numpy as np
import pytest
import yaml
from whisper_normalizer.english import EnglishTextNormalizer

from scripts.fetch_models import default_folder

ROOT: Final = Path(__file__).parents[2]
SCENARIOS: Final = ROOT / "scenarios"
RATE: Final = 16_000


@dataclass(frozen=True)
class Line:
    """What somebody says in a scenario: when, the samples (s16le, 16 kHz) and the words."""

    name: str
    at_seconds: float
    pcm: bytes
    text: str


@pytest.fixture(scope="session")
def whisper_model() -> Path:
    """The folder of models, with Whisper in it, fetched when it is not there yet."""
    folder = default_folder()
    script = ROOT / "scripts" / "fetch_models.py"
    subprocess.run([sys.executable, str(script), "--into", str(folder)], check=True, timeout=110)
    return folder


def scenario_names() -> list[str]:
    return sorted(path.parent.name for path in SCENARIOS.glob("*/scenario.yaml"))


def people_of(scenario: str) -> dict[str, list[Line]]:
    """Return what each person of *scenario* says, in order."""
    folder = SCENARIOS / scenario
    script = yaml.safe_load((folder / "scenario.yaml").read_text())
    return {
        person["name"]: [
            Line(
                f"{scenario}/{says['audio']}",
                float(says["at"].removesuffix("s")),
                pcm_of(folder / says["audio"]),
                says["text"],
            )
            for says in person["says"]
        ]
        for person in script["people"]
    }


def lines_of(scenario: str) -> Iterator[Line]:
    for lines in people_of(scenario).values():
        yield from lines


def pcm_of(path: Path) -> bytes:
    """Return the samples of an audio file at 16 kHz, mono."""
    to_16_khz = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in to_16_khz.resample(frame)]
    return b"".join(frame.to_ndarray().astype("<i2").tobytes() for frame in frames)


def wav_of(pcm: bytes) -> bytes:
    """A wav file of samples at 16 kHz, mono."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return held.getvalue()


def track_of(lines: list[Line]) -> bytes:
    """Return one person's whole track, silent between the lines, with a second at the end."""
    track = bytearray()
    for line in lines:
        track += bytes(2 * int(line.at_seconds * RATE) - len(track)) + line.pcm
    return bytes(track) + bytes(2 * RATE)


def opus_packets(pcm: bytes, *, fec: bool = False) -> list[bytes]:
    """Return *pcm* as Opus packets of 20 ms, as a browser would send them.

    With *fec*, as it does once it knows of loss: each with a copy of the one before.
    """
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = RATE
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = 32_000
    encoder.time_base = Fraction(1, RATE)
    encoder.options = {"frame_duration": "20", "application": "voip"}
    if fec:
        encoder.options |= {"fec": "1", "packet_loss": "20"}
    samples = np.frombuffer(pcm, "<i2")
    packets = []
    for first in range(0, len(samples) - 319, 320):
        piece = samples[first : first + 320].reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate = RATE
        frame.pts = first
        packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def word_error_rate(references: list[str], heard: list[str]) -> float:
    """Return the share of wrong words, whatever the case and the spelling of numbers."""
    plain = EnglishTextNormalizer()
    return float(jiwer.wer([plain(text) for text in references], [plain(text) for text in heard]))
