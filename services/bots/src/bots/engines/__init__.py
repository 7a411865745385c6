"""The bots' ears: decoding, finding speech and recognising it, each engine behind one shape."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bots.domain.kind import Readiness
from bots.engines import sherpa, transcriptions, vendor, whisper
from bots.engines.recognition import Recogniser, RecogniserConfig
from common.errors import InvalidInput


async def no_complaint(config: RecogniserConfig) -> str:
    """Nothing has to be asked."""
    return ""


@dataclass(frozen=True, slots=True)
class Engine:
    """An engine that recognises, and how it tells of itself.

    *readiness* looks at this machine alone, and may block for a moment; *complaint* says what
    whoever is asked for the words says just now. *shown* is how it is configured, for people.
    """

    make: Callable[[RecogniserConfig], Recogniser]
    readiness: Callable[[RecogniserConfig], Readiness]
    shown: Callable[[RecogniserConfig], str]
    complaint: Callable[[RecogniserConfig], Awaitable[str]] = no_complaint


ENGINES: Final[Mapping[str, Engine]] = {
    "openai": Engine(
        transcriptions.remote_recogniser,
        transcriptions.readiness_of,
        transcriptions.shown,
        transcriptions.complaint_now,
    ),
    "sherpa": Engine(sherpa.sherpa_recogniser, sherpa.readiness_of, sherpa.shown),
    "vendor": Engine(
        vendor.vendor_recogniser, vendor.readiness_of, vendor.shown, vendor.complaint_now
    ),
    "whisper": Engine(whisper.whisper_recogniser, whisper.readiness_of, whisper.shown),
}


class UnknownEngine(InvalidInput):
    """The configuration names an engine this build does not have."""


def engine_of(config: RecogniserConfig) -> Engine:
    """The engine that *config* names."""
    if config.engine not in ENGINES:
        raise UnknownEngine(
            f"engine {config.engine!r} is not known; choose one of {', '.join(sorted(ENGINES))}",
            field="engine",
        )
    return ENGINES[config.engine]


def recogniser_from(config: RecogniserConfig) -> Recogniser:
    """Return the recogniser *config* asks for; it starts when first used."""
    return engine_of(config).make(config)
