"""A server that answers whole files as Deepgram does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from convene_cli.loopback import LOOPBACK, free_port

KEY: Final = "stand-in-key"
REFUSED: Final = {"err_code": "INVALID_AUTH", "err_msg": "Invalid credentials."}


def _word(text: str, start: float, end: float) -> dict[str, Any]:
    plain = text.lower().strip(".")
    return {
        "word": plain, "punctuated_word": text, "start": start, "end": end, "confidence": 0.9
    }  # fmt: skip


ALTERNATIVE: Final[dict[str, Any]] = {
    "transcript": "Good morning.",
    "confidence": 0.9,
    "words": [_word("Good", 0.1, 0.4), _word("morning.", 0.4, 0.9)],
}


@dataclass
class Deepgram:
    """Hears the same in everything, after the *statuses* that it answers first."""

    url: str
    statuses: list[int] = field(default_factory=list)

    async def listen(self, request: web.Request) -> web.StreamResponse:
        if request.headers["Authorization"] != f"Token {KEY}":
            return web.json_response(REFUSED, status=401)
        if self.statuses:
            return web.json_response({}, status=self.statuses.pop(0))
        await request.read()
        results = {"channels": [{"alternatives": [ALTERNATIVE]}]}
        return web.json_response({"metadata": {"request_id": "1"}, "results": results})


@asynccontextmanager
async def deepgram() -> AsyncIterator[Deepgram]:
    """A server on a port of its own."""
    port = free_port()
    server = Deepgram(f"http://{LOOPBACK}:{port}/v1/listen")
    app = web.Application()
    app.router.add_post("/v1/listen", server.listen)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        yield server
    finally:
        await runner.cleanup()
