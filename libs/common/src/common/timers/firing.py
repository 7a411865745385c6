"""One firing: its effect and the end of its timers are one commit, or it is put off."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from common import telemetry
from common.db import Database, DatabaseUnavailable, Transaction, errand
from common.errors import Unavailable
from common.principal import Principal, service_principal
from common.timers.rows import Timer, TimerRows

log = structlog.get_logger()

# More at once make an effect no cheaper, and its locks longer.
MOST_TOGETHER = 200
LONGEST_SPREAD_SECONDS = 5.0
FIRST_BACKOFF_SECONDS = 0.5
LONGEST_BACKOFF_SECONDS = 60.0
# Until a part that is away is asked again; its absence is no failure of the timer.
AWAY_SECONDS = 1.0
# Until what was left because somebody else holds it is tried again; most hold things for less.
BUSY_SECONDS = 0.1
# A span says where its timers were armed; more links than these are dropped anyway.
MOST_LINKS = 100

_TAKE_ONE = (
    "delete from timers where workspace_id = :w and key = any(:keys) and token = any(:tokens)"
)
# In the order in which others lock them.
_TAKE_SEVERAL = """
    with mine as (
        select t.key from timers t
        join unnest(cast(:keys as text[]), cast(:tokens as text[])) as f (key, token)
          on f.key = t.key and f.token = t.token
        where t.workspace_id = :w order by t.key for update of t)
    delete from timers t using mine where t.workspace_id = :w and t.key = mine.key"""

Firing = Callable[[Principal, Timer], Awaitable[None]]
FiringTogether = Callable[[Principal, Sequence[Timer]], Awaitable[None]]


class TooEarly(Exception):
    """By the workspace's clock, which is the database's, the timer is not due yet."""


class Superseded(Exception):
    """The timer was moved, cancelled or fired elsewhere; there is nothing to do."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a kind fires; made by ``alone`` or ``together``."""

    fire: FiringTogether
    most: int = 1
    lane: str = ""
    spread: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.spread <= LONGEST_SPREAD_SECONDS:
            raise ValueError(f"spread is {self.spread}; 0 to {LONGEST_SPREAD_SECONDS} seconds")


Firings = Mapping[str, Firing | Manner]


def alone(fire: Firing, *, lane: str = "", spread: float = 0.0) -> Manner:
    """A kind whose timers fire one by one, each in a transaction of its own.

    Kinds that take long have a *lane* of their own, so that they hold up no others. With a
    *spread*, those due at one moment fire over as many seconds after it (at most 5).
    """

    async def fire_one(caller: Principal, timers: Sequence[Timer]) -> None:
        await fire(caller, timers[0])

    return Manner(fire_one, 1, lane, spread)


def together(fire: FiringTogether, *, lane: str = "", spread: float = 0.0) -> Manner:
    """A kind of which up to 200 timers of one workspace fire in one transaction, at one commit.

    *fire* has the effect of all, in one ``begin`` and in few statements, and locks what it
    changes in an order of its own. When it fails, halves are tried until the culprit is alone.
    The span links to where the timers were armed, also for those that continue a trace.
    """
    return Manner(fire, MOST_TOGETHER, lane, spread)


def leave(timers: Sequence[Timer]) -> None:
    """Have *timers* of the group that is firing tried again in a moment; the others go on.

    For what somebody else holds: who waits for one keeps all that the group has locked. Called
    before anything is done for them.
    """
    firing = errand.get()
    assert isinstance(firing, OnceFired), "only a firing has timers to leave"
    firing.leave({one.key for one in timers})


def manner(of: Firing | Manner) -> Manner:
    return of if isinstance(of, Manner) else alone(of)


