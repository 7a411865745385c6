"""Where a page's connection arrives: it is served here, or by the replica that owns its session."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from typing import Protocol

from common import run
from common.errors import InvalidInput, Unavailable
from common.leases import Leases
from common.principal import Kind, Principal
from convene.session.v1 import signal_pb2 as pb
from session.domain.tokens import JoinClaims
from session.service.owners import lease_of
from session.service.signalling.audience import Audience, Audiences
from session.service.signalling.encoding import end_text_of
from session.service.signalling.lines import Line
from session.service.signalling.visits import Means, Visit
from session.store import Store

HELLO_SECONDS = 10.0
# A session that nobody owns has an owner again within moments, or its replicas are in trouble.
OWNER_SECONDS = 3.0
LOOK_SECONDS = 0.1

Requests = AsyncIterator[pb.SignalRequest]
Responses = AsyncGenerator[pb.SignalResponse, None]


class HelloExpected(InvalidInput):
    def __init__(self) -> None:
        super().__init__(f"the first request is hello, within {HELLO_SECONDS:g} s", field="request")


class SessionUnowned(Unavailable):
    def __init__(self) -> None:
        super().__init__("nobody speaks for the session right now; try again", retry_after=1)


class Elsewhere(Protocol):
    """Another replica's signalling, reached by its address."""

    def signal(self, address: str, requests: Requests) -> Responses: ...


class Desk:
    def __init__(
        self,
        store: Store,
        leases: Leases,
        audiences: Audiences,
        means: Means,
        elsewhere: Elsewhere,
        wake: Callable[[str], None],
    ) -> None:
        self._store = store
        self._leases = leases
        self._audiences = audiences
        self._means = means
        self._elsewhere = elsewhere
        self._wake = wake

    async def serve(self, caller: Principal, requests: Requests) -> Responses:
        """What a page is told while its *requests* last.

        Raises ``HelloExpected``, ``InvalidJoinToken``, ``SessionUnowned``, or whatever keeps the
        bearer from coming in that is no goodbye.
        """
        hello = await _first(requests)
        claims = self._means.tokens.verified(hello.join_token)
        owner = await self._owner_of(claims, piped=_is_replica(caller))
        if isinstance(owner, pb.SignalResponse):
            yield owner
            return
        told = (
            self._visit(owner, claims, hello, requests)
            if isinstance(owner, Audience)
            else self._elsewhere.signal(owner, _again(hello, requests))
        )
        async with aclosing(told) as responses:
            async for response in responses:
                yield response

    async def _visit(
        self, audience: Audience, claims: JoinClaims, hello: pb.Hello, requests: Requests
    ) -> Responses:
        line = Line()
        visit = Visit(self._means, audience, claims, line)
        work = asyncio.create_task(visit.run(hello, requests))
        work.add_done_callback(lambda _: line.close())
        try:
            async for response in line.told():
                yield response
            if work.done():
                await work
        finally:
            line.close()
            await run.stop(work)
            visit.over()

    async def _owner_of(
        self, claims: JoinClaims, *, piped: bool
    ) -> Audience | str | pb.SignalResponse:
        """Who speaks for the session: an audience here, an address, or a goodbye at once."""
        until = asyncio.get_running_loop().time() + OWNER_SECONDS
        while asyncio.get_running_loop().time() < until:
            audience = self._audiences.find(claims.session_id)
            if audience is not None:
                return audience
            lease = await self._leases.find(lease_of(claims.session_id))
            if lease is None:
                if (goodbye := await self._ended(claims)) is not None:
                    return goodbye
                self._wake(claims.session_id)
            elif lease.owner != self._leases.owner and lease.address and not piped:
                return lease.address
            await asyncio.sleep(LOOK_SECONDS)
        raise SessionUnowned

    async def _ended(self, claims: JoinClaims) -> pb.SignalResponse | None:
        bearer = Principal(claims.workspace_id, Kind.PARTICIPANT, claims.participant_id)
        async with self._store.begin(bearer) as tx:
            claims.check_fresh(tx.now)
            session = await tx.session(claims.session_id)
        if session.is_live:
            return None
        goodbye = pb.Goodbye(reason="ENDED", text=end_text_of(session))
        return pb.SignalResponse(goodbye=goodbye)


def _is_replica(caller: Principal) -> bool:
    """Whether another replica took the connection: it is not piped on once more."""
    return caller.kind is Kind.SERVICE and caller.id == "session"


async def _first(requests: Requests) -> pb.Hello:
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            first = await anext(requests, None)
    except TimeoutError:
        raise HelloExpected from None
    if first is None or first.WhichOneof("request") != "hello":
        raise HelloExpected
    return first.hello


async def _again(hello: pb.Hello, requests: Requests) -> Requests:
    yield pb.SignalRequest(hello=hello)
    async for request in requests:
        yield request
