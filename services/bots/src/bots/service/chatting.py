"""What people write to bots in the chat: understood, checked, given to them as their orders."""

from dataclasses import dataclass

from bots.domain.act import Act, ActId
from bots.domain.bot import Bot
from bots.domain.kind import Equipment
from bots.domain.reading import Do, Happened, What
from bots.kinds.chatting import (
    EVERYBODY,
    Terms,
    help_of,
    refusal_of_role,
    terms_of,
    understood,
)
from bots.service.equipment import Look
from bots.service.nudges import Nudges
from bots.service.orders import Order, place
from bots.store import BotsTransaction, Store
from common.errors import DomainError
from common.ids import derived_id
from common.principal import Principal

# One person is told so often at most how a bot is spoken to.
HINT_SECONDS = 30
# What a line to a bot begins with.
SIGILS = ("!", "@")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the chat; *role* is its writer's, and nobody's where no participant wrote it."""

    prompt_id: str
    participant_id: str
    name: str
    role: str
    text: str


class Chatting:
    def __init__(self, store: Store, nudges: Nudges, equipment: Look) -> None:
        self._store = store
        self._nudges = nudges
        self._equipment = equipment

    async def hear(self, caller: Principal, session_id: str, line: Line) -> None:
        """Let bots read *line*, and give those it is meant for what it tells them to do."""
        commands = line.role and line.text.lstrip().startswith(SIGILS)
        equipment = await self._equipment() if commands else None
        chat = Happened(What.CHAT, line.participant_id, {"text": line.text, "name": line.name})
        async with self._store.begin(caller) as tx:
            await tx.add_happening(session_id, chat)
            if equipment is not None:
                await self._heed(tx, session_id, line, equipment)
        self._nudges.nudge(session_id)

    async def _heed(
        self, tx: BotsTransaction, session_id: str, line: Line, equipment: Equipment
    ) -> None:
        crew = await tx.find_crew(session_id, lock=True)
        if crew is None or not crew.is_live:
            return
        for bot in await tx.bots_of(session_id, lock=True):
            terms = terms_of(bot.kind, bot.config)
            rest = terms.rest_of(line.text) if terms and bot.is_present else None
            if terms is not None and rest is not None:
                await _take(tx, bot, line, Ordered(terms, rest, equipment))


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a line says to a bot: *rest* is what stands behind the prefix."""

    terms: Terms
    rest: str
    equipment: Equipment


async def _take(tx: BotsTransaction, bot: Bot, line: Line, ordered: Ordered) -> None:
    terms = ordered.terms
    if line.role not in terms.roles:
        await _hint(tx, bot, line, refusal_of_role(terms))
        return
    meant = understood(bot.kind, ordered.rest)
    if meant is None:
        await _hint(tx, bot, line, help_of(bot.kind, terms))
        return
    verb, arguments = meant
    answer_to = EVERYBODY if terms.answers_all else line.participant_id
    order = Order(verb, arguments, asked_by=line.participant_id, answer_to=answer_to)
    try:
        async with tx.attempt():
            await place(tx, bot, order, ordered.equipment)
    except DomainError as refused:
        text = f"{verb.replace('_', ' ')}: {refused}"
        await tx.add_act(_answer(bot, ("refused", line.prompt_id), text, line.participant_id))


async def _hint(tx: BotsTransaction, bot: Bot, line: Line, text: str) -> None:
    """Tell one person how the bot is spoken to, unless they were told just now."""
    window = int(tx.now.timestamp()) // HINT_SECONDS
    key = ("hint", line.participant_id, str(window))
    await tx.add_act(_answer(bot, key, text, line.participant_id))


def _answer(bot: Bot, key: tuple[str, ...], text: str, participant_id: str) -> Act:
    return Act(
        id=ActId(derived_id("act", bot.id, "chat", *key)),
        session_id=bot.session_id,
        meeting_id=bot.meeting_id,
        bot_id=bot.id,
        do=Do.PROMPT,
        arguments={"kind": "CHAT", "text": text, "participant_id": participant_id},
    )
