"""Durable timers: a due thing takes effect exactly once, over any replicas, kills and pauses.

Every replica leases what is due soon and waits for it in memory, so that firing costs no search.
The firing is the committed effect: it deletes the timer's row under the lease's token, and finds
nothing to delete when the timer was moved, cancelled or taken over.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Histogram
from sqlalchemy import text

from common import telemetry
from common.db import Database, Transaction, errand
from common.errors import Unavailable
from common.ids import new_id
from common.principal import Principal, service_principal

log = structlog.get_logger()

LOOK_AHEAD_SECONDS = 2.0
# Looking this often, a timer armed by another replica is seen well before it is due.
POLL_SECONDS = 0.5
# Longer than the look-ahead and the longest effect: a stopped holder is replaced after this.
LEASE_SECONDS = 15.0
BATCH = 500
# What one replica holds at most, fired within its lease; the rest is for others, or for later.
ROOM = 1000
WIDTH = 16
# A loop's clock may wake a little early by the database's; a timer never fires early.
MARGIN_SECONDS = 0.002
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 60.0
# Until a part that is away is asked again; its absence is no failure of the timer.
AWAY_SECONDS = 1.0

lateness = Histogram(
    "convene_timer_lateness_seconds",
    "From due to committed effect",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30, 300),
)


class TooEarly(Exception):
    """By the workspace's clock, which is the database's, the timer is not due yet."""


class Superseded(Exception):
    """The timer was moved, cancelled or fired elsewhere; there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer that is due. *attempts* counts earlier tries that failed.

    *traceparent* is where it was armed; its firing *continues* that trace or begins another.
    """

    workspace_id: str
    key: str
    kind: str
    due_at: datetime
    payload: Mapping[str, Any]
    attempts: int
    traceparent: str
    token: str
    continues: bool = False
    test: bool = False


@dataclass
class OnceFired:
    """The errand of a firing: the timer's row goes with the commit of its effect."""

    timer: Timer
    commits: bool = False
    _joined: Transaction | None = field(default=None, init=False)
    _gone: bool = field(default=False, init=False)

    async def join(self, tx: Transaction) -> None:
        # A transaction that came to nothing gave the row back: the next one takes it again.
        if self.joined:
            return
        self._joined, self._gone = tx, False
        found = await tx.run(
            "select due_at from timers where workspace_id = :w and key = :key and token = :token",
            **self._names(),
        )
        due_at = found.scalar_one_or_none()
        if due_at is None:
            raise Superseded
        if due_at > tx.now:
            raise TooEarly

    async def touch(self, tx: Transaction, keys: Sequence[str]) -> None:
        # An effect that arms its own timer again would hide that somebody else has fired it.
        if tx is self._joined and self.timer.key in keys:
            await self._take_row(tx)

    async def finish(self, tx: Transaction) -> None:
        # Whoever changes a thing locks it before its timers, so the firing does so too: deleting
        # the row first would be a deadlock with a transaction that disarms it.
        if tx is self._joined:
            await self._take_row(tx)

    async def _take_row(self, tx: Transaction) -> None:
        if self._gone:
            return
        gone = await tx.run(
            "delete from timers where workspace_id = :w and key = :key and token = :token",
            **self._names(),
        )
        if gone.rowcount == 0:
            raise Superseded
        self._gone = True

    def _names(self) -> dict[str, str]:
        return {
            "w": self.timer.workspace_id,
            "key": self.timer.key,
            "token": self.timer.token,
        }

    def take(self, db: Database, tx: Transaction) -> None:
        raise AssertionError("a timer's row goes with its effect")

    @property
    def joined(self) -> bool:
        return self._joined is not None and not self._joined.undone


Firing = Callable[[Principal, Timer], Awaitable[None]]


