"""Keeps named child processes running: starts, waits for readiness, restarts, drains."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from convene_cli.children import Backoff, Child, ChildStatus, Kept
from convene_cli.errors import CannotStart

# A service drains its requests and hands back its leases well within this.
DRAIN_SECONDS = 10.0
# A child that died this often before it was ever ready will not become so.
CRASHES_BEFORE_GIVING_UP = 5

_PROBE_EVERY = 0.02
_PROBE_SECONDS = 5.0


class ChildNotReady(CannotStart):
    """A child did not become ready; carries its name and ends with the tail of its log."""

    def __init__(self, name: str, cause: str, log: Path, tail: str) -> None:
        super().__init__(f"{name} is not ready: {cause}. The end of {log}:\n{tail}")
        self.name = name


class Supervisor:
    """Starts children in groups and stops the groups in the opposite order."""

    def __init__(
        self,
        logs: Path,
        tasks: asyncio.TaskGroup,
        *,
        backoff: Backoff,
        drain: float,
    ) -> None:
        self._logs = logs
        self._tasks = tasks
        self._backoff = backoff
        self._drain = drain
        self._groups: list[list[Kept]] = []

    async def start(self, *children: Child, deadline: float = 60.0) -> None:
        """Start *children* side by side; return when the probe of each has said yes.

        *deadline* is in seconds. Raises ChildNotReady; the children stay supervised until the
        supervisor stops, so their logs can be read.
        """
        group = [Kept(child, self._logs, self._backoff) for child in children]
        self._refuse_namesakes(children)
        self._groups.append(group)
        for kept in group:
            kept.task = self._tasks.create_task(kept.keep(), name=f"keep {kept.child.name}")
        waits = [self._until_ready(kept, deadline) for kept in group]
        failures = [
            failure
            for failure in await asyncio.gather(*waits, return_exceptions=True)
            if isinstance(failure, BaseException)
        ]
        if failures:
            raise failures[0]

    def pids(self) -> dict[str, int]:
        """The process id of every child that is running now, by name."""
        return {
            status.name: status.pid for status in self.status().values() if status.pid is not None
        }

    def status(self) -> dict[str, ChildStatus]:
        return {kept.child.name: kept.status() for group in self._groups for kept in group}

    async def stop(self) -> None:
        """Ask every child to stop, the latest group first; kill what has not after the drain."""
        for group in reversed(self._groups):
            await asyncio.gather(*(kept.stop(self._drain) for kept in group))

    def _refuse_namesakes(self, children: tuple[Child, ...]) -> None:
        taken = set(self.status())
        for child in children:
            if child.name in taken:
                raise ValueError(f"a child named {child.name} is already supervised")
            taken.add(child.name)

    async def _until_ready(self, kept: Kept, deadline: float) -> None:
        try:
            async with asyncio.timeout(deadline):
                while not await _is_ready(kept):
                    if kept.status().restarts >= CRASHES_BEFORE_GIVING_UP:
                        raise self._not_ready(kept, f"it keeps exiting ({kept.status().last_exit})")
                    await asyncio.sleep(_PROBE_EVERY)
        except TimeoutError:
            raise self._not_ready(kept, f"no answer within {deadline:g} s") from None
        kept.ready = True

    def _not_ready(self, kept: Kept, cause: str) -> ChildNotReady:
        return ChildNotReady(kept.child.name, cause, kept.log, kept.log_tail())


async def _is_ready(kept: Kept) -> bool:
    """Ask the probe; refused, broken and slow connections mean not yet."""
    if kept.status().pid is None:
        return False
    if kept.child.probe is None:
        return True
    try:
        async with asyncio.timeout(_PROBE_SECONDS):
            return await kept.child.probe()
    except (OSError, TimeoutError):
        return False


@asynccontextmanager
async def supervising(
    logs: Path, *, backoff: Backoff | None = None, drain: float = DRAIN_SECONDS
) -> AsyncIterator[Supervisor]:
    """A supervisor writing to *logs*/<name>.log; when the block ends every child has stopped."""
    failure: Exception | None = None
    async with asyncio.TaskGroup() as tasks:
        supervisor = Supervisor(logs, tasks, backoff=backoff or Backoff(), drain=drain)
        try:
            yield supervisor
        except Exception as error:
            # Raised below, outside the task group, which would wrap it in a group of one.
            failure = error
        finally:
            await supervisor.stop()
    if failure is not None:
        raise failure


async def stop_requested() -> signal.Signals:
    """Wait for SIGTERM or SIGINT and return which came; a second one has its usual effect."""
    loop = asyncio.get_running_loop()
    asked: asyncio.Future[signal.Signals] = loop.create_future()
    expected = (signal.SIGTERM, signal.SIGINT)
    for number in expected:
        loop.add_signal_handler(number, _settle, asked, number)
    try:
        return await asked
    finally:
        for number in expected:
            loop.remove_signal_handler(number)


def _settle(asked: "asyncio.Future[signal.Signals]", number: signal.Signals) -> None:
    if not asked.done():
        asked.set_result(number)
