"""What one browser receives: one peer connection for everybody's tracks, renegotiated in turn."""

import asyncio
from collections.abc import Awaitable, Callable, Set

import structlog

from session.domain.rooms import (
    Candidate,
    InvalidDescription,
    MediaUnavailable,
    Offered,
    OfferedTrack,
    PeerEvent,
    RoomGone,
    Side,
)
from session.media.janus.handles import Answer, Handle, answer_of
from session.media.janus.ledger import source_of
from session.media.janus.people import Track
from session.media.janus.refusals import BAD_DESCRIPTIONS, JanusRefused, Json

log = structlog.get_logger()

# A page that has not answered by then is offered the same again.
ANSWER_SECONDS = 10.0
AGAIN_SECONDS = 0.5

Attach = Callable[[Callable[[Json], None]], Awaitable[Handle]]


class Receiver:
    """Follows *wanted*; there is never more than one offer that the page has to answer."""

    def __init__(
        self,
        room: str,
        attach: Attach,
        wanted: Callable[[], Set[Track]],
        tell: Callable[[PeerEvent], None],
        pass_on: Callable[[Json], None],
    ) -> None:
        self._room = room
        self._attach = attach
        self._wanted = wanted
        self._tell = tell
        self._pass_on = pass_on
        self._handle: Handle | None = None
        self._has: set[Track] = set()
        self._unanswered: Offered | None = None
        self._stirred = asyncio.Event()
        self._answered = asyncio.Event()

    def stir(self) -> None:
        """What is wanted may have changed."""
        self._stirred.set()

    def adopt(self, handle: Handle, has: set[Track]) -> None:
        """Go on where an earlier owner stopped."""
        self._handle, self._has = handle, has

    async def follow(self) -> None:
        """Offer what is wanted, until cancelled or the room is gone."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            try:
                await self._wait_for_answer()
                await self._catch_up()
            except RoomGone:
                return
            except MediaUnavailable as error:
                # A publisher may just have gone, of which Janus will tell.
                log.info("offer not made", room=self._room, error=str(error))
                await asyncio.sleep(AGAIN_SECONDS)
                self._stirred.set()

    async def answer(self, sdp: str) -> None:
        if self._handle is None or self._unanswered is None:
            raise InvalidDescription("nothing is offered that waits for an answer", field="sdp")
        try:
            await self._handle.describe("start", "answer", sdp)
        except JanusRefused as refused:
            if refused.code in BAD_DESCRIPTIONS:
                raise InvalidDescription(str(refused), field="sdp") from refused
            raise
        self._unanswered = None
        self._answered.set()

    async def candidate(self, candidate: Candidate) -> None:
        if self._handle is not None:
            await self._handle.trickle(candidate)

    async def close(self) -> None:
        """Give the peer connection back; what is wanted is offered anew when stirred."""
        handle, self._handle = self._handle, None
        self._has, self._unanswered = set(), None
        self._answered.set()
        if handle is not None:
            await handle.detach()

    async def _wait_for_answer(self) -> None:
        while self._unanswered is not None:
            self._answered.clear()
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await self._answered.wait()
            except TimeoutError:
                if self._unanswered is not None:
                    self._tell(self._unanswered)

    async def _catch_up(self) -> None:
        wanted = set(self._wanted())
        missing, gone = wanted - self._has, self._has - wanted
        if self._handle is None:
            if wanted:
                await self._begin(wanted)
        elif missing or gone:
            changes = {"subscribe": _streams(missing), "unsubscribe": _streams(gone)}
            answer = await self._handle.ask("update", **{k: v for k, v in changes.items() if v})
            self._has = wanted
            self._take(answer)

    async def _begin(self, wanted: set[Track]) -> None:
        handle = await self._attach(self.told)
        try:
            answer = await handle.ask(
                "join", ptype="subscriber", room=self._room, streams=_streams(wanted)
            )
        except MediaUnavailable:
            await handle.detach()
            raise
        self._handle, self._has = handle, wanted
        self._take(answer)

    def told(self, message: Json) -> None:
        """An event of the receiving handle."""
        if "jsep" in message:
            self._take(answer_of(message))
        else:
            self._pass_on(message)

    def _take(self, answer: Answer) -> None:
        streams = [one for one in answer.told.get("streams", ()) if one.get("active")]
        if not answer.sdp:
            return
        self._has = {(str(one["feed_id"]), str(one["feed_mid"])) for one in streams}
        self._unanswered = Offered(answer.sdp, [_track(one) for one in streams])
        self._tell(self._unanswered)
        self._stirred.set()


def candidate_of(side: Side, message: Json) -> Candidate:
    """What Janus trickles."""
    told = message.get("candidate", {})
    return Candidate(
        side,
        str(told.get("candidate", "")),
        str(told.get("sdpMid", "")),
        int(told.get("sdpMLineIndex", 0)),
    )


def _streams(tracks: Set[Track]) -> list[Json]:
    return [{"feed": feed, "mid": mid} for feed, mid in sorted(tracks)]


def _track(told: Json) -> OfferedTrack:
    source = source_of(str(told.get("feed_description", "")), told["type"] == "video")
    return OfferedTrack(str(told["mid"]), str(told["feed_id"]), source)
