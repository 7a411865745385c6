"""One bot's notebook: how far it has read, what it remembers and what it found, written at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot
from bots.domain.insight import Insight, insight_of
from bots.domain.reading import WAKE_AT, Do, Entry, Event, Happened, Reading, Said, What
from bots.service.findings import keep, withdraw
from bots.service.ledger import Ledger
from bots.service.settling import settle_command
from bots.store import BotsTransaction
from bots.store.readers import Place
from bots.wire import bot_to_wire
from common.ids import derived_id
from common.leases import LeaseLost
from convene.bots.v1.events_pb2 import BotDegraded

PAGE = 50


class Notebook:
    """Written under the crew's lease; writes raise ``LeaseLost`` when that is gone."""

    def __init__(self, ledger: Ledger, bot: Bot, place: Place, now: datetime) -> None:
        self._ledger = ledger
        self.bot = bot
        self.place = place
        # Workspace time when it last looked.
        self.now = now
        self._is_ahead = False

    async def unread(self) -> Sequence[Entry]:
        """What comes next in the session's stream."""
        async with self._ledger.looking() as tx:
            self.now = tx.now
            entries = await tx.entries_after(self.bot.session_id, self.place.position, PAGE)
            # After the words: when it does not listen is written before what is said then.
            self.bot = await tx.find_bot(self.bot.id) or self.bot
            return entries

    async def write(self, entry: Entry, reading: Reading) -> None:
        """*entry* is read: *reading* is what came of it."""
        place = self._after(entry, reading)
        async with self._ledger.writing() as (tx, _):
            await self._move(tx, place)
            insights = [
                insight_of(self.bot, entry.event, found, tx.now) for found in reading.findings
            ]
            for insight in insights:
                await keep(tx, insight)
            if isinstance(entry.event, Said):
                found = {insight.id for insight in insights}
                await withdraw(tx, self.bot, spoken=entry.event.segment, found=found)
            await self._ask(tx, entry.event, reading, insights)
            await self._answer(tx, entry.event, reading)
            if reading.complaint:
                await self._complain(tx, reading.complaint)
        self.place = place
        if reading.asks:
            self._ledger.tell()

    async def write_provisional(self, said: Said, reading: Reading) -> None:
        """What came of words that may still change, unless they are final by now."""
        if not reading.findings and not reading.asks:
            return
        async with self._ledger.writing() as (tx, _):
            if await tx.has_segment(said.source):
                return
            insights = [insight_of(self.bot, said, found, tx.now) for found in reading.findings]
            for insight in insights:
                await keep(tx, insight)
            await self._ask(tx, said, reading, insights)
        if reading.asks:
            self._ledger.tell()

    @property
    def is_over(self) -> bool:
        """Whether the bot leaves and has read its last."""
        return self.place.is_over

    def closes_at(self, entry: Entry) -> None:
        """*entry* is the last that the bot is to read."""
        self.place = replace(self.place, closing=entry.position)

    @property
    def wake_at(self) -> datetime | None:
        """When the reader wants to be woken though nothing happens."""
        state = self.place.state
        if state is None or self.place.paused or not state.get(WAKE_AT):
            return None
        return datetime.fromisoformat(state[WAKE_AT])

    def woken(self) -> Entry:
        """That it is woken: no place in the stream, and the same event however often it is made."""
        at = self.wake_at
        source = f"{self.bot.id} woken {at.isoformat() if at else ''}"
        return Entry(self.place.position, Happened(What.WOKEN, source=source))

    def pass_over(self, entry: Entry) -> None:
        """*entry* is not for this bot; ``save`` writes that down."""
        self.place = replace(self.place, position=entry.position)
        self._is_ahead = True

    async def save(self) -> None:
        """Write down what was passed over."""
        if not self._is_ahead:
            return
        place = replace(self.place, version=self.place.version + 1)
        async with self._ledger.writing() as (tx, _):
            await self._move(tx, place)
        self.place = place

    async def obey(self, entry: Entry, command: Happened) -> None:
        """Take on what a *command* changes of the bot, from here on."""
        place = replace(
            self.place,
            position=entry.position,
            version=self.place.version + 1,
            config=command.details["config"],
            paused=command.details["paused"],
        )
        async with self._ledger.writing() as (tx, _):
            await self._move(tx, place)
            await self._answer(tx, command, Reading({}))
        self.place = place

    async def skip(self, entry: Entry, reason: str) -> None:
        """*entry* cannot be read; say so and go on behind it."""
        place = replace(self.place, position=entry.position, version=self.place.version + 1)
        if place.state is not None and WAKE_AT in place.state:
            # It would be woken for the same thing again and again.
            place = replace(place, state={**place.state, WAKE_AT: None})
        async with self._ledger.writing() as (tx, _):
            await self._move(tx, place)
            await self._answer(tx, entry.event, Reading({}, refusal=reason))
            await self._complain(tx, reason)
        self.place = place

    def _after(self, entry: Entry, reading: Reading) -> Place:
        return replace(
            self.place,
            position=entry.position,
            state=reading.state,
            version=self.place.version + 1,
        )

    async def _move(self, tx: BotsTransaction, place: Place) -> None:
        if not await tx.move_reader(place):
            raise LeaseLost(f"bot {self.bot.id} is read for by another replica")
        self._is_ahead = False

    async def _ask(
        self, tx: BotsTransaction, event: Event, reading: Reading, insights: Sequence[Insight]
    ) -> None:
        keys = [found.key for found in reading.findings]
        for ask in reading.asks:
            arguments = dict(ask.arguments)
            if ask.do is Do.PAUSE_RECORDING:
                arguments["recording_id"] = await tx.live_recording(self.bot.session_id)
            await tx.add_act(
                Act(
                    id=ActId(derived_id("act", self.bot.id, event.source, ask.do.value, ask.key)),
                    session_id=self.bot.session_id,
                    meeting_id=self.bot.meeting_id,
                    bot_id=self.bot.id,
                    do=ask.do,
                    arguments=arguments,
                    insight_ids=[
                        insight.id
                        for key, insight in zip(keys, insights, strict=True)
                        if not ask.because or key in ask.because
                    ],
                )
            )

    async def _complain(self, tx: BotsTransaction, reason: str) -> None:
        await tx.announce(
            BotDegraded(bot=bot_to_wire(self.bot), reason=reason),
            aggregate=self.bot.session_id,
            meeting=self.bot.meeting_id,
            session=self.bot.session_id,
        )

    async def _answer(self, tx: BotsTransaction, event: Event, reading: Reading) -> None:
        """Settle the receipt, if *event* is a command."""
        if not isinstance(event, Happened) or event.what is not What.COMMAND:
            return
        if command := await tx.find_command(event.details["command_id"]):
            await settle_command(tx, command, refusal=reading.refusal, answer=reading.answer)
