"""How a session's owner plays armed scenarios into its room."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from common.ids import derived_id
from session.domain import rosters
from session.domain.links import JoinLink, LinkId
from session.domain.participants import ParticipantKind
from session.domain.rooms import Performance, PerformanceRefused
from session.domain.runs import RunState, ScenarioRun
from session.domain.sessions import Session, SessionState
from session.service.charge import Charge
from session.service.endings import arm
from session.service.wire import claims_of
from session.store import SessionTransaction

# Longer than any scenario; its people's links are of no use afterwards.
LINK_LIFETIME = timedelta(days=1)


async def play(charge: Charge, session: Session, run: ScenarioRun, from_seconds: float) -> None:
    """Have the room's node play *run*; playing it twice is once."""
    async with charge.writing() as tx:
        content = await tx.content_of_run(run.id)
        links = _links(run, tx.now)
        for link in links:
            await tx.add_link(link)
    codes = [charge.signer.code(claims_of(link, charge.workspace_id)) for link in links]
    performance = Performance(run.id, content, codes, run.speed, from_seconds)
    refusal = ""
    try:
        await charge.plane.perform(charge.room(session), performance)
    except PerformanceRefused as error:
        refusal = str(error)
    async with charge.writing() as tx:
        if refusal:
            await tx.save_run(run.failed(refusal))
        elif run.state is RunState.ARMED:
            await tx.save_run(run.playing(session.id, tx.now))


async def close_runs(
    tx: SessionTransaction, session: Session, over: Mapping[str, str], performed: bool
) -> None:
    """Finish what has been played: *over* has the error, or nothing, per run that said so."""
    for run in await tx.unfinished_runs(session.meeting_id, session.id):
        if run.state is not RunState.RUNNING:
            continue
        if over.get(run.id):
            await tx.save_run(run.failed(over[run.id]))
        elif run.id in over or performed:
            await tx.save_run(run.finished())


async def hurry_end(tx: SessionTransaction, session_id: str) -> None:
    """Let a session end at once when all have left and what was played was accelerated.

    The timer asks the node and the roster once more, as it does after its usual time.
    """
    session = await tx.session(session_id)
    if session.state is not SessionState.IDLE or not await tx.was_hurried(session_id):
        return
    if not await tx.unfinished_runs(session.meeting_id, session_id):
        await arm(tx, session, rosters.ALL_LEFT, tx.now, node=session.node)


def _links(run: ScenarioRun, now: datetime) -> list[JoinLink]:
    """One join link per scripted person, the same ones on every try."""
    return [
        JoinLink(
            id=LinkId(derived_id("lnk", run.id, str(index))),
            meeting_id=run.meeting_id,
            kind=ParticipantKind.PERSON,
            role=person.role,
            name=person.name,
            single_use=False,
            expire_time=now + LINK_LIFETIME,
        )
        for index, person in enumerate(run.people)
    ]
