"""Join links, and trading them for a place in a live session."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from common import pages
from common.errors import DomainError
from common.ids import derived_id, new_id
from common.links import LinkClaims, LinkSigner, UnknownJoinLink, is_personal
from common.principal import Kind, Principal, as_system
from convene.session.v1 import events_pb2 as facts
from session.clients import SchedulerClient
from session.domain.links import (
    LINKABLE,
    JoinLink,
    JoinLinkNotFound,
    LinkId,
    MeetingNotStarted,
    ParticipantBanned,
    ParticipantTurnedAway,
    SessionLocked,
    SessionNotOpen,
    SessionOver,
    UnfitLinkKind,
)
from session.domain.participants import (
    HOSTS,
    MAY_KNOCK,
    Participant,
    ParticipantAction,
    ParticipantId,
    ParticipantKind,
    ParticipantState,
    Role,
    check_lobby,
    check_room,
    has_to_knock,
)
from session.domain.sessions import Session, SessionState
from session.domain.tokens import TOKEN_LIFETIME, InvalidJoinToken, JoinClaims, JoinTokens
from session.service.coming import expect
from session.service.endings import announce
from session.service.lists import cut, text_after
from session.service.sessions import Wake
from session.service.wire import participant_to
from session.store import SessionTransaction, Store

log = structlog.get_logger()

# How often somebody who is early may ask again, at the least and at the most.
SOONEST_RETRY_SECONDS = 5.0
LATEST_RETRY_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class LinkRequest:
    """A join link to make; *ttl_seconds* of 0 lets it work as long as its meeting."""

    meeting_id: str
    kind: ParticipantKind
    role: Role
    name: str
    single_use: bool
    ttl_seconds: int


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who comes by a link: in the browser *device*, and with the *token* of an earlier page."""

    name: str
    device: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class Admission:
    """What an exchanged link gives: a token, and whom it is for."""

    token: str
    expire_time: datetime
    participant: Participant
    session: Session
    now: datetime


