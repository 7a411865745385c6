"""What a crew reads and writes: its lease fences every write, so a stale crew changes nothing."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from google.protobuf.message import Message

from bots.domain.bot import Bot, BotAction, BotId, BotState
from bots.domain.crew import Crew, CrewState, Track
from bots.domain.transcript import Segment
from bots.service.sessions import flush
from bots.store import BotsTransaction, Store
from bots.wire import bot_to_wire, segment_to_wire
from common.leases import Lease, LeaseLost, fence
from common.principal import Principal
from convene.bots.v1.events_pb2 import (
    BotDegraded,
    BotFailed,
    BotJoined,
    BotJoining,
    BotLeft,
    TranscriptSegment,
)

# The fact that tells of a state.
FACTS: dict[BotState, Callable[[Bot], Message]] = {
    BotState.JOINING: lambda bot: BotJoining(bot=bot_to_wire(bot)),
    BotState.JOINED: lambda bot: BotJoined(bot=bot_to_wire(bot)),
    BotState.DONE: lambda bot: BotLeft(bot=bot_to_wire(bot)),
    BotState.FAILED: lambda bot: BotFailed(bot=bot_to_wire(bot)),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are for one crew; *now* is workspace time."""

    crew: Crew
    bots: Sequence[Bot]
    tracks: Sequence[Track]
    now: datetime

    def bots_in(self, *states: BotState) -> Sequence[Bot]:
        return [bot for bot in self.bots if bot.state in states]


class Ledger:
    """One crew's book, written under *lease*. Writes raise ``LeaseLost`` when it is gone."""

    def __init__(self, store: Store, caller: Principal, crew: Crew, lease: Lease) -> None:
        self._store = store
        self.caller = caller
        self.crew = crew
        self._session_id = crew.session_id
        self._lease = lease

    async def standing(self) -> Standing:
        async with self._store.begin(self.caller) as tx:
            crew = await tx.find_crew(self._session_id)
            if crew is None:
                raise LeaseLost(f"session {self._session_id} has been erased")
            bots = await tx.bots_of(self._session_id)
            return Standing(crew, bots, await tx.tracks_of(self._session_id), tx.now)

    async def commit(
        self, track: Track, cursor: int, segment: Segment | None = None, *, ended: bool = False
    ) -> None:
        """Move *track*'s cursor together with the segment that it stands behind."""
        async with self._store.begin(self.caller) as tx:
            crew = await self._hold(tx)
            if segment is not None:
                await _append(tx, crew, segment)
            await tx.move_cursor(track, cursor, ended=ended)

    async def move(
        self, bots: Sequence[Bot], action: BotAction, *, reason: str = ""
    ) -> Sequence[Bot]:
        """Take *action* with those of *bots* that are still where they were read."""
        wanted = {bot.id: bot.state for bot in bots}
        async with self._store.begin(self.caller) as tx:
            crew = await self._hold(tx)
            moved = []
            for bot in await tx.bots_of(self._session_id, lock=True):
                if wanted.get(bot.id) is not bot.state:
                    continue
                moved.append(bot.after(action, now=tx.now, reason=reason))
                await tx.save_bot(moved[-1])
                await self._announce(tx, crew, FACTS[moved[-1].state](moved[-1]))
        return moved

    async def degrade(self, bot_ids: Collection[BotId], reason: str) -> None:
        """Tell that bots run without progress, and why."""
        async with self._store.begin(self.caller) as tx:
            crew = await self._hold(tx)
            for bot in await tx.bots_of(self._session_id):
                if bot.id in bot_ids:
                    fact = BotDegraded(bot=bot_to_wire(bot), reason=reason)
                    await self._announce(tx, crew, fact)

    async def flush(self, unheard: Sequence[tuple[Track, int, Segment]]) -> None:
        """End the crew; *unheard* is what is lost because there is no time left to hear it."""
        async with self._store.begin(self.caller) as tx:
            crew = await self._hold(tx)
            for track, cursor, segment in unheard:
                crew = await _append(tx, crew, segment)
                await tx.move_cursor(track, cursor, ended=True)
            bots = await tx.bots_of(self._session_id, lock=True)
            await flush(tx, crew, [bot for bot in bots if bot.is_present])

    async def _hold(self, tx: BotsTransaction) -> Crew:
        await fence(tx, self._lease)
        crew = await tx.find_crew(self._session_id, lock=True)
        if crew is None or crew.state is CrewState.FLUSHED:
            raise LeaseLost(f"the crew of session {self._session_id} is over")
        return crew

    async def _announce(self, tx: BotsTransaction, crew: Crew, fact: Message) -> None:
        await tx.announce(
            fact, aggregate=crew.session_id, meeting=crew.meeting_id, session=crew.session_id
        )


async def _append(tx: BotsTransaction, crew: Crew, segment: Segment) -> Crew:
    """Write *segment* as the session's next, unless it was written before."""
    counted = replace(segment, sequence=crew.segments + 1)
    if not await tx.add_segment(crew.session_id, counted):
        return crew
    crew = replace(crew, segments=counted.sequence)
    await tx.save_crew(crew)
    await tx.announce(
        TranscriptSegment(segment=segment_to_wire(counted)),
        aggregate=crew.session_id,
        meeting=crew.meeting_id,
        session=crew.session_id,
    )
    return crew
