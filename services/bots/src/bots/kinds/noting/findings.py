"""Notes as findings: those that are new, that changed, or that are no longer so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bots.domain.reading import Finding
from bots.domain.transcript import Segment
from minutes.notes import MOST_OF_A_KIND, Note, NoteKind, of_kind

SUMMARY: Final = "summary"
# Chapters are for when the whole is known.
_TOLD: Final = (NoteKind.DECISION, NoteKind.ACTION_ITEM, NoteKind.QUESTION)
MOST_POINTS: Final = 30
MOST_CITED: Final = 60


@dataclass(frozen=True, slots=True)
class Source:
    """What the notes were made of and by what; *said* are the segments by their ids."""

    said: Mapping[str, Segment]
    engine: str
    model: str
    dropped: int


def changes(before: Sequence[Note], after: Sequence[Note], source: Source) -> list[Finding]:
    """What differs between two states of the notes; the summary of them is one finding."""
    found = []
    for kind in _TOLD:
        old = {one.key: one for one in of_kind(before, kind)}
        new = {one.key: one for one in of_kind(after, kind)}
        found += [_finding(one, source) for key, one in new.items() if old.get(key) != one]
        # Where there are too many, the oldest is forgotten but was no less so.
        if len(new) < MOST_OF_A_KIND:
            gone = [one for key, one in old.items() if key not in new]
            found += [_finding(one, source, withdrawn=True) for one in gone]
    points = of_kind(after, NoteKind.POINT)[-MOST_POINTS:]
    if points and points != of_kind(before, NoteKind.POINT)[-MOST_POINTS:]:
        found.append(_summary(points, source))
    return found


def shown(note: Note) -> dict[str, Any]:
    """A note as an answer tells it."""
    told: dict[str, Any] = {"text": note.text, "segment_ids": list(note.segment_ids)}
    if note.kind is NoteKind.ACTION_ITEM:
        told |= {"owner": note.owner, "due": note.due}
    return told


def _finding(note: Note, source: Source, *, withdrawn: bool = False) -> Finding:
    cited = [source.said[id] for id in note.segment_ids if id in source.said]
    speakers = list(dict.fromkeys(one.speaker_name for one in cited))
    details: dict[str, Any] = {"said_by": speakers, "engine": source.engine, "model": source.model}
    if note.kind is NoteKind.ACTION_ITEM:
        # Who was given something without a word of theirs may not know of it.
        details |= {"owner": note.owner, "due": note.due, "accepted": note.owner in speakers}
    if note.kind is NoteKind.QUESTION:
        details |= {"open": note.is_open, "answered_by": list(note.answered_by)}
    return Finding(
        kind=note.kind.value,
        key=note.key,
        text=note.text,
        details=details,
        start_seconds=min((one.start_seconds for one in cited), default=0.0),
        end_seconds=max((one.end_seconds for one in cited), default=0.0),
        participant_id=cited[0].speaker_id if cited else "",
        participant_name=cited[0].speaker_name if cited else "",
        segment_ids=tuple(note.segment_ids),
        lasting=True,
        withdrawn=withdrawn,
    )


def _summary(points: Sequence[Note], source: Source) -> Finding:
    ids = list(dict.fromkeys(id for one in points for id in one.segment_ids))[-MOST_CITED:]
    cited = [source.said[id] for id in ids if id in source.said]
    return Finding(
        kind=SUMMARY,
        key=SUMMARY,
        text="\n".join(one.text for one in points),
        details={
            "points": [shown(one) for one in points],
            "dropped_claims": source.dropped,
            "engine": source.engine,
            "model": source.model,
        },
        start_seconds=min((one.start_seconds for one in cited), default=0.0),
        end_seconds=max((one.end_seconds for one in cited), default=0.0),
        segment_ids=ids,
        lasting=True,
    )
