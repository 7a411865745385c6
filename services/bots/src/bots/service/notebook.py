"""One bot's notebook: how far it has read, what it remembers and what it found, written at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bots.domain.bot import Bot
from bots.domain.insight import insight_of
from bots.domain.reading import Entry, Reading, Said
from bots.service.findings import keep, withdraw
from bots.service.ledger import Ledger
from bots.store import BotsTransaction
from bots.store.readers import Place
from bots.wire import bot_to_wire
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

    async def unread(self) -> Sequence[Entry]:
        """What comes next in the session's stream."""
        async with self._ledger.looking() as tx:
            self.now = tx.now
            return await tx.entries_after(self.bot.session_id, self.place.position, PAGE)

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
        self.place = place

    async def write_provisional(self, said: Said, reading: Reading) -> None:
        """What came of words that may still change, unless they are final by now."""
        if not reading.findings:
            return
        async with self._ledger.writing() as (tx, _):
            if await tx.has_segment(said.source):
                return
            for found in reading.findings:
                await keep(tx, insight_of(self.bot, said, found, tx.now))

    async def skip(self, entry: Entry, reason: str) -> None:
        """*entry* cannot be read; say so and go on behind it."""
        place = replace(self.place, position=entry.position, version=self.place.version + 1)
        async with self._ledger.writing() as (tx, _):
            await self._move(tx, place)
            await tx.announce(
                BotDegraded(bot=bot_to_wire(self.bot), reason=reason),
                aggregate=self.bot.session_id,
                meeting=self.bot.meeting_id,
                session=self.bot.session_id,
            )
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
