"""The bots' ears: decoding, finding speech and recognising it, each engine behind one shape."""

from collections.abc import Callable, Mapping
from typing import Final

from bots.engines.recognition import Recogniser, RecogniserConfig
from bots.engines.side_by_side import SideBySide
from bots.engines.transcriptions import remote_recogniser
from bots.engines.whisper import whisper_recogniser
from common.errors import InvalidInput

ENGINES: Final[Mapping[str, Callable[[RecogniserConfig], Recogniser]]] = {
    "openai": remote_recogniser,
    "whisper": whisper_recogniser,
}


class UnknownEngine(InvalidInput):
    """The configuration names an engine this build does not have."""


def recogniser_from(config: RecogniserConfig) -> Recogniser:
    """Return the recogniser *config* asks for; it starts when first used."""
    if config.engine not in ENGINES:
        raise UnknownEngine(
            f"engine {config.engine!r} is not known; choose one of {', '.join(sorted(ENGINES))}",
            field="engine",
        )
    if config.engine == "whisper" and config.workers > 1:
        return SideBySide([whisper_recogniser(config) for _ in range(config.workers)])
    return ENGINES[config.engine](config)
