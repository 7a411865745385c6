"""What callers can do with bots: see the kinds, bring one, list them, let one leave."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bots.domain.bot import (
    Bot,
    BotAction,
    BotAlreadyThere,
    BotId,
    BotState,
    NoLiveSession,
    NoRoomForCrew,
    TooManyBots,
    WorkspaceFull,
)
from bots.domain.crew import Crew
from bots.domain.insight import Insight
from bots.domain.kind import KindNamedTwice, Readiness
from bots.domain.recording import ComesWithRecording
from bots.domain.transcript import Segment
from bots.kinds import KINDS, kind_named, reads
from bots.kinds.verbs import verbs_of
from bots.service.briefing import briefed, check_brought_by, permitted
from bots.service.equipment import Look
from bots.service.hearers import check_language, hearers_of
from bots.service.nudges import Nudges
from bots.service.settling import refuse_open_commands
from bots.service.specs import BotSpec
from bots.store import BotsTransaction, Load, Store
from bots.wire import bot_to_wire
from common.errors import InvalidInput
from common.ids import derived_id, new_id
from common.pages import keys_of, page_size, token_for
from common.principal import Principal
from convene.bots.v1.events_pb2 import BotLeft

DEFAULT_SEGMENTS = 200
# A session that ends makes room; one is seldom longer than this away.
RETRY_AFTER_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Limits:
    """*sessions* counts what one replica takes, *bots* what one session takes.

    *workspace_bots* is what all sessions of one workspace take together.
    """

    sessions: int = 20
    bots: int = 10
    workspace_bots: int = 200


@dataclass(frozen=True, slots=True)
class InsightFilter:
    """Which insights are wanted: of the latest session where none is named."""

    session_id: str = ""
    kind: str = ""
    bot_id: str = ""
    after_sequence: int = 0


@dataclass(frozen=True, slots=True)
class KindOffer:
    """One kind as callers see it."""

    kind: str
    description: str
    readiness: Readiness
    verbs: Sequence[str]
    engines: Mapping[str, Readiness]
    config_schema: Mapping[str, Any]


class Bots:
    def __init__(
        self,
        store: Store,
        nudges: Nudges,
        equipment: Look,
        limits: Limits,
    ) -> None:
        self._store = store
        self._nudges = nudges
        self._equipment = equipment
        self._limits = limits

    async def kinds(self) -> tuple[Sequence[KindOffer], Mapping[str, Readiness]]:
        """Every kind with whether this installation can run it, and what it has for them."""
        equipment = await self._equipment()
        offers = [
            KindOffer(
                name,
                kind.description,
                kind.readiness(equipment),
                verbs_of(name),
                {one: equipment.capabilities[one] for one in kind.better_with},
                kind.table.schema,
            )
            for name, kind in sorted(KINDS.items())
        ]
        return offers, equipment.capabilities

    async def unfit(self, specs: Sequence[BotSpec]) -> tuple[str, str]:
        """The field of the first bot that could not come, and why; two empty texts if all could.

        Policies that a bot names are looked up when it comes.
        """
        equipment = await self._equipment()
        for place, spec in enumerate(specs):
            try:
                if any(spec.kind == other.kind for other in specs[:place]):
                    raise KindNamedTwice(spec.kind)
                kind = kind_named(spec.kind)
                checked = await asyncio.to_thread(kind.checked, spec.config)
                kind.require(checked, equipment)
                check_brought_by(spec.kind, checked)
                if kind.comes_with_recording:
                    raise ComesWithRecording
            except InvalidInput as error:
                return f"bots[{place}].{error.field}", str(error)
        return "", ""

    async def attach(
        self,
        caller: Principal,
        meeting_id: str,
        kind: str,
        config: Mapping[str, Any],
        *,
        act_id: str = "",
    ) -> Bot:
        """Bring a bot into the meeting's live session; it joins within moments.

        The one that an act brought before is answered as it is.

        Raises ``UnknownKind``, ``InvalidConfig``, ``ComesWithRecording``, ``NoLiveSession``,
        ``BotAlreadyThere``, ``HeardOtherwise``, ``TooManyBots``, ``WorkspaceFull``, or
        ``NoRoomForCrew`` when no replica can take another session.
        """
        wanted = kind_named(kind)
        # Hundreds of patterns take a while to be made, and others are served meanwhile.
        checked = await asyncio.to_thread(wanted.checked, config)
        equipment = await self._equipment()
        wanted.require(checked, equipment)
        check_brought_by(kind, checked)
        if wanted.comes_with_recording:
            raise ComesWithRecording
        load = await self._store.load()
        async with self._store.begin(caller) as tx:
            crew = await tx.live_crew(meeting_id)
            if crew is None:
                raise NoLiveSession(meeting_id)
            there = await tx.bots_of(crew.session_id)
            checked = permitted(kind, checked, crew)
            wanted.require(checked, equipment)
            bot = new_bot(meeting_id, crew.session_id, kind, checked, tx.now, act_id)
            if before := next((one for one in there if one.id == bot.id), None):
                return before
            present = [one for one in there if one.is_present]
            self._refuse_excess(kind, present, load)
            check_language(bot, present)
            if await tx.count_present() >= self._limits.workspace_bots:
                raise WorkspaceFull(self._limits.workspace_bots, RETRY_AFTER_SECONDS)
            if not hearers_of(present):
                await tx.skip_to(crew.session_id, await tx.second_of(crew.session_id))
            bot = await enrol(tx, bot, crew)
        self._nudges.nudge(bot.session_id)
        return bot

    async def page(
        self, caller: Principal, meeting_id: str, size: int, token: str
    ) -> tuple[Sequence[Bot], str]:
        """The meeting's bots, newest first, and the next page's token."""
        limit = page_size(size)
        async with self._store.begin(caller) as tx:
            found = await tx.page_of_bots(meeting_id, keys_of(token, 2), limit + 1)
        if len(found) <= limit:
            return found, ""
        last = found[limit - 1]
        return found[:limit], token_for(last.create_time.isoformat(), last.id)

    async def get(self, caller: Principal, meeting_id: str, bot_id: BotId) -> Bot:
        """Raises ``BotNotFound``."""
        async with self._store.begin(caller) as tx:
            return await tx.get_bot(meeting_id, bot_id)

    async def leave(self, caller: Principal, meeting_id: str, bot_id: BotId) -> Bot:
        """Let the bot finish what it heard and leave; one that has left is answered as it is."""
        async with self._store.begin(caller) as tx:
            bot = await tx.get_bot(meeting_id, bot_id)
            # The crew's row first, as its crew takes them.
            await tx.find_crew(bot.session_id, lock=True)
            bot = await tx.get_bot(meeting_id, bot_id, lock=True)
            if bot.recording_id:
                raise ComesWithRecording
            left = bot.after(BotAction.LEAVE, now=tx.now, reason="LEFT_BY_CALLER")
            if left is not bot:
                left = left.deafened(await tx.second_of(bot.session_id))
                await tx.save_bot(left)
                if left.state is BotState.DONE:
                    await refuse_open_commands(tx, left)
                    await announce_left(tx, left)
                elif reads(left.kind):
                    await tx.tell_to_leave(left)
        self._nudges.nudge(bot.session_id)
        return left

    async def segments(
        self, caller: Principal, session_id: str, after: int, limit: int
    ) -> tuple[Sequence[Segment], bool]:
        """The session's final segments after sequence *after*, and whether there are more."""
        limit = limit or DEFAULT_SEGMENTS
        async with self._store.begin(caller) as tx:
            found = await tx.segments_of(session_id, after, limit + 1)
        return found[:limit], len(found) > limit

    async def insights(
        self, caller: Principal, meeting_id: str, wanted: InsightFilter, size: int, token: str
    ) -> tuple[Sequence[Insight], str]:
        """What the bots of one session found, oldest change first, and the next page's token."""
        limit, keys = page_size(size), keys_of(token, 1)
        after = int(keys[0]) if keys else wanted.after_sequence
        async with self._store.begin(caller) as tx:
            crew = await tx.latest_crew(meeting_id, wanted.session_id)
            if crew is None:
                return [], ""
            found = await tx.page_of_insights(
                crew.session_id, after, limit + 1, kind=wanted.kind, bot_id=wanted.bot_id
            )
        if len(found) <= limit:
            return found, ""
        return found[:limit], token_for(found[limit - 1].sequence)

    def _refuse_excess(self, kind: str, present: Sequence[Bot], load: Load) -> None:
        for bot in present:
            if bot.kind == kind:
                raise BotAlreadyThere(bot)
        if len(present) >= self._limits.bots:
            raise TooManyBots(self._limits.bots)
        room = self._limits.sessions * max(load.replicas, 1)
        # A session that has a crew already takes no further room.
        if not present and load.sessions >= room:
            raise NoRoomForCrew(load.sessions, room, RETRY_AFTER_SECONDS)


