"""Asks a server that speaks OpenAI's `/audio/transcriptions` for the words."""

import asyncio
import functools
import io
import math
import wave
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import openai
from openai import AsyncOpenAI
from openai.types.audio import TranscriptionVerbose

from bots.domain.kind import Availability, Readiness
from bots.engines.patience import ServerAway, patiently
from bots.engines.recognition import (
    SAMPLE_RATE,
    UNTOLD_CONFIDENCE,
    Recognised,
    RecogniserClosed,
    RecogniserConfig,
    RecogniserFailed,
    Word,
    seconds_of,
)
from bots.engines.room import Room
from bots.engines.timing import joined, settled, spread

# Servers that want no token are still sent one.
NO_TOKEN: Final = "none"
CHECK_SECONDS: Final = 3.0
# Some servers tell a language by its name, as Whisper does.
_LANGUAGES: Final[Mapping[str, str]] = {
    "arabic": "ar", "bulgarian": "bg", "catalan": "ca", "chinese": "zh", "croatian": "hr",
    "czech": "cs", "danish": "da", "dutch": "nl", "english": "en", "estonian": "et",
    "finnish": "fi", "french": "fr", "galician": "gl", "german": "de", "greek": "el",
    "hebrew": "he", "hindi": "hi", "hungarian": "hu", "indonesian": "id", "italian": "it",
    "japanese": "ja", "korean": "ko", "norwegian": "no", "polish": "pl", "portuguese": "pt",
    "romanian": "ro", "russian": "ru", "slovak": "sk", "slovenian": "sl", "spanish": "es",
    "swedish": "sv", "thai": "th", "turkish": "tr", "ukrainian": "uk", "vietnamese": "vi",
}  # fmt: skip


class RemoteRecogniser:
    """A ``Recogniser`` far away: bounded in requests and time, patient with outages."""

    def __init__(self, config: RecogniserConfig) -> None:
        self._config = config
        # Every request costs money; words that may still change are worth it to some.
        self._room = Room(
            config.max_pending,
            partials=config.remote_partials,
            whose=shown(config),
            remedy="try again later",
        )
        self._closed = False
        self._client = client_of(config)

    async def prepare(self) -> None:
        """Nothing has to be loaded."""

    async def recognise(
        self, pcm: bytes, *, language: str, hints: Sequence[str] = (), partial: bool = False
    ) -> Recognised:
        seconds = seconds_of(pcm)
        if self._closed:
            raise RecogniserClosed("the recogniser is closed")
        if seconds == 0:
            return Recognised("", (), language)
        asked = self._asked(pcm, language, hints)
        with self._room.place(partial=partial):
            attempt = functools.partial(self._answered, asked)
            answer = await (attempt() if partial else patiently(attempt))
        try:
            return _recognised(answer, pcm, language)
        # The client checks no shapes: whatever is in there is the server's.
        except (ArithmeticError, AttributeError, TypeError, ValueError) as error:
            raise RecogniserFailed(
                f"{shown(self._config)} answers what makes no sense: {error!s:.200}"
            ) from error

    async def aclose(self) -> None:
        self._closed = True
        await self._client.close()

    def _asked(self, pcm: bytes, language: str, hints: Sequence[str]) -> Mapping[str, Any]:
        wanted: dict[str, Any] = {
            "model": self._config.model,
            "file": ("speech.wav", wav(pcm), "audio/wav"),
            "response_format": "verbose_json",
            "timestamp_granularities": ["word", "segment"],
            "temperature": 0,
        }
        if language:
            wanted["language"] = language
        if hints:
            wanted["prompt"] = ", ".join(hints)
        return wanted

    async def _answered(self, asked: Mapping[str, Any]) -> TranscriptionVerbose:
        try:
            async with asyncio.timeout(self._config.deadline_seconds):
                answer: object = await self._client.audio.transcriptions.create(**asked)
        except (TimeoutError, openai.APIError) as error:
            raise failure_of(error, self._config) from error
        except ValueError as error:
            raise RecogniserFailed(f"{shown(self._config)} does not answer with JSON") from error
        if not isinstance(answer, TranscriptionVerbose) or not isinstance(answer.text, str):
            raise RecogniserFailed(f"{shown(self._config)} does not answer with verbose_json")
        return answer


