"""Engines that read aloud and sounds from the web: real servers, real programs, real refusals."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bots.domain.kind import Availability
from bots.domain.saying import CannotSpeak
from bots.engines import remote_speech, sounds
from bots.engines.remote_speech import RemoteSpeech, SpeechServer
from bots.engines.sounds import Sounds, opus_of
from bots.engines.speech import Espeak, Piper
from common import receiver
from common.addresses import AddressRules
from tests.support.scenarios import a_tone


class Server:
    """A server as OpenAI's: it answers what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[tuple[str, Any]] = []
        self.status = 200
        self.body = a_tone(1.0)
        self.free = asyncio.Event()
        self.free.set()

    async def speech(self, request: web.Request) -> web.Response:
        self.asked.append((request.headers.get("authorization", ""), await request.json()))
        await self.free.wait()
        return web.Response(status=self.status, body=self.body)

    async def sound(self, request: web.Request) -> web.Response:
        return web.Response(status=self.status, body=self.body)


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server, app = Server(), web.Application()
    app.router.add_post("/v1/audio/speech", server.speech)
    app.router.add_get("/gong.wav", server.sound)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield server
    server.free.set()
    await runner.cleanup()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def reading(server: Server, session: aiohttp.ClientSession) -> RemoteSpeech:
    return RemoteSpeech(SpeechServer(f"{server.url}/v1", "tts-1", "alloy", "secret"), session)


async def test_a_server_reads_aloud_by_the_model_and_the_voice_that_are_named(
    server: Server, session: aiohttp.ClientSession
) -> None:
    engine = reading(server, session)

    packets = opus_of(await engine.sound("Good morning.", "en"))

    assert len(packets) == pytest.approx(50, abs=2)
    assert server.asked == [
        (
            "Bearer secret",
            {
                "model": "tts-1",
                "voice": "alloy",
                "input": "Good morning.",
                "response_format": "wav",
            },
        )
    ]
    assert engine.readiness().availability is Availability.CONFIGURED
    assert "secret" not in engine.name


async def test_a_server_that_refuses_or_is_away_cannot_speak(
    server: Server, session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = reading(server, session)
    server.status, server.body = 429, b"slow down"
    with pytest.raises(CannotSpeak, match="429: slow down"):
        await engine.sound("Good morning.")

    monkeypatch.setattr(remote_speech, "LARGEST_SOUND", 10)
    server.status, server.body = 200, b"x" * 11
    with pytest.raises(CannotSpeak, match="more than 10 bytes"):
        await engine.sound("Good morning.")

    monkeypatch.setattr(remote_speech, "SYNTHESIS_SECONDS", 0.1)
    server.free.clear()
    with pytest.raises(CannotSpeak, match="took longer"):
        await engine.sound("Good morning.")

    away = RemoteSpeech(SpeechServer("http://127.0.0.1:9/v1", "tts-1", "alloy"), session)
    with pytest.raises(CannotSpeak, match="does not answer"):
        await away.sound("Good morning.")


@pytest.mark.parametrize(
    ("server", "remedy"),
    [
        (SpeechServer("api.example.com/v1", "tts-1", "alloy"), "BOTS_TTS_URL"),
        (SpeechServer("https://api.example.com/v1", "", "alloy"), "BOTS_TTS_MODEL"),
        (SpeechServer("https://api.example.com/v1", "tts-1", ""), "BOTS_TTS_VOICE"),
    ],
)
async def test_a_server_that_is_half_named_is_misconfigured(
    server: SpeechServer, remedy: str, session: aiohttp.ClientSession
) -> None:
    engine = RemoteSpeech(server, session)

    assert engine.readiness().availability is Availability.MISCONFIGURED
    assert remedy in engine.readiness().remedy
    with pytest.raises(CannotSpeak, match=remedy):
        await engine.sound("Good morning.")


async def test_espeak_speaks_other_languages_and_knows_when_it_cannot() -> None:
    engine = Espeak("espeak-ng")

    assert await engine.sound("Good morning", "es") != await engine.sound("Good morning", "en")
    with pytest.raises(CannotSpeak, match="failed"):
        await engine.sound("Good morning", "xx")


async def test_piper_takes_a_text_as_one_line_and_its_voice_by_path(tmp_path: Path) -> None:
    program, voice = tmp_path / "piper", tmp_path / "joe.onnx"
    program.write_text('#!/bin/sh\necho "$@" >"${0%/*}/told"\nexec cat\n')
    program.chmod(0o755)
    engine = Piper(str(program), voice)
    assert "BOTS_PIPER_VOICE" in engine.readiness().remedy
    voice.touch()
    (tmp_path / "joe.onnx.json").touch()

    assert await engine.sound("Good\nmorning.") == b"Good morning."
    assert (tmp_path / "told").read_text() == f"--model {voice} --output-file -\n"
    assert Piper("no-such-piper", voice).readiness().availability is Availability.MISCONFIGURED
    with pytest.raises(CannotSpeak, match="BOTS_PIPER"):
        await Piper("no-such-piper", voice).sound("Good morning.")


async def test_a_sound_is_fetched_only_from_where_it_may(server: Server) -> None:
    async with receiver.opened(AddressRules(private=True), 5) as allowed:
        assert len(opus_of(await Sounds(allowed).fetch(f"{server.url}/gong.wav"))) > 45
        with pytest.raises(CannotSpeak, match="404"):
            await Sounds(allowed).fetch(f"{server.url}/missing.wav")
    async with receiver.opened(AddressRules(), 5) as guarded:
        with pytest.raises(CannotSpeak, match="https"):
            await Sounds(guarded).fetch(f"{server.url}/gong.wav")
        with pytest.raises(CannotSpeak, match="no sound"):
            await Sounds(guarded).fetch("https://127.0.0.1/gong.wav")


def test_what_is_no_sound_or_too_much_of_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CannotSpeak, match="no sound"):
        opus_of(b"<html>" + os.urandom(100))
    monkeypatch.setattr(sounds, "LONGEST_SECONDS", 1)
    with pytest.raises(CannotSpeak, match="longer than 1 s"):
        opus_of(a_tone(2.0))
