"""A real HTTP server that receives webhooks, keeps them, and answers as it is told."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Received:
    headers: Mapping[str, str]
    body: bytes


@dataclass
class WebhookReceiver:
    """*answer* makes every answer; *received* has the requests in the order they came."""

    url: str
    answer: Answer
    received: list[Received] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        return [one.headers["webhook-id"] for one in self.received]

    def answers(self, status: int, **headers: str) -> None:
        """Answer *status* from now on."""
        self.answer = always(status, **headers)


def always(status: int, **headers: str) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(status=status, text="heard", headers=named)

    return answer


@asynccontextmanager
async def receiving() -> AsyncIterator[WebhookReceiver]:
    """A receiver on a port of its own that answers 204."""
    app = web.Application()
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    receiver = WebhookReceiver("", always(204))

    async def receive(request: web.Request) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        receiver.received.append(Received(headers, await request.read()))
        return await receiver.answer(request)

    app.router.add_route("*", "/{path:.*}", receive)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hooks"
    try:
        yield receiver
    finally:
        await runner.cleanup()
