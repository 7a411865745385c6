"""Segments: what was said, by whom, when on the session's time line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NewType

from bots.domain.crew import OPUS_RATE, Track
from common.ids import derived_id

SegmentId = NewType("SegmentId", str)


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    start_seconds: float
    end_seconds: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Segment:
    """Times are seconds since the session's room opened.

    *sequence* counts the transcript; it is 0 for what is not yet, or never, a part of it.
    """

    id: SegmentId
    speaker_id: str
    speaker_name: str
    start_seconds: float
    end_seconds: float
    text: str = ""
    words: Sequence[Word] = ()
    language: str = ""
    scripted: bool = False
    gap: bool = False
    sequence: int = 0
    # The track is the speaker, unless a diariser told voices on it apart.
    speaker_confidence: float = 1.0
    # Of a language that was detected; 0 where it was given.
    language_confidence: float = 0.0

    @property
    def spoken(self) -> tuple[float, float]:
        """When the first word began and the last ended; the bounds where there are no words."""
        if not self.words:
            return self.start_seconds, self.end_seconds
        return self.words[0].start_seconds, self.words[-1].end_seconds


def segment_id(track: Track, first_sample: int) -> SegmentId:
    """The same id for the same speech, whoever hears it and how often."""
    return SegmentId(
        derived_id("seg", track.participant_id, str(track.epoch), "at", str(first_sample))
    )


def heard(
    track: Track, bounds: tuple[int, int], text: str, words: Sequence[Word], language: str
) -> Segment:
    """What was recognised between two samples; *words* count from the first of them."""
    first, last = bounds
    start = first / OPUS_RATE + track.offset_seconds
    return Segment(
        id=segment_id(track, first),
        speaker_id=track.participant_id,
        speaker_name=track.name,
        start_seconds=track.seconds_at(first),
        end_seconds=track.seconds_at(last),
        text=text,
        words=tuple(
            Word(
                one.text,
                round(start + one.start_seconds, 3),
                round(start + one.end_seconds, 3),
                one.confidence,
            )
            for one in words
        ),
        language=language,
    )


def scripted(track: Track, bounds: tuple[int, int], line: str) -> Segment:
    """A written *line* as if it had been said evenly between two samples."""
    first, last = bounds
    return Segment(
        id=segment_id(track, first),
        speaker_id=track.participant_id,
        speaker_name=track.name,
        start_seconds=track.seconds_at(first),
        end_seconds=track.seconds_at(last),
        text=line.strip(),
        words=tuple(_spread(track, bounds, line)),
        scripted=True,
    )


def lost(track: Track, bounds: tuple[int, int]) -> Segment:
    """Sound that never came; somebody may have spoken there."""
    first, last = bounds
    return Segment(
        id=segment_id(track, first),
        speaker_id=track.participant_id,
        speaker_name=track.name,
        start_seconds=track.seconds_at(first),
        end_seconds=track.seconds_at(last),
        gap=True,
    )


def _spread(track: Track, bounds: tuple[int, int], line: str) -> list[Word]:
    first, last = bounds
    texts = line.split()
    # A longer word takes longer to say; the one more stands for the pause after it.
    weights = [len(text) + 1 for text in texts]
    share = (last - first) / max(sum(weights), 1)
    begins = [first + share * sum(weights[:place]) for place in range(len(texts) + 1)]
    return [
        Word(text, track.seconds_at(begin), track.seconds_at(end), 1.0)
        for text, begin, end in zip(texts, begins, begins[1:], strict=False)
    ]
