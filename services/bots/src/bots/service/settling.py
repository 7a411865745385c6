"""How what bots were told or asked to do comes to its end, and who is told of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot
from bots.domain.command import Command, CommandState
from bots.domain.reading import Do
from bots.domain.saying import Errand, Saying, Spoken
from bots.kinds.chatting import EVERYBODY, answer_of
from bots.store import BotsTransaction
from common.ids import derived_id
from convene.bots.v1.events_pb2 import BotActionCompleted

ENDED_FIRST = "the session ended first"


async def settle_command(
    tx: BotsTransaction,
    command: Command,
    *,
    refusal: str = "",
    answer: Mapping[str, Any] | None = None,
    spoken: Spoken | None = None,
    prompt_id: str = "",
) -> None:
    """*command* is applied, or with a *refusal* is not; its receipt says so from now on.

    One that was *spoken* says how far it came; *prompt_id* is what was heard of it.
    """
    spoken = spoken or Spoken(error=refusal)
    settled = replace(
        command,
        state=_state_after(spoken),
        reason=spoken.complaint,
        answer=answer or (spoken.position if spoken.total_seconds or spoken.is_cut_off else {}),
        update_time=tx.now,
    )
    await tx.save_command(settled)
    if command.answer_to:
        await tx.add_act(_answer(settled))
    await tx.announce(
        BotActionCompleted(
            bot_id=command.bot_id,
            verb=command.verb,
            command_id=command.id,
            error=spoken.complaint,
            prompt_id=prompt_id,
            spoken_seconds=spoken.seconds,
            total_seconds=spoken.total_seconds,
            interrupted_by=spoken.interrupted_by,
        ),
        aggregate=command.session_id,
        meeting=command.meeting_id,
        session=command.session_id,
    )


def _answer(command: Command) -> Act:
    """What the chat is told of *command*, which is settled."""
    reader = "" if command.answer_to == EVERYBODY else command.answer_to
    return Act(
        id=ActId(derived_id("act", command.id, "answer")),
        session_id=command.session_id,
        meeting_id=command.meeting_id,
        bot_id=command.bot_id,
        do=Do.PROMPT,
        arguments={"kind": "CHAT", "text": answer_of(command), "participant_id": reader},
    )


def _state_after(spoken: Spoken) -> CommandState:
    if spoken.is_cut_off:
        return CommandState.INTERRUPTED
    return CommandState.REFUSED if spoken.error else CommandState.APPLIED


async def settle_saying(
    tx: BotsTransaction, saying: Saying, errand: Errand, spoken: Spoken
) -> None:
    """*saying* is said as far as it was; the command that asked for it is settled with it."""
    command = await tx.find_command(errand.command_id) if errand.command_id else None
    if command is not None and command.is_open:
        await settle_command(tx, command, spoken=spoken, prompt_id=saying.prompt_id)
        return
    await tx.announce(
        BotActionCompleted(
            prompt_id=saying.prompt_id,
            bot_id=errand.bot_id,
            verb=errand.verb,
            error=spoken.complaint,
            spoken_seconds=spoken.seconds,
            total_seconds=spoken.total_seconds,
            interrupted_by=spoken.interrupted_by,
        ),
        aggregate=saying.session_id,
        meeting=saying.meeting_id,
        session=saying.session_id,
    )


async def settle_act(tx: BotsTransaction, act: Act, error: str) -> None:
    """*act* is done, or with an *error* is not; one that is spoken is done when it was heard."""
    await tx.settle_act(act.id, error)
    if act.arguments.get("reference") and not error:
        return
    if command := await tx.find_command(act.command_id) if act.command_id else None:
        if command.is_open:
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
    await tx.stop_sayings(bot.id)
    for command in await tx.open_commands(bot.id):
        # Nobody is left to answer in the chat.
        unanswered = replace(command, answer_to="")
        await settle_command(tx, unanswered, refusal=f"the bot is {bot.state.value}")
