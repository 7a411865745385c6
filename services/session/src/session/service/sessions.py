"""Starting, ending and reading sessions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from common import pages
from common.ids import new_id
from common.principal import Principal
from convene.common.v1.meeting_pb2 import MeetingSnapshot
from convene.session.v1 import events_pb2 as facts
from session.domain.commands import Command, CommandId, CommandState, Verb
from session.domain.deadlines import from_start
from session.domain.participants import Participant
from session.domain.rooms import node_for
from session.domain.sessions import (
    EndReason,
    LedgerNotSealed,
    NoSession,
    PreviousSessionEnding,
    Session,
    SessionId,
    SessionState,
)
from session.service.endings import announce, arm_deadlines, begin_ending
from session.service.lists import cut, number_after, text_after
from session.service.wire import actor_of, planned_end_of, policy_from, session_to
from session.store import SessionTransaction, Store

# The bot that writes down what is said.
TRANSCRIBER = "transcriber"
# Tells the owner of a session, wherever it is, to look at it now.
Wake = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Roster:
    """Participants as they are at *now*; *next_page* is empty on the last page."""

    participants: Sequence[Participant]
    now: datetime
    next_page: str = ""


class Sessions:
    """*nodes* are the addresses of the media nodes' ears."""

    def __init__(self, store: Store, nodes: Sequence[str], wake: Wake) -> None:
        self._store = store
        self._nodes = nodes
        self._wake = wake

    async def start(self, caller: Principal, snapshot: MeetingSnapshot) -> Session:
        """Start a session of a meeting; a second start answers the live one.

        Raises ``PreviousSessionEnding`` while the last one still drains.
        """
        async with self._store.begin(caller) as tx:
            session = await tx.find_live_session(snapshot.meeting_id)
            if session is None:
                fresh = self._fresh(caller, snapshot, tx.now)
                if await tx.add_session(fresh):
                    await _announce_start(tx, fresh, snapshot)
                    session = fresh
                else:
                    session = await tx.find_live_session(snapshot.meeting_id)
        if session is None or not session.is_live:
            raise PreviousSessionEnding(session.id if session else "")
        self._wake(session.id)
        return session

    async def end(self, caller: Principal, meeting_id: str, text: str) -> Session:
        """End the live session of a meeting; ending an ended one answers it.

        Raises ``NoSession`` when there never was one.
        """
        session = await self._end(caller, meeting_id, EndReason.API, text)
        if session is None:
            raise NoSession(meeting_id)
        return session

    async def end_by_host(self, host: Principal, meeting_id: str, text: str) -> None:
        """A host ends the meeting for everybody."""
        await self._end(host, meeting_id, EndReason.HOST_ENDED, text)

    async def end_cancelled(self, caller: Principal, meeting_id: str, text: str) -> None:
        """The meeting was cancelled: a live session of it ends."""
        await self._end(caller, meeting_id, EndReason.MEETING_CANCELLED, text)

    async def end_revoked(
        self, caller: Principal, meeting_id: str, session_id: str, *, cancelled: bool
    ) -> None:
        """This session ends for the next occurrence, or because its own was *cancelled*."""
        reason = EndReason.MEETING_CANCELLED if cancelled else EndReason.SCHEDULED_END
        text = "the occurrence was cancelled" if cancelled else "the next occurrence begins"
        await self._end(caller, meeting_id, reason, text, only=session_id)

    async def conclude(
        self, caller: Principal, meeting_id: str, session_id: str, text: str, *, by_policy: bool
    ) -> None:
        """A bot's trigger or policy ends this session, unless it is over."""
        reason = EndReason.POLICY if by_policy else EndReason.TRIGGER
        await self._end(caller, meeting_id, reason, text, only=session_id)

    async def crew_joining(self, caller: Principal, session_id: str, kind: str) -> None:
        """A bot comes: the session waits for it when it ends."""
        async with self._store.begin(caller) as tx:
            session = await tx.find_session_to_change(session_id)
            if session is None or not session.is_live:
                return
            transcribed = session.transcribed or kind == TRANSCRIBER
            crewed = replace(session, crewed=True, transcribed=transcribed)
            if crewed != session:
                await tx.save_session(crewed)
        self._wake(session_id)

    async def crew_flushed(self, caller: Principal, session_id: str) -> None:
        """The bots have finished what they heard of an ending session."""
        async with self._store.begin(caller) as tx:
            session = await tx.find_session_to_change(session_id)
            if session is not None and session.state is SessionState.ENDING:
                await tx.save_session(replace(session, flushed=True))
        self._wake(session_id)

    async def prompt_delivered(
        self, caller: Principal, session_id: str, prompt_id: str, error: str
    ) -> None:
        """A spoken prompt was said, or *error* tells why not."""
        async with self._store.begin(caller) as tx:
            session = await tx.find_session_to_change(session_id)
            if session is not None:
                told = facts.PromptDelivered(prompt_id=prompt_id, error=error)
                await announce(tx, session, told)

    async def find(self, caller: Principal, meeting_id: str, name: str) -> Session:
        """A session by its id, or the live one as `active`."""
        async with self._store.begin(caller) as tx:
            return await tx.named_session(meeting_id, name)

    async def list(
        self, caller: Principal, meeting_id: str, page_size: int, page_token: str
    ) -> tuple[Sequence[Session], str]:
        """The sessions of a meeting, newest first, and the next page's token."""
        size, before = pages.page_size(page_size), text_after(page_token)
        async with self._store.begin(caller) as tx:
            found = await tx.newest_sessions(meeting_id, size + 1, before)
        return cut(found, size, lambda one: one.id)

    async def roster(
        self, caller: Principal, meeting_id: str, name: str, page_size: int, page_token: str
    ) -> Roster:
        """Who is or was in a session, in the order they came."""
        size, after = pages.page_size(page_size), number_after(page_token)
        async with self._store.begin(caller) as tx:
            session = await tx.named_session(meeting_id, name)
            found = await tx.roster(session.id, size + 1, after)
            now = tx.now
        shown, next_page = cut(found, size, lambda one: one.position)
        return Roster(shown, now, next_page)

    async def ledger(self, caller: Principal, session_id: str) -> tuple[Session, Roster]:
        """The sealed account of a session; raises ``LedgerNotSealed`` before it has ended."""
        async with self._store.begin(caller) as tx:
            session = await tx.session(session_id)
            if not session.is_over:
                raise LedgerNotSealed(session_id, session.state)
            return session, Roster(await tx.roster(session_id), session.end_time or tx.now)

    def _fresh(self, caller: Principal, snapshot: MeetingSnapshot, now: datetime) -> Session:
        session_id = SessionId(new_id("ses"))
        return Session(
            id=session_id,
            meeting_id=snapshot.meeting_id,
            occurrence_id=snapshot.occurrence_id,
            title=snapshot.title,
            node=node_for(session_id, self._nodes, 0),
            policy=policy_from(snapshot.policy),
            snapshot=snapshot.SerializeToString(deterministic=True),
            create_time=now,
            planned_end_time=planned_end_of(snapshot),
            test=snapshot.test or caller.test,
            crewed=bool(snapshot.bots),
            transcribed=any(bot.kind == TRANSCRIBER for bot in snapshot.bots),
        )

    async def _end(
        self, caller: Principal, meeting_id: str, reason: EndReason, text: str, only: str = ""
    ) -> Session | None:
        """End the live session, or *only* the one of this id; answers it or the newest."""
        async with self._store.begin(caller) as tx:
            session = await tx.find_live_session(meeting_id)
            if session is None:
                earlier = await tx.newest_sessions(meeting_id, 1)
                return earlier[0] if earlier else None
            if session.is_live and only in ("", session.id):
                by = actor_of(caller)
                session = await begin_ending(tx, session, reason, text, by)
                await tx.add_command(_end_command(session, text, tx.now))
        self._wake(session.id)
        return session


def _end_command(session: Session, text: str, now: datetime) -> Command:
    assert session.ended_by is not None
    return Command(
        id=CommandId(new_id("cmd")),
        session_id=session.id,
        verb=Verb.END,
        target_id="",
        text=text,
        ban=False,
        actor=session.ended_by,
        create_time=now,
        state=CommandState.APPLIED,
        settle_time=now,
    )


async def _announce_start(
    tx: SessionTransaction, session: Session, snapshot: MeetingSnapshot
) -> None:
    tx.caller = replace(tx.caller, test=session.test)
    await arm_deadlines(tx, session, from_start(session))
    await announce(
        tx, session, facts.SessionStarting(session=session_to(session), snapshot=snapshot)
    )
