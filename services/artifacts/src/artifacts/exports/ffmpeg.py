"""ffmpeg as a child process: with a deadline, its progress read, its last words kept."""

import asyncio
import contextlib
import shutil
from collections.abc import Callable, Sequence
from typing import Final

from artifacts.domain.recordings import StudioFailed, StudioMissing

# A short recording takes this long at least before its making is given up.
LEAST_SECONDS: Final = 60.0
TIMES_LENGTH: Final = 3.0
LAST_WORDS: Final = 2000
PROGRESS: Final = b"out_time_us="

# Told how far the child has come, in seconds of its output.
Progress = Callable[[float], None]


class Ffmpeg:
    """Runs *program*; raises ``StudioMissing`` when it is not there."""

    def __init__(self, program: str) -> None:
        self._program = program

    def check(self) -> None:
        if shutil.which(self._program) is None:
            raise StudioMissing(self._program)

    async def run(
        self,
        arguments: Sequence[str],
        length: float,
        progress: Progress | None = None,
        *,
        strict: bool = False,
    ) -> float:
        """Run to the end; answers how many seconds of output there are.

        Raises ``StudioFailed`` with the child's last words, or when it takes longer than three
        times *length* (and a minute); a *strict* run fails by any complaint.
        """
        self.check()
        child = await asyncio.create_subprocess_exec(
            self._program,
            *("-hide_banner", "-nostdin", "-y", "-v", "error", "-progress", "pipe:1"),
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LEAST_SECONDS + TIMES_LENGTH * length):
                done, words = await asyncio.gather(_follow(child, progress), _listen(child))
                status = await child.wait()
        except TimeoutError:
            raise StudioFailed(
                f"ffmpeg took longer than {TIMES_LENGTH:g} times {length:.0f} s"
            ) from None
        finally:
            await _end(child)
        if status or (strict and words):
            raise StudioFailed(f"ffmpeg ended with {status}: {words or 'without a word'}")
        return done


async def _follow(child: asyncio.subprocess.Process, progress: Progress | None) -> float:
    assert child.stdout is not None
    done = 0.0
    async for line in child.stdout:
        if line.startswith(PROGRESS) and (number := line[len(PROGRESS) :].strip()).isdigit():
            done = int(number) / 1e6
            if progress is not None:
                progress(done)
    return done


async def _listen(child: asyncio.subprocess.Process) -> str:
    assert child.stderr is not None
    words = b""
    while piece := await child.stderr.read(4096):
        words = (words + piece)[-LAST_WORDS:]
    return words.decode(errors="replace").strip()


async def _end(child: asyncio.subprocess.Process) -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
