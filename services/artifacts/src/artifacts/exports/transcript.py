"""A transcript as JSON, for programs, and as text, for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from artifacts.exports.objects import encoded, moment
from convene.bots.v1.bots_pb2 import Segment, Word


@dataclass(frozen=True, slots=True)
class Heading:
    """What a transcript says of its session."""

    meeting_id: str
    session_id: str
    title: str
    began: datetime
    language: str


def as_json(heading: Heading, segments: Sequence[Segment]) -> bytes:
    return encoded(
        {
            "meeting_id": heading.meeting_id,
            "session_id": heading.session_id,
            "title": heading.title,
            "began": moment(heading.began),
            "language": heading.language,
            "segments": [_segment(one) for one in segments],
        }
    )


def as_txt(heading: Heading, segments: Sequence[Segment]) -> str:
    """The words by speaker, each turn under its time; what was not heard is said to be so."""
    return "\n".join([*_top(heading, segments), *_turns(segments)]) + "\n"


def clock(seconds: float) -> str:
    """``mm:ss``, or ``h:mm:ss`` from an hour on."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def _top(heading: Heading, segments: Sequence[Segment]) -> Iterator[str]:
    yield heading.title or "Transcript"
    yield f"Session {heading.session_id}, {moment(heading.began)}"
    scripted = sum(one.scripted for one in segments)
    if segments and scripted == len(segments):
        yield "These words were taken from a scenario's script, not heard."
    elif scripted:
        yield "Turns marked (script) were taken from a scenario's script, not heard."
    if not segments:
        yield ""
        yield "Nothing was said that could be transcribed."


def _turns(segments: Sequence[Segment]) -> Iterator[str]:
    mixed = len({one.scripted for one in segments}) > 1
    for (name, gap, scripted), turn in groupby(segments, key=_turn_of):
        lines = list(turn)
        mark = " (script)" if scripted and mixed else ""
        yield ""
        if gap:
            yield f"[{name}: the sound was lost from {clock(lines[0].start_seconds)} " + (
                f"to {clock(lines[-1].end_seconds)}]"
            )
            continue
        yield f"{name}  {clock(lines[0].start_seconds)}{mark}"
        yield from (one.text for one in lines)


def _turn_of(segment: Segment) -> tuple[str, bool, bool]:
    return segment.speaker.name or "Somebody", segment.gap, segment.scripted


def _segment(segment: Segment) -> dict[str, Any]:
    return {
        "id": segment.id,
        "sequence": segment.sequence,
        "speaker": {
            "id": segment.speaker.id,
            "name": segment.speaker.name,
            "confidence": segment.speaker.confidence,
        },
        "start_seconds": segment.start_seconds,
        "end_seconds": segment.end_seconds,
        "text": segment.text,
        "final": segment.final,
        "language": segment.language,
        "scripted": segment.scripted,
        "gap": segment.gap,
        "words": [_word(one) for one in segment.words],
    }


def _word(word: Word) -> dict[str, Any]:
    return {
        "text": word.text,
        "start_seconds": word.start_seconds,
        "end_seconds": word.end_seconds,
        "confidence": word.confidence,
    }
