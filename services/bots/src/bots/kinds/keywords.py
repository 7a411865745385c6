"""Keywords: says where in the sound a phrase or a pattern is said, at first while it is said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import re2

from bots.domain.kind import BotKind
from bots.domain.reading import Engines, Event, Finding, Reader, Reading, Said
from bots.domain.transcript import Segment, Word
from bots.kinds.config import Check, checked_reader, flag
from bots.kinds.matching.rules import Hit, Pattern, Phrase, Rule, Spoken, compiled
from bots.kinds.matching.tokens import tokens_of

MOST_RULES: Final = 200
LONGEST_PHRASE: Final = 200
MOST_WORDS: Final = 12
LONGEST_PATTERN: Final = 500
# A phrase may be cut in two where somebody takes a breath.
BREATH_SECONDS: Final = 2.0
# Whoever goes on so soon has not ended a sentence, whatever the recogniser wrote.
RUNNING_ON_SECONDS: Final = 0.8


class Keywords(BotKind):
    description = "Says when a phrase or a pattern is said, by whom and where in the sound."
    phrase_list = "phrases"

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return checked_reader(config, _CHECKS, _DEFAULTS)

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


@dataclass(frozen=True, slots=True)
class Tail:
    """The last words of somebody, which a phrase may begin in."""

    segment_id: str
    words: Sequence[Word]


class KeywordReader:
    """Remembers of each speaker the last words, and nothing else."""

    state: Mapping[str, Any] = {"tails": {}}

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        if not isinstance(event, Said):
            return Reading(state)
        segment = event.segment
        tail = _tail_before(segment, state)
        words = [*tail.words, *_words_of(segment)]
        spoken = Spoken([word.text for word in words])
        counts: Counter[str] = Counter()
        findings = []
        for rule in self._rules:
            for hit in rule.hits(spoken):
                # What lies in the tail alone was found when that was read.
                if hit.last >= len(tail.words):
                    counts[hit.rule] += 1
                    findings.append(_found(hit, words, tail, segment, counts[hit.rule]))
        return Reading(_remembering(state, segment), findings)


def _found(hit: Hit, words: Sequence[Word], tail: Tail, segment: Segment, number: int) -> Finding:
    said = words[hit.first : hit.last + 1]
    cited = [tail.segment_id] if hit.first < len(tail.words) else []
    return Finding(
        kind="keyword",
        key=f"{hit.rule}#{number}",
        text=" ".join(word.text for word in said),
        start_seconds=said[0].start_seconds,
        end_seconds=said[-1].end_seconds,
        segment_ids=[*cited, segment.id],
        details={
            "phrase": hit.rule,
            "match": hit.match,
            "confidence": round(min(word.confidence for word in said), 3),
        },
    )


def _words_of(segment: Segment) -> Sequence[Word]:
    """The words; where the recogniser gave no times, those of the segment."""
    if segment.words:
        return [Word(one.text.strip(), one.start_seconds, one.end_seconds, one.confidence)
                for one in segment.words if one.text.strip()]  # fmt: skip
    start, end = segment.start_seconds, segment.end_seconds
    return [Word(text, start, end, 1.0) for text in segment.text.split()]


def _tail_before(segment: Segment, state: Mapping[str, Any]) -> Tail:
    kept = state["tails"].get(segment.speaker_id)
    if kept is None or kept["segment_id"] == segment.id:
        return Tail("", ())
    words = [Word(*one) for one in kept["words"]]
    paused = segment.start_seconds - words[-1].end_seconds
    if paused > BREATH_SECONDS or segment.gap:
        return Tail("", ())
    if paused <= RUNNING_ON_SECONDS:
        last = words[-1]
        text = last.text.rstrip(".?!…")
        words[-1] = Word(text, last.start_seconds, last.end_seconds, last.confidence)
    return Tail(kept["segment_id"], words)


def _remembering(state: Mapping[str, Any], segment: Segment) -> Mapping[str, Any]:
    words = _words_of(segment)[-MOST_WORDS:]
    tails = {who: kept for who, kept in state["tails"].items() if who != segment.speaker_id}
    if words:
        tails[segment.speaker_id] = {
            "segment_id": segment.id,
            "words": [
                [one.text, one.start_seconds, one.end_seconds, one.confidence] for one in words
            ],
        }
    return {"tails": tails}


def _ways(phrase: Mapping[str, Any]) -> Mapping[str, bool]:
    return {name: phrase[name] for name in ("inflected", "fuzzy") if name in phrase}


def _phrases(value: Any) -> str | None:
    if not isinstance(value, list) or len(value) > MOST_RULES:
        return f"takes a list of at most {MOST_RULES} phrases"
    return next(filter(None, (_phrase(one) for one in value)), None)


def _phrase(value: Any) -> str | None:
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
    return next(filter(None, (_pattern(one) for one in value)), None)


def _pattern(value: Any) -> str | None:
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_PATTERN:
        return f"takes regular expressions of 1 to {LONGEST_PATTERN} characters"
    try:
        compiled(value)
    except re2.error as error:
        complaint = error.args[0]
        text = complaint.decode() if isinstance(complaint, bytes) else complaint
        return f"has {value!r}, which is no RE2 expression: {text}"
    return None


def _language(value: Any) -> str | None:
    return None if isinstance(value, str) and len(value) <= 8 else "takes an ISO 639 code"


_CHECKS: Final[Mapping[str, Check]] = {
    "phrases": _phrases,
    "patterns": _patterns,
    "inflected": flag,
    "fuzzy": flag,
    "language": _language,
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "phrases": [],
    "patterns": [],
    "inflected": True,
    "fuzzy": False,
    "language": "",
}
