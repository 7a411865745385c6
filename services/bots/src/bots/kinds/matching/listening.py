"""Listening for rules in one segment after the other, also where a breath cuts a phrase in two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.domain.transcript import Segment, Word
from bots.kinds.matching.rules import Hit, Rule, Spoken

# So many of somebody's last words are remembered: no phrase is longer.
MOST_WORDS: Final = 12
# A phrase may be cut in two where somebody takes a breath.
BREATH_SECONDS: Final = 2.0
# Whoever goes on so soon has not ended a sentence, whatever the recogniser wrote.
RUNNING_ON_SECONDS: Final = 0.8

# The last words of each speaker, as JSON.
Tails = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """A rule that was heard: its words, where they stand in the sound and in which segments."""

    rule: str
    match: str
    text: str
    start_seconds: float
    end_seconds: float
    segment_ids: Sequence[str]
    confidence: float


@dataclass(frozen=True, slots=True)
class _Tail:
    """The last words of somebody, which a phrase may begin in."""

    segment_id: str
    words: Sequence[Word]


class Listening:
    """One segment behind the last words of its speaker; *tails* are to be given with the next."""

    def __init__(self, segment: Segment, tails: Tails) -> None:
        self._segment = segment
        self._tail = _tail_before(segment, tails)
        self._words = [*self._tail.words, *_words_of(segment)]
        self._spoken = Spoken([word.text for word in self._words])
        self.tails = _remembering(tails, segment)

    @property
    def speaker_id(self) -> str:
        """Who said it."""
        return self._segment.speaker_id

    def heard(self, rules: Sequence[Rule]) -> Sequence[Heard]:
        """What of *rules* is heard in the segment."""
        return [
            _heard(hit, self._words, self._tail, self._segment)
            for rule in rules
            for hit in rule.hits(self._spoken)
            # What lies in the tail alone was heard when that was read.
            if hit.last >= len(self._tail.words)
        ]


def listen(rules: Sequence[Rule], segment: Segment, tails: Tails) -> tuple[Sequence[Heard], Tails]:
    """What of *rules* is heard in *segment*, and the *tails* to give with the next one."""
    listening = Listening(segment, tails)
    return listening.heard(rules), listening.tails


def _heard(hit: Hit, words: Sequence[Word], tail: _Tail, segment: Segment) -> Heard:
    said = words[hit.first : hit.last + 1]
    cited = [tail.segment_id] if hit.first < len(tail.words) else []
    return Heard(
        rule=hit.rule,
        match=hit.match,
        text=" ".join(word.text for word in said),
        start_seconds=said[0].start_seconds,
        end_seconds=said[-1].end_seconds,
        segment_ids=[*cited, segment.id],
        confidence=round(min(word.confidence for word in said), 3),
    )


def _words_of(segment: Segment) -> Sequence[Word]:
    """The words; where the recogniser gave no times, those of the segment."""
    if segment.words:
        return [
            Word(one.text.strip(), one.start_seconds, one.end_seconds, one.confidence)
            for one in segment.words
            if one.text.strip()
        ]
    start, end = segment.start_seconds, segment.end_seconds
    return [Word(text, start, end, 1.0) for text in segment.text.split()]


def _tail_before(segment: Segment, tails: Tails) -> _Tail:
    kept = tails.get(segment.speaker_id)
    if kept is None or kept["segment_id"] == segment.id:
        return _Tail("", ())
    words = [Word(*one) for one in kept["words"]]
    paused = segment.start_seconds - words[-1].end_seconds
    if paused > BREATH_SECONDS or segment.gap:
        return _Tail("", ())
    last = words[-1]
    # A comma where somebody takes a breath is the recogniser's; so is a stop if they run on.
    text = last.text.rstrip(",.?!…" if paused <= RUNNING_ON_SECONDS else ",")
    words[-1] = Word(text, last.start_seconds, last.end_seconds, last.confidence)
    return _Tail(kept["segment_id"], words)


def _remembering(tails: Tails, segment: Segment) -> Tails:
    words = _words_of(segment)[-MOST_WORDS:]
    others = {who: kept for who, kept in tails.items() if who != segment.speaker_id}
    if not words:
        return others
    last = [[one.text, one.start_seconds, one.end_seconds, one.confidence] for one in words]
    return {**others, segment.speaker_id: {"segment_id": segment.id, "words": last}}
