"""How what bots were told or asked to do comes to its end, and who is told of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bots.domain.act import Act
from bots.domain.bot import Bot
from bots.domain.command import Command, CommandState
from bots.store import BotsTransaction
from convene.bots.v1.events_pb2 import BotActionCompleted

ENDED_FIRST = "the session ended first"


async def settle_command(
    tx: BotsTransaction,
    command: Command,
    *,
    refusal: str = "",
    answer: Mapping[str, Any] | None = None,
) -> None:
    """*command* is applied, or with a *refusal* is not; its receipt says so from now on."""
    state = CommandState.REFUSED if refusal else CommandState.APPLIED
    await tx.save_command(
        replace(command, state=state, reason=refusal, answer=answer or {}, update_time=tx.now)
    )
    await tx.announce(
        BotActionCompleted(
            bot_id=command.bot_id, verb=command.verb, command_id=command.id, error=refusal
        ),
        aggregate=command.session_id,
        meeting=command.meeting_id,
        session=command.session_id,
    )


async def settle_act(tx: BotsTransaction, act: Act, error: str) -> None:
    """*act* is done, or with an *error* is not."""
    await tx.settle_act(act.id, error)
    if command := await tx.find_command(act.command_id) if act.command_id else None:
        await settle_command(tx, command, refusal=error)
        return
    await tx.announce(
        BotActionCompleted(
            bot_id=act.bot_id, verb=act.do.value.lower(), insight_ids=act.insight_ids, error=error
        ),
        aggregate=act.session_id,
        meeting=act.meeting_id,
        session=act.session_id,
    )


async def refuse_open_commands(tx: BotsTransaction, bot: Bot) -> None:
    """*bot* is gone: what it was told to do stays undone, and its receipts say so."""
    for command in await tx.open_commands(bot.id):
        await settle_command(tx, command, refusal=f"the bot is {bot.state.value}")
