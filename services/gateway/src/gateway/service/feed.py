"""The live feed: a meeting's log after a sequence, then what happens, partial words among it."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from common.principal import Principal
from gateway.clients.live import LivePartials
from gateway.domain.events import (
    Event,
    EventsExpired,
    SequenceAhead,
    TooManyWatchers,
    may_see,
)
from gateway.store.log import LogStore, Place

log = structlog.get_logger()

# What another replica appended is seen within this; what this one did, at once.
POLL_SECONDS = 0.2
# A watcher that reads slower than people speak misses partials, never finals.
MOST_PARTIALS = 64


class Meetings(Protocol):
    """The meetings that there are."""

    async def check(self, principal: Principal, meeting_id: str) -> None:
        """Raise ``MeetingNotFound`` where it is known that there is none."""


@dataclass(eq=False)
class _Watcher:
    place: Place
    sequence: int
    woken: asyncio.Event = field(default_factory=asyncio.Event)
    behind: bool = True
    partials: deque[Event] = field(default_factory=lambda: deque(maxlen=MOST_PARTIALS))

    def take(self, partial: Event) -> None:
        self.partials.append(partial)
        self.woken.set()

    def wake(self) -> None:
        self.behind = True
        self.woken.set()


class Feed:
    """All watchers of this replica. ``run`` looks for the whole of them at once."""

    def __init__(
        self, store: LogStore, partials: LivePartials, meetings: Meetings, *, most: int = 1000
    ) -> None:
        self._store = store
        self._meetings = meetings
        self._partials = partials
        self._most = most
        self._watchers: dict[Place, set[_Watcher]] = {}
        self._count = 0

    async def run(self) -> None:
        """Wake watchers whose meeting's log grew, until cancelled."""
        while True:
            await asyncio.sleep(POLL_SECONDS)
            if self._watchers:
                await self._look()

    def wake(self, place: Place) -> None:
        """Have the watchers of *place*, a workspace and meeting, read the log now."""
        for watcher in self._watchers.get(place, ()):
            watcher.wake()

    @asynccontextmanager
    async def watching(
        self, caller: Principal, meeting_id: str, after: int | None
    ) -> AsyncIterator[AsyncIterator[Event]]:
        """The meeting's events after a sequence, without gap or duplicate, while the block runs.

        None is after the last that there is.
        Partial segments come between them, with sequence 0. A *caller* who may not read words gets
        none, so that their sequences have holes. Raises ``EventsExpired`` when events after *after*
        are no longer kept, ``SequenceAhead``, ``TooManyWatchers``, ``UnreadableId``; and
        ``MeetingNotFound`` where there is neither an event nor a meeting.
        """
        last = await self._last(caller, meeting_id)
        if not last:
            # Its first event may be on its way.
            await self._meetings.check(caller, meeting_id)
        if after is None:
            after = last
        watcher = _Watcher((caller.workspace_id, meeting_id), after)
        with self._listed(watcher):
            await self._refuse_gap(caller, meeting_id, after)
            async with (
                self._partials.of(caller.workspace_id, meeting_id, watcher.take),
                aclosing(self._events(caller, watcher)) as events,
            ):
                yield events

    async def _events(self, caller: Principal, watcher: _Watcher) -> AsyncGenerator[Event, None]:
        while True:
            async for event in self._fresh(caller, watcher):
                if may_see(caller, event):
                    yield event
            while watcher.partials:
                partial = watcher.partials.popleft()
                if may_see(caller, partial):
                    yield partial
            if not watcher.behind:
                await watcher.woken.wait()
                watcher.woken.clear()

    async def _fresh(self, caller: Principal, watcher: _Watcher) -> AsyncIterator[Event]:
        while watcher.behind:
            # Cleared before reading: what is appended meanwhile sets it again.
            watcher.behind = False
            events = await self._read(caller, watcher.place[1], watcher.sequence)
            for event in events:
                watcher.sequence = event.sequence
                yield event
            watcher.behind |= bool(events)

    async def _read(self, caller: Principal, meeting_id: str, after: int) -> Sequence[Event]:
        async with self._store.begin(caller) as tx:
            return await tx.events_after(meeting_id, after)

    async def _last(self, caller: Principal, meeting_id: str) -> int:
        async with self._store.begin(caller) as tx:
            return await tx.last_sequence(meeting_id)

    async def _refuse_gap(self, caller: Principal, meeting_id: str, after: int) -> None:
        async with self._store.begin(caller) as tx:
            last = await tx.last_sequence(meeting_id)
            if after > last:
                raise SequenceAhead(last)
            if after == last:
                return
            events = await tx.events_after(meeting_id, after)
        kept_from = events[0].sequence if events else last + 1
        # From the beginning means from whatever is still kept.
        if after and kept_from > after + 1:
            raise EventsExpired(kept_from)

    async def _look(self) -> None:
        try:
            lasts = await self._store.last_sequences(list(self._watchers))
        except Exception as error:
            log.warning("live feed waits", error=str(error) or type(error).__name__)
            return
        for place, last in lasts.items():
            for watcher in self._watchers.get(place, ()):
                if last > watcher.sequence:
                    watcher.wake()

    @contextmanager
    def _listed(self, watcher: _Watcher) -> Iterator[None]:
        if self._count >= self._most:
            raise TooManyWatchers
        self._count += 1
        self._watchers.setdefault(watcher.place, set()).add(watcher)
        try:
            yield
        finally:
            self._count -= 1
            others = self._watchers[watcher.place]
            others.discard(watcher)
            if not others:
                del self._watchers[watcher.place]