def new_bot(
    meeting_id: str,
    session_id: str,
    kind: str,
    config: Mapping[str, Any],
    now: datetime,
    act_id: str = "",
) -> Bot:
    """A bot that the session's crew will bring in; the same one for the same act."""
    return Bot(
        id=BotId(derived_id("bot", act_id) if act_id else new_id("bot")),
        meeting_id=meeting_id,
        session_id=session_id,
        kind=kind,
        config=config,
        state=BotState.SCHEDULED,
        reason="",
        create_time=now,
        update_time=now,
    )


async def enrol(tx: BotsTransaction, bot: Bot, crew: Crew) -> Bot:
    """Write a new bot, and where it begins to read if it does: at what follows.

    Raises ``InvalidConfig`` where it names what there is not.
    """
    bot = replace(bot, config=kind_named(bot.kind).planned(bot.config, crew.agenda))
    config = await briefed(tx, bot)
    await tx.add_bot(bot)
    if reads(bot.kind):
        begins = 0 if bot.config.get("from_start") else crew.position
        await tx.open_reader(bot.id, bot.session_id, begins, config)
    return bot


async def announce_left(tx: BotsTransaction, bot: Bot) -> None:
    await tx.announce(
        BotLeft(bot=bot_to_wire(bot)),
        aggregate=bot.session_id,
        meeting=bot.meeting_id,
        session=bot.session_id,
    )
