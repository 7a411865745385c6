"""What a session's timers do when they are due, if the roster still agrees."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from common.principal import Principal
from common.timers import Firing, Timer
from convene.session.v1 import events_pb2 as facts
from session.domain import deadlines, rosters
from session.domain.participants import Participant, ParticipantAction, ParticipantState
from session.domain.rooms import Connection, MediaUnavailable, Room, RoomGone, node_for
from session.domain.rosters import Crowd
from session.domain.sessions import EndReason, Session, SessionId, SessionState
from session.media import MediaPlane
from session.service.crowds import settle
from session.service.endings import announce, arm, begin_ending, disarm, left
from session.service.playing import hurry_end
from session.service.recorded import stop_with_session
from session.service.sessions import Wake
from session.service.signalling.leaving import NOT_YET_IN
from session.service.wire import actor_of
from session.store import SessionTransaction, Store

log = structlog.get_logger()

Holds = Callable[[Session, Crowd, datetime], bool]

ENDS: Mapping[str, tuple[EndReason, Holds]] = {
    deadlines.NO_SHOW: (EndReason.NO_SHOW, deadlines.no_show_holds),
    rosters.ALL_LEFT: (EndReason.ALL_LEFT, deadlines.all_left_holds),
    rosters.HOST_ABSENT: (EndReason.HOST_ABSENT, deadlines.host_absent_holds),
    rosters.SOLO: (EndReason.SOLO, deadlines.solo_holds),
    deadlines.SCHEDULED_END: (EndReason.SCHEDULED_END, deadlines.planned_end_is_past),
    deadlines.MAX_DURATION: (EndReason.MAX_DURATION, deadlines.longest_duration_is_over),
}
# Why somebody who had a token never was in.
NO_MEDIA = "NO_MEDIA"
NOT_ADMITTED = "NOT_ADMITTED"
Contradicts = Callable[[Sequence[Participant]], bool]


def _anybody(here: Sequence[Participant]) -> bool:
    return bool(here)


def _a_host(here: Sequence[Participant]) -> bool:
    return any(one.is_host for one in here)


def _company(here: Sequence[Participant]) -> bool:
    return len(here) > 1


# Nobody is cut off because the ledger is behind: the media node is asked first who is there.
CONTRADICTIONS: Mapping[str, Contradicts] = {
    deadlines.NO_SHOW: _anybody,
    rosters.ALL_LEFT: _anybody,
    rosters.HOST_ABSENT: _a_host,
    rosters.SOLO: _company,
}


class Timing:
    def __init__(
        self,
        store: Store,
        plane: MediaPlane,
        nodes: Sequence[str],
        wake: Wake,
        warn: Callable[[str, int], None],
    ) -> None:
        self._store = store
        self._plane = plane
        self._nodes = nodes
        self._wake = wake
        self._warn = warn

    def firings(self) -> Mapping[str, Firing]:
        return {
            **dict.fromkeys(ENDS, self.end),
            deadlines.ALLOCATE: self.give_up_node,
            deadlines.GRACE: self.end_grace,
            deadlines.ABORT: self.abort_join,
            deadlines.WARNING: self.warn,
            deadlines.DRAIN: self.end_drain,
        }

    async def end(self, caller: Principal, timer: Timer) -> None:
        """End the session for the timer's reason, unless its people say otherwise."""
        reason, holds = ENDS[timer.kind]
        contradicts = CONTRADICTIONS.get(timer.kind)
        connected = await self._connected(timer) if contradicts else ()
        async with self._store.begin(caller) as tx:
            session = await tx.session_to_change(timer.payload["session"])
            roster = await tx.roster(session.id)
            crowd = Crowd.of(roster)
            if not holds(session, crowd, tx.now):
                return
            if connected is None or (contradicts and contradicts(_here(roster, connected))):
                again = tx.now + timedelta(seconds=deadlines.AGAIN_SECONDS)
                await arm(tx, session, timer.kind, again, node=session.node)
                return
            if reason is EndReason.ALL_LEFT and crowd.others:
                reason = EndReason.BOTS_ONLY
            await begin_ending(tx, session, reason, "", actor_of(caller))
        self._wake(session.id)

    async def give_up_node(self, caller: Principal, timer: Timer) -> None:
        """The media node did not open the room in time: try another, or fail."""
        attempt = int(timer.payload["attempt"])
        async with self._store.begin(caller) as tx:
            session = await tx.session_to_change(timer.payload["session"])
            if session.state is not SessionState.STARTING:
                return
            if attempt >= deadlines.ALLOCATE_ATTEMPTS:
                await _fail(tx, session)
            else:
                node = node_for(session.id, self._nodes, attempt)
                await tx.save_session(replace(session, node=node))
                due = tx.now + timedelta(seconds=deadlines.ALLOCATE_SECONDS)
                await arm(tx, session, deadlines.ALLOCATE, due, attempt=attempt + 1)
        self._wake(session.id)

    async def end_grace(self, caller: Principal, timer: Timer) -> None:
        """The lost connection did not come back: its participant has left."""
        async with self._store.begin(caller) as tx:
            session = await tx.session_to_change(timer.payload["session"])
            before = await tx.roster(session.id)
            for index, one in enumerate(before):
                lost = one.state is ParticipantState.RECONNECTING
                if one.id != timer.payload["participant"] or not lost:
                    continue
                if one.epoch != timer.payload["epoch"]:
                    return
                gone = one.gone(ParticipantAction.LEAVE, tx.now)
                await tx.put_participant(gone)
                await announce(tx, session, left(one))
                await settle(tx, session, before, [*before[:index], gone, *before[index + 1 :]])
                await hurry_end(tx, session.id)
                return

    async def abort_join(self, caller: Principal, timer: Timer) -> None:
        """A token is out and nobody came by it, or nobody let its bearer in."""
        async with self._store.begin(caller) as tx:
            session = await tx.session_to_change(timer.payload["session"])
            participant = await tx.participant(session.id, timer.payload["participant"])
            if participant.state not in NOT_YET_IN:
                return
            await tx.put_participant(participant.moved(ParticipantAction.ABORT))
            why = NO_MEDIA if participant.state is ParticipantState.JOINING else NOT_ADMITTED
            aborted = facts.ParticipantAborted(participant_id=participant.id, reason=why)
            await announce(tx, session, aborted)
        self._wake(session.id)

    async def warn(self, caller: Principal, timer: Timer) -> None:
        """Tell that a timed end is near."""
        async with self._store.begin(caller) as tx:
            session = await tx.session_to_change(timer.payload["session"])
            reason, remaining = EndReason(timer.payload["reason"]), timer.payload["remaining"]
            near = deadlines.is_still_near(session, reason, remaining, tx.now)
            if not session.is_live or not near:
                return
            soon = facts.SessionEndingSoon(
                session_id=session.id,
                remaining_seconds=remaining,
                end_reason=f"END_REASON_{reason.value}",
            )
            await announce(tx, session, soon)
        self._warn(session.id, timer.payload["remaining"])

    async def end_drain(self, caller: Principal, timer: Timer) -> None:
        """Wait for the bots no longer; the owner seals with what there is."""
        async with self._store.begin(caller) as tx:
            session = await tx.session_to_change(timer.payload["session"])
            if session.state is SessionState.ENDING:
                await tx.save_session(replace(session, drained=True))
        self._wake(session.id)

    async def _connected(self, timer: Timer) -> Sequence[Connection] | None:
        """Who is in the room; ``None`` while its node does not answer."""
        session_id = SessionId(timer.payload["session"])
        at = await self._store.whereabouts(session_id)
        try:
            room = Room(at.node, session_id, at.workspace_id, at.test)
            return (await self._plane.occupancy(room)).connections
        except RoomGone:
            return ()
        except MediaUnavailable as error:
            log.warning("room not asked", session_id=session_id, error=str(error))
            return None


def _here(
    roster: Sequence[Participant], connections: Sequence[Connection]
) -> Sequence[Participant]:
    """The people who are connected and may be."""
    connected = {one.participant_id for one in connections}
    return [one for one in roster if one.is_counted and one.may_connect and one.id in connected]


async def _fail(tx: SessionTransaction, session: Session) -> None:
    spent = deadlines.ALLOCATE_ATTEMPTS * deadlines.ALLOCATE_SECONDS
    why = f"no media node opened a room in {spent} s"
    session = await stop_with_session(tx, session)
    failed = await tx.save_session(session.failed(why, tx.now))
    await disarm(tx, failed)
    await announce(tx, failed, facts.SessionFailed(session_id=failed.id, reason=why))
