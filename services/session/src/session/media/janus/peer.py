"""A browser in a Janus room, as its signalling uses it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from typing import Protocol

import structlog

from session.domain.rooms import (
    Candidate,
    InvalidDescription,
    MayNotPublish,
    MediaLost,
    NotConnected,
    PeerEvent,
    RoomGone,
    Side,
    Source,
)
from session.media.janus.ledger import Join
from session.media.janus.offers import check_offer
from session.media.janus.receiving import Receiver, candidate_of
from session.media.janus.refusals import BAD_DESCRIPTIONS, JanusRefused, Json

log = structlog.get_logger()

MOST_UNREAD = 1000


class House(Protocol):
    """What a peer needs of the room it is in."""

    async def published(self, join: Join) -> None: ...

    async def renew(self, join: Join) -> None: ...

    async def self_set(self, join: Join) -> None: ...

    async def stood_in(self, join: Join) -> None: ...

    async def part(self, peer: "JanusPeer", *, left: bool) -> None: ...


class JanusPeer:
    """Satisfies ``Peer``."""

    def __init__(self, house: House, join: Join, receiver: Receiver, fingerprint: str) -> None:
        self.join = join
        self.receiver = receiver
        self._house = house
        self._fingerprint = fingerprint
        # What stands was made by an earlier owner, and nothing was published since.
        self.is_taken_over = bool(fingerprint)
        self._publishing = asyncio.Lock()
        self._unread: deque[PeerEvent] = deque()
        self._stirred = asyncio.Event()
        self._over = False
        # Of the publisher's side: a browser takes them only after the answer.
        self._held: list[PeerEvent] | None = []

    @property
    def is_flowing(self) -> bool:
        return (bool(self._fingerprint) or self.join.subscriber_up) and not self._over

    async def publish(self, sdp: str, sources: Mapping[str, Source]) -> str:
        async with self._publishing:
            self._check()
            if not self.join.publishes:
                raise MayNotPublish
            check_offer(sdp, sources)
            fingerprint = fingerprint_of(sdp)
            if self._fingerprint and fingerprint != self._fingerprint:
                # A new page behind the same join: nothing of the old connections is of use.
                self._held = []
                await self._house.renew(self.join)
            answer = await self._describe(sdp, sources)
            self._fingerprint, self.is_taken_over = fingerprint, False
            self.join.sources = dict(sources)
            await self._house.published(self.join)
            self._release()
            return answer

    async def answer(self, sdp: str) -> None:
        self._check()
        await self.receiver.answer(sdp)

    async def candidate(self, candidate: Candidate) -> None:
        self._check()
        if candidate.side is Side.SUBSCRIBER:
            await self.receiver.candidate(candidate)
        else:
            await self.join.publisher.trickle(candidate)

    async def set_media(self, *, muted: bool, camera: bool) -> None:
        self._check()
        self.join.muted, self.join.camera = muted, camera
        await self._house.self_set(self.join)

    async def stand_in(self, present: bool) -> None:
        self._check()
        self.join.stands_in = present
        await self._house.stood_in(self.join)

    async def leave(self) -> None:
        await self._house.part(self, left=True)

    async def close(self) -> None:
        await self._house.part(self, left=False)

    async def events(self) -> AsyncIterator[PeerEvent]:
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            while self._unread:
                yield self._unread.popleft()
            if self._over:
                return

    def tell(self, event: PeerEvent) -> None:
        if self._over:
            return
        if len(self._unread) >= MOST_UNREAD:
            self.lose("what happened was not taken in time")
            return
        self._unread.append(event)
        self._stirred.set()

    def trickled(self, message: Json) -> None:
        """Janus has a candidate of its own for what the browser sends."""
        candidate = candidate_of(Side.PUBLISHER, message)
        if self._held is None:
            self.tell(candidate)
        else:
            self._held.append(candidate)

    def lose(self, why: str) -> None:
        """The media is gone: say so, and end."""
        if not self._over:
            self._unread.append(MediaLost(why))
            self.end()

    def end(self) -> None:
        self._over = True
        self._stirred.set()

    @property
    def is_over(self) -> bool:
        return self._over

    def _check(self) -> None:
        if self._over:
            raise NotConnected("this connection is over; connect anew")

    async def _describe(self, sdp: str, sources: Mapping[str, Source]) -> str:
        described = [{"mid": mid, "description": source.name} for mid, source in sources.items()]
        try:
            answer = await self.join.publisher.describe(
                "configure", "offer", sdp, audio=True, video=True, descriptions=described
            )
        except RoomGone:
            raise
        except JanusRefused as refused:
            if refused.code in BAD_DESCRIPTIONS:
                raise InvalidDescription(str(refused), field="sdp") from refused
            raise
        return answer.sdp

    def _release(self) -> None:
        held, self._held = self._held or [], None
        for event in held:
            self.tell(event)


def fingerprint_of(sdp: str) -> str:
    """The first DTLS fingerprint of a description: a new one is a new peer connection."""
    marked = (line for line in sdp.splitlines() if line.startswith("a=fingerprint:"))
    return next(marked, "").strip()
