"""The rooms of this node and what is played in them, kept through a crash."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import structlog

from common.errors import InvalidInput
from session.domain.parts import SCRIPTED, Scenario
from session.domain.scenarios import parse
from session.media.joining import Joining
from session.media.performer import (
    SCENARIO_FILE,
    Performance,
    Run,
    load_run,
    save_run,
)
from session.media.rooms import Room, RoomNotFound
from session.media.speaking import Speaking
from session.media.spool import Spool, check_id
from session.media.talk import Talks

log = structlog.get_logger()

ROOMS = "rooms"
RUNS = "runs"
SWEEP_SECONDS = 5.0
FASTEST = 100.0


class InvalidPerformance(InvalidInput):
    """The scenario is fine, but not what is asked of it."""


class House:
    """All rooms. ``running`` plays what is performed in them."""

    def __init__(
        self, folder: Path, spool: Spool, talks: Talks, joining: Joining, speaking: Speaking
    ) -> None:
        self._folder = folder / ROOMS
        self._speaking = speaking
        self._spool = spool
        self._talks = talks
        self._joining = joining
        self._rooms: dict[str, Room] = {}
        self._plays: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._tasks: asyncio.TaskGroup | None = None
        # One encodes while the others hear and serve; two would crowd out a small node.
        self._threads = ThreadPoolExecutor(max_workers=1, thread_name_prefix="encode")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Play and sweep while the block runs; then everything stays as it is on disk."""
        async with asyncio.TaskGroup() as self._tasks:
            await self._restore()
            sweeping = self._tasks.create_task(self._sweep_often())
            try:
                yield
            finally:
                for task in (sweeping, *self._plays.values()):
                    task.cancel()
        self._threads.shutdown(cancel_futures=True)

    def open(self, session_id: str, opened_at: float = 0.0) -> None:
        """Open a room; an open one stays. Raises ``SpoolExhausted`` when the disk is full.

        *opened_at* is when the session's time line began, in seconds since 1970; 0: now.
        """
        check_id("session_id", session_id)
        if session_id not in self._rooms:
            self._spool.check_room()
            self._rooms[session_id] = self._room(session_id, opened_at)

    def close(self, session_id: str) -> None:
        """Close a room: what is played in it stops, everybody is gone."""
        room = self._rooms.pop(session_id, None)
        if room is None:
            return
        for key in [key for key in self._plays if key[0] == session_id]:
            self._plays.pop(key).cancel()
        self._speaking.forget(room)
        room.close()
        shutil.rmtree(room.folder, ignore_errors=True)

    def room(self, session_id: str) -> Room:
        """The open room; raises ``RoomNotFound``."""
        if session_id not in self._rooms:
            raise RoomNotFound(session_id)
        return self._rooms[session_id]

    def performed(self, session_id: str) -> bool:
        """Whether everything that was performed in the room is over."""
        return not any(key[0] == session_id for key in self._plays)

    async def perform(self, session_id: str, run: Run, content: bytes) -> None:
        """Play the scenario in the zip *content*; a run that was accepted before is left alone.

        Raises ``RoomNotFound``, and ``InvalidInput`` for a scenario or a run that cannot be played.
        """
        check_id("run_id", run.id)
        room = self.room(session_id)
        folder = room.folder / RUNS / run.id
        if load_run(folder) is not None:
            return
        scenario = await asyncio.to_thread(parse, content)
        check_run(run, scenario)
        if self.room(session_id) is not room:
            raise RoomNotFound(session_id)
        if (session_id, run.id) in self._plays:
            return
        # The same script gives the same times, unless the room's time line is taken already.
        taken = folder.parent.exists() and any(one != folder for one in folder.parent.iterdir())
        run.anchored = scenario.engine == SCRIPTED and not taken
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SCENARIO_FILE).write_bytes(content)
        save_run(folder, run)
        self._play(room, run, scenario, folder)

    def send_away(self) -> None:
        """End all streams, with everybody where they are."""
        for room in self._rooms.values():
            room.send_away()
        self._spool.close()

    def _play(self, room: Room, run: Run, scenario: Scenario, folder: Path) -> None:
        assert self._tasks is not None
        performance = Performance(room, scenario, run, folder, self._joining, self._threads)
        key = (room.session_id, run.id)
        self._plays[key] = self._tasks.create_task(self._perform(performance, key))

    async def _perform(self, performance: Performance, key: tuple[str, str]) -> None:
        try:
            await performance.play(self._spool)
        except Exception as error:
            # One broken performance takes no other room with it.
            log.error("performance failed", run_id=key[1], exc_info=error)
            performance.give_up()
        self._plays.pop(key, None)

    async def _restore(self) -> None:
        for folder in sorted(self._folder.glob("*/")):
            room = self._rooms[folder.name] = self._room(folder.name)
            self._speaking.restore(room)
            for place in sorted((folder / RUNS).glob("*/")):
                await self._resume(room, place)
        for key, track in self._spool.everything():
            if key.session_id not in self._rooms:
                track.finish()

    async def _resume(self, room: Room, folder: Path) -> None:
        run = load_run(folder)
        if run is None or run.over:
            return
        try:
            content = (folder / SCENARIO_FILE).read_bytes()
            scenario = await asyncio.to_thread(parse, content)
        except (OSError, InvalidInput) as error:
            log.error("performance lost", run_id=run.id, error=str(error))
            return
        self._play(room, run, scenario, folder)
        log.info("performance resumed", run_id=run.id, session_id=room.session_id)

    async def _sweep_often(self) -> None:
        while True:
            self._spool.sweep()
            self._talks.sweep(set(self._rooms))
            await asyncio.sleep(SWEEP_SECONDS)

    def _room(self, session_id: str, opened_at: float = 0.0) -> Room:
        return Room(session_id, self._folder / session_id, self._spool, self._talks, opened_at)


def check_run(run: Run, scenario: Scenario) -> None:
    """Refuse a run that does not fit its scenario."""
    people = len(scenario.people)
    if len(run.codes) != people:
        raise InvalidPerformance(
            f"codes has {len(run.codes)} entries for {people} people; give a join link's code each",
            field="codes",
        )
    if not 1 <= run.speed <= FASTEST:
        raise InvalidPerformance("speed goes from 1 to 100", field="speed")
    if run.speed != 1 and scenario.engine != SCRIPTED:
        raise InvalidPerformance(
            "only engine: script runs faster than real time; leave speed out", field="speed"
        )
    if run.from_seconds < 0:
        raise InvalidPerformance("from_seconds counts from 0", field="from_seconds")
