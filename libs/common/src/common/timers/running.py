"""The loop of one replica: lease what is due soon, wait for it, and fire it in fair turns."""

import asyncio
import zlib
from collections import Counter
from collections.abc import Sequence

import structlog
from prometheus_client import Histogram

from common.db import Database
from common.timers.firing import Firings, Trigger
from common.timers.rows import Timer, TimerRows
from common.timers.turns import Turns
from common.timers.wheel import Held, Wheel

log = structlog.get_logger()

LOOK_AHEAD_SECONDS = 2.0
# Who holds much looks less far ahead, so that replicas with room take it; never less than this,
# which is more than the time between two looks.
LEAST_AHEAD_SECONDS = 0.8
MUCH = 250
# Looking this often, a timer armed by a process that died is seen well before it is due.
POLL_SECONDS = 0.5
# Timers armed one after the other are leased together.
GATHER_SECONDS = 0.005
# Longer than the look-ahead and the longest effect: a stopped holder is replaced after this.
LEASE_SECONDS = 15.0
# Reading more at once would keep what is due meanwhile waiting.
BATCH = 250
# What one replica holds at most; the rest is for others, or for later.
ROOM = 4000
# How many firings run at once, and how many in a lane apart; the pool has to bear both.
WIDTH = 10
WIDTH_APART = 4
# A loop's clock may wake a little early by the database's; a timer never fires early.
MARGIN_SECONDS = 0.002

lateness = Histogram(
    "convene_timer_lateness_seconds",
    "From due to committed effect",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300),
)


class Timers:
    """Fires one service's timers. Any number of replicas may run it at once.

    *lease* is how many seconds a replica keeps what it took; a firing has to be over by then.
    """

    def __init__(self, db: Database, firings: Firings, *, lease: float = LEASE_SECONDS) -> None:
        self._db = db
        self._lease = lease
        self._rows = TimerRows(db, list(firings), lease)
        self._trigger = Trigger(db, self._rows, firings, lease)
        self._wheel = Wheel()
        self._held: dict[int, Held] = {}
        self._of_workspace: Counter[str] = Counter()
        # How few are held when there is room again for what was left behind.
        self._low = -1

    async def run(self) -> None:
        """Lease, wait and fire until cancelled; what is held then is given back."""
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._fire_due(tasks), name="timers due")
                while True:
                    self._db.armed.clear()
                    if await self._look() < BATCH:
                        await self._rest()
        finally:
            await self._give_back()

    async def lease(self, ahead: float = LOOK_AHEAD_SECONDS) -> Sequence[tuple[Timer, float]]:
        """Take what is due within *ahead* seconds, each with the seconds that it still waits."""
        return await self._rows.lease(ahead, BATCH)

    async def fire(self, timer: Timer) -> None:
        """Give *timer* its effect, or put it off when that fails."""
        await self._trigger.pull([timer])

    async def _look(self) -> int:
        """Hold more of what is due soon; how many were found."""
        loop = asyncio.get_running_loop()
        held, sated = len(self._held), self._sated()
        ahead = max(LOOK_AHEAD_SECONDS / (1 + held / MUCH), LEAST_AHEAD_SECONDS)
        most = max(min(BATCH, ROOM - held), 0)
        if not most:
            return 0
        until = loop.time() + self._lease
        try:
            leased = await self._rows.lease(ahead, most, sated)
        except Exception as error:
            log.warning("timers not read", error=str(error) or type(error).__name__)
            return 0
        now = loop.time()
        self._hold([Held(now + self._delay(*one), until, one[0]) for one in leased])
        self._low = len(self._held) // 2 if sated or most < BATCH else -1
        return len(leased)

    def _sated(self) -> Sequence[str]:
        """Workspaces that hold half of an even share: there always is room for another one."""
        share = ROOM // (2 * (len(self._of_workspace) + 1))
        return [name for name, count in self._of_workspace.items() if count >= share]

    def _delay(self, timer: Timer, wait: float) -> float:
        spread = self._trigger.manners[timer.kind].spread
        if not spread:
            return wait + MARGIN_SECONDS
        # The same timer has the same place in the spread wherever it is leased.
        place = zlib.crc32(timer.key.encode()) / 2**32
        return wait + MARGIN_SECONDS + spread * place

    def _hold(self, several: Sequence[Held]) -> None:
        self._held.update((id(one), one) for one in several)
        self._of_workspace.update(one.timer.workspace_id for one in several)
        self._wheel.put(several)

    def _let_go(self, several: Sequence[Held]) -> None:
        now = asyncio.get_running_loop().time()
        for one in several:
            lateness.observe(max(now - one.at, 0))
            del self._held[id(one)]
        for workspace, count in Counter(one.timer.workspace_id for one in several).items():
            self._of_workspace[workspace] -= count
            if not self._of_workspace[workspace]:
                del self._of_workspace[workspace]
        if len(self._held) <= self._low:
            self._low = -1
            self._db.armed.set()

    async def _give_back(self) -> None:
        if self._held:
            await self._rows.put_off([one.timer for one in self._held.values()], wait=0)
        self._wheel = Wheel()
        self._held.clear()
        self._of_workspace.clear()

    async def _fire_due(self, tasks: asyncio.TaskGroup) -> None:
        manners = self._trigger.manners
        lanes = {
            name: Turns(
                tasks,
                self._trigger.pull,
                self._let_go,
                manners,
                width=WIDTH_APART if name else WIDTH,
            )
            for name in {one.lane for one in manners.values()}
        }
        while True:
            by_lane: dict[str, list[Held]] = {}
            for one in await self._wheel.due():
                by_lane.setdefault(manners[one.timer.kind].lane, []).append(one)
            for name, several in by_lane.items():
                lanes[name].put(several)

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._db.armed.wait()
        except TimeoutError:
            return
        await asyncio.sleep(GATHER_SECONDS)
