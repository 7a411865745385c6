"""What callers tell bots to do; each command has a receipt that says what became of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bots.domain.bot import Bot, BotId
from bots.domain.command import BotGone, Command
from bots.kinds.verbs import PAUSE, RESUME
from bots.service.equipment import Look
from bots.service.nudges import Nudges
from bots.service.orders import Order, place
from bots.store import Store
from common.pages import keys_of, page_size, token_for
from common.principal import Principal


class Commands:
    def __init__(self, store: Store, nudges: Nudges, equipment: Look) -> None:
        self._store = store
        self._nudges = nudges
        self._equipment = equipment

    async def give(
        self,
        caller: Principal,
        meeting_id: str,
        bot_id: BotId,
        verb: str,
        arguments: Mapping[str, Any],
    ) -> Command:
        """Tell a bot to do something; the answer is the receipt as it stands.

        Raises ``BotNotFound``, ``BotGone``, ``UnknownVerb``, ``InvalidArgument`` or
        ``InvalidConfig``.
        """
        equipment = await self._equipment()
        async with self._store.begin(caller) as tx:
            bot = await tx.get_bot(meeting_id, bot_id)
            # The crew's row first, as its crew takes them.
            await tx.find_crew(bot.session_id, lock=True)
            bot = await tx.get_bot(meeting_id, bot_id, lock=True)
            if not bot.is_present or bot.recording_id:
                raise BotGone(bot)
            command = await place(tx, bot, Order(verb, arguments), equipment)
        self._nudges.nudge(bot.session_id)
        return command

    async def pause(self, caller: Principal, meeting_id: str, bot_id: BotId) -> Bot:
        """Have a bot hear and read nothing; one that is paused is answered as it is."""
        return await self._turn(caller, meeting_id, bot_id, PAUSE)

    async def resume(self, caller: Principal, meeting_id: str, bot_id: BotId) -> Bot:
        """Have a paused bot go on with what is said from now on."""
        return await self._turn(caller, meeting_id, bot_id, RESUME)

    async def page(
        self, caller: Principal, meeting_id: str, bot_id: BotId, size: int, token: str
    ) -> tuple[Sequence[Command], str]:
        """What a bot was told to do, newest first, and the next page's token."""
        limit = page_size(size)
        async with self._store.begin(caller) as tx:
            await tx.get_bot(meeting_id, bot_id)
            found = await tx.page_of_commands(bot_id, keys_of(token, 2), limit + 1)
        if len(found) <= limit:
            return found, ""
        last = found[limit - 1]
        return found[:limit], token_for(last.create_time.isoformat(), last.id)

    async def _turn(self, caller: Principal, meeting_id: str, bot_id: BotId, verb: str) -> Bot:
        await self.give(caller, meeting_id, bot_id, verb, {})
        async with self._store.begin(caller) as tx:
            return await tx.get_bot(meeting_id, bot_id)
