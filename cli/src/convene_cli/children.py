"""One child process over its many lives: spawned, logged, restarted after a pause, stopped."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from convene_cli.accounts import Account
from convene_cli.errors import CannotStart

# A log is set aside when a child starts and finds it larger than this.
LOG_BYTES = 8 * 1024 * 1024
TAIL_LINES = 20

_TAIL_BYTES = 16 * 1024
_KILLED_SECONDS = 5.0

Probe = Callable[[], Awaitable[bool]]


@dataclass(frozen=True)
class Child:
    """What to run and how to tell that it serves.

    *probe* answers whether the child is ready; OSError and TimeoutError count as no, any other
    exception ends the start. *env* is added to this process's environment.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    probe: Probe | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    account: Account | None = None


@dataclass(frozen=True)
class Backoff:
    """How long to wait before the next life, in seconds; doubles up to the ceiling."""

    first: float = 0.2
    ceiling: float = 5.0
    healthy_after: float = 30.0

    def after(self, previous: float, lived: float) -> float:
        """The pause that follows a life of *lived* seconds, given the *previous* pause (or 0)."""
        if previous == 0.0 or lived >= self.healthy_after:
            return self.first
        return min(previous * 2, self.ceiling)


@dataclass(frozen=True)
class ChildStatus:
    """What is known of a child now.

    *ready* means that it runs and has answered its probe in this or an earlier life; *last_exit*
    is negative for a signal, as in subprocess.
    """

    name: str
    pid: int | None
    ready: bool
    restarts: int
    last_exit: int | None


class Kept:
    """A child under supervision. Raises CannotStart when it could only run as root."""

    def __init__(self, child: Child, logs: Path, backoff: Backoff) -> None:
        self.child = child
        self.log = logs / f"{child.name}.log"
        self.ready = False
        self.task: asyncio.Task[None] | None = None
        self._argv = _wrapped(child)
        self._backoff = backoff
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._restarts = 0
        self._last_exit: int | None = None

    def status(self) -> ChildStatus:
        alive = self._process is not None and self._process.returncode is None
        pid = self._process.pid if self._process is not None and alive else None
        return ChildStatus(
            self.child.name, pid, self.ready and alive, self._restarts, self._last_exit
        )

    async def keep(self) -> None:
        """Run the child again and again until stop() is called."""
        pause = 0.0
        while True:
            born = time.monotonic()
            self._last_exit = await self._live()
            if self._stopping.is_set():
                return
            pause = self._backoff.after(pause, time.monotonic() - born)
            self._note(f"exited with {self._last_exit}; starting again in {pause:g} s")
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._stopping.wait()
                return
            self._restarts += 1

    async def stop(self, drain: float) -> None:
        """Send the stop signal, wait *drain* seconds, then kill; return when it is gone."""
        self._stopping.set()
        self._signal(self.child.stop_signal)
        if self.task is None:
            return
        done, _ = await asyncio.wait([self.task], timeout=drain)
        if not done:
            self._note(f"still running {drain:g} s after it was asked to stop; killed")
            self._signal(signal.SIGKILL)
            await asyncio.wait([self.task], timeout=_KILLED_SECONDS)
            # A process stuck in the kernel outlives even that; nobody waits for it any longer.
            self.task.cancel()

    def log_tail(self) -> str:
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, self.log.stat().st_size - _TAIL_BYTES))
                lines = file.read().decode(errors="replace").splitlines()
        except FileNotFoundError:
            return "(nothing written)"
        return "\n".join(lines[-TAIL_LINES:]) or "(nothing written)"

    async def _live(self) -> int:
        try:
            process = await self._spawn()
        except OSError as error:
            self._note(f"cannot run {self.child.argv[0]}: {error}")
            return 127
        self._process = process
        if self._stopping.is_set():
            self._signal(self.child.stop_signal)
        try:
            return await process.wait()
        finally:
            # Whatever it started itself goes with it: a recogniser must not outlive its crew.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

    async def _spawn(self) -> asyncio.subprocess.Process:
        self._set_log_aside()
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # The account may not be allowed where this process stands.
                cwd="/" if self.child.account is not None else None,
                env={**os.environ, **self.child.env},
                # Its own session: Ctrl-C reaches the supervisor alone, which drains in order.
                start_new_session=True,
            )

    def _signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.send_signal(number)

    def _set_log_aside(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))

    def _note(self, text: str) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("a") as log:
            log.write(f"[supervisor] {self.child.name} {text}\n")


def _wrapped(child: Child) -> tuple[str, ...]:
    """The command line that gives up privileges and dies with this process, where it can."""
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None:
        if child.account is not None:
            raise CannotStart(
                f"{child.name} must not run as root and setpriv is missing; "
                "install util-linux or run as another user"
            )
        return child.argv
    account = child.account.setpriv_options() if child.account is not None else ()
    death = f"--pdeathsig={child.stop_signal.name.removeprefix('SIG')}"
    return (setpriv, *account, death, "--", *child.argv)
