"""Real speech with its words, and sound without any: two Debian packages and our own scenarios."""

import gzip
import hashlib
import random
import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from tests.support.speech import RATE, lines_of
from tests.support.voices import speech_in

CACHE: Final = Path("~/.cache/convene/speech").expanduser()
# Prompts of a telephone exchange, recorded by Allison Smith; their words; music to wait by. The
# first and the last are under CC BY-SA 3.0, so they are fetched and not kept with us.
PACKAGES: Final[Mapping[str, str]] = {
    "asterisk-core-sounds-en-g722=1.6.1-1": (
        "38c5261820b406dcb0ecb37675720da2b0864850690690352ca52707eb623806"
    ),
    "asterisk-core-sounds-en=1.6.1-1": (
        "973e797d28e37fa6ca3c0a9d6fa717e77cf1268ae916bf09fd3503113cdffa50"
    ),
    "asterisk-moh-opsound-g722=2.03-1.1": (
        "8d6b39d6f2e8feff54a042c4a25e1b72f3e2478d05ee372c92f77446fa0b1671"
    ),
}
VOICE: Final = "usr/share/asterisk/sounds/en_US_f_Allison"
WORDS: Final = "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
MUSIC: Final = "usr/share/asterisk/moh"
# What is a tone, a noise or a key's name, and not what the voice says.
_UNSPOKEN: Final = re.compile(r"[\[\]()*#<>@]")
# Single letters are no speech.
_SPELLED: Final = ("letters/", "phonetic/")
_FULL: Final = 32_767


class CannotFetch(Exception):
    """The packages could not be had; the message says what to do about it."""


@dataclass(frozen=True)
class Utterance:
    """What somebody says: the samples (s16le, mono, 16 kHz) and the words."""

    name: str
    pcm: bytes
    text: str

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / RATE

    @cached_property
    def spoken(self) -> tuple[float, float]:
        """When the voice begins and ends, in seconds, told by its loudness."""
        stretches = speech_in(self.pcm)
        return stretches[0].start, stretches[-1].end


def utterances(least_words: int = 2) -> Sequence[Utterance]:
    """Every prompt of so many words, and what real people say in our scenarios; always alike."""
    readings = [Utterance(one.name, one.pcm, one.text) for one in lines_of("kick-off")]
    prompts = (one for one in _prompts() if not one.name.startswith(_SPELLED))
    found = [one for one in prompts if len(one.text.split()) >= least_words] + readings
    random.Random(5).shuffle(found)
    return found


def music(seconds: float) -> bytes:
    """As much of each piece, one after the other."""
    pieces = sorted((fetched() / MUSIC).glob("*.g722"))
    # The middle of a piece has all its instruments.
    return b"".join(_middle(_decoded(one), seconds) for one in pieces)


def noise(seconds: float, colour: str, level_db: float) -> bytes:
    """White, pink or brown noise at so many decibels below full scale."""
    count = round(seconds * RATE)
    steps = np.fft.rfftfreq(count, 1 / RATE)
    steps[0] = steps[1]
    weight = steps ** {"white": 0.0, "pink": -0.5, "brown": -1.0}[colour]
    random_phases = np.random.default_rng(11).normal(size=(2, len(steps)))
    samples = np.fft.irfft((random_phases[0] + 1j * random_phases[1]) * weight, count)
    return levelled(samples, level_db)


def babble(seconds: float, voices: int, level_db: float) -> bytes:
    """So many people who talk at once, nobody louder than another."""
    talk = [_float(one.pcm) for one in utterances(5)]
    count = round(seconds * RATE)
    mixed = np.zeros(count)
    for voice in range(voices):
        track = np.concatenate(talk[voice::voices])[:count]
        mixed[: len(track)] += track / max(float(np.sqrt((track**2).mean())), 1e-9)
    return levelled(mixed, level_db)


def levelled(samples: NDArray[np.float64], level_db: float) -> bytes:
    """*samples* as s16le, as loud as *level_db* below full scale."""
    wanted = 10 ** (level_db / 20) * _FULL
    scaled = samples * wanted / max(float(np.sqrt((samples**2).mean())), 1e-9)
    return bytes(np.clip(scaled, -_FULL, _FULL).astype("<i2").tobytes())


def fetched() -> Path:
    """The folder with the packages' files, fetched with apt when they are not there yet."""
    CACHE.mkdir(parents=True, exist_ok=True)
    for package, digest in PACKAGES.items():
        marker = CACHE / f"{package}.fetched"
        if not marker.exists():
            _fetch(package, digest)
            marker.touch()
    return CACHE


def _fetch(package: str, digest: str) -> None:
    name, version = package.split("=")
    archive = CACHE / f"{name}_{version}_all.deb"
    try:
        subprocess.run(["apt-get", "download", "-qq", package], cwd=CACHE, check=True, timeout=120)
        with archive.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise CannotFetch(f"{archive} is not the package that was measured; delete it")
        subprocess.run(["dpkg-deb", "-x", str(archive), str(CACHE)], check=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotFetch(
            f"{package} cannot be had ({error}); run `apt-get update` on a Debian 12"
        ) from error


def _prompts() -> Iterator[Utterance]:
    folder = fetched()
    for line in gzip.decompress((folder / WORDS).read_bytes()).decode().splitlines():
        name, _, text = line.partition(":")
        path = folder / VOICE / f"{name}.g722"
        if text.strip() and path.is_file() and not _UNSPOKEN.search(text):
            yield Utterance(name, _decoded(path), text.strip())


def _decoded(path: Path) -> bytes:
    to_16_khz = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    with av.open(str(path), format="g722") as container:
        frames = [out for frame in container.decode(audio=0) for out in to_16_khz.resample(frame)]
    return b"".join(frame.to_ndarray().astype("<i2").tobytes() for frame in frames)


def _middle(pcm: bytes, seconds: float) -> bytes:
    first = max((len(pcm) // 2 - round(seconds * RATE)) // 2, 0)
    return pcm[2 * first : 2 * (first + round(seconds * RATE))]


def _float(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(np.float64)
