"""A real listener that costs little: a Chromium that receives everybody and plays nobody."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from common.errors import DomainError
from session.domain.rooms import Candidate, Offered, Side
from session.media import Peer
from tests.support.browser import Page, browsing

READY_SECONDS = 60.0

# Sound that nothing plays is received and decrypted, and not decoded.
_ANSWER = """(async () => {
  window.line ??= new RTCPeerConnection();
  await line.setRemoteDescription({ type: "offer", sdp: %s });
  for (const one of (window.early ?? []).splice(0)) await line.addIceCandidate(one);
  await line.setLocalDescription(await line.createAnswer());
  return line.localDescription.sdp;
})()"""
# Of a large room the candidates come before the offer is made.
_ADD = """((candidate) => {
  if (window.line?.remoteDescription) return line.addIceCandidate(candidate).then(() => true);
  (window.early ??= []).push(candidate);
})(%s)"""
_READY = """window.line?.connectionState === "connected" &&
  line.getTransceivers().filter((one) => one.currentDirection === "recvonly").length >= %d"""
_COUNT = """(async () => {
  const found = {};
  if (window.line) for (const one of (await line.getStats()).values())
    if (one.type === "inbound-rtp" && one.kind === "audio")
      found[one.mid] = one.packetsReceived;
  return found;
})()"""


@dataclass(frozen=True)
class Received:
    """Of everybody together; *people* is how many were heard at all."""

    people: int
    packets: int


class Listener:
    """Answers what *peer* is offered in *page*."""

    def __init__(self, peer: Peer, page: Page) -> None:
        self._peer = peer
        self._page = page

    async def ready(self, people: int) -> None:
        """Wait until so many can be heard."""
        await self._page.wait_for(_READY % people, READY_SECONDS)

    async def received(self) -> Received:
        """What came until now."""
        found = [one for one in (await self._page.evaluate(_COUNT)).values() if one]
        return Received(len(found), sum(found))

    async def follow(self) -> None:
        """Answer, until cancelled."""
        async for event in self._peer.events():
            if isinstance(event, Offered):
                answer = str(await self._page.evaluate(_ANSWER % json.dumps(event.sdp)))
                # It may be over meanwhile, which the next events say.
                with suppress(DomainError):
                    await self._peer.answer(answer)
            elif isinstance(event, Candidate) and event.side is Side.SUBSCRIBER:
                await self._add(event)

    async def _add(self, told: Candidate) -> None:
        if told.candidate:
            candidate = {"candidate": told.candidate, "sdpMid": told.sdp_mid}
            await self._page.evaluate(_ADD % json.dumps(candidate))


@asynccontextmanager
async def listening(peer: Peer, folder: Path) -> AsyncIterator[Listener]:
    """A listener behind *peer* while the block runs."""
    async with browsing(folder / "listener") as page:
        listener = Listener(peer, page)
        following = asyncio.create_task(listener.follow())
        try:
            yield listener
        finally:
            following.cancel()
            await asyncio.wait([following])
