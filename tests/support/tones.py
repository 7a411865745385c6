"""Speech that a test can write: every word is a tone, found by its loudness, known by its pitch."""

import asyncio
from collections.abc import Sequence
from functools import cache
from typing import Final

import numpy as np

from bots.engines.recognition import SAMPLE_RATE, Busy, Recognised, Word, seconds_of
from bots.engines.vad import FRAME_SAMPLES
from tests.support.speech import opus_packets

PITCHES: Final = {
    "alpha": 400, "bravo": 700, "charlie": 1000, "delta": 1300, "echo": 1600, "foxtrot": 1900,
    "golf": 2200, "hotel": 2500,
}  # fmt: skip
LOUD: Final = 9_000


def tone(word: str, seconds: float) -> bytes:
    """*word* said for so many seconds: s16le, mono, 16 kHz."""
    time = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (LOUD * np.sin(2 * np.pi * PITCHES[word] * time)).astype("<i2").tobytes()


def pause(seconds: float) -> bytes:
    return bytes(2 * int(seconds * SAMPLE_RATE))


def said(*words: str) -> list[bytes]:
    """Opus packets of *words*, each said for 0.6 s with a second of silence around it."""
    return list(_packets_of(words))


@cache
def _packets_of(words: tuple[str, ...]) -> Sequence[bytes]:
    # Made once: the services of a test wait on its loop meanwhile.
    pcm = b"".join(pause(0.5) + tone(word, 0.6) + pause(0.5) for word in words)
    return opus_packets(pcm + pause(0.5))


class ToneVad:
    def probability(self, frame: bytes) -> float:
        assert len(frame) == 2 * FRAME_SAMPLES
        return 1.0 if np.abs(np.frombuffer(frame, "<i2")).max() > LOUD // 4 else 0.0

    def reset(self) -> None:
        """A tone detector remembers nothing."""


class ToneRecogniser:
    """Knows the words by their pitch; answers while *free*; fails first as *failures* say.

    A word in *held* it answers when that is set.
    """

    def __init__(self) -> None:
        self.free = asyncio.Event()
        self.free.set()
        self.held: dict[str, asyncio.Event] = {}
        self.failures: list[Exception] = []
        self.unready: Exception | None = None
        self.heard: list[str] = []
        # How many are asked for and not yet answered.
        self.waiting = 0
        # The language that it finds where none is named.
        self.detects = "en"
        # Each word is heard as two, one behind the other.
        self.says_twice = False

    async def prepare(self) -> None:
        if self.unready is not None:
            raise self.unready

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        if partial and not self.free.is_set():
            raise Busy("somebody else is heard")
        self.waiting += 1
        await self.free.wait()
        word = _word_in(pcm)
        if word in self.held:
            await self.held[word].wait()
        self.waiting -= 1
        if self.failures and not partial:
            raise self.failures.pop(0)
        if not partial:
            self.heard.append(word)
        end = seconds_of(pcm) - 0.5
        words: tuple[Word, ...] = (Word(word, 0.3, end, 0.9),) if word else ()
        if word and self.says_twice:
            middle = seconds_of(pcm) / 2
            words = (Word(word, 0.3, middle, 0.9), Word(word, middle, end, 0.9))
        return Recognised(word, words, language or self.detects, 0.0 if language else 0.8)

    async def aclose(self) -> None:
        """It holds nothing."""


def _word_in(pcm: bytes) -> str:
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    if not len(samples) or np.abs(samples).max() < LOUD / 8:
        return ""
    peak = np.abs(np.fft.rfft(samples)).argmax() * SAMPLE_RATE / len(samples)
    return min(PITCHES, key=lambda word: abs(PITCHES[word] - peak))
