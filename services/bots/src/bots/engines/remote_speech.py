"""Text to speech by a server that answers ``/audio/speech`` as OpenAI's does."""

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

import aiohttp

from bots.domain.kind import Availability, Readiness
from bots.domain.saying import CannotSpeak

SYNTHESIS_SECONDS: Final = 30.0
LARGEST_SOUND: Final = 40 * 1024 * 1024
LONGEST_COMPLAINT: Final = 200
OK: Final = 200


@dataclass(frozen=True, slots=True)
class SpeechServer:
    """*url* is the base, such as ``https://api.example.com/v1``."""

    url: str
    model: str
    voice: str
    key: str = field(default="", repr=False)


class RemoteSpeech:
    """Satisfies ``TextToSpeech``; the server finds the language out by the text."""

    def __init__(self, server: SpeechServer, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session
        self.name = f"{server.model or 'no model'} at {urlsplit(server.url).netloc}"

    def readiness(self) -> Readiness:
        parts = urlsplit(self._server.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            remedy = "BOTS_TTS_URL takes the base of an OpenAI-compatible server, https://…/v1"
            return Readiness(Availability.MISCONFIGURED, remedy)
        if not self._server.model or not self._server.voice:
            remedy = "name the model in BOTS_TTS_MODEL and the voice in BOTS_TTS_VOICE"
            return Readiness(Availability.MISCONFIGURED, remedy)
        return Readiness()

    async def sound(self, text: str, language: str = "") -> bytes:
        if remedy := self.readiness().remedy:
            raise CannotSpeak(f"there is no speech engine; {remedy}")
        server = self._server
        headers = {"authorization": f"Bearer {server.key}"} if server.key else {}
        wanted = {
            "model": server.model,
            "voice": server.voice,
            "input": text,
            "response_format": "wav",
        }
        try:
            async with self._session.post(
                f"{server.url.rstrip('/')}/audio/speech",
                json=wanted,
                headers=headers,
                timeout=aiohttp.ClientTimeout(total=SYNTHESIS_SECONDS),
                allow_redirects=False,
            ) as response:
                return await _sound_of(response)
        except TimeoutError:
            raise CannotSpeak(f"{self.name} took longer than {SYNTHESIS_SECONDS:.0f} s") from None
        except aiohttp.ClientError as error:
            raise CannotSpeak(f"{self.name} does not answer: {type(error).__name__}") from None


async def _sound_of(response: aiohttp.ClientResponse) -> bytes:
    body = b""
    while len(body) <= LARGEST_SOUND and not response.content.at_eof():
        body += await response.content.read(LARGEST_SOUND + 1 - len(body))
    if response.status != OK:
        complaint = body[:LONGEST_COMPLAINT].decode(errors="replace")
        raise CannotSpeak(f"the speech server says {response.status}: {complaint}")
    if len(body) > LARGEST_SOUND:
        raise CannotSpeak(f"the speech server sent more than {LARGEST_SOUND} bytes")
    return body
