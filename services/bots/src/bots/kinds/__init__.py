"""Every kind of bot. To add one: write its module, add its line here (`docs/bots.md`)."""

from collections.abc import Mapping
from typing import Final

from bots.domain.kind import BotKind, UnknownKind
from bots.kinds.checklist import Checklist
from bots.kinds.compliance import Compliance
from bots.kinds.keywords import Keywords
from bots.kinds.notetaker import Notetaker
from bots.kinds.recorder import Recorder
from bots.kinds.sentiment import Sentiment
from bots.kinds.speaker import Speaker
from bots.kinds.topics import Topics
from bots.kinds.transcriber import Transcriber
from bots.kinds.translator import Translator

KINDS: Final[Mapping[str, BotKind]] = {
    "checklist": Checklist(),
    "compliance": Compliance(),
    "keywords": Keywords(),
    "notetaker": Notetaker(),
    "recorder": Recorder(),
    "sentiment": Sentiment(),
    "speaker": Speaker(),
    "topics": Topics(),
    "transcriber": Transcriber(),
    "translator": Translator(),
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


def reads(name: str) -> bool:
    """Whether bots of this kind read what is said and done."""
    return name in KINDS and type(KINDS[name]).reader is not BotKind.reader


def writes_transcript(name: str) -> bool:
    """Whether what is recognised is kept as a transcript where such a bot is."""
    return name in KINDS and KINDS[name].writes_transcript
