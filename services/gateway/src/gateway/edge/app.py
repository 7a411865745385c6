"""The ASGI application: every request in, one reply or one stream out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

import structlog
from grpc import aio
from opentelemetry.trace import SpanKind

from common import telemetry
from gateway.edge import joinpage, pages, problems
from gateway.edge.auth import REMEMBERED_SECONDS, Authenticate, Doorkeeper, authenticator
from gateway.edge.calls import Calls, backend_of
from gateway.edge.download import DownloadOperation
from gateway.edge.exchange import ClientGone, Exchange, Receive, Reply, Scope, Send
from gateway.edge.health import healthy, ready
from gateway.edge.limits import Limiter, RateLimit
from gateway.edge.live import Pace
from gateway.edge.operations import Entrance, FeedOperation, RestOperation
from gateway.edge.optoutpage import OptOutPage
from gateway.edge.problems import Refused
from gateway.edge.replypage import ReplyPage
from gateway.edge.router import Match, Router
from gateway.edge.routes import DOWNLOADS, LINKED_DOWNLOAD, LIVE_FEED, ROUTES

log = structlog.get_logger()

# The services that the table leads to; `make_app` wants a channel for each.
BACKENDS = tuple(sorted({backend_of(route) for route in ROUTES}))
TRACEPARENT = b"traceparent"


class Sendable(Protocol):
    """What can be written as an HTTP answer: a reply or a stream."""

    async def send(self, send: Send, more_headers: Mapping[str, str], *, head: bool) -> None: ...


class Operation(Protocol):
    """What answers a method on a path."""

    @property
    def name(self) -> str: ...

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> Sendable: ...


class Page:
    """An operation that needs no caller and no call."""

    def __init__(self, name: str, make: Callable[[dict[str, str]], Awaitable[Reply]]) -> None:
        self.name = name
        self._make = make

    async def answer(self, exchange: Exchange, values: dict[str, str]) -> Reply:
        return await self._make(values)


class App:
    """Finds the operation, follows the trace, and turns every failure into a problem document."""

    def __init__(self, router: Router[Operation]) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            await self._serve(Exchange(scope, receive), send)

    async def _serve(self, exchange: Exchange, send: Send) -> None:
        method = "GET" if exchange.method == "HEAD" else exchange.method
        found = self._router.find(method, exchange.path)
        name = found.target.name if isinstance(found, Match) else f"HTTP {method[:10]}"
        parent = exchange.header(TRACEPARENT) or ""
        with telemetry.span(name, parent=parent, kind=SpanKind.SERVER) as span:
            if current := telemetry.traceparent():
                exchange.reply_headers["traceparent"] = current
            try:
                answer = await _answer(found, exchange)
            except Refused as refused:
                span.set_attribute("convene.reason", refused.reason)
                answer = _problem(refused)
            except ClientGone:
                return
            except aio.AioRpcError as error:
                answer = _problem(problems.refusal_of(error))
            except Exception as error:
                telemetry.fail(span, error)
                log.error("request failed", operation=name, exc_info=error)
                answer = _problem(Refused(500, *problems.BROKEN))
            await answer.send(send, exchange.reply_headers, head=exchange.method == "HEAD")


def make_app(
    channels: Mapping[str, aio.Channel],
    *,
    key: bytes,
    limit: RateLimit | None = None,
    authenticate: Authenticate | None = None,
    pace: Pace | None = None,
    remembered: float = REMEMBERED_SECONDS,
) -> App:
    """The edge over *channels*, one for each of `BACKENDS`; *key* signs principals for them.

    *limit* is per API key and replica; *pace* has the live feed's times. *authenticate* replaces
    the question to the access service, whose good answers are *remembered* for some seconds.
    """
    calls = Calls(channels, key)
    doorkeeper = Doorkeeper(
        authenticate or authenticator(channels["gateway"], key), remembered=remembered
    )
    entrance = Entrance(doorkeeper, Limiter(limit or RateLimit()))
    router: Router[Operation] = Router()
    for route in ROUTES:
        operation = RestOperation(route, calls, entrance)
        router.add(route.method, "/v1" + route.path, operation)
        if route.short:
            router.add(route.method, route.path, operation)
    feed = FeedOperation(LIVE_FEED, calls, entrance, pace or Pace())
    router.add(LIVE_FEED.method, "/v1" + LIVE_FEED.path, feed)
    for route in DOWNLOADS:
        file = DownloadOperation(route, calls, entrance, public=route is LINKED_DOWNLOAD)
        router.add(route.method, "/v1" + route.path, file)
    reply, opt_out = ReplyPage(calls, entrance), OptOutPage(calls, entrance)
    for method in ("GET", "POST"):
        router.add(method, reply.name, reply)
        router.add(method, opt_out.name, opt_out)
    for path, make in _pages(channels).items():
        router.add("GET", path, Page(f"GET {path}", make))
    return App(router)


def _pages(
    channels: Mapping[str, aio.Channel],
) -> dict[str, Callable[[dict[str, str]], Awaitable[Reply]]]:
    docs, document = pages.docs_page(), pages.openapi_document()
    return {
        "/healthz": _constant(healthy()),
        "/readyz": lambda values: ready(channels),
        "/docs": _constant(docs),
        "/openapi.json": _constant(document),
        "/j/{code}": _constant(joinpage.document()),
        "/assets/{name}": _asset,
        "/problems/{name}": _problem_page,
    }


def _constant(reply: Reply) -> Callable[[dict[str, str]], Awaitable[Reply]]:
    async def make(values: dict[str, str]) -> Reply:
        return reply

    return make


async def _problem_page(values: dict[str, str]) -> Reply:
    return pages.problem_page(values["name"])


async def _asset(values: dict[str, str]) -> Reply:
    return joinpage.asset(values["name"])


async def _answer(found: Match[Operation] | frozenset[str], exchange: Exchange) -> Sendable:
    if isinstance(found, Match):
        operation: Operation = found.target
        return await operation.answer(exchange, dict(found.values))
    if not found:
        raise Refused(404, "NOT_FOUND", f"There is nothing at {exchange.path[:200]}.")
    allow = ", ".join(sorted(found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set())))
    if exchange.method == "OPTIONS":
        return Reply(204, b"", "", {"allow": allow})
    detail = f"{exchange.method[:20]} does not work here; {allow} do."
    raise Refused(405, "METHOD_NOT_ALLOWED", detail, headers={"allow": allow})


def _problem(refused: Refused) -> Reply:
    body = problems.document(refused, telemetry.trace_id())
    return Reply(refused.status, body, problems.MEDIA_TYPE, refused.headers)


async def _live(receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] != "lifespan.shutdown":
        await send({"type": message["type"] + ".complete"})
    await send({"type": "lifespan.shutdown.complete"})