class Joining:
    def __init__(
        self,
        store: Store,
        scheduler: SchedulerClient,
        signer: LinkSigner,
        tokens: JoinTokens,
        wake: Wake,
    ) -> None:
        self._store = store
        self._scheduler = scheduler
        self._signer = signer
        self._tokens = tokens
        self._wake = wake

    async def create_link(self, caller: Principal, request: LinkRequest) -> JoinLink:
        """Make a link for one person, bot or observer of a meeting that exists."""
        if request.kind not in LINKABLE:
            raise UnfitLinkKind
        await self._scheduler.check_meeting(as_system(caller, "session"), request.meeting_id)
        async with self._store.begin(caller) as tx:
            lifetime = timedelta(seconds=request.ttl_seconds)
            link = JoinLink(
                id=LinkId(new_id("lnk")),
                meeting_id=request.meeting_id,
                kind=request.kind,
                role=request.role,
                name=request.name,
                single_use=request.single_use,
                expire_time=tx.now + lifetime if request.ttl_seconds else None,
            )
            await tx.add_link(link)
            return link

    async def links(
        self, caller: Principal, meeting_id: str, page_size: int, page_token: str
    ) -> tuple[Sequence[JoinLink], str]:
        """The links of a meeting that were made one by one, newest first."""
        size, before = pages.page_size(page_size), text_after(page_token)
        async with self._store.begin(caller) as tx:
            found = await tx.newest_links(meeting_id, size + 1, before)
        return cut(found, size, lambda one: one.id)

    async def revoke_link(self, caller: Principal, meeting_id: str, link_id: str) -> JoinLink:
        """Make a link useless; revoking it twice is no error."""
        async with self._store.begin(caller) as tx:
            link = replace(await tx.link(meeting_id, link_id), revoked=True)
            await tx.save_link(link)
            return link

    async def mark_invitation(
        self, caller: Principal, meeting_id: str, invitation_id: str, *, removed: bool
    ) -> None:
        """Make the own link of an invitation useless, or good again."""
        async with self._store.begin(caller) as tx:
            claims = LinkClaims(caller.workspace_id, meeting_id, "PERSON", "PARTICIPANT")
            link = _unkept(replace(claims, link_id=invitation_id))
            await tx.add_link(link)
            await tx.save_link(replace(link, revoked=removed))

    async def recast_invitation(
        self, caller: Principal, meeting_id: str, invitation_id: str, role: Role
    ) -> None:
        """Let whoever comes by the own link of an invitation in with *role* from now on."""
        async with self._store.begin(caller) as tx:
            claims = LinkClaims(caller.workspace_id, meeting_id, "PERSON", role.value)
            await tx.recast_link(_unkept(replace(claims, link_id=invitation_id)))

    async def exchange(self, code: str, who: Bearer) -> Admission:
        """Trade a join link's *code* for a place in its meeting's live session.

        Whoever comes again within the grace with the token of before is who they were.
        Raises ``UnknownJoinLink``, what is wrong with the link, or why the session lets
        nobody in, with ``retry_after`` where waiting helps.
        """
        claims = self._signer.read(code)
        bearer = Principal(claims.workspace_id, Kind.PARTICIPANT, claims.link_id)
        async with self._store.begin(bearer) as tx:
            link = await _link_of(tx, claims)
            session = await tx.find_live_session(claims.meeting_id)
            now = tx.now
            if session is not None:
                admission = await self._admit(tx, session, link, who)
            else:
                link.check_unused()
        if session is not None:
            self._wake(session.id)
            return admission
        raise await self._not_started(bearer, link, now)

    async def _admit(
        self, tx: SessionTransaction, session: Session, link: JoinLink, who: Bearer
    ) -> Admission:
        _check_open(session)
        known = await self._known(tx, session, link, who)
        _check_welcome(session, known)
        if link.role not in HOSTS and await tx.is_banned_device(session.id, who.device):
            raise ParticipantBanned
        coming = _coming(known, session, link, who)
        others = [one for one in await tx.roster(session.id) if one.id != coming.id]
        if coming.takes_place:
            check_room(session.policy, others)
        if coming.state is ParticipantState.KNOCKING:
            check_lobby(others)
        await tx.put_participant(coming)
        if coming.state is ParticipantState.KNOCKING:
            shown = participant_to(coming, tx.now)
            await announce(tx, session, facts.ParticipantKnocking(participant=shown))
        await expect(tx, session.id, coming.id)
        expire_time = tx.now + TOKEN_LIFETIME
        token = self._tokens.sign(
            JoinClaims(
                tx.caller.workspace_id,
                session.id,
                coming.id,
                coming.epoch + 1,
                int(expire_time.timestamp()),
            )
        )
        return Admission(token, expire_time, coming, session, tx.now)

    async def _known(
        self, tx: SessionTransaction, session: Session, link: JoinLink, who: Bearer
    ) -> Participant | None:
        """Whom *who* was before; raises ``JoinLinkUsed`` for a newcomer by a link that was used."""
        earlier = await self._earlier(tx, session, link, who.token)
        if earlier is not None:
            return earlier
        link.check_unused()
        if not link.id:
            return None
        # An invitation's own link has no row, and works as often as its person comes.
        if not is_personal(link.id):
            await tx.save_link(replace(link, uses=link.uses + 1))
        return await tx.find_participant(session.id, _id_by(link, session))

    async def _earlier(
        self, tx: SessionTransaction, session: Session, link: JoinLink, token: str
    ) -> Participant | None:
        """Whom an earlier page's *token* names, if they came by *link* and may go on."""
        try:
            claims = self._tokens.read(token, tx.now)
        except InvalidJoinToken:
            return None
        if (claims.workspace_id, claims.session_id) != (tx.caller.workspace_id, session.id):
            return None
        found = await tx.find_participant(session.id, claims.participant_id)
        if found is None or (found.link_id, found.role, found.kind) != (
            link.id,
            link.role,
            link.kind,
        ):
            return None
        grace = timedelta(seconds=session.policy.reconnect_grace_seconds)
        return found if found.banned or found.may_come_back(tx.now, grace) else None

    async def _not_started(self, bearer: Principal, link: JoinLink, now: datetime) -> DomainError:
        """Has the first to come start the meeting where they may; says when to come back."""
        suite, meeting_id = as_system(bearer, "session"), link.meeting_id
        try:
            prospect = await self._scheduler.prospect(suite, meeting_id)
            if prospect.is_started_by(link.role, now):
                await self._scheduler.start_known(suite, meeting_id)
                return SessionNotOpen()
        except DomainError as error:
            log.info("meeting is not started", meeting_id=meeting_id, error=str(error))
            return _come_back(None, now)
        return _come_back(None if prospect.is_open(now) else prospect.opens, now)


