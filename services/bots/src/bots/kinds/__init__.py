"""Every kind of bot. To add one: write its module, add its line here."""

from collections.abc import Mapping
from typing import Final

from bots.domain.kind import BotKind, UnknownKind
from bots.kinds.recorder import Recorder
from bots.kinds.transcriber import Transcriber

KINDS: Final[Mapping[str, BotKind]] = {
    "recorder": Recorder(),
    "transcriber": Transcriber(),
}


def kind_named(name: str) -> BotKind:
    """The kind called *name*; raises ``UnknownKind``."""
    try:
        return KINDS[name]
    except KeyError:
        raise UnknownKind(name, ", ".join(sorted(KINDS))) from None


def needs_words(name: str) -> bool:
    """Whether what people say has to be recognised for this kind."""
    return name in KINDS and KINDS[name].needs_words
