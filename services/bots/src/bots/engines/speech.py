"""Text to speech: one shape for engines, espeak-ng behind it, and sound as Opus packets."""

import asyncio
import shutil
from collections.abc import Sequence
from fractions import Fraction
from io import BytesIO
from typing import Final, Protocol

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.resampler import AudioResampler

from bots.domain.kind import Availability, Readiness
from bots.domain.saying import CannotSpeak

RATE: Final = 48_000
PACKET_SAMPLES: Final = 960
LONGEST_TEXT: Final = 2000
SYNTHESIS_SECONDS: Final = 30.0
REMEDY: Final = "install espeak-ng (Debian: apt-get install espeak-ng), or name it in BOTS_ESPEAK"


class TextToSpeech(Protocol):
    """An engine that reads text aloud."""

    @property
    def name(self) -> str: ...

    def readiness(self) -> Readiness: ...

    async def wav(self, text: str) -> bytes:
        """*text* as a WAV file; raises ``CannotSpeak``."""


class Espeak:
    """espeak-ng as a process per text; *program* is its name or path."""

    name = "espeak-ng"

    def __init__(self, program: str) -> None:
        self._program = program

    def readiness(self) -> Readiness:
        if shutil.which(self._program) is None:
            return Readiness(Availability.NOT_CONFIGURED, REMEDY)
        return Readiness()

    async def wav(self, text: str) -> bytes:
        if self.readiness().availability is not Availability.CONFIGURED:
            raise CannotSpeak(f"there is no speech engine; {REMEDY}")
        process = await asyncio.create_subprocess_exec(
            self._program,
            "--stdout",
            "--stdin",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(SYNTHESIS_SECONDS):
                sound, complaint = await process.communicate(text[:LONGEST_TEXT].encode())
        except TimeoutError:
            raise CannotSpeak(f"espeak-ng took longer than {SYNTHESIS_SECONDS:.0f} s") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode or not sound:
            raise CannotSpeak(f"espeak-ng failed: {complaint.decode(errors='replace')[:200]}")
        return sound


def opus_of(wav: bytes) -> Sequence[bytes]:
    """The sound of a WAV file as Opus packets of 20 ms, mono."""
    resampler = AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=PACKET_SAMPLES)
    encoder = _encoder()
    packets: list[bytes] = []
    with av.open(BytesIO(wav), "r") as container:
        for decoded in container.decode(audio=0):
            for frame in resampler.resample(decoded):
                packets += [bytes(packet) for packet in encoder.encode(frame)]
    return packets


def _encoder() -> AudioCodecContext:
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = RATE
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = 32_000
    encoder.time_base = Fraction(1, RATE)
    encoder.options = {"frame_duration": "20", "application": "voip"}
    return encoder
