"""Sentiment: how each piece of speech sounds, and how somebody has sounded for a while."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp
from typing import Any, Final

from bots.domain.kind import BotKind, Equipment, Readiness
from bots.domain.moods import Mood, MoodLabel, Moods, NoMoodsIn
from bots.domain.reading import Engines, Event, Finding, Reader, Reading, Said
from bots.domain.transcript import Segment
from bots.kinds.config import Table, asker_table, flag, number
from bots.kinds.languages import in_codes, named
from bots.kinds.shapes import Check

# What a scenario's script is in: nobody recognised it.
SCRIPTED_LANGUAGE: Final = "en"
# Whoever has crossed a threshold is past it until they are half way back.
WAY_BACK: Final = 0.5
NO_ENGINE: Final = "no sentiment engine is configured"


class Sentiment(BotKind):
    description = "Says how what is said sounds, and when somebody's mood changes."
    asks_model = True

    @property
    def table(self) -> Table:
        return asker_table(_CHECKS, _DEFAULTS)

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return in_codes(super().checked(config))

    def readiness(self, equipment: Equipment) -> Readiness:
        return equipment.first_lacking(equipment.recogniser, equipment.moods)

    def reader(self, config: Mapping[str, Any], engines: Engines) -> Reader:
        return SentimentReader(config, engines.moods)


@dataclass(frozen=True, slots=True)
class Track:
    """How somebody has sounded lately: *level* from -1 to 1, after *spoken* seconds of speech."""

    level: float = 0.0
    label: MoodLabel = MoodLabel.NEUTRAL
    spoken: float = 0.0

    def after(self, mood: Mood, seconds: float, smoothing: float) -> "Track":
        """The more was said in a mood, the more it counts; what was long ago is forgotten."""
        weight = 1 - exp(-seconds / smoothing)
        level = self.level + weight * (mood.polarity - self.level)
        return Track(round(level, 4), self.label, round(self.spoken + seconds, 2))

    def turned(self, below: float, above: float) -> "Track":
        """With the label that its level calls for."""
        if self.level <= below or (
            self.label is MoodLabel.NEGATIVE and self.level < below * WAY_BACK
        ):
            label = MoodLabel.NEGATIVE
        elif self.level >= above or (
            self.label is MoodLabel.POSITIVE and self.level > above * WAY_BACK
        ):
            label = MoodLabel.POSITIVE
        else:
            label = MoodLabel.NEUTRAL
        return Track(self.level, label, self.spoken)

    def kept(self) -> Sequence[Any]:
        """As JSON, for ``track_of``."""
        return [self.level, self.label.value, self.spoken]


class SentimentReader:
    """Remembers one track of each speaker, and which languages it could not judge."""

    state: Mapping[str, Any] = {"tracks": {}, "unknown": []}

    def __init__(self, config: Mapping[str, Any], moods: Moods | None) -> None:
        self._config = config
        self._moods = moods

    async def read(self, event: Event, state: Mapping[str, Any], now: datetime) -> Reading:
        # What may still be said otherwise has no mood yet.
        if not isinstance(event, Said) or not event.final or not event.segment.text.strip():
            return Reading(state)
        segment = event.segment
        if self._moods is None:
            return _unjudged(state, "", NO_ENGINE)
        language = self._config["language"] or segment.language or SCRIPTED_LANGUAGE
        try:
            (mood,) = await self._moods.judge([segment.text], language)
        except NoMoodsIn as unknown:
            return _unjudged(state, language, str(unknown))
        return self._judged(segment, mood, state, self._moods.name)

    def _judged(
        self, segment: Segment, mood: Mood, state: Mapping[str, Any], engine: str
    ) -> Reading:
        before = track_of(state["tracks"].get(segment.speaker_id))
        seconds = max(segment.end_seconds - segment.start_seconds, 0.0)
        after = before.after(mood, seconds, self._config["smoothing_seconds"])
        after = after.turned(self._config["below"], self._config["above"])
        findings = []
        if self._config["keep_segments"]:
            findings.append(_mood_found(segment, mood, after, engine))
        if after.label is not before.label:
            findings.append(_change_found(segment, before, after, engine))
        tracks = {**state["tracks"], segment.speaker_id: after.kept()}
        return Reading({**state, "tracks": tracks}, findings)


def _unjudged(state: Mapping[str, Any], language: str, complaint: str) -> Reading:
    """Nothing, and no number; said once for each language."""
    if language in state["unknown"]:
        return Reading(state)
    known = {**state, "unknown": [*state["unknown"], language]}
    return Reading(known, complaint=complaint)


def _mood_found(segment: Segment, mood: Mood, track: Track, engine: str) -> Finding:
    details = {
        "polarity": mood.polarity,
        "label": mood.label.value,
        "level": track.level,
        "engine": engine,
    }
    return Finding("mood", "it", segment.text, details)


def _change_found(segment: Segment, before: Track, after: Track, engine: str) -> Finding:
    text = f"{segment.speaker_name or segment.speaker_id} sounds {after.label.value.lower()}"
    details = {
        "label": after.label.value,
        "previous_label": before.label.value,
        "level": after.level,
        "previous_level": before.level,
        "speaking_seconds": after.spoken,
        "engine": engine,
    }
    return Finding("sentiment", "it", text, details)


def track_of(kept: Any) -> Track:
    """The track that was *kept*, or one that begins."""
    return Track(kept[0], MoodLabel(kept[1]), kept[2]) if kept else Track()


_CHECKS: Final[Mapping[str, Check]] = {
    "below": number(-1.0, -0.01),
    "above": number(0.01, 1.0),
    "smoothing_seconds": number(1.0, 3600.0),
    "keep_segments": flag,
    "language": named,
}
_DEFAULTS: Final[Mapping[str, Any]] = {
    "below": -0.25,
    "above": 0.35,
    "smoothing_seconds": 30.0,
    "keep_segments": True,
    "language": "",
}
