"""A Janus plane that shows the rooms it holds, so that people can publish plain RTP in them."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from common import rpc
from session.domain.rooms import Room
from session.media.janus.ledger import Join, Medium
from session.media.janus.live import LiveRoom
from session.media.janus.plane import JanusNode, JanusPlane, JanusSecrets
from session.media.janus.refusals import NO_SUCH_FEED, JanusRefused
from session.media.janus.videoroom import Target
from tests.support.eventually import eventually
from tests.support.janus import Janus
from tests.support.services import KEY

Address = tuple[str, int]


@dataclass(frozen=True)
class Publisher:
    """Somebody seated at the ear: their RTP goes to *port*, and is to be forwarded to *ear*."""

    name: str
    port: int
    ear: Address
    ssrc: int


class HeldPlane(JanusPlane):
    def held(self, room: Room) -> LiveRoom:
        return self._live(room)

    async def publisher(self, room: Room, name: str) -> Publisher:
        """Seat somebody who comes by RTP."""
        live = self.held(room)
        port = await live.rooms.add_voice(name, "127.0.0.1")
        ssrc = secrets.randbits(32) or 1
        # Known as somebody whose browser is on its way: who is not is unseated after half a minute.
        join = live.crowd.joins[name] = Join(name, 1)
        place = await live.ear.seat(join, {Medium.AUDIO: ssrc})
        return Publisher(name, port, (place.host, place.port), ssrc)

    async def forward(self, room: Room, publisher: Publisher, to: Address) -> None:
        """Have Janus send what they say to an address: the ear's, or one on the way to it."""
        target = Target(*to, publisher.ssrc)

        async def is_forwarded() -> bool:
            try:
                await self.held(room).rooms.forward(publisher.name, "0", target)
            except JanusRefused as refused:
                if refused.code != NO_SUCH_FEED:
                    raise
                return False
            return True

        # Janus answers that it has a voice a moment before it has it.
        await eventually(is_forwarded)


@asynccontextmanager
async def a_held_plane(janus: Janus, ear: str) -> AsyncIterator[HeldPlane]:
    """The plane of one node, its ear at the address *ear*, while the block runs."""
    keys = JanusSecrets(janus.secrets.api, janus.secrets.admin, janus.secrets.rooms)
    async with rpc.channel(ear) as channel:
        caller = rpc.Caller(KEY, "session")
        node = JanusNode(janus.url, janus.admin_url)
        plane = HeldPlane({ear: node}, keys, {ear: channel}, caller)
        async with plane.running():
            yield plane
