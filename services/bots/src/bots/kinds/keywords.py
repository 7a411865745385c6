"""Keywords: says where in the sound a phrase or a pattern is said, at first while it is said."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import re2

from bots.domain.kind import BotKind
from bots.domain.reading import Engines, Event, Finding, Reader, Reading, Said
from bots.kinds.config import Table, flag, reader_table
from bots.kinds.languages import in_codes, named
from bots.kinds.matching.listening import MOST_WORDS, Heard, listen
from bots.kinds.matching.rules import Pattern, Phrase, Rule, compiled
from bots.kinds.matching.tokens import tokens_of
from bots.kinds.shapes import Also, Check, Either, Fields, Listed, Text, as_quoted

MOST_RULES: Final = 200
LONGEST_PHRASE: Final = 200
LONGEST_PATTERN: Final = 500


class Keywords(BotKind):
    description = "Says when a phrase or a pattern is said, by whom and where in the sound."
    phrase_list = "phrases"

    @property
    def table(self) -> Table:
        return reader_table(_CHECKS, _DEFAULTS)

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return in_codes(super().checked(config))

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return KeywordReader(rules_of(config))


def rules_of(config: Mapping[str, Any]) -> Sequence[Rule]:
    """What *config* asks to be found."""
    common = {name: config[name] for name in ("inflected", "fuzzy")}
    language = config["language"] or "en"
    phrases = [one if isinstance(one, dict) else {"phrase": one} for one in config["phrases"]]
    return [
        *(Phrase(one["phrase"], language=language, **{**common, **_ways(one)}) for one in phrases),
        *(Pattern(text) for text in config["patterns"]),
    ]


class KeywordReader:
    """Remembers of each speaker the last words, and nothing else."""

    state: Mapping[str, Any] = {"tails": {}}

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        if not isinstance(event, Said):
            return Reading(state)
        # Many phrases take longer than others may wait.
        heard, tails = await asyncio.to_thread(listen, self._rules, event.segment, state["tails"])
        counts: Counter[str] = Counter()
        findings = []
        for one in heard:
            counts[one.rule] += 1
            findings.append(_found(one, counts[one.rule]))
        return Reading({"tails": tails}, findings)


def _found(heard: Heard, number: int) -> Finding:
    return Finding(
        kind="keyword",
        key=f"{heard.rule}#{number}",
        text=heard.text,
        start_seconds=heard.start_seconds,
        end_seconds=heard.end_seconds,
        segment_ids=heard.segment_ids,
        details={
            "phrase": heard.rule,
            "match": heard.match,
            "confidence": heard.confidence,
        },
    )


def _ways(phrase: Mapping[str, Any]) -> Mapping[str, bool]:
    return {name: phrase[name] for name in ("inflected", "fuzzy") if name in phrase}


def _unheard(value: Any) -> str | None:
    text = value["phrase"] if isinstance(value, dict) else value
    if not 0 < len(tokens_of(text.split())) <= MOST_WORDS:
        return f"has {as_quoted(text)}; a phrase has 1 to {MOST_WORDS} words"
    return None


_PLAIN: Final = Text(f"takes phrases of 1 to {LONGEST_PHRASE} characters", LONGEST_PHRASE, 1)
_WITH_WAYS: Final = Fields(
    {"phrase": _PLAIN, "inflected": flag, "fuzzy": flag},
    "takes phrases, or {phrase, inflected, fuzzy}",
    ["phrase"],
)
# One as it is said, and a list of them; or with how it is listened for.
plain_phrase: Final = Also(_PLAIN, _unheard)
plain_phrases: Final = Listed(
    plain_phrase, f"takes a list of at most {MOST_RULES} phrases", MOST_RULES
)
_PHRASES: Final = Listed(
    Also(Either(_WITH_WAYS, _PLAIN), _unheard),
    f"takes a list of at most {MOST_RULES} phrases",
    MOST_RULES,
)


def _unreadable(value: str) -> str | None:
    try:
        compiled(value)
    except re2.error as error:
        complaint = error.args[0]
        text = complaint.decode() if isinstance(complaint, bytes) else complaint
        return f"has {as_quoted(value)}, which is no RE2 expression: {text}"
    return None


# One regular expression, and a list of them.
pattern: Final = Also(
    Text(
        f"takes regular expressions of 1 to {LONGEST_PATTERN} characters", LONGEST_PATTERN, least=1
    ),
    _unreadable,
)
_PATTERNS: Final = Listed(
    pattern, f"takes a list of at most {MOST_RULES} regular expressions", MOST_RULES
)
_CHECKS: Final[Mapping[str, Check]] = {
    "phrases": _PHRASES,
    "patterns": _PATTERNS,
    "inflected": flag,
    "fuzzy": flag,
    "language": named,
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "phrases": [],
    "patterns": [],
    "inflected": True,
    "fuzzy": False,
    "language": "",
}
