"""What happens to crews when something happens to their sessions."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bots.domain.bot import Bot, BotAction, HeardOtherwise
from bots.domain.crew import Crew, CrewState, Track
from bots.domain.kind import Equipment, InvalidConfig
from bots.domain.reading import Happened, What
from bots.domain.recording import ComesWithRecording
from bots.kinds import kind_named
from bots.service.bots import Limits, announce_left, enrol, new_bot
from bots.service.briefing import check_brought_by, permitted, with_policies
from bots.service.equipment import Look
from bots.service.findings import withdraw
from bots.service.hearers import check_language
from bots.service.nudges import Nudges
from bots.service.settling import ENDED_FIRST, refuse_open_commands, settle_act
from bots.service.specs import BotSpec, Wishes
from bots.store import BotsTransaction, Store
from bots.wire import bot_to_wire
from common import telemetry
from common.errors import DomainError
from common.principal import Principal
from convene.bots.v1.events_pb2 import BotFailed, CrewFlushed

# More than a session's bots can ask for before somebody notices.
MOST_REFUSED = 1000


class Sessions:
    def __init__(self, store: Store, nudges: Nudges, limits: Limits, equipment: Look) -> None:
        self._store = store
        self._nudges = nudges
        self._limits = limits
        self._equipment = equipment

    async def prepare(
        self, caller: Principal, session_id: str, meeting_id: str, wishes: Wishes
    ) -> None:
        """A session begins: note its crew. A bot that cannot come is a failed bot, no more.

        Policies that apply to the meeting, or to one with such tags, bring theirs.
        """
        equipment = await self._equipment()
        async with self._store.begin(caller) as tx:
            crew = Crew(
                session_id,
                meeting_id,
                caller.workspace_id,
                caller.test,
                CrewState.WAITING,
                traceparent=telemetry.traceparent(),
                agenda=wishes.agenda,
                language_model=wishes.language_model,
            )
            await tx.add_crew(crew)
            specs = with_policies(wishes.specs, await tx.policies_for(wishes.tags))
            coming: list[Bot] = []
            room = self._limits.workspace_bots - await tx.count_present()
            for spec in specs:
                bot, complaint = await asyncio.to_thread(_planned, crew, spec, equipment, tx.now)
                complaint = complaint or self._no_place(bot, coming, room)
                if not complaint:
                    coming.append(bot)
                await _enrol(tx, crew, bot, complaint)

    def _no_place(self, bot: Bot, coming: Sequence[Bot], room: int) -> str:
        """Why *bot* cannot come beside those that are *coming* already, or nothing."""
        if any(one.kind == bot.kind for one in coming):
            return f"DUPLICATE: the meeting names {bot.kind} more than once"
        if len(coming) >= self._limits.bots:
            return f"TOO_MANY_BOTS: a session takes {self._limits.bots} bots"
        if len(coming) >= room:
            return f"WORKSPACE_FULL: it takes {self._limits.workspace_bots} bots"
        try:
            check_language(bot, coming)
        except HeardOtherwise as error:
            return f"{error.reason}: {error}"
        return ""

    async def begin(self, caller: Principal, session_id: str) -> None:
        """People are there: the bots come."""
        async with self._store.begin(caller) as tx:
            crew = await tx.find_crew(session_id, lock=True)
            if crew is not None and crew.is_live:
                await tx.save_crew(crew.started())
        self._nudges.nudge(session_id)

    async def add_track(self, caller: Principal, track: Track) -> None:
        """Somebody can be heard from now on."""
        async with self._store.begin(caller) as tx:
            if await tx.find_crew(track.session_id) is not None:
                await tx.add_track(track)
                if track.is_person:
                    joined = Happened(What.JOINED, track.participant_id, _joined(track))
                    await tx.add_happening(track.session_id, joined)
        self._nudges.nudge(track.session_id)

    async def mark_left(
        self, caller: Principal, session_id: str, participant_id: str, epoch: int | None
    ) -> None:
        """Somebody is gone; what the ear still keeps of them is heard to its end."""
        async with self._store.begin(caller) as tx:
            await tx.mark_left(session_id, participant_id, epoch)
            await tx.add_happening(session_id, Happened(What.LEFT, participant_id))
        self._nudges.nudge(session_id)

    async def note(self, caller: Principal, session_id: str, happened: Happened) -> None:
        """Let the session's bots read that something *happened*."""
        async with self._store.begin(caller) as tx:
            await tx.add_happening(session_id, happened)
        self._nudges.nudge(session_id)

    async def drain(self, caller: Principal, session_id: str, deadline: datetime | None) -> None:
        """The session ends: the crew finishes by *deadline*.

        Without one the session is over: a crew that was told to finish keeps its deadline, for
        the ear keeps what is not yet heard. A crew with nothing to hear is flushed here and now.
        """
        async with self._store.begin(caller) as tx:
            crew = await tx.find_crew(session_id, lock=True)
            if crew is None or crew.state is CrewState.FLUSHED:
                return
            crew = crew.drained_by(deadline or crew.drain_deadline or tx.now)
            await tx.save_crew(crew)
            present = [bot for bot in await tx.bots_of(session_id, lock=True) if bot.is_present]
            if not present or not await tx.tracks_of(session_id):
                await flush(tx, crew, present)
        self._nudges.nudge(session_id)


