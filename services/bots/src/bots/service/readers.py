"""The readers of one crew: each a task of its own, so that a slow one delays nobody."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from opentelemetry import metrics

from bots.domain.bot import Bot, BotAction, BotId, BotState
from bots.domain.kind import LANGUAGE_MODEL
from bots.domain.reading import Engines, Reader, Said
from bots.domain.transcript import Segment
from bots.kinds import kind_named, reads
from bots.service.ledger import Ledger, Standing
from bots.service.notebook import Notebook
from bots.service.reading import ReaderRun

log = structlog.get_logger()

# One that has more to read and reads nothing for so long makes no progress.
STALLED_SECONDS = 20.0

_READING = (BotState.JOINING, BotState.JOINED, BotState.LEAVING)
_lag = metrics.get_meter("bots").create_histogram(
    "convene.bots.reader.lag", unit="{entry}", description="How far a bot is behind its session."
)


class Readers:
    """The readers of the crew that *ledger* is of; *wake* is set when one has read its last.

    *owed* tells whether there are words to come of what was said a while ago.
    """

    def __init__(
        self, ledger: Ledger, engines: Engines, wake: asyncio.Event, owed: Callable[[], bool]
    ) -> None:
        self._ledger = ledger
        self._wake = wake
        self._owed = owed
        self._engines = replace(engines, recall=ledger.said)
        self._runs: dict[BotId, ReaderRun] = {}
        self._tasks: dict[BotId, asyncio.Task[None]] = {}
        ledger.listeners.append(self.nudge)

    async def follow(self, standing: Standing, group: asyncio.TaskGroup) -> None:
        """Have those read who are there, and those no longer who are not."""
        present = {bot.id: bot for bot in standing.bots_in(*_READING) if reads(bot.kind)}
        for gone in self._tasks.keys() - present.keys():
            self._tasks.pop(gone).cancel()
            del self._runs[gone]
        if fresh := [bot for bot_id, bot in present.items() if bot_id not in self._tasks]:
            await self._start(fresh, standing, group)
        for bot_id, run in self._runs.items():
            behind = standing.crew.position - run.position
            _lag.record(max(behind, 0), {"kind": present[bot_id].kind})
            if behind > 0 or run.is_due(standing.now):
                run.nudge()

    def nudge(self) -> None:
        """There may be more to read."""
        for run in self._runs.values():
            run.nudge()

    def offer(self, segment: Segment) -> None:
        """Let them see words that may still change."""
        for run in self._runs.values():
            run.offer(Said(segment, final=False))

    def have_read(self, standing: Standing, *bots: Bot) -> bool:
        """Whether those of *bots* that read have read all there is."""
        runs = [self._runs.get(bot.id) for bot in bots if reads(bot.kind)]
        end = standing.crew.position
        return all(run is not None and (run.is_over or run.position >= end) for run in runs)

    def have_closed(self, standing: Standing, bot: Bot) -> bool:
        """Whether *bot* has read its last, if it reads."""
        if not reads(bot.kind):
            return True
        run = self._runs.get(bot.id)
        is_over = run is not None and run.is_over
        return is_over or (standing.crew.closed and self.have_read(standing, bot))

    def complaints(self, standing: Standing) -> Mapping[BotId, str]:
        """Who has something to read and reads nothing, and since when."""
        now = asyncio.get_running_loop().time()
        return {
            bot_id: f"{standing.crew.position - run.position} entries behind and at a standstill"
            for bot_id, run in self._runs.items()
            if not run.is_over
            and run.position < standing.crew.position
            and now - run.progress_at > STALLED_SECONDS
        }

    async def cut_off(self) -> None:
        """End every reading now; what is unread stays so."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    def _reader_of(self, kind: str, config: Mapping[str, Any]) -> Reader:
        may_ask = config.get(LANGUAGE_MODEL, True)
        engines = self._engines if may_ask else self._engines.without_model()
        reader = kind_named(kind).reader(config, engines)
        assert reader is not None, f"kind {kind} has no reader"
        return reader

    async def _start(
        self, bots: Sequence[Bot], standing: Standing, group: asyncio.TaskGroup
    ) -> None:
        places = {place.bot_id: place for place in await self._ledger.places()}
        for bot in bots:
            place = places[bot.id]
            notebook = Notebook(self._ledger, bot, place, standing.now)
            try:
                make = partial(self._reader_of, bot.kind)
                run = ReaderRun(make, notebook, self._wake.set, self._owed)
            except Exception as error:
                log.exception("reader cannot begin", bot=bot.id)
                await self._ledger.move([bot], BotAction.FAIL, reason=f"cannot begin: {error!r}")
                continue
            self._runs[bot.id] = run
            self._tasks[bot.id] = group.create_task(run.run(), name=f"reader {bot.id}")
