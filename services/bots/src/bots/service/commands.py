"""What callers tell bots to do; each command has a receipt that says what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot, BotId
from bots.domain.command import BotGone, Command, CommandId, InvalidArgument, UnknownVerb
from bots.domain.reading import Do, Happened, What
from bots.kinds import kind_named, needs_words, reads
from bots.kinds.verbs import PAUSE, RESUME, SAY, reconfigured, verbs_of
from bots.service.briefing import briefed, check_brought_by
from bots.service.nudges import Nudges
from bots.service.settling import settle_command
from bots.store import BotsTransaction, Store
from common.ids import derived_id, new_id
from common.pages import keys_of, page_size, token_for
from common.principal import Principal

LONGEST_SAYING = 2000


class Commands:
    def __init__(self, store: Store, nudges: Nudges) -> None:
        self._store = store
        self._nudges = nudges

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
        async with self._store.begin(caller) as tx:
            bot = await tx.get_bot(meeting_id, bot_id)
            # The crew's row first, as its crew takes them.
            await tx.find_crew(bot.session_id, lock=True)
            bot = await tx.get_bot(meeting_id, bot_id, lock=True)
            if not bot.is_present or bot.recording_id:
                raise BotGone(bot)
            command = await self._add(tx, bot, verb, arguments)
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

    async def _add(
        self, tx: BotsTransaction, bot: Bot, verb: str, arguments: Mapping[str, Any]
    ) -> Command:
        known = verbs_of(bot.kind)
        if verb not in known:
            raise UnknownVerb(bot.kind, verb, known)
        command = Command(
            id=CommandId(new_id("cmd")),
            bot_id=bot.id,
            session_id=bot.session_id,
            meeting_id=bot.meeting_id,
            verb=verb,
            arguments=arguments,
            asked_by=tx.caller.id,
            create_time=tx.now,
            update_time=tx.now,
        )
        await tx.add_command(command)
        if verb == SAY:
            await tx.add_act(_saying(command))
            return command
        changed = await self._change(tx, bot, command)
        if reads(bot.kind):
            config = await briefed(tx, changed)
            await tx.add_happening(bot.session_id, _told(changed, command, config))
            return command
        await settle_command(tx, command)
        return await tx.find_command(command.id) or command

    async def _change(self, tx: BotsTransaction, bot: Bot, command: Command) -> Bot:
        """The bot as the command makes it; a reader takes that on at its place in the stream."""
        if command.verb in (PAUSE, RESUME):
            changed = replace(bot, paused=command.verb == PAUSE)
        else:
            config = reconfigured(kind_named(bot.kind), bot.config, command.verb, command.arguments)
            check_brought_by(bot.kind, config)
            changed = replace(bot, config=config)
        if changed.paused < bot.paused and needs_words(bot.kind):
            others = [one for one in await tx.bots_of(bot.session_id) if one.id != bot.id]
            if not any(one.is_attending and not one.paused and needs_words(one.kind)
                       for one in others):  # fmt: skip
                await tx.skip_to_now(bot.session_id)
        if changed != bot:
            await tx.save_bot(replace(changed, update_time=tx.now))
        return changed


def _saying(command: Command) -> Act:
    text = command.arguments.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_SAYING:
        raise InvalidArgument("text", f"takes 1 to {LONGEST_SAYING} characters to say")
    return Act(
        id=ActId(derived_id("act", command.id)),
        session_id=command.session_id,
        meeting_id=command.meeting_id,
        bot_id=command.bot_id,
        do=Do.PROMPT,
        arguments={"kind": "SPOKEN", "text": text},
        command_id=command.id,
    )


def _told(bot: Bot, command: Command, config: Mapping[str, Any]) -> Happened:
    return Happened(
        What.COMMAND,
        details={
            "bot_id": bot.id,
            "command_id": command.id,
            "verb": command.verb,
            "arguments": dict(command.arguments),
            "config": dict(config),
            "paused": bot.paused,
        },
    )
