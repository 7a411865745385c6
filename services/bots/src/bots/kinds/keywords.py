"""Keywords: says where in the sound a phrase or a pattern is said, at first while it is said."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import re2

from bots.domain.kind import BotKind
from bots.domain.reading import Engines, Event, Finding, Reader, Reading, Said
from bots.kinds.config import Check, checked_reader, flag
from bots.kinds.languages import in_codes, named
from bots.kinds.matching.listening import MOST_WORDS, Heard, listen
from bots.kinds.matching.rules import Pattern, Phrase, Rule, compiled
from bots.kinds.matching.tokens import tokens_of

MOST_RULES: Final = 200
LONGEST_PHRASE: Final = 200
LONGEST_PATTERN: Final = 500


class Keywords(BotKind):
    description = "Says when a phrase or a pattern is said, by whom and where in the sound."
    phrase_list = "phrases"

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return in_codes(checked_reader(config, _CHECKS, _DEFAULTS))

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


def phrases(value: Any) -> str | None:
    """What is wrong with a list of phrases, or nothing."""
    if not isinstance(value, list) or len(value) > MOST_RULES:
        return f"takes a list of at most {MOST_RULES} phrases"
    return next(filter(None, (phrase_complaint(one) for one in value)), None)


def phrase_complaint(value: Any) -> str | None:
    """What is wrong with one phrase, or nothing."""
    if isinstance(value, dict):
        if unknown := value.keys() - {"phrase", "inflected", "fuzzy"}:
            return f"has a phrase with {sorted(unknown)[0]!r}, which is not known"
        if not all(isinstance(way, bool) for way in _ways(value).values()):
            return "has a phrase whose inflected or fuzzy is not true or false"
        value = value.get("phrase")
    if not isinstance(value, str) or len(value) > LONGEST_PHRASE:
        return f"takes phrases of at most {LONGEST_PHRASE} characters"
    if not 0 < len(tokens_of(value.split())) <= MOST_WORDS:
        return f"has {value!r}; a phrase has 1 to {MOST_WORDS} words"
    return None


def _patterns(value: Any) -> str | None:
    if not isinstance(value, list) or len(value) > MOST_RULES:
        return f"takes a list of at most {MOST_RULES} regular expressions"
    return next(filter(None, (pattern_complaint(one) for one in value)), None)


def pattern_complaint(value: Any) -> str | None:
    """What is wrong with one regular expression, or nothing."""
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_PATTERN:
        return f"takes regular expressions of 1 to {LONGEST_PATTERN} characters"
    try:
        compiled(value)
    except re2.error as error:
        complaint = error.args[0]
        text = complaint.decode() if isinstance(complaint, bytes) else complaint
        return f"has {value!r}, which is no RE2 expression: {text}"
    return None


_CHECKS: Final[Mapping[str, Check]] = {
    "phrases": phrases,
    "patterns": _patterns,
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
