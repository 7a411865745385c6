"""Orders: what a bot is told becomes a command, with its receipt, in one transaction."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot, BotState
from bots.domain.command import BotPaused, Command, CommandId, InvalidArgument, UnknownVerb
from bots.domain.kind import Equipment
from bots.domain.reading import Do, Happened, What
from bots.kinds import kind_named, needs_words, reads
from bots.kinds.verbs import PAUSE, PLAY, RESUME, SAY, STOP, reconfigured, verbs_of
from bots.service.briefing import briefed, check_brought_by, permitted
from bots.service.hearers import check_language, hearers_of
from bots.service.settling import settle_command
from bots.service.speeches import LONGEST_SAYING, deliver, hush
from bots.store import BotsTransaction
from common.ids import derived_id, new_id


@dataclass(frozen=True, slots=True)
class Order:
    """What a bot is told to do: by the caller, or by a participant, who is answered in the chat."""

    verb: str
    arguments: Mapping[str, Any]
    asked_by: str = ""
    answer_to: str = ""


async def place(tx: BotsTransaction, bot: Bot, order: Order, equipment: Equipment) -> Command:
    """Give *bot* an order; the receipt says how it stands. The caller holds the bot's row.

    Raises ``UnknownVerb``, ``InvalidArgument``, ``InvalidConfig``, ``HeardOtherwise``,
    ``BotPaused`` or ``SpeaksTooMuch``.
    """
    known = verbs_of(bot.kind)
    if order.verb not in known:
        raise UnknownVerb(bot.kind, order.verb, known)
    command = Command(
        id=CommandId(new_id("cmd")),
        bot_id=bot.id,
        session_id=bot.session_id,
        meeting_id=bot.meeting_id,
        verb=order.verb,
        arguments=order.arguments,
        asked_by=order.asked_by or tx.caller.id,
        answer_to=order.answer_to,
        create_time=tx.now,
        update_time=tx.now,
    )
    await tx.add_command(command)
    if order.verb in (SAY, PLAY, STOP) and kind_named(bot.kind).speaks:
        if bot.paused and order.verb != STOP:
            raise BotPaused(bot)
        await deliver(tx, bot, command)
        return await tx.find_command(command.id) or command
    if order.verb == SAY:
        await tx.add_act(_saying(command))
        return command
    changed = await _change(tx, bot, command, equipment)
    if reads(bot.kind):
        config = await briefed(tx, changed)
        await tx.add_happening(bot.session_id, _told(changed, command, config))
        return command
    await settle_command(tx, command)
    return await tx.find_command(command.id) or command


async def _change(tx: BotsTransaction, bot: Bot, command: Command, equipment: Equipment) -> Bot:
    """The bot as the command makes it; a reader takes that on at its place in the stream."""
    if command.verb in (PAUSE, RESUME):
        changed = await _turned(tx, bot, paused=command.verb == PAUSE)
        if changed.paused and kind_named(bot.kind).speaks:
            await hush(tx, bot.id)
    else:
        changed = await _reconfigured(tx, bot, command, equipment)
    if changed.paused < bot.paused and needs_words(bot.kind):
        others = [one for one in await tx.bots_of(bot.session_id) if one.id != bot.id]
        if changed.deaf_until is not None and not hearers_of(others):
            await tx.skip_to(bot.session_id, changed.deaf_until)
    if changed != bot:
        await tx.save_bot(replace(changed, update_time=tx.now))
    return changed


async def _turned(tx: BotsTransaction, bot: Bot, *, paused: bool) -> Bot:
    """The bot as it listens, or does not, to what is said from now on."""
    now = await tx.second_of(bot.session_id)
    return replace(bot.deafened(now) if paused else bot.listening(now), paused=paused)


async def _reconfigured(
    tx: BotsTransaction, bot: Bot, command: Command, equipment: Equipment
) -> Bot:
    """The bot with what the command makes of its configuration, if that can be had."""
    kind, arguments = kind_named(bot.kind), command.arguments
    config = await asyncio.to_thread(reconfigured, kind, bot.config, command.verb, arguments)
    if crew := await tx.find_crew(bot.session_id):
        config = permitted(bot.kind, config, crew)
    if config != bot.config:
        kind.require(config, equipment)
    check_brought_by(bot.kind, config)
    changed = replace(bot, config=config)
    if config.get("language") != bot.config.get("language"):
        check_language(changed, await tx.bots_of(bot.session_id))
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
            "paused": bot.paused or bot.state is BotState.LEAVING,
        },
    )