def _come_back(opens: datetime | None, now: datetime) -> MeetingNotStarted:
    if opens is None:
        return MeetingNotStarted(
            "the meeting has not started; ask its host to start it",
            retry_after=SOONEST_RETRY_SECONDS,
        )
    wait = (opens - now).total_seconds()
    return MeetingNotStarted(
        f"the meeting has not started; it opens at {opens:%Y-%m-%dT%H:%M:%SZ}",
        retry_after=min(max(wait, SOONEST_RETRY_SECONDS), LATEST_RETRY_SECONDS),
    )


def _check_open(session: Session) -> None:
    if session.state is SessionState.STARTING:
        raise SessionNotOpen
    if not session.admits:
        raise SessionOver


def _check_welcome(session: Session, known: Participant | None) -> None:
    if known is not None and known.banned:
        raise ParticipantBanned
    if known is not None and known.state is ParticipantState.DENIED:
        raise ParticipantTurnedAway
    is_newcomer = known is None or known.state is ParticipantState.REMOVED
    if session.locked and is_newcomer:
        raise SessionLocked


async def _link_of(tx: SessionTransaction, claims: LinkClaims) -> JoinLink:
    """The usable link that *claims* name.

    A meeting's own is not kept, and an invitation's only once it was taken back or recast.
    """
    if not claims.link_id:
        return _unkept(claims)
    try:
        link = await tx.link(claims.meeting_id, claims.link_id)
    except JoinLinkNotFound:
        if is_personal(claims.link_id):
            return _unkept(claims)
        raise UnknownJoinLink from None
    link.check_usable(tx.now)
    if is_personal(claims.link_id) and not link.recast:
        return _unkept(claims)
    return link


def _unkept(claims: LinkClaims) -> JoinLink:
    return JoinLink(
        LinkId(claims.link_id),
        claims.meeting_id,
        ParticipantKind(claims.kind),
        Role(claims.role),
        name="",
        single_use=False,
        expire_time=None,
    )


def _id_by(link: JoinLink, session: Session) -> ParticipantId:
    """Whoever comes again by a link of their own is the same participant."""
    return ParticipantId(derived_id("prt", session.id, link.id))


def _coming(
    known: Participant | None, session: Session, link: JoinLink, who: Bearer
) -> Participant:
    if known is not None:
        # By a link of their own somebody may come back in another role.
        known = replace(known, role=link.role)
        return replace(
            known.moved(_move_of(session, known)),
            name=who.name or known.name,
            device=who.device or known.device,
        )
    fresh = Participant(
        id=_id_by(link, session) if link.id else ParticipantId(new_id("prt")),
        session_id=session.id,
        name=who.name or link.name or link.role.value.replace("_", "-").capitalize(),
        role=link.role,
        kind=link.kind,
        link_id=link.id,
        device=who.device,
    )
    if has_to_knock(session.policy, fresh):
        return replace(fresh, state=ParticipantState.KNOCKING)
    return fresh


def _move_of(session: Session, known: Participant) -> ParticipantAction:
    if known.state in MAY_KNOCK and has_to_knock(session.policy, known):
        return ParticipantAction.KNOCK
    return ParticipantAction.JOIN
