"""The child process that asks a vendor for words, by the vendor's plugin for LiveKit Agents.

It is run as a file, by the Python of an environment that has the plugin and nothing of ours.
"""

import asyncio
import base64
import importlib
import json
import math
import os
import struct
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, suppress
from typing import Any, BinaryIO, Final, cast

SAMPLE_RATE: Final = 16_000
BYTES_PER_SAMPLE: Final = 2
# What streams are fed with at a time.
CHUNK_SECONDS: Final = 0.1
CHUNK_BYTES: Final = int(CHUNK_SECONDS * SAMPLE_RATE) * BYTES_PER_SAMPLE
# A stream that had final words is silent for this long when it had its last.
SETTLED_SECONDS: Final = 1.5
LONGEST_COMPLAINT: Final = 300
# How sure of its words a vendor is that does not say.
UNTOLD_CONFIDENCE: Final = 0.5
SECRET_ENDINGS: Final = ("key", "token", "secret", "password")
_LENGTH: Final = struct.Struct(">I")

Json = Mapping[str, Any]


class Vendor:
    """A vendor's recogniser; making one raises whatever the plugin does."""

    def __init__(self, opening: Json, options: Json) -> None:
        name, seconds = opening["vendor"], float(opening["seconds"])
        self._options = options
        self._seconds = seconds
        self._pace = float(opening["pace"])
        self._agents: Any = importlib.import_module("livekit.agents")
        self._rtc: Any = importlib.import_module("livekit.rtc")
        self._stt: Any = importlib.import_module(f"livekit.plugins.{name}").STT(**options)
        # Who tries again, and how often, is decided on the other side of the pipe.
        self._once = self._agents.APIConnectOptions(max_retry=0, timeout=min(10.0, seconds))
        can = self._stt.capabilities
        self._takes_all_at_once = bool(can.offline_recognize)
        self._takes_streams = bool(can.streaming)

    @property
    def label(self) -> str:
        return str(self._stt.label)

    async def aclose(self) -> None:
        await self._stt.aclose()

    async def report(self, order: Json) -> Json:
        """What becomes of *order*, whatever happens; within the deadline."""
        try:
            async with asyncio.timeout(self._seconds):
                outcome: Json = {"recognition": await self._recognition(order)}
        except TimeoutError:
            outcome = {"away": f"the vendor does not answer within {self._seconds:.0f} s"}
        # Whatever a plugin raises is about this order; the next one may be well.
        except Exception as error:
            outcome = {
                "away" if self._may_pass(error) else "failure": complaint(error, self._options)
            }
        return {"id": order["id"], **outcome}

    def _may_pass(self, error: Exception) -> bool:
        """Whether the vendor is away, as the plugin sees it, rather than refusing."""
        return isinstance(error, self._agents.APIError) and bool(cast(Any, error).retryable)

    async def _recognition(self, order: Json) -> Json:
        pcm = base64.b64decode(order["pcm"])
        asked = {"conn_options": self._once, **self._language(order.get("language", ""))}
        finals = await self._finals(pcm, asked)
        told = [_words(final) for final in finals]
        return {
            "text": " ".join(text for final in finals if (text := final.text.strip())),
            "language": next((str(final.language) for final in finals), ""),
            # Words without times are worse than none, of which the other side makes some.
            "words": [word for words in told for word in words] if all(told) else [],
        }

    async def _finals(self, pcm: bytes, asked: Json) -> list[Any]:
        if self._takes_all_at_once:
            try:
                event = await self._stt.recognize(self._frame(pcm), **asked)
            except NotImplementedError:
                # Not every plugin that only takes streams says so.
                if not self._takes_streams:
                    raise
                self._takes_all_at_once = False
            else:
                return _spoken(event)
        return await self._streamed(pcm, asked)

    async def _streamed(self, pcm: bytes, asked: Json) -> list[Any]:
        stream = self._stt.stream(**asked)
        seconds = len(pcm) / BYTES_PER_SAMPLE / SAMPLE_RATE
        fed_at = asyncio.get_running_loop().time() + seconds / self._pace
        feeding = asyncio.create_task(self._feed(stream, pcm))
        try:
            return await self._gathered(aiter(stream), fed_at)
        finally:
            feeding.cancel()
            await stream.aclose()

    async def _feed(self, stream: Any, pcm: bytes) -> None:
        clock = asyncio.get_running_loop().time
        began = clock()
        # A stream that takes no more has ended, and says why to whoever reads it.
        with suppress(RuntimeError):
            for number, start in enumerate(range(0, len(pcm), CHUNK_BYTES)):
                await asyncio.sleep(began + number * CHUNK_SECONDS / self._pace - clock())
                stream.push_frame(self._frame(pcm[start : start + CHUNK_BYTES]))
            stream.end_input()

    async def _gathered(self, events: AsyncIterator[Any], fed_at: float) -> list[Any]:
        """What is final, until the stream ends or has nothing more to say."""
        clock = asyncio.get_running_loop().time
        finals: list[Any] = []
        while True:
            try:
                # Some streams end only seconds after their last word.
                quiet_at = max(fed_at, clock()) + SETTLED_SECONDS if finals else None
                async with asyncio.timeout_at(quiet_at):
                    event = await anext(events)
            except StopAsyncIteration:
                return finals
            except TimeoutError:
                if not finals:
                    raise
                return finals
            if event.type == self._agents.stt.SpeechEventType.FINAL_TRANSCRIPT:
                finals += _spoken(event)

    def _frame(self, pcm: bytes) -> Any:
        return self._rtc.AudioFrame(pcm, SAMPLE_RATE, 1, len(pcm) // BYTES_PER_SAMPLE)

    def _language(self, wanted: str) -> Json:
        """*wanted*, unless the options name a form of it, as ``en-GB`` is one of ``en``."""
        chosen = str(self._options.get("language", ""))
        if not wanted or chosen.lower().replace("_", "-").split("-")[0] == wanted:
            return {}
        return {"language": wanted}


def complaint(error: Exception, options: Json) -> str:
    """*error* in words that hold no secret of *options* or of the environment."""
    text = f"{type(error).__name__}: {error}"
    for secret in sorted({*_secrets(options), *_secrets(dict(os.environ))}, key=len, reverse=True):
        text = text.replace(secret, "***")
    return text[:LONGEST_COMPLAINT]


def _secrets(value: Any, name: str = "") -> Iterator[str]:
    """What stands below *value* by a name that secrets have."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _secrets(one, str(key))
    elif isinstance(value, list):
        for one in value:
            yield from _secrets(one, name)
    elif value and name.lower().endswith(SECRET_ENDINGS):
        yield str(value)


def _spoken(event: Any) -> list[Any]:
    """The best of what the vendor takes for what was said, if anything was."""
    return [one for one in event.alternatives[:1] if one.text.strip()]


def _words(final: Any) -> list[Json]:
    """The words with their times; none as soon as one has no time."""
    words = list(final.words or [])
    if not all(_is_number(word.start_time) and _is_number(word.end_time) for word in words):
        return []
    return [
        {
            "text": str(word),
            "startSeconds": word.start_time,
            "endSeconds": word.end_time,
            "confidence": _confidence(word, final),
        }
        for word in words
    ]


def _confidence(word: Any, final: Any) -> float:
    own: Any = getattr(word, "confidence", None)
    return round(own if _is_number(own) else final.confidence or UNTOLD_CONFIDENCE, 3)


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(cast(float, value))


class Pipes:
    """Messages as JSON, each behind its length: four bytes, big endian."""

    def __init__(self, orders: asyncio.StreamReader, reports: BinaryIO) -> None:
        self._orders = orders
        self._reports = reports

    async def next(self) -> Json | None:
        """The next message, or None when the other side has gone."""
        try:
            (length,) = _LENGTH.unpack(await self._orders.readexactly(_LENGTH.size))
            return cast(Json, json.loads(await self._orders.readexactly(length)))
        except asyncio.IncompleteReadError:
            return None

    def tell(self, report: Json) -> None:
        message = json.dumps(report).encode()
        self._reports.write(_LENGTH.pack(len(message)) + message)
        self._reports.flush()


async def serve(pipes: Pipes) -> None:
    """Take the opening, say whether the vendor is ready, and answer orders side by side."""
    opening = await pipes.next()
    if opening is None:
        return
    options: Json = json.loads(opening["options"])
    async with AsyncExitStack() as stack:
        try:
            context: Any = importlib.import_module("livekit.agents.utils.http_context")
            await stack.enter_async_context(context.open())
            vendor = Vendor(opening, options)
        # A plugin that is missing, an option it does not know, a key it was not given.
        except Exception as error:
            pipes.tell({"failure": complaint(error, options)})
            return
        stack.push_async_callback(vendor.aclose)
        tasks = await stack.enter_async_context(asyncio.TaskGroup())
        pipes.tell({"ready": {"model": vendor.label}})
        while (order := await pipes.next()) is not None:
            tasks.create_task(_answer(pipes, vendor, order))


async def _answer(pipes: Pipes, vendor: Vendor, order: Json) -> None:
    pipes.tell(await vendor.report(order))


async def main() -> None:
    """Serve the pipes this process was given."""
    # What a library prints must not land between two reports.
    reports = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    orders = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(orders), sys.stdin.buffer
    )
    await serve(Pipes(orders, reports))


if __name__ == "__main__":
    asyncio.run(main())