def remote_recogniser(config: RecogniserConfig) -> RemoteRecogniser:
    """Return a recogniser on the server that *config* names."""
    return RemoteRecogniser(config)


def client_of(config: RecogniserConfig) -> AsyncOpenAI:
    """A client that tries once: how often it is worth it is known here."""
    return AsyncOpenAI(
        base_url=config.url,
        api_key=config.token or NO_TOKEN,
        timeout=config.deadline_seconds,
        max_retries=0,
    )


def complaint_of(config: RecogniserConfig) -> str:
    """What is wrong with how the server is written down, or nothing."""
    parts = urlsplit(config.url)
    if not config.url or not config.model:
        return "BOTS_ASR_ENGINE=openai needs BOTS_ASR_URL and BOTS_ASR_MODEL; set both"
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return "BOTS_ASR_URL is no address such as https://asr.example.com/v1"
    if parts.username or parts.password:
        return "BOTS_ASR_URL carries a password; put it into BOTS_ASR_TOKEN"
    return ""


def readiness_of(config: RecogniserConfig) -> Readiness:
    """How the server is written down. It is not asked: one that is away keeps no bot out."""
    complaint = complaint_of(config)
    return Readiness(Availability.MISCONFIGURED, complaint) if complaint else Readiness()


async def complaint_now(config: RecogniserConfig) -> str:
    """What is wrong with the server, asked just now, or nothing. It is sent no speech."""
    try:
        async with client_of(config) as client, asyncio.timeout(CHECK_SECONDS):
            await client.models.list()
    except TimeoutError:
        return f"{shown(config)} does not answer within {CHECK_SECONDS:.0f} s"
    except (openai.NotFoundError, openai.APIResponseValidationError):
        # Not every server tells its models.
        return ""
    except openai.APIError as error:
        return str(failure_of(error, config))
    return ""


def shown(config: RecogniserConfig) -> str:
    """How it is configured, for people."""
    return f"{config.model} at {urlsplit(config.url).netloc}"


def failure_of(
    error: TimeoutError | openai.APIError, config: RecogniserConfig
) -> ServerAway | RecogniserFailed:
    """What *error* means: whether trying again may help."""
    status = error.status_code if isinstance(error, openai.APIStatusError) else 0
    if status in (401, 403):
        return RecogniserFailed(f"{shown(config)} refuses the token; look at BOTS_ASR_TOKEN")
    if 400 <= status < 500 and status not in (408, 409, 429):
        return RecogniserFailed(f"{shown(config)} refuses with status {status}: {error!s:.200}")
    if status:
        return ServerAway(f"{shown(config)} answers with status {status}")
    return ServerAway(f"{shown(config)} does not answer")


def wav(pcm: bytes) -> bytes:
    """*pcm* (s16le, mono, 16 kHz) as a wav file."""
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm)
    return held.getvalue()


def _recognised(answer: TranscriptionVerbose, pcm: bytes, language: str) -> Recognised:
    told = (answer.language or "").lower()
    code = language or _LANGUAGES.get(told, told if len(told) <= 3 else "")
    words = settled(joined(_words(answer, seconds_of(pcm))), pcm)
    return Recognised(answer.text.strip(), words, code)


def _words(answer: TranscriptionVerbose, seconds: float) -> Sequence[Word]:
    """The words with their times; where the server tells none, spread over what it tells."""
    if answer.words:
        return [
            Word(one.word, one.start, one.end, _confidence(answer, one.start))
            for one in answer.words
        ]
    stretches = [(one.text, one.start, one.end) for one in answer.segments or ()]
    return [
        word
        for text, start, end in stretches or [(answer.text, 0.0, seconds)]
        for word in spread(text, start, end, _confidence(answer, start))
    ]


def _confidence(answer: TranscriptionVerbose, at: float) -> float:
    """How likely the server holds the stretch around *at* seconds."""
    for one in answer.segments or ():
        if one.start <= at < one.end and one.avg_logprob is not None:
            return round(math.exp(min(one.avg_logprob, 0.0)), 3)
    return UNTOLD_CONFIDENCE
