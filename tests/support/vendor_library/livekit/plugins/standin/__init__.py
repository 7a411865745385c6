"""A vendor that hears what its options say, and writes down what it is asked."""

import asyncio
import importlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

agents: Any = importlib.import_module("livekit.agents")

Json = Mapping[str, Any]


class Word(str):
    """A word with its times."""

    def __new__(cls, text: str, start: float | None, end: float | None) -> "Word":
        word = super().__new__(cls, text)
        word.start_time, word.end_time = start, end
        return word

    start_time: float | None
    end_time: float | None
    confidence = 0.9


class STT:
    """*hears* says how and what.

    Its *mode* is ``batch``, ``stream``, or ``undeclared``: a stream that does not say it is one.
    *finals* are the stretches of words it hears, each ``[text, start, end]``. *troubles* come
    first, one for each request over all lives; *together* is how many have to ask at once.
    """

    label = "standin"

    def __init__(
        self,
        *,
        notes: str,
        hears: Json = MappingProxyType({}),
        api_key: str = "",
        language: str = "xx-XX",
        model: str = "",
        account: Json = MappingProxyType({}),
    ) -> None:
        key = api_key or account.get("private_key", "") or os.environ.get("STANDIN_API_KEY", "")
        if not key:
            raise ValueError("STANDIN_API_KEY is not set")
        if key == "refuse-me":
            raise ValueError(f"the key {key} has the wrong form")
        self.mode = hears.get("mode", "batch")
        self.capabilities = SimpleNamespace(
            offline_recognize=self.mode != "stream", streaming=self.mode != "batch"
        )
        self.finals: Sequence[Sequence[Sequence[Any]]] = hears.get("finals", ())
        self.troubles: Sequence[str] = hears.get("troubles", ())
        self.barrier = asyncio.Barrier(hears.get("together", 1))
        self.notes, self.language = Path(notes), language
        self.note({"environment": sorted(os.environ), "key": key, "model": model})

    async def recognize(
        self, buffer: Any, *, conn_options: Any, language: str | None = None
    ) -> SimpleNamespace:
        if self.mode != "batch":
            raise NotImplementedError
        await self.asked(len(buffer.data), language, 1)
        text = [final for stretch in self.finals for final in stretch]
        return self.event("FINAL_TRANSCRIPT", text)

    def stream(self, *, conn_options: Any, language: str | None = None) -> "Stream":
        return Stream(self, language)

    async def asked(self, size: int, language: str | None, pieces: int) -> None:
        trouble = self.trouble()
        self.note({"bytes": size, "language": language, "pieces": pieces})
        await self.barrier.wait()
        match trouble:
            case "away" | "breaks":
                raise agents.APIError("we are closed", retryable=True)
            case "refused":
                raise agents.APIError("we do not serve you", retryable=False)
            case "hangs":
                await asyncio.Event().wait()
            case "dies":
                os._exit(1)

    def trouble(self) -> str:
        """What befalls the next request."""
        requests = sum('"bytes"' in line for line in self.notes.read_text().splitlines())
        return self.troubles[requests] if requests < len(self.troubles) else ""

    def note(self, fact: Json) -> None:
        with self.notes.open("a") as notes:
            notes.write(json.dumps(fact) + "\n")

    def event(self, kind: str, words: Sequence[Sequence[Any]]) -> SimpleNamespace:
        told = [Word(*word) for word in words]
        heard = SimpleNamespace(
            text=" ".join(told), language=self.language, confidence=0.8, words=told
        )
        return SimpleNamespace(type=agents.SpeechEventType[kind], alternatives=[heard])

    async def aclose(self) -> None:
        self.note({"closed": True})


class Stream:
    """Tells every final after a guess, and does not end by itself."""

    def __init__(self, stt: STT, language: str | None) -> None:
        self.stt, self.language = stt, language
        self.fed: list[int] = []
        self.times: list[float] = []
        self.ended = asyncio.Event()
        self.is_broken = False
        self.events = self.told()

    def push_frame(self, frame: Any) -> None:
        if self.is_broken:
            raise RuntimeError("the stream is closed")
        self.fed.append(len(frame.data))
        self.times.append(time.monotonic())

    def end_input(self) -> None:
        self.ended.set()

    def __aiter__(self) -> Any:
        return self.events

    async def told(self) -> Any:
        if self.stt.trouble() == "breaks":
            self.is_broken = True
            await self.stt.asked(sum(self.fed), self.language, len(self.fed))
        await self.ended.wait()
        self.stt.note({"feeding_seconds": self.times[-1] - self.times[0]})
        await self.stt.asked(sum(self.fed), self.language, len(self.fed))
        for final in self.stt.finals:
            yield self.stt.event("INTERIM_TRANSCRIPT", [["guess", 0.0, 0.1]])
            yield self.stt.event("FINAL_TRANSCRIPT", final)
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        await self.events.aclose()
