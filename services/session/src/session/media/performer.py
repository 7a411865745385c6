"""Plays one scenario into a room, in step with the clock, and goes on after a crash."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import structlog

from session.domain.cues import FRAME, RATE, Act, plan
from session.domain.parts import SCRIPTED, Scenario
from session.media.actor import Actor, Standing, kept
from session.media.joining import Joining, JoinRefused
from session.media.journal import load, save
from session.media.rooms import Room
from session.media.sound import Sound, Sounds
from session.media.spool import Spool

log = structlog.get_logger()

# Five packets: what one answer of Listen carries.
TICK_SECONDS = 0.1
# Sound is made this long before it is heard.
AHEAD_SECONDS = 8.0
JOIN_GRACE_SECONDS = 2.0
RUN_FILE = "run.json"
SCENARIO_FILE = "scenario.zip"
FAILED = "the ear failed to play it; its log tells why"


@dataclass(slots=True)
class Run:
    """What the journal keeps of a performance. *started_at* is 0 until somebody is let in.

    An *anchored* one has its scenario's time line as the room's, whenever it was started.
    """

    id: str
    codes: list[str]
    speed: float
    from_seconds: float
    started_at: float = 0.0
    over: bool = False
    anchored: bool = False
    people: list[dict[str, Any]] = field(default_factory=list)


def save_run(folder: Path, run: Run) -> None:
    save(folder / RUN_FILE, asdict(run))


def load_run(folder: Path) -> Run | None:
    """The performance kept in *folder*, if it was accepted."""
    found = load(folder / RUN_FILE)
    return Run(**found) if found else None


class Performance:
    """One run of *scenario*. Satisfies ``Stage`` for its actors."""

    def __init__(
        self,
        room: Room,
        scenario: Scenario,
        run: Run,
        folder: Path,
        joining: Joining,
        threads: ThreadPoolExecutor,
    ) -> None:
        self.room = room
        self.scripted = scenario.engine == SCRIPTED
        self.grace = round(JOIN_GRACE_SECONDS * run.speed * RATE)
        self.run_state = run
        self._folder = folder
        self._joining = joining
        self._sounds = Sounds(folder / SCENARIO_FILE, threads)
        self._names = [person.name for person in scenario.people]
        self._asked: dict[int, asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        self._from = round(run.from_seconds * RATE)
        standings = [Standing(**one) for one in run.people] or [Standing() for _ in self._names]
        cues = plan(scenario)
        self._first_join = min(cue.at for cue in cues if cue.act is Act.JOIN)
        self._actors = [
            Actor(index, (cue for cue in cues if cue.person == index), self, standing)
            for index, standing in enumerate(standings)
        ]
        self._start = time.monotonic()
        if run.started_at:
            self._start -= max(time.time() - run.started_at, 0.0)

    async def play(self, spool: Spool) -> None:
        """Play until the last person has gone, then tell the room."""
        now = self._position()
        for actor in self._actors:
            actor.begin(now, spool)
        self.save()
        try:
            async with asyncio.TaskGroup() as self._tasks:
                await self._tick_on()
                for task in self._asked.values():
                    task.cancel()
        finally:
            self._sounds.close()
        self._end(self.error())

    def give_up(self) -> None:
        """Cut everybody's connection: the performance has failed."""
        for actor in self._actors:
            actor.give_up()
        self._end(FAILED)

    def error(self) -> str:
        """What went wrong for whom; empty when nothing did."""
        return "; ".join(
            f"{name}: {actor.standing.error}"
            for name, actor in zip(self._names, self._actors, strict=True)
            if actor.standing.error
        )

    def offset_seconds(self, sample: int) -> float:
        if self.run_state.anchored:
            return sample / RATE
        begun = (self.run_state.started_at or time.time()) - self.room.opened_at
        return begun + (sample - self._from) / RATE

    def ask(self, person: int) -> None:
        if person not in self._asked and self._tasks is not None:
            self._asked[person] = self._tasks.create_task(self._ask(person))

    def sound(self, name: str) -> Sound:
        return self._sounds.prepare(name)

    def save(self) -> None:
        self.run_state.people = kept(self._actors)
        save_run(self._folder, self.run_state)

    def _end(self, error: str) -> None:
        self.run_state.over = True
        self.save()
        self.room.over(self.run_state.id, error)

    async def _ask(self, person: int) -> None:
        actor = self._actors[person]
        code, name = self.run_state.codes[person], self._names[person]
        try:
            found = await self._joining.participant(self.room.session_id, code, name)
        except JoinRefused as refused:
            self._begin_clock()
            actor.refused(str(refused))
            return
        self._begin_clock()
        actor.admitted(found)
        actor.advance(self._position())

    async def _tick_on(self) -> None:
        ahead = round(AHEAD_SECONDS * self.run_state.speed * RATE)
        while not all(actor.standing.gone for actor in self._actors):
            now = self._position()
            for actor in self._actors:
                if not self.scripted:
                    for name in actor.due_sounds(now + ahead):
                        self._sounds.prepare(name)
                actor.advance(now)
            passed = time.monotonic() - self._start
            await asyncio.sleep(TICK_SECONDS - passed % TICK_SECONDS)

    def _position(self) -> int:
        """The sample that is due now, on the grid of packets."""
        self._hold_clock()
        passed = (time.monotonic() - self._start) * self.run_state.speed
        return int(self._from + passed * RATE) // FRAME * FRAME

    def _hold_clock(self) -> None:
        """Nobody is in yet: the clock stands where the first wants to join."""
        if not self.run_state.started_at:
            held = max(self._first_join - self._from, 0) / RATE / self.run_state.speed
            self._start = max(self._start, time.monotonic() - held)

    def _begin_clock(self) -> None:
        if not self.run_state.started_at:
            self._hold_clock()
            self.run_state.started_at = time.time() - (time.monotonic() - self._start)
