"""Who sits in a session's room by a page, and the media that they have there."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from common.errors import DomainError
from convene.session.v1.signal_pb2 import Rejoin, SignalResponse
from session.domain.participants import Participant
from session.domain.rooms import MediaLost, MediaUnavailable, NotConnected, RoomGone
from session.domain.sessions import Session
from session.domain.tokens import JoinClaims
from session.media import Peer
from session.service.charge import Charge
from session.service.signalling.encoding import event_to
from session.service.signalling.leaving import go_away
from session.service.signalling.lines import Line
from session.service.signalling.places import Place

log = structlog.get_logger()

T = TypeVar("T")

REPLACED = ("REPLACED", "You joined from elsewhere.")
LEFT = ("LEFT", "You left the meeting.")
# Says a welcome to somebody who takes a place; *resumed* when their media still flows.
Welcoming = Callable[[Place, bool], SignalResponse]


@dataclass(frozen=True, slots=True)
class Page:
    """A page that comes; one that *is_fresh* kept nothing of the media that it had."""

    line: Line
    welcoming: Welcoming
    is_fresh: bool = False


class Seating:
    """*wake* has the session's owner look at once."""

    def __init__(self, charge: Charge, wake: Callable[[], None]) -> None:
        self._charge = charge
        self._wake = wake
        self.places: dict[str, Place] = {}
        # The last join that each participant ended, for the roster to be told.
        self.departed: dict[str, int] = {}
        self._epochs: dict[str, int] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._tasks: set[asyncio.Task[Any]] = set()

    async def take(
        self,
        session: Session,
        participant: Participant,
        claims: JoinClaims,
        page: Page,
    ) -> Place:
        """Seat *participant*, whose *page* came: where they sat, if they come back.

        Raises ``NoBrowsers``.
        """
        seated: asyncio.Task[Place] = self.spawn(self._take(session, participant, claims, page))
        # A page that goes away meanwhile must not leave half a place behind.
        return await asyncio.shield(seated)

    async def _take(
        self,
        session: Session,
        participant: Participant,
        claims: JoinClaims,
        page: Page,
    ) -> Place:
        async with self._locks[participant.id]:
            place = self.places.get(participant.id)
            if place is None or not _is_of(claims, place):
                place = await self._newly(session, participant, claims, place)
            if place.line is not None:
                place.line.part(*REPLACED)
            if place.grace is not None:
                place.grace.cancel()
            place.consented = participant.consent_time is not None
            # Told nothing before the welcome, and that says whether the media goes on.
            place.line = None
            if place.peer is None or page.is_fresh:
                self._stop_following(place)
                await self._connect(place)
            page.line.tell(page.welcoming(place, place.peer is not None and place.peer.is_flowing))
            place.line = page.line
            if place.following is None:
                self._begin_to_follow(place)
            elif place.offer is not None:
                place.tell(event_to(place.offer))
            if page.line.is_over:
                self.lost(participant.id, page.line, session.policy.reconnect_grace_seconds)
            return place

    async def _newly(
        self, session: Session, participant: Participant, claims: JoinClaims, old: Place | None
    ) -> Place:
        """A place for a new join, or for the one that an earlier owner of the session knew."""
        epoch = participant.epoch
        if old is not None or not (
            claims.stay and claims.epoch == epoch and participant.is_present
        ):
            epoch = max(epoch, self._epochs.get(participant.id, 0)) + 1
        self._epochs[participant.id] = epoch
        place = Place(
            participant.id,
            participant.name,
            participant.role,
            session.node,
            epoch,
            epoch,
            participant.may_publish,
        )
        self.places[participant.id] = place
        if old is not None:
            if old.line is not None:
                old.line.part(*REPLACED)
            await self._disconnect(old)
        return place

    def lost(self, participant_id: str, line: Line, grace_seconds: float) -> None:
        """Their page listens on *line* no more; a newer line of theirs stays."""
        place = self.places.get(participant_id)
        if place is None or place.line is not line:
            return
        place.line = None
        if place.peer is not None:
            self.spawn(_alone(place.peer))
        place.grace = self.spawn(self._give_up(place, grace_seconds))

    async def _give_up(self, place: Place, grace_seconds: float) -> None:
        await asyncio.sleep(grace_seconds)
        async with self._locks[place.participant_id]:
            if place.line is None and self._holds(place):
                place.grace = None
                self._vacate(place)
                await self._disconnect(place)
                await go_away(self._charge, place.participant_id)
                self._wake()

    async def leave(self, place: Place) -> None:
        """They go of their own will."""
        async with self._locks[place.participant_id]:
            if not self._holds(place):
                return
            self._vacate(place)
            peer = place.peer
            if peer is not None:
                with suppress(RoomGone, MediaUnavailable):
                    await peer.leave()
            await self._disconnect(place)
            await go_away(self._charge, place.participant_id)
            if place.line is not None:
                place.line.part(*LEFT)
        self._wake()

    def drop(self, place: Place, reason: str, text: str) -> None:
        """They may not be here any more."""
        self._part(place, reason, text)
        self.spawn(self._disconnect(place))

    async def put_out(self, place: Place, reason: str, text: str) -> None:
        """As ``drop``, until their media is gone."""
        self._part(place, reason, text)
        await self._disconnect(place)

    def _part(self, place: Place, reason: str, text: str) -> None:
        if self._holds(place):
            del self.places[place.participant_id]
        if place.line is not None:
            place.line.part(reason, text)
        if place.grace is not None:
            place.grace.cancel()

    def lose_media(self, place: Place, peer: Peer) -> None:
        """What *peer* carried is gone: it is connected again as soon as that goes."""
        if place.peer is not peer or not self._holds(place):
            return
        self._stop_following(place)
        place.peer, place.offer, place.wanting = None, None, True
        self.spawn(_closed(peer))
        self._wake()

    def mend(self, session: Session, roster: Mapping[str, Participant]) -> None:
        """The room is there: connect those again whose media was lost."""
        for place in list(self.places.values()):
            known = roster.get(place.participant_id)
            moved = place.node != session.node
            if known is None or not known.may_connect or not (place.wanting or moved):
                continue
            place.wanting = False
            self.spawn(self._mend(place, session.node))

    async def _mend(self, place: Place, node: str) -> None:
        async with self._locks[place.participant_id]:
            if not self._holds(place):
                return
            if place.node != node:
                await self._disconnect(place)
                place.node = node
                place.epoch += 1
                self._epochs[place.participant_id] = place.epoch
            if place.peer is None and await self._connect(place):
                self._begin_to_follow(place)
                why = "the media was lost and is back"
                place.tell(SignalResponse(rejoin=Rejoin(reason=why)))

    def end(self) -> None:
        """Forget everybody; what is in the room stays there."""
        self.places.clear()
        for task in self._tasks:
            task.cancel()

    async def _connect(self, place: Place) -> bool:
        """Have the page's media let in; without a room, as soon as there is one."""
        try:
            room = self._charge.room_on(place.node)
            peer = await self._charge.plane.connect(room, place.seat)
        except (RoomGone, MediaUnavailable) as error:
            log.info("media is not connected", participant=place.participant_id, error=str(error))
            place.peer, place.wanting = None, True
            return False
        place.peer, place.offer, place.wanting = peer, None, False
        self._wake()
        return True

    def _begin_to_follow(self, place: Place) -> None:
        if place.peer is not None:
            place.following = self.spawn(self._follow(place, place.peer))

    def _stop_following(self, place: Place) -> None:
        following, place.following = place.following, None
        if following is not None and following is not asyncio.current_task():
            following.cancel()

    async def _disconnect(self, place: Place) -> None:
        peer, place.peer, place.offer = place.peer, None, None
        self._stop_following(place)
        if peer is not None:
            await _closed(peer)

    async def _follow(self, place: Place, peer: Peer) -> None:
        try:
            async for event in peer.events():
                if isinstance(event, MediaLost):
                    log.info("media is lost", participant=place.participant_id, why=event.why)
                    break
                place.pass_on(event)
        except (RoomGone, MediaUnavailable) as error:
            log.info("media is lost", participant=place.participant_id, why=str(error))
        self.lose_media(place, peer)

    def _vacate(self, place: Place) -> None:
        del self.places[place.participant_id]
        self.departed[place.participant_id] = place.epoch

    def _holds(self, place: Place) -> bool:
        return self.places.get(place.participant_id) is place

    def spawn(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Have *work* done while the audience lasts."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._settle)
        return task

    def _settle(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, DomainError):
            log.error("a place was not kept", exc_info=error)


async def _closed(peer: Peer) -> None:
    with suppress(RoomGone, MediaUnavailable):
        await peer.close()


async def _alone(peer: Peer) -> None:
    """Nobody stands in for media that does not flow."""
    with suppress(RoomGone, MediaUnavailable, NotConnected):
        await peer.stand_in(False)


def _is_of(claims: JoinClaims, place: Place) -> bool:
    """Whether *claims* come from the stay that *place* is, not from a new join."""
    return claims.stay and place.since <= claims.epoch <= place.epoch
