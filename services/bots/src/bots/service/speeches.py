"""Speeches: what a bot that speaks is told to say or to play, until it is said or cut off."""

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot, BotId
from bots.domain.command import Command, InvalidArgument, SpeaksTooMuch
from bots.domain.reading import Do
from bots.domain.saying import Courtesy, Errand, Saying, Spoken
from bots.kinds.languages import coded, named
from bots.kinds.verbs import PLAY, SAY, STOP
from bots.service.settling import settle_command
from bots.store import BotsTransaction
from common.ids import derived_id

LONGEST_SAYING = 2000
LONGEST_URL = 2000
# What a bot may have waiting to be said.
MOST_WAITING = 20
SPEECHES = frozenset({SAY, PLAY})
_TAKES = {SAY: {"text", "language", "interrupt"}, PLAY: {"url", "interrupt"}, STOP: set[str]()}


async def deliver(tx: BotsTransaction, bot: Bot, command: Command) -> None:
    """Have *command* said or played, behind what waits, or stop all that; it is kept already.

    Raises ``InvalidArgument``, or ``SpeaksTooMuch`` when too much waits.
    """
    arguments = command.arguments
    if unknown := arguments.keys() - _TAKES[command.verb]:
        raise InvalidArgument(sorted(unknown)[0], f"is not known to {command.verb}")
    text = "" if command.verb == STOP else _shown(command)
    if command.verb == STOP or _interrupts(command):
        await hush(tx, bot.id, but=command)
    if command.verb == STOP:
        await settle_command(tx, command)
        return
    waiting = [one for one in await tx.open_commands(bot.id) if one.verb in SPEECHES]
    if len(waiting) > MOST_WAITING:
        raise SpeaksTooMuch(MOST_WAITING)
    await tx.add_act(speech_of(command, text))


def speech_of(command: Command, text: str) -> Act:
    """The prompt by which *command* is said: the saying that comes of it refers to this act."""
    act_id = ActId(derived_id("act", command.id))
    return Act(
        id=act_id,
        session_id=command.session_id,
        meeting_id=command.meeting_id,
        bot_id=command.bot_id,
        do=Do.PROMPT,
        arguments={"kind": "SPOKEN", "text": text, "reference": act_id},
        command_id=command.id,
    )


async def hush(tx: BotsTransaction, bot_id: BotId, *, but: Command | None = None) -> None:
    """Stop what a bot says, and forget what it was told to say, all *but* one command."""
    for command in await tx.open_commands(bot_id):
        if command.verb not in SPEECHES or (but is not None and command.id == but.id):
            continue
        act_id = ActId(derived_id("act", command.id))
        # What is with the voice already is settled by it, with how far it came.
        if not await tx.has_saying(act_id):
            await tx.settle_act(act_id, "stopped")
            await settle_command(tx, command, spoken=Spoken(stopped=True))
    await tx.stop_sayings(bot_id)


async def errand_of(tx: BotsTransaction, saying: Saying) -> Errand:
    """What *saying* is for, and to whom the voice yields meanwhile."""
    act = await tx.find_act(saying.act_id) if saying.act_id else None
    bot = await tx.find_bot(act.bot_id) if act else None
    if act is None or bot is None:
        return Errand()
    command = await tx.find_command(act.command_id) if act.command_id else None
    given = command.arguments if command else {}
    return Errand(
        bot_id=bot.id,
        command_id=command.id if command else "",
        verb=command.verb if command else SAY,
        language=coded(str(given.get("language") or bot.config.get("language", ""))),
        url=str(given.get("url", "")),
        courtesy=await _courtesy(tx, bot),
        is_void=(command is not None and not command.is_open)
        or not bot.is_present
        or await tx.is_stopped(saying.prompt_id),
    )


async def _courtesy(tx: BotsTransaction, bot: Bot) -> Courtesy:
    how = bot.config.get("interruptible")
    if not how:
        return Courtesy()
    people = {
        track.participant_id
        for track in await tx.tracks_of(bot.session_id)
        if not track.left and (not how["roles"] or track.role in how["roles"])
    }
    return Courtesy(sorted(people), how["after_milliseconds"] / 1000)


def _shown(command: Command) -> str:
    """What people read while it is said; refuses what cannot be said."""
    if command.verb == PLAY:
        url = command.arguments.get("url")
        if not isinstance(url, str) or not 0 < len(url) <= LONGEST_URL:
            raise InvalidArgument("url", "takes the address of a sound, https://…")
        return f"♪ {url.split('?')[0].rstrip('/').rsplit('/', 1)[-1]}"[:LONGEST_SAYING]
    text = command.arguments.get("text")
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_SAYING:
        raise InvalidArgument("text", f"takes 1 to {LONGEST_SAYING} characters to say")
    if complaint := named(command.arguments.get("language") or ""):
        raise InvalidArgument("language", complaint)
    return text


def _interrupts(command: Command) -> bool:
    interrupt = command.arguments.get("interrupt", False)
    if not isinstance(interrupt, bool):
        raise InvalidArgument("interrupt", "takes true or false")
    return interrupt