class Timers:
    """Fires one service's timers. Any number of replicas may run it at once.

    *lease* is how many seconds a replica keeps what it took; a firing has to be over by then.
    """

    def __init__(
        self, db: Database, firings: Mapping[str, Firing], *, lease: float = LEASE_SECONDS
    ) -> None:
        self._db = db
        self._firings = firings
        self._lease = lease
        self._held = 0
        self._width = asyncio.Semaphore(WIDTH)

    async def run(self) -> None:
        """Lease, wait and fire until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._db.armed.clear()
                leased = await self._leased_or_none()
                self._held += len(leased)
                for timer, wait in leased:
                    tasks.create_task(self._fire_at(timer, wait), name=f"timer {timer.key}")
                if len(leased) < BATCH:
                    await self._rest()

    async def lease(self, ahead: float = LOOK_AHEAD_SECONDS) -> Sequence[tuple[Timer, float]]:
        """Take what is due within *ahead* seconds, each with the seconds that it still waits."""
        async with self._db.begin_system() as connection:
            rows = (
                await connection.execute(
                    text("""
                        with furthest as materialized (
                            select clock_timestamp() + make_interval(secs => :ahead)
                                   + make_interval(secs => coalesce(max(by_seconds), 0)) as until
                            from clock_offsets),
                        soon as (
                            select t.workspace_id, t.key from timers t
                            left join clock_offsets o on o.workspace_id = t.workspace_id
                            where t.due_at <= (select until from furthest)
                              and t.due_at <= clock_timestamp() + make_interval(
                                      secs => :ahead + coalesce(o.by_seconds, 0))
                              and (t.leased_until is null or t.leased_until < clock_timestamp())
                            order by t.due_at limit :batch for update of t skip locked)
                        update timers t set token = :token,
                            leased_until = clock_timestamp() + make_interval(secs => :lease)
                        from soon where t.workspace_id = soon.workspace_id and t.key = soon.key
                        returning t.*, extract(epoch from
                            t.due_at - convene_now(t.workspace_id)) as wait"""),
                    {
                        "ahead": ahead,
                        "batch": max(min(BATCH, ROOM - self._held), 0),
                        "token": new_id("tok"),
                        "lease": self._lease,
                    },
                )
            ).all()
        return [(_timer(row), float(row.wait)) for row in rows]

    async def fire(self, timer: Timer) -> None:
        """Give *timer* its effect, or put it off when that fails."""
        caller = service_principal(self._db.service, timer.workspace_id, test=timer.test)
        once = OnceFired(timer)
        mark = errand.set(once)
        try:
            with telemetry.span(
                f"{self._db.service} fires {timer.kind}",
                parent=timer.traceparent if timer.continues else "",
                linked="" if timer.continues else timer.traceparent,
                key=timer.key,
            ):
                async with asyncio.timeout(self._lease):
                    await self._firings[timer.kind](caller, timer)
                    if not once.joined:
                        async with self._db.begin(caller, Transaction):
                            pass
        except Superseded:
            return
        except TooEarly:
            await self._put_off(timer, wait=0)
            self._db.armed.set()
        except Unavailable as error:
            log.warning("timer waits", key=timer.key, kind=timer.kind, error=str(error))
            await self._put_off(timer, wait=AWAY_SECONDS)
        except Exception:
            log.exception("timer failed", key=timer.key, kind=timer.kind)
            wait = min(FIRST_BACKOFF_SECONDS * 2**timer.attempts, LONGEST_BACKOFF_SECONDS)
            await self._put_off(timer, wait=wait, failures=1)
        finally:
            errand.reset(mark)

    async def _leased_or_none(self) -> Sequence[tuple[Timer, float]]:
        try:
            return await self.lease()
        except Exception as error:
            log.warning("timers not read", error=str(error) or type(error).__name__)
            return ()

    async def _fire_at(self, timer: Timer, wait: float) -> None:
        started = asyncio.get_running_loop().time()
        try:
            await asyncio.sleep(max(wait + MARGIN_SECONDS, 0))
            async with self._width:
                await self.fire(timer)
        finally:
            self._held -= 1
        lateness.observe(max(asyncio.get_running_loop().time() - started - wait, 0))

    async def _put_off(self, timer: Timer, *, wait: float, failures: int = 0) -> None:
        """Give *timer* back, to be leased again after *wait* seconds."""
        values = {"w": timer.workspace_id, "key": timer.key, "token": timer.token}
        try:
            async with self._db.begin_system() as connection:
                await connection.execute(
                    text("""
                        update timers set attempts = attempts + :failures,
                            leased_until = clock_timestamp() + make_interval(secs => :wait)
                        where workspace_id = :w and key = :key and token = :token"""),
                    {**values, "wait": wait, "failures": failures},
                )
        except Exception as error:
            # Its lease runs out by itself.
            log.warning("timer not put off", key=timer.key, error=str(error))

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._db.armed.wait()
        except TimeoutError:
            return


def _timer(row: Any) -> Timer:
    return Timer(
        row.workspace_id,
        row.key,
        row.kind,
        row.due_at,
        row.payload,
        row.attempts,
        row.traceparent,
        row.token,
        row.continues,
        row.test,
    )
