"""Whose turn it is among what is due: a crowd of one workspace holds up nobody else."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from common.timers.firing import Manner
from common.timers.rows import Timer
from common.timers.wheel import Held

# While these commit, those that come due meanwhile gather for the next.
ABREAST_TOGETHER = 2


@dataclass
class _Line:
    """What waits of one workspace and kind, and how many of its volleys are being fired."""

    most: int
    abreast: int
    waiting: deque[Held] = field(default_factory=deque)
    firing: int = 0
    in_turn: bool = False


class Turns:
    """Fires volleys: at most *width* at once, few of one line, and lines take turns.

    A line is one workspace's timers of one kind; its manner says how many go in one volley.
    *gone* hears of every timer that is held no more, fired or not.
    """

    def __init__(
        self,
        tasks: asyncio.TaskGroup,
        fire: Callable[[Sequence[Timer]], Awaitable[None]],
        gone: Callable[[Sequence[Held]], None],
        manners: Mapping[str, Manner],
        *,
        width: int,
    ) -> None:
        self._tasks = tasks
        self._fire = fire
        self._gone = gone
        self._manners = manners
        self._free = width
        # Of one line: the rest of the width stays free for somebody else.
        self._abreast = max(width * 3 // 4, 1)
        self._lines: dict[tuple[str, str], _Line] = {}
        self._turns: deque[tuple[str, str]] = deque()

    def put(self, several: Sequence[Held]) -> None:
        """Have *several* fired when it is their turn."""
        for one in several:
            name = one.timer.workspace_id, one.timer.kind
            line = self._lines.get(name) or self._begin(name)
            line.waiting.append(one)
            self._queue(name, line)
        self._go()

    def _begin(self, name: tuple[str, str]) -> _Line:
        most = self._manners[name[1]].most
        line = _Line(most, ABREAST_TOGETHER if most > 1 else self._abreast)
        self._lines[name] = line
        return line

    def _queue(self, name: tuple[str, str], line: _Line) -> None:
        if line.waiting and not line.in_turn and line.firing < line.abreast:
            line.in_turn = True
            self._turns.append(name)

    def _go(self) -> None:
        while self._free and self._turns:
            name = self._turns.popleft()
            line = self._lines[name]
            line.in_turn = False
            volley = [line.waiting.popleft() for _ in range(min(line.most, len(line.waiting)))]
            line.firing += 1
            self._free -= 1
            self._queue(name, line)
            self._tasks.create_task(self._walk(name, line, volley), name=f"timers {name[1]}")

    async def _walk(self, name: tuple[str, str], line: _Line, volley: Sequence[Held]) -> None:
        now = asyncio.get_running_loop().time()
        # One whose lease is over is somebody else's by now, or is leased again.
        ours = [one.timer for one in volley if one.until > now]
        if ours:
            await self._fire(ours)
        # Not when it is cancelled: then it is given back.
        self._free += 1
        line.firing -= 1
        self._gone(volley)
        if not line.waiting and not line.firing:
            del self._lines[name]
        self._queue(name, line)
        self._go()
