"""What people in browsers say: wav files of real speech whose speaking seconds are known."""

import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np

from tests.support.speech import RATE, Line, people_of

BROWSER_RATE: Final = 48_000
# Sound this much below the loudest is no speech; a shorter pause belongs to the speech around it.
FLOOR, PAUSE_SECONDS = 0.03, 0.5

_HOP = RATE // 50


@dataclass(frozen=True)
class Stretch:
    """Speech from *start* to *end*, in seconds of the file."""

    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class VoiceFile:
    """A file for a browser's microphone: who speaks, what and when."""

    name: str
    path: Path
    lines: Sequence[Line]
    speech: Sequence[Stretch]
    seconds: float

    @property
    def speaking_seconds(self) -> float:
        return sum(one.seconds for one in self.speech)

    @property
    def silent_after(self) -> float:
        return self.speech[-1].end


def voice_files(
    folder: Path, scenario: str, *, lead: float, seconds: float, most_lines: int = 9
) -> dict[str, VoiceFile]:
    """A file in *folder* for each person of *scenario*, all *seconds* long.

    They speak when the scenario says, *lead* seconds later, each at most *most_lines* lines; they
    are silent from then on.
    """
    made = {}
    for name, lines in people_of(scenario).items():
        path = folder / f"{name.lower()}.wav"
        said = lines[:most_lines]
        pcm = _track(said, lead, seconds)
        write_wav(path, pcm)
        made[name] = VoiceFile(name, path, said, speech_in(pcm), seconds)
    return made


def _track(lines: Sequence[Line], lead: float, seconds: float) -> bytes:
    track = bytearray(2 * round(seconds * RATE))
    for line in lines:
        first = 2 * round((lead + line.at_seconds) * RATE)
        if first + len(line.pcm) > len(track):
            raise ValueError(f"{line.name} ends after {seconds:g} s")
        track[first : first + len(line.pcm)] = line.pcm
    return bytes(track)


def speech_in(pcm: bytes) -> list[Stretch]:
    """Where somebody speaks in *pcm* (s16le, 16 kHz), short pauses included."""
    samples = np.frombuffer(pcm, "<i2").astype(float)
    hops = samples[: len(samples) // _HOP * _HOP].reshape(-1, _HOP)
    power = np.sqrt((hops**2).mean(axis=1))
    found: list[Stretch] = []
    for hop in np.flatnonzero(power > FLOOR * power.max()).tolist():
        start, end = hop * _HOP / RATE, (hop + 1) * _HOP / RATE
        if found and start - found[-1].end < PAUSE_SECONDS:
            start = found.pop().start
        found.append(Stretch(start, end))
    return found


def write_wav(path: Path, pcm: bytes) -> None:
    """Write *pcm* (s16le, 16 kHz) as the 48 kHz, mono, 16 bit wav that Chromium wants."""
    frame = av.AudioFrame.from_ndarray(
        np.frombuffer(pcm, "<i2").reshape(1, -1), format="s16", layout="mono"
    )
    frame.sample_rate = RATE
    to_browser = av.AudioResampler(format="s16", layout="mono", rate=BROWSER_RATE)
    pieces = [*to_browser.resample(frame), *to_browser.resample(None)]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(BROWSER_RATE)
        for piece in pieces:
            file.writeframes(piece.to_ndarray().astype("<i2").tobytes())
