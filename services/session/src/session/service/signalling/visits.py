"""A visit: one connected page, from its hello to its end, one request after the other."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from enum import Enum

from common.errors import DomainError, WrongState
from convene.session.v1 import signal_pb2 as pb
from session.domain.tokens import JoinClaims, JoinTokens
from session.service.signalling.audience import Audience, Knock
from session.service.signalling.doings import Doings
from session.service.signalling.encoding import refusal
from session.service.signalling.entrance import ConsentNeeded, Entry, enter
from session.service.signalling.leaving import go_away
from session.service.signalling.lines import Line
from session.service.signalling.orders import Orders
from session.service.signalling.places import Place
from session.service.signalling.welcome import welcome_to

# Requests that wait for the one before them; a page that sends more is not read meanwhile.
MOST_REQUESTS = 32


class Look(Enum):
    """A host decided about somebody who knocks: the visit goes on."""

    AGAIN = "AGAIN"


Arrival = pb.SignalRequest | DomainError | Look | None


class HelloFirst(WrongState):
    def __init__(self) -> None:
        super().__init__("say hello first, and wait for the welcome")


class AlreadyIn(WrongState):
    def __init__(self) -> None:
        super().__init__("hello was said already")


@dataclass(frozen=True, slots=True)
class Means:
    """What every visit is served with."""

    tokens: JoinTokens
    orders: Orders
    ice_servers: Sequence[pb.IceServer]


class Visit:
    """Of whoever bears *claims*; what they are told goes down *line*."""

    def __init__(self, means: Means, audience: Audience, claims: JoinClaims, line: Line) -> None:
        self._means = means
        self._audience = audience
        self._claims = claims
        self._line = line
        self._doings: Doings | None = None
        self._place: Place | None = None
        self._consents = False
        self._fresh = False
        self._arrivals: asyncio.Queue[Arrival] = asyncio.Queue(MOST_REQUESTS)

    async def run(self, hello: pb.Hello, requests: AsyncIterator[pb.SignalRequest]) -> None:
        """Serve the page until it goes; raises what is wrong with *hello* or with a request."""
        reading = asyncio.create_task(self._read(requests))
        try:
            await self._hello(hello)
            while (arrival := await self._arrivals.get()) is not None:
                if isinstance(arrival, DomainError):
                    raise arrival
                await self._take(arrival)
        finally:
            reading.cancel()

    def over(self) -> None:
        """The page is gone; it may come back for a while."""
        participant_id = self._claims.participant_id
        session = self._audience.session
        grace = session.policy.reconnect_grace_seconds if session is not None else 0
        knock = self._audience.knocking.get(participant_id)
        if knock is not None and knock.line is self._line:
            self._audience.seating.spawn(self._stop_knocking(knock, grace))
        self._audience.seating.lost(participant_id, self._line, grace)

    async def _read(self, requests: AsyncIterator[pb.SignalRequest]) -> None:
        try:
            async for request in requests:
                await self._arrivals.put(request)
        except DomainError as error:
            await self._arrivals.put(error)
        await self._arrivals.put(None)

    async def _take(self, arrival: pb.SignalRequest | Look) -> None:
        try:
            if isinstance(arrival, Look):
                if self._place is None:
                    await self._enter()
            else:
                await self._serve(arrival)
        except DomainError as error:
            self._line.tell(refusal(error))

    async def _serve(self, request: pb.SignalRequest) -> None:
        kind = request.WhichOneof("request")
        if kind == "ping":
            pong = pb.Pong(sent_ms=request.ping.sent_ms)
            self._line.tell(pb.SignalResponse(pong=pong))
        elif kind == "leave":
            await self._leave()
        elif kind == "hello":
            if self._place is not None:
                raise AlreadyIn
            await self._hello(request.hello)
        elif self._doings is None:
            raise HelloFirst
        else:
            await self._doings.follow(request)

    async def _hello(self, hello: pb.Hello) -> None:
        self._consents = self._consents or hello.consent
        self._fresh = hello.fresh
        try:
            await self._enter()
        except ConsentNeeded as error:
            self._line.tell(refusal(error))

    async def _enter(self) -> None:
        entry = await enter(self._audience.charge, self._claims, self._consents)
        if entry.goodbye is not None:
            self._line.part(*entry.goodbye)
        elif entry.is_knocking:
            self._knock(entry)
        else:
            await self._sit(entry)

    def _knock(self, entry: Entry) -> None:
        self._audience.knocking[entry.participant.id] = Knock(self._line, self._look)
        knocking = pb.Knocking(meeting_title=entry.session.title)
        self._line.tell(pb.SignalResponse(knocking=knocking))
        self._audience.wake()

    def _look(self) -> None:
        if not self._arrivals.full():
            self._arrivals.put_nowait(Look.AGAIN)

    async def _sit(self, entry: Entry) -> None:
        self._audience.knocking.pop(entry.participant.id, None)

        def welcoming(place: Place, resumed: bool) -> pb.SignalResponse:
            welcome = welcome_to(entry, place, self._means.tokens, self._claims.workspace_id)
            welcome.resumed = resumed
            welcome.ice_servers.extend(self._means.ice_servers)
            return pb.SignalResponse(welcome=welcome)

        if self._fresh:
            await self._audience.seating.renew(entry.participant.id)
        self._place = await self._audience.seating.take(
            entry.session, entry.participant, self._claims, self._line, welcoming
        )
        self._doings = Doings(self._audience, self._means.orders, self._place)

    async def _leave(self) -> None:
        participant_id = self._claims.participant_id
        if self._place is not None:
            await self._audience.seating.leave(self._place)
            return
        knock = self._audience.knocking.get(participant_id)
        if knock is not None:
            await self._stop_knocking(knock, 0)
        self._line.part("LEFT", "You left the meeting.")

    async def _stop_knocking(self, knock: Knock, grace_seconds: float) -> None:
        """Unless they knock again within the grace."""
        await asyncio.sleep(grace_seconds)
        participant_id = self._claims.participant_id
        if self._audience.knocking.get(participant_id) is knock:
            del self._audience.knocking[participant_id]
            await go_away(self._audience.charge, participant_id)
            self._audience.wake()