@dataclass
class OnceFired:
    """The errand of a firing: the rows of its timers go with the commit of its effect.

    *left* are those that the effect left out; their rows stay.
    """

    timers: Sequence[Timer]
    commits: bool = False
    left: Sequence[Timer] = ()
    _joined: Transaction | None = field(default=None, init=False)
    _gone: bool = field(default=False, init=False)

    async def join(self, tx: Transaction) -> None:
        # A transaction that came to nothing gave the rows back: the next one takes them again.
        if self.joined:
            return
        self._joined, self._gone = tx, False
        if any(one.due_at > tx.now for one in self.timers):
            raise TooEarly

    async def touch(self, tx: Transaction, keys: Sequence[str]) -> None:
        # An effect that arms its own timer again would hide that somebody else has fired it.
        if tx is self._joined and any(one.key in keys for one in self.timers):
            await self._take_rows(tx)

    async def finish(self, tx: Transaction) -> None:
        # Whoever changes a thing locks it before its timers, so the firing does so too: deleting
        # the rows first would be a deadlock with a transaction that disarms them.
        if tx is self._joined:
            await self._take_rows(tx)

    def leave(self, keys: Collection[str]) -> None:
        self.left = [one for one in self.timers if one.key in keys]
        self.timers = [one for one in self.timers if one.key not in keys]

    async def _take_rows(self, tx: Transaction) -> None:
        if self._gone or not self.timers:
            return
        gone = await tx.run(
            _TAKE_ONE if len(self.timers) == 1 else _TAKE_SEVERAL,
            w=self.timers[0].workspace_id,
            keys=[one.key for one in self.timers],
            tokens=[one.token for one in self.timers],
        )
        if gone.rowcount < len(self.timers):
            raise Superseded
        self._gone = True

    def take(self, db: Database, tx: Transaction) -> None:
        raise AssertionError("a timer's row goes with its effect")

    @property
    def joined(self) -> bool:
        return self._joined is not None and not self._joined.undone


class Trigger:
    """Gives timers their effect; a firing is given up after *longest* seconds."""

    def __init__(self, db: Database, rows: TimerRows, firings: Firings, longest: float) -> None:
        self._db = db
        self._rows = rows
        self._longest = longest
        self.manners = {kind: manner(of) for kind, of in firings.items()}

    async def pull(self, timers: Sequence[Timer]) -> None:
        """Give *timers*, of one workspace and kind, their effect, or put them off."""
        try:
            await self._attempt(timers)
        except Exception as error:
            # What is away for one of them is away for none of the others, the database excepted.
            if len(timers) == 1 or isinstance(error, DatabaseUnavailable):
                await self._put_off(timers, error)
                return
            half = len(timers) // 2
            await self.pull(timers[:half])
            await self.pull(timers[half:])

    async def _attempt(self, timers: Sequence[Timer]) -> None:
        first = timers[0]
        caller = service_principal(self._db.service, first.workspace_id, test=first.test)
        once = OnceFired(timers)
        mark = errand.set(once)
        try:
            with telemetry.span(f"{self._db.service} fires {first.kind}", **_origin(timers)):
                async with asyncio.timeout(self._longest):
                    await self.manners[first.kind].fire(caller, timers)
                    if not once.joined:
                        async with self._db.begin(caller, Transaction):
                            pass
        finally:
            errand.reset(mark)
        if once.left:
            await self._rows.put_off(once.left, wait=BUSY_SECONDS)

    async def _put_off(self, timers: Sequence[Timer], error: Exception) -> None:
        if isinstance(error, Superseded):
            return
        first = timers[0]
        if isinstance(error, TooEarly):
            await self._rows.put_off(timers, wait=0)
            self._db.armed.set()
        elif isinstance(error, Unavailable):
            log.warning("timers wait", kind=first.kind, key=first.key, error=str(error))
            await self._rows.put_off(timers, wait=AWAY_SECONDS)
        else:
            wait = min(FIRST_BACKOFF_SECONDS * 2**first.attempts, LONGEST_BACKOFF_SECONDS)
            # What a cancelled timer stumbled over is nobody's failure.
            if await self._rows.put_off(timers, wait=wait, failures=1):
                log.error("timer failed", key=first.key, kind=first.kind, exc_info=error)


def _origin(timers: Sequence[Timer]) -> Mapping[str, Any]:
    """Whose trace a firing goes on with, or which ones led to it."""
    if len(timers) == 1:
        only = timers[0]
        if only.continues:
            return {"parent": only.traceparent, "key": only.key}
        return {"parent": "", "linked": [only.traceparent], "key": only.key}
    linked = [one.traceparent for one in timers[:MOST_LINKS]]
    return {"parent": "", "linked": linked, "timers": len(timers)}
