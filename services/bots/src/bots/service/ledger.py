"""What a crew reads and writes: its lease fences every write, so a stale crew changes nothing."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from google.protobuf.message import Message

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot, BotAction, BotId, BotState
from bots.domain.crew import Crew, CrewState, Track
from bots.domain.reading import Happened, What
from bots.domain.transcript import Segment
from bots.kinds import kind_named, needs_words, writes_transcript
from bots.service.findings import withdraw
from bots.service.sessions import flush
from bots.service.settling import refuse_open_commands, settle_act, settle_command
from bots.store import BotsTransaction, Store
from bots.store.readers import Place
from bots.wire import bot_to_wire, segment_to_wire
from common.ids import derived_id
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

MOST_ACTS = 20
# The session gives its voice within these what it is to say.
SAID_WITHIN = timedelta(seconds=30)
UNSAID = "the session did not let it be said; its voice may have been removed"


@dataclass(frozen=True, slots=True)
class Standing:
    """How things are for one crew; *now* is workspace time."""

    crew: Crew
    bots: Sequence[Bot]
    tracks: Sequence[Track]
    now: datetime
    # Whether something is still to be done to the session.
    is_acting: bool = False

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
        # Called after more was written for bots to read, or to be done for them.
        self.listeners: list[Callable[[], None]] = []

    async def standing(self) -> Standing:
        async with self._store.begin(self.caller) as tx:
            crew = await tx.find_crew(self._session_id)
            if crew is None:
                raise LeaseLost(f"session {self._session_id} has been erased")
            bots = await tx.bots_of(self._session_id)
            tracks = await tx.tracks_of(self._session_id)
            is_acting = bool(await tx.pending_acts(self._session_id, 1))
            return Standing(crew, bots, tracks, tx.now, is_acting)

    async def bots(self) -> Sequence[Bot]:
        """The crew's bots as they are now."""
        async with self.looking() as tx:
            return await tx.bots_of(self._session_id)

    def looking(self) -> AbstractAsyncContextManager[BotsTransaction]:
        """A transaction that only reads."""
        return self._store.begin(self.caller)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[tuple[BotsTransaction, Crew]]:
        """A transaction under the lease that holds the crew's row."""
        async with self._store.begin(self.caller) as tx:
            yield tx, await self._hold(tx)

    def tell(self) -> None:
        """Let those know who wait for more."""
        for listener in self.listeners:
            listener()

    async def pending_acts(self) -> Sequence[Act]:
        """What is still to be done to the session."""
        async with self.looking() as tx:
            return await tx.pending_acts(self._session_id, MOST_ACTS)

    async def settle_act(self, act: Act, error: str) -> None:
        """*act* is done, or with an *error* is not."""
        async with self.writing() as (tx, _):
            await settle_act(tx, act, error)

    async def said(self) -> Sequence[Segment]:
        """Everything that was said so far, in order and without word times."""
        async with self.looking() as tx:
            return await tx.said_in(self._session_id)

    async def places(self) -> Sequence[Place]:
        """How far the crew's bots have read."""
        async with self.looking() as tx:
            return await tx.places_of(self._session_id)

    async def commit(
        self, track: Track, cursor: int, *segments: Segment, ended: bool = False
    ) -> None:
        """Move *track*'s cursor together with the segments that it stands behind."""
        async with self.writing() as (tx, held):
            crew = held
            for segment in segments:
                crew = await _append(tx, crew, segment)
            await tx.move_cursor(track, cursor, ended=ended)
        if segments:
            self.tell()

    async def move(
        self, bots: Sequence[Bot], action: BotAction, *, reason: str = ""
    ) -> Sequence[Bot]:
        """Take *action* with those of *bots* that are still where they were read."""
        wanted = {bot.id: bot.state for bot in bots}
        async with self.writing() as (tx, crew):
            moved = []
            for bot in await tx.bots_of(self._session_id, lock=True):
                if wanted.get(bot.id) is not bot.state:
                    continue
                moved.append(bot.after(action, now=tx.now, reason=reason))
                await tx.save_bot(moved[-1])
                if action is BotAction.ARRIVE:
                    await _greet(tx, moved[-1])
                if not moved[-1].is_present:
                    await withdraw(tx, moved[-1], found=())
                    await refuse_open_commands(tx, moved[-1])
                await self._announce(tx, crew, FACTS[moved[-1].state](moved[-1]))
        return moved

    async def give_up_unsaid(self) -> None:
        """Refuse what the session took to be said and then did not let be said."""
        async with self.looking() as tx:
            if not await tx.unsaid_commands(self._session_id, tx.now - SAID_WITHIN):
                return
        async with self.writing() as (tx, _):
            for command in await tx.unsaid_commands(self._session_id, tx.now - SAID_WITHIN):
                await settle_command(tx, command, refusal=UNSAID)

    async def degrade(self, bot_ids: Collection[BotId], reason: str) -> None:
        """Tell that bots run without progress, and why."""
        async with self.writing() as (tx, crew):
            for bot in await tx.bots_of(self._session_id):
                if bot.id in bot_ids:
                    fact = BotDegraded(bot=bot_to_wire(bot), reason=reason)
                    await self._announce(tx, crew, fact)

    async def close(self) -> None:
        """Let bots read that nothing more will be said."""
        async with self.writing() as (tx, crew):
            if crew.closed:
                return
            await tx.add_happening(crew.session_id, Happened(What.CLOSING))
            await tx.save_crew(replace(crew, closed=True))
        self.tell()

    async def dismiss(self, bots: Sequence[Bot]) -> None:
        """Let *bots*, which leave while the session goes on, read their last, each once."""
        async with self.writing() as (tx, crew):
            if crew.closed:
                return
            places = await tx.places_of(self._session_id)
            told = {place.bot_id for place in places if place.closing is not None}
            for bot in bots:
                if bot.id not in told:
                    await tx.close_reader(bot.id, self._session_id)
        self.tell()

    async def flush(self, unheard: Sequence[tuple[Track, int, Segment]]) -> None:
        """End the crew; *unheard* is what is lost because there is no time left to hear it."""
        async with self.writing() as (tx, held):
            crew = held
            for track, cursor, segment in unheard:
                crew = await _append(tx, crew, segment)
                await tx.move_cursor(track, cursor, ended=True)
            bots = await tx.bots_of(self._session_id, lock=True)
            present = [bot for bot in bots if bot.is_present]
            for bot in await self._behind(tx, crew, present):
                reason = "the session ended before it had read everything"
                await self._announce(tx, crew, BotDegraded(bot=bot_to_wire(bot), reason=reason))
            await flush(tx, crew, present)

    async def _behind(self, tx: BotsTransaction, crew: Crew, bots: Sequence[Bot]) -> Sequence[Bot]:
        places = await tx.places_of(self._session_id)
        late = {
            place.bot_id for place in places if place.position < crew.position and not place.is_over
        }
        return [bot for bot in bots if bot.id in late]

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


