"""Whether somebody who says hello may come in, written down in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from common.errors import WrongState
from common.principal import Kind, Principal
from convene.session.v1 import events_pb2 as facts
from session.domain.consents import JOIN_PAGE, Consent, Subject
from session.domain.links import SessionNotOpen
from session.domain.participants import (
    HOSTS,
    Participant,
    ParticipantAction,
    ParticipantState,
    SessionFull,
    check_room,
    has_to_knock,
)
from session.domain.prompts import Prompt
from session.domain.sessions import Session
from session.domain.tokens import JoinClaims
from session.service.charge import Charge
from session.service.coming import expect
from session.service.endings import announce
from session.service.signalling.audience import BANNED, PROMPTS_SHOWN, goodbye_to
from session.service.signalling.encoding import end_text_of
from session.service.wire import participant_to
from session.store import SessionTransaction

FULL = ("FULL", "The meeting is full; try again when somebody has left.")
COMING = frozenset({ParticipantState.ADMITTED, ParticipantState.ABORTED})


class ConsentNeeded(WrongState):
    """*Hello* may be said again, with the consent."""

    def __init__(self) -> None:
        super().__init__("this meeting is recorded or transcribed; agree to that to come in")


@dataclass(frozen=True, slots=True)
class Entry:
    """What came of a hello: they are in, or still knock, or are told *goodbye*."""

    session: Session
    participant: Participant
    roster: Sequence[Participant]
    prompts: Sequence[tuple[int, Prompt]]
    now: datetime
    goodbye: tuple[str, str] | None = None

    @property
    def is_knocking(self) -> bool:
        return self.participant.state is ParticipantState.KNOCKING


async def enter(charge: Charge, claims: JoinClaims, consent: bool) -> Entry:
    """Let the bearer of *claims* in, as far as the session lets them.

    Raises ``InvalidJoinToken``, ``ParticipantNotFound``, ``SessionNotOpen`` or ``ConsentNeeded``.
    """
    bearer = Principal(claims.workspace_id, Kind.PARTICIPANT, claims.participant_id)
    async with charge.writing(bearer) as tx:
        claims.check_fresh(tx.now)
        session = await tx.session_to_change(claims.session_id)
        was = await tx.participant(session.id, claims.participant_id)
        if not session.is_live:
            return Entry(session, was, (), (), tx.now, ("ENDED", end_text_of(session)))
        if not session.admits:
            raise SessionNotOpen
        roster = await tx.roster(session.id)
        goodbye = goodbye_to(was) or _no_room(session, was, roster)
        if was.role not in HOSTS and await tx.is_banned_device(session.id, was.device):
            goodbye = BANNED
        if goodbye is not None:
            return Entry(session, was, (), (), tx.now, goodbye)
        participant = await _agree(tx, session, _coming(session, was), consent)
        if participant != was:
            await tx.put_participant(participant)
            await _follow(tx, session, was, participant)
        prompts = await tx.prompts_after(session.id, 0, PROMPTS_SHOWN)
        return Entry(session, participant, await tx.roster(session.id), prompts, tx.now)


def _no_room(
    session: Session, coming: Participant, roster: Sequence[Participant]
) -> tuple[str, str] | None:
    if coming.takes_place or coming.state is ParticipantState.KNOCKING or not coming.is_counted:
        return None
    try:
        check_room(session.policy, roster)
    except SessionFull:
        return FULL
    return None


def _coming(session: Session, was: Participant) -> Participant:
    """Whoever was let in, or took too long, comes now."""
    if was.state is ParticipantState.ABORTED and has_to_knock(session.policy, was):
        return was.moved(ParticipantAction.KNOCK)
    return was.moved(ParticipantAction.JOIN) if was.state in COMING else was


async def _agree(
    tx: SessionTransaction, session: Session, participant: Participant, consent: bool
) -> Participant:
    """Keep what they agree to; raises ``ConsentNeeded`` where they must."""
    if participant.consent_time is not None:
        return participant
    if not consent:
        if session.is_kept:
            raise ConsentNeeded
        return participant
    for subject in Subject:
        await tx.add_consent(Consent(session.id, participant.id, subject, JOIN_PAGE, tx.now))
    return replace(participant, consent_time=tx.now)


async def _follow(
    tx: SessionTransaction, session: Session, was: Participant, participant: Participant
) -> None:
    """What a changed state brings with it."""
    if participant.state is was.state:
        return
    if participant.state is ParticipantState.KNOCKING:
        shown = participant_to(participant, tx.now)
        await announce(tx, session, facts.ParticipantKnocking(participant=shown))
        return
    await expect(tx, session.id, participant.id)
