"""The browsers in a Janus room: their joins, and the peers that their signalling holds."""

import asyncio
import math
from collections.abc import Set
from functools import partial

import structlog

from common.errors import DomainError
from session.domain.rooms import (
    Changed,
    Departed,
    MediaUnavailable,
    NotConnected,
    PeerEvent,
    Seat,
    Side,
    Source,
    Talked,
)
from session.media.janus.admin import Found
from session.media.janus.handles import Handle, Told
from session.media.janus.home import Home
from session.media.janus.ledger import Join, opaque_id, source_of
from session.media.janus.moderating import ask_key_frame
from session.media.janus.peer import JanusPeer, fingerprint_of
from session.media.janus.receiving import Receiver, candidate_of
from session.media.janus.refusals import Json

log = structlog.get_logger()

SUBSCRIBER = "subscriber"
# After its owner was lost, a page has this long to be there again.
PAGE_SECONDS = 30.0
# And this long to publish anew, where it does not go on with what stands.
ANEW_SECONDS = 10.0


class Crowd:
    """Satisfies ``House`` for its peers."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._entering = asyncio.Lock()
        self.joins: dict[str, Join] = {}
        self._peers: dict[str, JanusPeer] = {}
        self._following: dict[str, asyncio.Task[None]] = {}
        # Until when the page of an adopted join may say that it is there.
        self._awaited: dict[str, float] = {}

    def up(self) -> list[Join]:
        """The joins whose media stands."""
        return [join for join in self.joins.values() if join.is_up]

    async def connect(self, seat: Seat) -> JanusPeer:
        """Let a browser in, or go on with the join that an earlier owner let in."""
        async with self._entering:
            self._home.check()
            older = self.joins.get(seat.participant_id)
            adopted = self._awaited.pop(seat.participant_id, None) is not None
            if older is not None and adopted and older.epoch == seat.epoch:
                older.publishes = seat.publishes
                return self._peers[seat.participant_id]
            if older is not None:
                await self._remove(older)
                if older.epoch != seat.epoch:
                    await self._unseat(older)
            join = Join(seat.participant_id, seat.epoch, seat.publishes)
            join.publisher = await self._sit_down(join)
            return self._seated(join)

    def adopt(self, join: Join, publisher: Found, subscriber: Found | None) -> None:
        """Take a join that an earlier owner let in; ``connect`` then answers its peer."""
        told = partial(self._publisher_told, join)
        join.publisher = self._home.session.adopt(publisher.number, told)
        join.publisher_up = publisher.is_up
        join.sources = {
            str(one["mid"]): source_of(str(one.get("description", "")), one["type"] == "video")
            for one in publisher.streams
        }
        peer = self._seated(join, fingerprint_of(publisher.remote_sdp))
        self._awaited[join.participant_id] = _now() + PAGE_SECONDS
        if subscriber is not None:
            join.subscriber_up = subscriber.is_up
            handle = self._home.session.adopt(subscriber.number, peer.receiver.told)
            has = [one for one in subscriber.streams if one.get("active")]
            peer.receiver.adopt(
                handle, {(str(one["feed_id"]), str(one["feed_mid"])) for one in has}
            )

    async def disconnect(self, participant_id: str) -> None:
        """Cut somebody's connection; raises ``NotConnected``."""
        join = self.find(participant_id)
        # Not by Janus's own kick: it offers the others nothing new, and names no one as leaving.
        await self._remove(join)
        await self._unseat(join)

    def find(self, participant_id: str) -> Join:
        """Their join; raises ``NotConnected``."""
        if participant_id not in self.joins:
            raise NotConnected(f"{participant_id} is not connected", participant_id=participant_id)
        return self.joins[participant_id]

    def keep(self, present: Set[str]) -> None:
        """Whoever Janus does not list has lost their connection, whatever the events said."""
        for join in list(self.joins.values()):
            late = self._awaited.get(join.participant_id, math.inf) < _now()
            if late or (join.is_up and join.participant_id not in present):
                self._awaited.pop(join.participant_id, None)
                self._home.spawn(self._drop(join))

    def reseat(self, seated: Set[tuple[str, int]]) -> None:
        """Whoever the ear does not list is to be seated there again."""
        for join in self.joins.values():
            if (join.participant_id, join.epoch) not in seated:
                join.offset_seconds = join.quiet_told = None

    def unpublished(self, participant_id: str) -> None:
        """Forwards end with what they forward."""
        if join := self.joins.get(participant_id):
            join.forwards.clear()

    def tell(self, event: PeerEvent) -> None:
        for peer in self._peers.values():
            peer.tell(event)

    def stir(self) -> None:
        for peer in self._peers.values():
            peer.receiver.stir()

    def lose(self, why: str) -> None:
        """Everybody's media is gone."""
        for peer in self._peers.values():
            peer.lose(why)
        self._forget()

    def end(self) -> None:
        for peer in self._peers.values():
            peer.end()
        self._forget()

    async def published(self, join: Join) -> None:
        await self._home.moderating.begin(join)

    async def renew(self, join: Join) -> None:
        """Give a join's handles back for new ones: its page has begun anew."""
        self._home.check()
        await self._peers[join.participant_id].receiver.close()
        await join.publisher.detach()
        join.publisher_up = join.subscriber_up = join.is_heard = False
        join.publisher = await self._sit_down(join)
        self.stir()

    async def self_set(self, join: Join) -> None:
        await self._home.moderating.send_own(join)
        if join.is_up:
            await self._home.settle_join(join)
        if join.camera and Source.CAMERA in join.sources.values():
            await ask_key_frame(join)
        self._home.stir()

    async def stood_in(self, join: Join) -> None:
        self._home.stir()

    async def part(self, peer: JanusPeer, *, left: bool) -> None:
        """End a connection; one that is over already is left alone."""
        join = peer.join
        peer.end()
        if self.joins.get(join.participant_id) is not join:
            return
        if left:
            self._home.hints.tell(Departed(join.participant_id, join.epoch))
        try:
            await self._remove(join)
        finally:
            await self._unseat(join, left=left)

    def _seated(self, join: Join, fingerprint: str = "") -> JanusPeer:
        receiver = Receiver(
            self._home.rooms.name,
            partial(self._attach, join, SUBSCRIBER),
            partial(self._home.people.tracks_for, join.participant_id),
            partial(self._tell_one, join),
            partial(self._subscriber_told, join),
        )
        peer = JanusPeer(self, join, receiver, fingerprint)
        self.joins[join.participant_id] = join
        self._peers[join.participant_id] = peer
        self._following[join.participant_id] = self._home.spawn(receiver.follow())
        for talker in self._home.people.talkers.now():
            peer.tell(Talked(talker, True))
        self._home.stir()
        return peer

    async def _sit_down(self, join: Join) -> Handle:
        """A publisher's handle in the room; whoever has the id there is sent out."""
        handle = await self._attach(join, "", partial(self._publisher_told, join))
        try:
            await self._home.rooms.join(handle, join)
        except MediaUnavailable:
            await handle.detach()
            raise
        return handle

    async def _attach(self, join: Join, part: str, told: Told) -> Handle:
        opaque = opaque_id(self._home.session_id, join.participant_id, join.epoch, part)
        return await self._home.session.attach(opaque, told)

    async def _remove(self, join: Join) -> None:
        participant_id = join.participant_id
        if self.joins.get(participant_id) is not join:
            return
        del self.joins[participant_id]
        self._following.pop(participant_id).cancel()
        peer = self._peers.pop(participant_id)
        peer.end()
        try:
            await peer.receiver.close()
        finally:
            await join.publisher.detach()
            self._home.stir()

    async def _unseat(self, join: Join, *, left: bool = False) -> None:
        if join.offset_seconds is not None:
            await self._home.ear.unseat(join.participant_id, join.epoch, left=left)

    async def _drop(self, join: Join) -> None:
        """Their media is gone without their doing."""
        if peer := self._peers.get(join.participant_id):
            peer.lose("the media node sent the connection away")
        try:
            await self._remove(join)
            await self._unseat(join)
        except DomainError as error:
            log.info("not dropped", participant_id=join.participant_id, error=str(error))

    def _publisher_told(self, join: Join, message: Json) -> None:
        match message["janus"]:
            case "webrtcup":
                join.publisher_up = True
                self._home.stir()
            case "hangup" | "detached":
                join.publisher_up = False
                self._lost(join, message)
            case "trickle":
                if peer := self._peer(join):
                    peer.trickled(message)
            case "media":
                self._home.hints.tell(Changed())

    def _subscriber_told(self, join: Join, message: Json) -> None:
        match message["janus"]:
            case "webrtcup":
                join.subscriber_up = True
                self._home.stir()
            case "hangup" | "detached":
                join.subscriber_up = False
                self._lost(join, message)
            case "trickle":
                self._tell_one(join, candidate_of(Side.SUBSCRIBER, message))

    def _lost(self, join: Join, message: Json) -> None:
        peer = self._peer(join)
        why = str(message.get("reason", "the media node ended the connection"))
        if peer is not None and peer.is_taken_over:
            self._home.spawn(self._lose_later(peer, why))
        elif peer is not None:
            peer.lose(why)
        self._home.stir()

    async def _lose_later(self, peer: JanusPeer, why: str) -> None:
        """A page that found its new owner may end the old connections to make new ones."""
        await asyncio.sleep(ANEW_SECONDS)
        if peer.is_taken_over:
            peer.lose(why)

    def _peer(self, join: Join) -> JanusPeer | None:
        peer = self._peers.get(join.participant_id)
        return peer if peer is not None and peer.join is join else None

    def _tell_one(self, join: Join, event: PeerEvent) -> None:
        if peer := self._peer(join):
            peer.tell(event)

    def _forget(self) -> None:
        self.joins.clear()
        self._peers.clear()
        self._following.clear()
        self._awaited.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