async def _greet(tx: BotsTransaction, bot: Bot) -> None:
    """Have done what *bot* asks for once it has joined."""
    for ask in kind_named(bot.kind).arrival(bot.config):
        act_id = ActId(derived_id("act", bot.id, "arrival", ask.do.value, ask.key))
        arguments = dict(ask.arguments)
        if arguments.get("kind") == "SPOKEN":
            arguments["reference"] = act_id
        await tx.add_act(Act(act_id, bot.session_id, bot.meeting_id, bot.id, ask.do, arguments))


async def _append(tx: BotsTransaction, crew: Crew, segment: Segment) -> Crew:
    """Write *segment* as the session's next, unless it was written before or nobody hears it.

    It is told of as transcript only where somebody writes one.
    """
    bots = await tx.bots_of(crew.session_id)
    hearers = [one for one in bots if one.is_present and one.hears(segment)]
    if await tx.has_segment(segment.id) or not any(needs_words(one.kind) for one in hearers):
        return crew
    position = await tx.next_position(crew.session_id)
    crew = replace(crew, position=position)
    if not any(writes_transcript(bot.kind) for bot in hearers):
        await tx.add_segment(crew.session_id, segment, position)
        return crew
    counted = replace(segment, sequence=crew.segments + 1)
    await tx.add_segment(crew.session_id, counted, position)
    crew = replace(crew, segments=counted.sequence)
    await tx.save_crew(crew)
    await tx.announce(
        TranscriptSegment(segment=segment_to_wire(counted)),
        aggregate=crew.session_id,
        meeting=crew.meeting_id,
        session=crew.session_id,
    )
    return crew