async def flush(tx: BotsTransaction, crew: Crew, present: Sequence[Bot]) -> None:
    """Let the bots that are left go and say, once, that the crew is done.

    The caller holds the crew's row, which is DRAINING.
    """
    for bot in present:
        leaving = bot.after(BotAction.LEAVE, now=tx.now, reason="SESSION_ENDED")
        done = leaving
        if leaving.is_present:
            done = leaving.after(BotAction.FINISH, now=tx.now)
        await withdraw(tx, done, found=())
        await refuse_open_commands(tx, done)
        await tx.save_bot(done)
        await announce_left(tx, done)
    for act in await tx.pending_acts(crew.session_id, MOST_REFUSED):
        await settle_act(tx, act, ENDED_FIRST)
    await tx.forget_unkept(crew.session_id)
    await tx.save_crew(crew.flushed())
    await tx.announce(
        CrewFlushed(session_id=crew.session_id, segments=crew.segments),
        aggregate=crew.session_id,
        meeting=crew.meeting_id,
        session=crew.session_id,
    )


def _joined(track: Track) -> Mapping[str, Any]:
    return {"name": track.name, "role": track.role, "seconds": track.offset_seconds}


def _planned(crew: Crew, spec: BotSpec, equipment: Equipment, now: datetime) -> tuple[Bot, str]:
    """The bot for *spec*, and why it cannot come."""
    try:
        kind = kind_named(spec.kind)
        config = permitted(spec.kind, kind.checked(spec.config), crew)
        kind.require(config, equipment)
        complaint = ""
        check_brought_by(spec.kind, config)
        if kind.comes_with_recording:
            raise ComesWithRecording
    except DomainError as error:
        config = spec.config
        complaint = f"{error.reason}: {error}"
    return new_bot(crew.meeting_id, crew.session_id, spec.kind, config, now), complaint


async def _enrol(tx: BotsTransaction, crew: Crew, bot: Bot, complaint: str) -> None:
    if not complaint:
        try:
            await enrol(tx, bot, crew)
        except InvalidConfig as error:
            complaint = f"{error.reason}: {error}"
        else:
            return
    failed = bot.after(BotAction.FAIL, now=tx.now, reason=complaint)
    await tx.add_bot(failed)
    await tx.announce(
        BotFailed(bot=bot_to_wire(failed)),
        aggregate=failed.session_id,
        meeting=failed.meeting_id,
        session=failed.session_id,
    )
