"""What somebody who is in does by their page: media, chat, a host's orders."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

import structlog

from common.errors import Forbidden, InvalidInput, WrongState
from common.ids import new_id
from common.principal import Kind, Principal
from convene.session.v1 import signal_pb2 as pb
from session.domain.prompts import Prompt, PromptKind
from session.domain.rooms import MayNotPublish, MediaUnavailable, NotConnected, RoomGone
from session.domain.sessions import SessionNotLive
from session.service.prompts import say
from session.service.signalling.audience import Audience
from session.service.signalling.encoding import candidate_of, sources_of
from session.service.signalling.orders import Orders
from session.service.signalling.places import Place

log = structlog.get_logger()


class UnknownRequest(InvalidInput):
    def __init__(self) -> None:
        super().__init__("the request says nothing that is known", field="request")


class SessionHeld(WrongState):
    def __init__(self) -> None:
        super().__init__("the session is on hold; unmute yourself when it goes on")


class HostsOnly(Forbidden):
    def __init__(self) -> None:
        super().__init__("only hosts and co-hosts may do this")


class Doings:
    def __init__(self, audience: Audience, orders: Orders, place: Place) -> None:
        self._audience = audience
        self._orders = orders
        self._place = place
        self._ways: Mapping[str, Callable[[Any], Awaitable[None]]] = {
            "publish": self._publish,
            "answer": self._answer,
            "candidate": self._candidate,
            "set_media": self._set_media,
            "chat": self._chat,
            "order": self._order,
        }

    async def follow(self, request: pb.SignalRequest) -> None:
        """Do what *request* asks; media that is gone is not the page's fault."""
        kind = request.WhichOneof("request")
        if kind not in self._ways:
            raise UnknownRequest
        peer = self._place.peer
        try:
            await self._ways[kind](getattr(request, kind))
        except (RoomGone, MediaUnavailable, NotConnected) as error:
            log.info("media fails", participant=self._place.participant_id, error=str(error))
            if peer is not None:
                self._audience.seating.lose_media(self._place, peer)

    async def _publish(self, request: pb.Publish) -> None:
        if not self._place.publishes:
            raise MayNotPublish
        sources = sources_of(request.tracks)
        # Without media the page is told to publish anew as soon as there is some.
        if self._place.peer is not None:
            sdp = await self._place.peer.publish(request.sdp, sources)
            self._place.tell(pb.SignalResponse(published=pb.Published(sdp=sdp)))

    async def _answer(self, request: pb.Answer) -> None:
        if self._place.peer is not None:
            answered = self._place.offer
            await self._place.peer.answer(request.sdp)
            if self._place.offer is answered:
                self._place.offer = None

    async def _candidate(self, request: pb.Candidate) -> None:
        if self._place.peer is not None:
            await self._place.peer.candidate(candidate_of(request))

    async def _set_media(self, request: pb.SetMedia) -> None:
        """Their own doing; whoever unmutes themself lifts what a moderator did."""
        session = self._audience.session
        known = self._audience.known.get(self._place.participant_id)
        if request.listening and self._place.peer is not None:
            await self._place.peer.stand_in(True)
        if self._is_asked:
            # Nothing of them is heard or seen before they agree; their page says it again then.
            request = pb.SetMedia(muted=True)
        if not request.muted and session is not None and session.held:
            raise SessionHeld
        if not request.muted and known is not None and known.muted:
            room = self._audience.charge.room_on(self._place.node)
            with suppress(NotConnected):
                await self._audience.charge.plane.set_muted(room, self._place.participant_id, False)
        if self._place.peer is not None:
            await self._place.peer.set_media(muted=request.muted, camera=request.camera)
        self._audience.wake()

    @property
    def _is_asked(self) -> bool:
        session = self._audience.session
        return session is not None and session.is_kept and not self._place.consented

    async def _chat(self, request: pb.Chat) -> None:
        charge = self._audience.charge
        async with charge.writing(self._principal) as tx:
            session = await tx.session_to_change(charge.session_id)
            if not session.admits:
                raise SessionNotLive(session.id, session.state)
            if request.to_participant_id:
                await tx.participant(session.id, request.to_participant_id)
            prompt = Prompt(
                id=new_id("pmt"),
                kind=PromptKind.CHAT,
                text=request.text,
                create_time=tx.now,
                from_participant_id=self._place.participant_id,
                from_name=self._place.name,
                to_participant_id=request.to_participant_id,
            )
            await say(tx, session, prompt)
        self._audience.wake()

    async def _order(self, request: pb.Order) -> None:
        session = self._audience.session
        if not self._place.is_host or session is None:
            raise HostsOnly
        command = await self._orders.give(self._principal, session, request)
        if command is not None:
            self._audience.expect(command.id, self._place)
        self._audience.wake()

    @property
    def _principal(self) -> Principal:
        charge = self._audience.charge
        return Principal(
            charge.workspace_id, Kind.PARTICIPANT, self._place.participant_id, test=charge.test
        )
