"""A real HTTP server that speaks OpenAI's chat completions and says what a test tells it to."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from aiohttp import web

from common.llm.config import LlmConfig

MODEL = "parrot-1"


@dataclass(frozen=True)
class Asked:
    """One request for a completion: its body, and the token it came with."""

    body: dict[str, Any]
    token: str

    @property
    def instruction(self) -> str:
        return str(self.body["messages"][0]["content"])

    @property
    def material(self) -> dict[str, Any]:
        """What the model is given to read."""
        material: dict[str, Any] = json.loads(self.body["messages"][1]["content"])
        return material


# What the model says, or how the server answers instead.
Reply = str | web.StreamResponse
Mind = Callable[[Asked], Awaitable[Reply]]


@dataclass
class LlmServer:
    """*mind* makes every answer; *asked* has the requests in the order they came."""

    url: str
    mind: Mind
    token: str = ""
    models: Sequence[str] | None = (MODEL,)
    asked: list[Asked] = field(default_factory=list)

    def config(self, **changes: Any) -> LlmConfig:
        return replace(LlmConfig(self.url, MODEL, self.token, 5.0), **changes)

    def says(self, *answers: object) -> None:
        """Answer these in turn, the last one for ever; what is not text is sent as JSON."""
        said = [one if isinstance(one, str) else json.dumps(one) for one in answers]

        async def mind(asked: Asked) -> Reply:
            return said.pop(0) if len(said) > 1 else said[0]

        self.mind = mind

    def refuses(self, status: int, message: str = "no") -> None:
        """Answer *status* from now on."""

        async def mind(asked: Asked) -> Reply:
            return refusal(status, message)

        self.mind = mind


def refusal(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message, "type": "x"}}, status=status)


@asynccontextmanager
async def thinking(token: str = "") -> AsyncIterator[LlmServer]:
    """A server on a port of its own whose model says `{}`."""
    server = LlmServer("", _nothing, token)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", partial(_complete, server))
    app.router.add_get("/v1/models", partial(_models, server))
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield server
    finally:
        await runner.cleanup()


async def _nothing(asked: Asked) -> Reply:
    return "{}"


async def _complete(server: LlmServer, request: web.Request) -> web.StreamResponse:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    asked = Asked(await request.json(), token)
    server.asked.append(asked)
    if server.token and token != server.token:
        return refusal(401, "bad token")
    reply = await server.mind(asked)
    if not isinstance(reply, str):
        return reply
    return web.json_response(completion(reply))


def completion(content: str, finish_reason: str = "stop") -> dict[str, Any]:
    """What such a server answers when its model says *content*."""
    message = {"role": "assistant", "content": content}
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
    }


async def _models(server: LlmServer, request: web.Request) -> web.StreamResponse:
    if server.token and request.headers.get("authorization") != f"Bearer {server.token}":
        return refusal(401, "bad token")
    if server.models is None:
        return refusal(404, "no such page")
    models = [
        {"id": one, "object": "model", "created": 1, "owned_by": "x"} for one in server.models
    ]
    return web.json_response({"object": "list", "data": models})
