"""A meeting's checklist, written and ticked; its last tick may end the session."""

from dataclasses import dataclass, replace

from google.protobuf.message import Message

from common.principal import Principal, as_system
from convene.session.v1 import events_pb2 as facts
from session.clients import SchedulerClient
from session.domain.checklists import Checklist, ChecklistItem
from session.domain.sessions import EndReason, Session
from session.service.endings import begin_ending
from session.service.sessions import Wake
from session.service.wire import actor_of, checklist_item_to
from session.store import SessionTransaction, Store

DONE = "the checklist is completed"


@dataclass(frozen=True, slots=True)
class Tick:
    """What is said of one item; *ends_session* of ``None`` leaves that as it is."""

    meeting_id: str
    item: str
    text: str
    completed: bool
    ends_session: bool | None = None


class Checklists:
    def __init__(self, store: Store, scheduler: SchedulerClient, wake: Wake) -> None:
        self._store = store
        self._scheduler = scheduler
        self._wake = wake

    async def find(self, caller: Principal, meeting_id: str) -> Checklist:
        """A meeting's checklist, empty where nobody wrote one."""
        async with self._store.begin(caller) as tx:
            return await tx.checklist(meeting_id)

    async def put(self, caller: Principal, tick: Tick) -> ChecklistItem:
        """Add an item or tick it, before the session or in it.

        Raises ``MeetingNotFound``, ``MissingItemText`` or ``ChecklistFull``.
        """
        await self._scheduler.check_meeting(as_system(caller, "session"), tick.meeting_id)
        async with self._store.begin(caller) as tx:
            session = await tx.find_live_session(tick.meeting_id)
            before = await tx.checklist_to_change(tick.meeting_id)
            known = before.item(tick.item, tick.text)
            item = known.put(tick.text, tick.completed, actor_of(caller), tx.now)
            after = before.with_item(item)
            await tx.put_checklist_item(tick.meeting_id, item)
            if tick.ends_session is not None:
                after = replace(after, ends_session=tick.ends_session)
                await tx.set_ends_session(tick.meeting_id, tick.ends_session)
            if item.completed and not known.completed:
                await _tell_completed(tx, session, tick.meeting_id, item)
            if after.is_done and not before.is_done:
                await _complete(tx, session, tick.meeting_id, after)
        if session is not None:
            self._wake(session.id)
        return item


async def _tell_completed(
    tx: SessionTransaction, session: Session | None, meeting_id: str, item: ChecklistItem
) -> None:
    told = facts.ChecklistItemCompleted(item=checklist_item_to(item))
    await _announce(tx, session, meeting_id, told)


async def _complete(
    tx: SessionTransaction, session: Session | None, meeting_id: str, checklist: Checklist
) -> None:
    done = facts.ChecklistCompleted(
        session_id=session.id if session else "", ends_session=checklist.ends_session
    )
    await _announce(tx, session, meeting_id, done)
    if checklist.ends_session and session is not None and session.is_live:
        await begin_ending(tx, session, EndReason.TRIGGER, DONE, actor_of(tx.caller))


async def _announce(
    tx: SessionTransaction, session: Session | None, meeting_id: str, fact: Message
) -> None:
    """In the order of the session's facts; before one, in an order of the meeting's own."""
    session_id = session.id if session else ""
    await tx.announce(
        fact, aggregate=session_id or meeting_id, meeting=meeting_id, session=session_id
    )
