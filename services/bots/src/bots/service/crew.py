"""Runs one session's crew: brings bots in, has people heard, lets bots go, says when it is done."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bots.domain import transcript
from bots.domain.bot import ATTENDING, Bot, BotAction, BotId, BotState
from bots.domain.crew import Crew, CrewState, Track
from bots.domain.reading import Engines
from bots.domain.transcript import Segment
from bots.kinds import kind_named, needs_words, reads, writes_transcript
from bots.service.acting import Acting, Hands
from bots.service.ahead import Wanted
from bots.service.hearers import finishing, hearers_of, wanted_by
from bots.service.hearing import Hearing
from bots.service.ledger import Ledger, Standing
from bots.service.readers import Readers
from bots.service.senses import Senses
from common.leases import LeaseLost

log = structlog.get_logger()

TICK_SECONDS = 1.0
# Whoever leaves is gone within these, whatever there is still to hear and to read.
LEAVE_WITHIN = timedelta(seconds=60)

_S = BotState


@dataclass(frozen=True, slots=True)
class Means:
    """What the bots ask, and what does what they ask for."""

    engines: Engines
    hands: Hands


class CrewRun:
    """One crew while this replica holds it."""

    def __init__(self, ledger: Ledger, senses: Senses, means: Means, wake: asyncio.Event) -> None:
        self._ledger = ledger
        self._show_live = senses.show
        self._senses = replace(senses, show=self._show)
        self._readers = Readers(ledger, means.engines, wake, self._owes_words)
        self._acting = Acting(ledger, means.hands)
        self._wake = wake
        self._writers: Sequence[Bot] = ()
        self._hearings: dict[tuple[str, int], Hearing] = {}
        self._tasks: dict[tuple[str, int], asyncio.Task[None]] = {}
        self._has_heard = False
        self._degraded: set[BotId] = set()
        # Who was told to read the last before leaving.
        self._dismissed: set[BotId] = set()

    async def run(self) -> None:
        """Work until the crew is flushed or has no bots; raises ``LeaseLost``."""
        try:
            async with asyncio.TaskGroup() as group:
                acting = group.create_task(self._acting.run(), name="acting")
                while not await self._turn(group):
                    await self._rest()
                acting.cancel()
                await self._cut_off()
        except BaseExceptionGroup as failures:
            if failures.split(LeaseLost)[1] is None:
                raise LeaseLost("the crew is held by another replica") from None
            raise

    async def _turn(self, group: asyncio.TaskGroup) -> bool:
        """Bring what runs in line with what is wanted; true when there is nothing left to do."""
        self._wake.clear()
        failure = self._forget_ended()
        standing = await self._ledger.standing()
        if standing.crew.state is CrewState.FLUSHED:
            return True
        if failure:
            await self._fail(standing, failure)
        elif joining := standing.bots_in(_S.SCHEDULED):
            await self._ledger.move(joining, BotAction.JOIN)
            self._wake.set()
        else:
            return await self._serve(standing, group)
        return False

    async def _serve(self, standing: Standing, group: asyncio.TaskGroup) -> bool:
        self._listen(standing, group)
        if standing.is_acting:
            self._acting.nudge()
        await self._readers.follow(standing, group)
        await self._settle(standing)
        if any(kind_named(bot.kind).speaks for bot in standing.bots_in(_S.JOINED)):
            await self._ledger.give_up_unsaid()
        await self._watch(standing)
        if standing.crew.state is CrewState.DRAINING:
            return await self._drain(standing)
        return not standing.is_acting and not any(bot.is_present for bot in standing.bots)

    def _listen(self, standing: Standing, group: asyncio.TaskGroup) -> None:
        """Hear every track that is not over, if words are wanted at all."""
        hearers = _hearers(standing)
        self._writers = _writers_of(standing.bots)
        late = finishing(standing.bots)
        if standing.crew.must_close(standing.now) or not (hearers or late):
            for one in self._hearings.values():
                one.stop()
            return
        if not hearers:
            self._hear_out(late, standing, group)
            return
        wanted = wanted_by(hearers, standing.tracks)
        newest = {one.participant_id: one for one in sorted(standing.tracks, key=_epoch_of)}
        for track in standing.tracks:
            if (hearing := self._hearings.get(track.key)) is not None:
                hearing.follow(track, wanted)
                successor = newest[track.participant_id]
                if successor.ear_address != track.ear_address:
                    hearing.goes_on_as(successor)
            elif not track.ended:
                self._start(track, wanted, group)

    def _hear_out(self, late: Sequence[Bot], standing: Standing, group: asyncio.TaskGroup) -> None:
        """Hear what was said until the last of *late* listened no longer, and nothing after it."""
        until = max(bot.deaf_since or 0.0 for bot in late)
        for track in standing.tracks:
            is_heard = track.ended or track.cursor_sample >= track.sample_at(until)
            if track.key not in self._hearings and not is_heard:
                self._start(track, wanted_by(late, standing.tracks), group)
        for one in self._hearings.values():
            one.hear_until(until)

    def _start(self, track: Track, wanted: Wanted, group: asyncio.TaskGroup) -> None:
        hearing = Hearing(track, wanted, self._senses, self._ledger)
        task = group.create_task(hearing.run(), name=f"hearing {track.participant_id}")
        task.add_done_callback(lambda _: self._wake.set())
        self._hearings[track.key] = hearing
        self._tasks[track.key] = task

    def _forget_ended(self) -> str:
        """Drop hearings that are done, so that a bot that comes later begins with its own.

        Returns why one gave up, if one did. Done before the tracks are read: a hearing that
        begins again has to begin at its last cursor.
        """
        failure = ""
        for key in [key for key, task in self._tasks.items() if task.done()]:
            ended = self._hearings.pop(key)
            del self._tasks[key]
            failure = ended.failure or failure
            self._has_heard = self._has_heard or ended.has_heard
        return failure

    async def _settle(self, standing: Standing) -> None:
        """Bots whose ears are open have joined; bots whose words are written have left."""
        heard = self._has_heard or any(one.has_heard for one in self._hearings.values())
        joining = standing.bots_in(_S.JOINING)
        arrived = [bot for bot in joining if heard or not needs_words(bot.kind)]
        if arrived:
            await self._ledger.move(arrived, BotAction.ARRIVE)
        if leaving := standing.bots_in(_S.LEAVING):
            await self._let_go(leaving, standing)

    async def _let_go(self, leaving: Sequence[Bot], standing: Standing) -> None:
        """Have those who leave read their last, and let them go when they have, or in time."""
        done = [bot for bot in leaving if self._is_heard_out(bot, standing)]
        untold = [bot for bot in done if reads(bot.kind) and bot.id not in self._dismissed]
        if untold:
            await self._ledger.dismiss(untold)
            self._dismissed.update(bot.id for bot in untold)
        gone = [bot for bot in done if self._readers.have_closed(standing, bot)]
        late = [
            bot
            for bot in leaving
            if bot not in gone and standing.now - bot.update_time > LEAVE_WITHIN
        ]
        if late:
            reason = "it left before it had read everything"
            await self._ledger.degrade([bot.id for bot in late], reason)
        if gone or late:
            await self._ledger.move([*gone, *late], BotAction.FINISH)
            self._wake.set()

    def _is_heard_out(self, bot: Bot, standing: Standing) -> bool:
        """Whether what *bot* was there to hear has become words."""
        if not _hearers(standing):
            return not self._hearings
        since = bot.deaf_since
        return since is None or all(one.is_past(since) for one in self._hearings.values())

    async def _fail(self, standing: Standing, reason: str) -> None:
        log.error("crew cannot hear", session=standing.crew.session_id, reason=reason)
        broken = [bot for bot in standing.bots if bot.is_present and needs_words(bot.kind)]
        await self._ledger.move(broken, BotAction.FAIL, reason=reason)
        await self._cut_off()
        self._wake.set()

    async def _watch(self, standing: Standing) -> None:
        """Say so, once, when bots hear or read nothing although there is something."""
        complaints = (hearing.complaint() for hearing in self._hearings.values())
        complaint = next(filter(None, complaints), "")
        told = {bot.id: complaint for bot in _hearers(standing) if complaint}
        told.update(self._readers.complaints(standing))
        for bot_id in told.keys() - self._degraded:
            await self._ledger.degrade([bot_id], told[bot_id])
        self._degraded = set(told)

    async def _drain(self, standing: Standing) -> bool:
        """Flush when everything is heard and read, or when there is no time left for it."""
        crew, now = standing.crew, standing.now
        if crew.must_flush(now):
            unheard = await self._cut_off()
            await self._ledger.flush(unheard)
            return True
        everything = all(track.ended for track in standing.tracks)
        if self._hearings or not (everything or not _hearers(standing) or crew.must_close(now)):
            return False
        everyone = standing.bots_in(*ATTENDING, _S.LEAVING)
        if standing.is_acting or not self._readers.have_read(standing, *everyone):
            return False
        if not crew.closed and any(reads(bot.kind) for bot in everyone):
            await self._ledger.close()
            return False
        await self._ledger.flush([])
        return True

    async def _cut_off(self) -> list[tuple[Track, int, Segment]]:
        """End hearing and reading now. Returns what was said and has no words yet, as gaps."""
        await self._readers.cut_off()
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        lost = []
        for hearing in self._hearings.values():
            if bounds := hearing.unheard():
                segment = transcript.lost(hearing.track, bounds)
                lost.append((hearing.track, bounds[1], segment))
        self._forget_ended()
        return lost

    async def _show(self, crew: Crew, partial: Segment) -> None:
        """Let bots see words that may still change, and people where they are transcribed."""
        self._readers.offer(partial)
        if not any(bot.hears(partial) for bot in self._writers):
            return
        # Another replica may have taken a pause that this one has not noticed yet.
        if any(bot.hears(partial) for bot in _writers_of(await self._ledger.bots())):
            await self._show_live(crew, partial)

    def _owes_words(self) -> bool:
        return any(hearing.owes_words for hearing in self._hearings.values())

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(TICK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return


def _hearers(standing: Standing) -> Sequence[Bot]:
    return hearers_of(standing.bots_in(*ATTENDING))


def _writers_of(bots: Sequence[Bot]) -> Sequence[Bot]:
    return [bot for bot in bots if bot.is_present and writes_transcript(bot.kind)]


def _epoch_of(track: Track) -> int:
    return track.epoch
