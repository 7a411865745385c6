"""Text to speech by a program: espeak-ng, or Piper with a voice that somebody chose."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

from bots.domain.kind import Availability, Readiness
from bots.domain.saying import CannotSpeak

LONGEST_TEXT: Final = 2000
SYNTHESIS_SECONDS: Final = 30.0
REMEDY: Final = "install espeak-ng (Debian: apt-get install espeak-ng), or name it in BOTS_ESPEAK"


class TextToSpeech(Protocol):
    """An engine that reads text aloud."""

    @property
    def name(self) -> str: ...

    def readiness(self) -> Readiness: ...

    async def sound(self, text: str, language: str = "") -> bytes:
        """*text* as a file of sound; raises ``CannotSpeak``.

        *language* is an ISO 639 code; without one the engine's own is taken.
        """


class Espeak:
    """espeak-ng as a process per text; *program* is its name or path."""

    name = "espeak-ng"

    def __init__(self, program: str) -> None:
        self._program = program

    def readiness(self) -> Readiness:
        if shutil.which(self._program) is None:
            return Readiness(Availability.NOT_CONFIGURED, REMEDY)
        return Readiness()

    async def sound(self, text: str, language: str = "") -> bytes:
        if self.readiness().availability is not Availability.CONFIGURED:
            raise CannotSpeak(f"there is no speech engine; {REMEDY}")
        voice = ("-v", language) if language else ()
        return await _spoken_by([self._program, "--stdout", "--stdin", *voice], text)


class Piper:
    """Piper as a process per text, with the voice in the file *voice*; it knows one language."""

    name = "piper"

    def __init__(self, program: str, voice: Path) -> None:
        self._program = program
        self._voice = voice

    def readiness(self) -> Readiness:
        if not self._voice.is_file() or not Path(f"{self._voice}.json").is_file():
            remedy = f"BOTS_PIPER_VOICE is {self._voice}; name an .onnx file with its .onnx.json"
            return Readiness(Availability.MISCONFIGURED, remedy)
        if shutil.which(self._program) is None:
            remedy = (
                "install piper-tts in an environment of its own, and name its `piper` in BOTS_PIPER"
            )
            return Readiness(Availability.MISCONFIGURED, remedy)
        return Readiness()

    async def sound(self, text: str, language: str = "") -> bytes:
        if remedy := self.readiness().remedy:
            raise CannotSpeak(f"there is no speech engine; {remedy}")
        # A line would be a text of its own, and end the file.
        line = " ".join(text.split())
        command = [self._program, "--model", str(self._voice), "--output-file", "-"]
        return await _spoken_by(command, line)


async def _spoken_by(command: Sequence[str], text: str) -> bytes:
    """What *command* says of *text*, which it reads from its input."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SYNTHESIS_SECONDS):
            sound, complaint = await process.communicate(text[:LONGEST_TEXT].encode())
    except TimeoutError:
        raise CannotSpeak(f"{command[0]} took longer than {SYNTHESIS_SECONDS:.0f} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not sound:
        raise CannotSpeak(f"{command[0]} failed: {complaint.decode(errors='replace')[:200]}")
    return sound
