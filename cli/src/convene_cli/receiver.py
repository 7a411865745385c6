"""A webhook receiver on loopback that believes only what is signed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from convene_cli.loopback import LOOPBACK, free_port


@dataclass
class Receiver:
    """What came in: events by id in order of arrival, each with its ``traceparent``."""

    url: str
    secret: str = ""
    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    traceparents: dict[str, str] = field(default_factory=dict)
    refused: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        try:
            event: dict[str, Any] = Webhook(self.secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            self.refused += 1
            return web.Response(status=401)
        self.events[event["id"]] = event
        self.traceparents[event["id"]] = request.headers.get("traceparent", "")
        self.arrived.set()
        return web.Response(status=204)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver while the block runs; set its secret once the endpoint is made."""
    port = free_port()
    receiver = Receiver(f"http://{LOOPBACK}:{port}/hooks")
    application = web.Application()
    application.router.add_post("/hooks", receiver.take)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        yield receiver
    finally:
        await runner.cleanup()
