"""A row of the table in action: admit the caller, read the request, call, write the answer."""

import asyncio
import re
from functools import partial
from typing import Any

from grpc import aio

from common.principal import Principal
from common.rules import Violation
from convene.common.v1 import options_pb2
from gateway.edge.auth import Doorkeeper, as_bearer
from gateway.edge.calls import Calls
from gateway.edge.exchange import Exchange, Reply
from gateway.edge.existence import Existence
from gateway.edge.limits import Limiter
from gateway.edge.live import Feed, Pace, place_name, resume_after
from gateway.edge.plan import ETAG, Answer, Parts, Plan
from gateway.edge.problems import Refused, refusal_of
from gateway.edge.router import path_names
from gateway.edge.routes import MAIL, Route

# Seconds from the whole request to the answer; every hop gets a little less.
DEADLINE = 10.0
AFTER = "after_sequence"
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")


class Entrance:
    """Whose request it is, and whether there is room for it."""

    def __init__(self, doorkeeper: Doorkeeper, limiter: Limiter) -> None:
        self._doorkeeper = doorkeeper
        self._limiter = limiter

    async def admit(
        self, exchange: Exchange, *, public: bool, basic: bool = False
    ) -> Principal | None:
        """The caller, None on a public call; raises `Refused` (401, 429).

        *basic* takes the key as the password of Basic authorization, too.
        """
        if public:
            # Nothing else tells these callers apart.
            exchange.reply_headers |= self._limiter.take(f"address {exchange.client_address}")
            return None
        principal = await self.identify(exchange, basic=basic)
        exchange.reply_headers |= self._limiter.take(f"key {principal.id}")
        return principal

    async def identify(self, exchange: Exchange, *, basic: bool = False) -> Principal:
        """Whose key the request carries; raises `Refused` (401)."""
        authorization = exchange.header(b"authorization") or ""
        return await self._doorkeeper.admit(as_bearer(authorization) if basic else authorization)


class RestOperation:
    """Answers one row by one unary call."""

    def __init__(self, route: Route, calls: Calls, entrance: Entrance) -> None:
        self.name = f"{route.method} /v1{route.path}"
        self._route = route
        self._plan = Plan(route, path_names(route.path))
        self._rpc = calls.unary(route)
        self._calls = calls
        self._existence = Existence(route, calls)
        self._entrance = entrance
        self._public = access_of(route).level == options_pb2.ACCESS_LEVEL_PUBLIC

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> Reply:
        """The reply; raises `Refused`, and `AioRpcError` where the caller's key is looked up."""
        # Providers of mail are told a URL and nothing else.
        basic = self._route.raw_type == MAIL
        principal = await self._entrance.admit(exchange, public=self._public, basic=basic)
        idempotency_key = self._idempotency_key(exchange)
        request = self._plan.request(
            Parts(
                values,
                exchange.query,
                await exchange.body(self._route.max_body_bytes),
                exchange.header(b"content-type") or "",
                exchange.header(b"if-match"),
            )
        )
        deadline = asyncio.get_running_loop().time() + DEADLINE
        try:
            answer = await self._calls.call(
                self._rpc,
                request,
                self._calls.metadata(principal, idempotency_key),
                deadline=deadline,
                repeatable=bool(idempotency_key) or not self._route.takes_body,
            )
        except aio.AioRpcError as error:
            raise refusal_of(error, self._route.body) from error
        await self._existence.check(principal, values.get("meeting_id", ""), answer, deadline)
        return _reply(self._plan.answer(request, answer), exchange)

    def _idempotency_key(self, exchange: Exchange) -> str:
        key = exchange.header(b"idempotency-key")
        # Reading twice is harmless, so a key on a GET says nothing.
        if key is None or self._route.method == "GET":
            return ""
        if not IDEMPOTENCY_KEY.fullmatch(key):
            takes = "takes 1 to 255 visible ASCII characters"
            raise Refused(
                400,
                "INVALID_IDEMPOTENCY_KEY",
                f"Idempotency-Key {takes}.",
                errors=[Violation("Idempotency-Key", takes)],
            )
        return key


class FeedOperation:
    """Answers the live feed by one server stream."""

    def __init__(self, route: Route, calls: Calls, entrance: Entrance, pace: Pace) -> None:
        self.name = f"{route.method} /v1{route.path}"
        self._make: Any = route.request
        self._rpc = calls.stream(route)
        self._calls = calls
        self._entrance = entrance
        self._pace = pace

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> Feed:
        """The open stream; raises `Refused` when the service does not open it."""
        principal = await self._entrance.admit(exchange, public=False)
        request = self._make(**values, after_sequence=resume_after(exchange))
        call = self._rpc(request, metadata=self._calls.metadata(principal))
        feed = Feed(exchange, call, self._pace, partial(self._entrance.identify, exchange))
        try:
            await feed.open()
        except aio.AioRpcError as error:
            raise _named_as_sent(refusal_of(error), place_name(exchange)) from error
        return feed


def access_of(route: Route) -> options_pb2.Access:
    """Who may call the row's rpc, and with which scope."""
    options: Any = route.descriptor.GetOptions()
    access: options_pb2.Access = options.Extensions[options_pb2.access]
    return access


def _named_as_sent(refused: Refused, place: str) -> Refused:
    """*refused* with the sequence called as the client called it."""
    if not any(field == AFTER for field, _ in refused.errors):
        return refused
    return Refused(
        refused.status,
        refused.reason,
        f"{place} {refused.detail}",
        errors=[
            Violation(place if field == AFTER else field, message)
            for field, message in refused.errors
        ],
        headers=refused.headers,
    )


def _reply(answer: Answer, exchange: Exchange) -> Reply:
    seen = exchange.header(b"if-none-match")
    if seen and exchange.method in {"GET", "HEAD"} and seen == answer.headers.get(ETAG):
        return Reply(304, b"", "", answer.headers)
    return Reply(answer.status, answer.body, answer.content_type, answer.headers)
