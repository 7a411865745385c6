"""How a session ends: announced, drained, sealed."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from google.protobuf.message import Message

from convene.session.v1 import events_pb2 as facts
from session.domain import deadlines, rosters
from session.domain.commands import Command
from session.domain.deadlines import Deadline, key_of
from session.domain.metrics import total
from session.domain.participants import OUTSIDE, Participant, ParticipantAction, ParticipantState
from session.domain.rooms import Heard, Talk
from session.domain.runs import RunState, ScenarioRun
from session.domain.sessions import Actor, EndReason, Session, SessionAction
from session.service.metrics import counts_of, seal_metrics
from session.service.recorded import stop_with_session
from session.service.wire import actor_to, end_reason_to, session_to
from session.store import SessionTransaction

CROWD_TIMERS = (deadlines.NO_SHOW, rosters.ALL_LEFT, rosters.HOST_ABSENT, rosters.SOLO)


async def announce(tx: SessionTransaction, session: Session, fact: Message) -> None:
    """Announce *fact* in the order of *session*'s facts."""
    await tx.announce(fact, aggregate=session.id, meeting=session.meeting_id, session=session.id)


async def arm(
    tx: SessionTransaction, session: Session, kind: str, due_at: datetime, **payload: str | int
) -> None:
    """Arm the one timer of *kind* that *session* has."""
    await tx.arm(
        kind, key_of(session.id, kind), due_at, {"session": session.id, **payload}, continues=True
    )


async def arm_deadlines(
    tx: SessionTransaction, session: Session, wanted: Iterable[Deadline]
) -> None:
    """Arm deadlines; one that is armed already is moved."""
    for one in wanted:
        payload = {
            "session": session.id,
            "reason": one.reason.value if one.reason else "",
            "remaining": one.remaining_seconds,
            "attempt": 1,
        }
        key = key_of(session.id, one.kind, one.suffix)
        await tx.arm(one.kind, key, one.due_at, payload, continues=True)


async def begin_ending(
    tx: SessionTransaction, session: Session, reason: EndReason, text: str, by: Actor
) -> Session:
    """End a live session: nobody joins any more, bots finish what they heard."""
    session = await stop_with_session(tx, session)
    saved = await tx.save_session(session.ended(reason, text, by, tx.now))
    await disarm(tx, saved)
    deadline = tx.now + timedelta(seconds=saved.policy.drain_seconds)
    await arm(tx, saved, deadlines.DRAIN, deadline)
    await announce(
        tx,
        saved,
        facts.SessionEnding(
            session_id=saved.id,
            end_reason=end_reason_to(saved),
            end_text=saved.end_text,
            ended_by=actor_to(by),
            drain_deadline=deadline,
        ),
    )
    return saved


async def disarm(tx: SessionTransaction, session: Session) -> None:
    """Forget every timer that only a live session has."""
    crowd = [key_of(session.id, kind) for kind in CROWD_TIMERS]
    await tx.disarm(*crowd, *deadlines.keys_from_start(session))


async def empty_room(tx: SessionTransaction, session: Session, talk: Talk) -> None:
    """Close everybody's presence at the session's end and keep how long each was heard."""
    heard = total(await counts_of(tx, session, talk))
    for participant in await tx.roster(session.id):
        gone = _out(participant, session.end_time or tx.now)
        after = _heard(gone, heard.get(participant.id))
        if after != participant:
            await tx.put_participant(after)
        if participant.is_present:
            await announce(tx, session, left(participant))
    await seal_metrics(tx, session, talk)


def _heard(participant: Participant, heard: Heard | None) -> Participant:
    if heard is None:
        return participant
    return replace(
        participant,
        speaking_seconds=heard.speaking_seconds,
        media_seconds=heard.present_seconds,
    )


def left(participant: Participant, reason: str = "") -> facts.ParticipantLeft:
    return facts.ParticipantLeft(
        participant_id=participant.id,
        epoch=participant.epoch,
        name=participant.name,
        reason=reason,
    )


def _out(participant: Participant, now: datetime) -> Participant:
    if participant.is_present:
        return participant.gone(ParticipantAction.LEAVE, now)
    if participant.state is ParticipantState.JOINING or participant.state in OUTSIDE:
        return participant.moved(ParticipantAction.ABORT)
    return participant


async def seal(tx: SessionTransaction, session: Session) -> Session:
    """Close the ledger: nothing of the session changes any more."""
    if not session.room_closed:
        await empty_room(tx, session, Talk())
    for command in await tx.waiting_commands(session.id):
        await tx.settle_command(_too_late(command, tx.now))
    for run in await tx.unfinished_runs(session.meeting_id, session.id):
        if run.state is RunState.RUNNING:
            await tx.save_run(_cut_short(run))
    saved = await tx.save_session(session.moved(SessionAction.SEAL))
    await tx.disarm(key_of(session.id, deadlines.DRAIN))
    await announce(tx, saved, facts.SessionEnded(session=session_to(saved)))
    return saved


def _too_late(command: Command, now: datetime) -> Command:
    return command.refused("SESSION_ENDED", now)


def _cut_short(run: ScenarioRun) -> ScenarioRun:
    return run.failed("the session ended before the scenario was over")
