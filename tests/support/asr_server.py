"""A real HTTP server that speaks OpenAI's `/audio/transcriptions` and hears what a test says."""

import io
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from bots.engines.recognition import RecogniserConfig
from convene_cli.loopback import LOOPBACK, free_port

MODEL = "ears-1"


@dataclass
class Heard:
    """One request: its fields, the token it came with and the samples of its file."""

    fields: dict[str, list[str]]
    token: str
    pcm: bytes


@dataclass
class AsrServer:
    """*answer* is what every request gets, after the statuses in *refusals*; bytes as they are."""

    url: str
    answer: Any = field(default_factory=lambda: {"text": "", "language": "en", "duration": 1.0})
    refusals: list[int] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def config(self, **changes: Any) -> RecogniserConfig:
        fields: dict[str, Any] = {
            "engine": "openai",
            "url": self.url,
            "model": MODEL,
            "token": "tok",
            "deadline_seconds": 5.0,
        }
        return RecogniserConfig(Path(), **fields | changes)

    async def transcribe(self, request: web.Request) -> web.StreamResponse:
        fields: dict[str, list[str]] = {}
        pcm = b""
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                with wave.open(io.BytesIO(value.file.read())) as file:
                    assert (file.getframerate(), file.getnchannels()) == (16_000, 1)
                    pcm = file.readframes(file.getnframes())
            else:
                fields.setdefault(name, []).append(str(value))
        token = request.headers["Authorization"].removeprefix("Bearer ")
        self.heard.append(Heard(fields, token, pcm))
        if self.refusals:
            return _refusal(self.refusals.pop(0))
        if isinstance(self.answer, bytes):
            return web.Response(body=self.answer, content_type="application/json")
        return web.json_response(self.answer)

    async def models(self, request: web.Request) -> web.StreamResponse:
        if self.refusals:
            return _refusal(self.refusals.pop(0))
        return web.json_response({"object": "list", "data": []})


def _refusal(status: int) -> web.Response:
    return web.json_response({"error": {"message": "no", "type": "x"}}, status=status)


@asynccontextmanager
async def hearing() -> AsyncIterator[AsrServer]:
    """A server on a port of its own."""
    port = free_port()
    server = AsrServer(f"http://{LOOPBACK}:{port}/v1")
    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", server.transcribe)
    app.router.add_get("/v1/models", server.models)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, port).start()
    try:
        yield server
    finally:
        await runner.cleanup()
