"""One bot reading a session's stream, at its own pace: it delays nobody and survives its errors."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog

from bots.domain.reading import (
    LARGEST_STATE_BYTES,
    WAKE_AT,
    Entry,
    Event,
    Happened,
    Reader,
    Reading,
    Said,
    What,
)
from bots.kinds import kind_named
from bots.service.notebook import Notebook

log = structlog.get_logger()

Config = Mapping[str, Any]

# One event may take so long, also where an engine far away is asked.
READ_SECONDS = 30.0
ATTEMPTS = 3
AGAIN_SECONDS = 0.2
LONGEST_REST_SECONDS = 5.0


class StateTooLarge(Exception):
    """A reader wants to remember more than a reader may."""


class ReaderRun:
    """Lets a reader read from its place on, while this replica holds the crew.

    *make* makes one for a configuration; *closed* is called when there is nothing more to read.
    While words are *owed* of what was said a while ago, nobody knows that nothing was said.
    """

    def __init__(
        self,
        make: Callable[[Config], Reader],
        notebook: Notebook,
        closed: Callable[[], None],
        owed: Callable[[], bool],
    ) -> None:
        self._make = make
        self._closed = closed
        self._owed = owed
        self._reader = make(notebook.place.config)
        self._notebook = notebook
        self._more = asyncio.Event()
        # What each person is saying just now; only the latest words count.
        self._partials: dict[str, Said] = {}
        # When it last began with something.
        self.progress_at = asyncio.get_running_loop().time()

    @property
    def position(self) -> int:
        """Everything up to here is read."""
        return self._notebook.place.position

    @property
    def is_over(self) -> bool:
        """Whether it has read the last that its bot is to read before it leaves."""
        return self._notebook.is_over

    def is_due(self, now: datetime) -> bool:
        """Whether it wanted to be woken by *now*: a workspace's clock may have been moved."""
        wake_at = self._notebook.wake_at
        return wake_at is not None and now >= wake_at and not self.is_over

    def nudge(self) -> None:
        """There may be more to read."""
        self._more.set()

    def offer(self, said: Said) -> None:
        """Let it see words that may still change, if it has time for them."""
        self._partials[said.segment.speaker_id] = said
        self._more.set()

    async def run(self) -> None:
        """Read until cancelled; raises ``LeaseLost``."""
        while not self.is_over:
            self._more.clear()
            entries = await self._notebook.unread()
            for entry in entries:
                self.progress_at = asyncio.get_running_loop().time()
                await self._take(entry)
                if self.is_over:
                    break
            await self._notebook.save()
            if self.is_over or (entries and _is_last(entries[-1].event)):
                self._closed()
            elif not entries and not await self._glance() and not await self._wake():
                await self._rest()

    async def _glance(self) -> bool:
        """Look at the words of one person that may still change; false when there are none."""
        if not self._partials or self._notebook.place.paused:
            self._partials.clear()
            return False
        said = self._partials.pop(next(iter(self._partials)))
        if not self._notebook.bot.hears(said.segment):
            return True
        try:
            reading = await self._read(said)
        except Exception as error:
            log.warning("partial not read", segment=said.source, error=repr(error))
            return True
        await self._notebook.write_provisional(said, reading)
        return True

    async def _wake(self) -> bool:
        """Let it read that nothing happened, if it wants to know that now."""
        wake_at = self._notebook.wake_at
        if wake_at is None or self._notebook.now < wake_at:
            return False
        if self._owed() or self._more.is_set():
            # What is to be read comes first, and what was said is to be read.
            return False
        await self._digest(self._notebook.woken())
        return True

    async def _rest(self) -> None:
        """Wait for more, and not beyond the time when it wants to be woken."""
        wake_at = self._notebook.wake_at
        if wake_at is None:
            await self._more.wait()
            return
        remaining = (wake_at - self._notebook.now).total_seconds()
        if self._owed():
            remaining = max(remaining, AGAIN_SECONDS)
        with suppress(TimeoutError):
            # A workspace's clock may be moved.
            async with asyncio.timeout(min(max(remaining, 0.0), LONGEST_REST_SECONDS)):
                await self._more.wait()

    async def _take(self, entry: Entry) -> None:
        event = entry.event
        if isinstance(event, Happened) and event.what is What.COMMAND:
            await self._obey(entry, event)
        elif _is_last(event):
            await self._close(entry, event)
        elif self._is_there_for(event):
            await self._digest(entry)
        else:
            self._notebook.pass_over(entry)

    def _is_there_for(self, event: Event) -> bool:
        """Whether its bot listened when *event* was: words come later than they are said."""
        if isinstance(event, Said):
            return self._notebook.bot.hears(event.segment)
        return not self._notebook.place.paused

    async def _close(self, entry: Entry, event: Event) -> None:
        """Let it make something of the whole, also where it is paused by now."""
        leaving = event.details.get("bot_id", "") if isinstance(event, Happened) else ""
        if leaving not in ("", self._notebook.bot.id):
            self._notebook.pass_over(entry)
            return
        if leaving:
            self._notebook.closes_at(entry)
        await self._digest(entry)

    async def _obey(self, entry: Entry, command: Happened) -> None:
        details = command.details
        if details["bot_id"] != self._notebook.bot.id:
            self._notebook.pass_over(entry)
        elif details["verb"] in kind_named(self._notebook.bot.kind).questions:
            await self._digest(entry)
        else:
            await self._notebook.obey(entry, command)
            self._reader = self._make(self._notebook.place.config)

    async def _digest(self, entry: Entry) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                reading = await self._read(entry.event)
            except Exception as error:
                log.warning("event not read", source=entry.event.source, exc_info=True)
                reason = f"skipped {entry.event.source}, which it could not read: {error!r}"
                await asyncio.sleep(AGAIN_SECONDS * attempt)
            else:
                await self._notebook.write(entry, reading)
                return
        await self._notebook.skip(entry, reason)

    async def _read(self, event: Event) -> Reading:
        async with asyncio.timeout(READ_SECONDS):
            reading = await self._reader.read(event, self._state(), self._notebook.now)
        if isinstance(event, Happened) and event.what is What.WOKEN:
            reading = replace(reading, state=_rested(reading.state, self._notebook.now))
        size = len(json.dumps(dict(reading.state)))
        if size > LARGEST_STATE_BYTES:
            raise StateTooLarge(f"its state has {size} bytes; {LARGEST_STATE_BYTES} is the most")
        return reading

    def _state(self) -> Mapping[str, Any]:
        state = self._notebook.place.state
        return self._reader.state if state is None else state


def _is_last(event: Event) -> bool:
    return isinstance(event, Happened) and event.what is What.CLOSING


def _rested(state: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    """*state* without a wish to be woken at a time that has come already."""
    wake_at = state.get(WAKE_AT)
    if wake_at and datetime.fromisoformat(wake_at) <= now:
        return {**state, WAKE_AT: None}
    return state
