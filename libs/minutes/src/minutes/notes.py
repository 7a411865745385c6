"""Notes: what has come of a meeting so far, each note with the segments that show it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final

from minutes.evidence import pieces
from minutes.model import ActionItem, Chapter, Decision, Line, Question

# From so much in common on, two notes of one kind are the same.
SAME: Final = 0.75
# So many notes of a kind are kept: the latest.
MOST_OF_A_KIND: Final = 100


class NoteKind(Enum):
    POINT = "point"
    DECISION = "decision"
    ACTION_ITEM = "action_item"
    QUESTION = "question"
    CHAPTER = "chapter"


@dataclass(frozen=True, slots=True)
class Note:
    """*key* tells it from others of its kind and stays when the note changes.

    *owner* and *due* are an action item's. *answered_by* are the segments that answer a question.
    """

    kind: NoteKind
    text: str
    segment_ids: Sequence[str]
    owner: str = ""
    due: str = ""
    answered_by: Sequence[str] = ()
    key: str = ""

    @property
    def is_open(self) -> bool:
        return self.kind in (NoteKind.ACTION_ITEM, NoteKind.QUESTION) and not self.answered_by

    def as_json(self) -> dict[str, Any]:
        """What ``note_from`` reads again; only what differs from nothing."""
        given = {
            "kind": self.kind.value,
            "key": self.key,
            "text": self.text,
            "segment_ids": list(self.segment_ids),
            "owner": self.owner,
            "due": self.due,
            "answered_by": list(self.answered_by),
        }
        return {name: value for name, value in given.items() if value}


def note_from(given: Mapping[str, Any]) -> Note:
    return Note(
        kind=NoteKind(given["kind"]),
        text=given["text"],
        segment_ids=tuple(given.get("segment_ids", ())),
        owner=given.get("owner", ""),
        due=given.get("due", ""),
        answered_by=tuple(given.get("answered_by", ())),
        key=given.get("key", ""),
    )


def keyed(notes: Sequence[Note]) -> list[Note]:
    """*notes* with the keys that those have which have none yet: by where they begin."""
    taken = {(one.kind, one.key) for one in notes if one.key}
    counts: Counter[tuple[NoteKind, str]] = Counter()
    found = []
    for one in notes:
        while not one.key:
            begin = one.segment_ids[0]
            counts[one.kind, begin] += 1
            key = f"{begin}#{counts[one.kind, begin]}"
            if (one.kind, key) not in taken:
                one = replace(one, key=key)  # noqa: PLW2901
        found.append(one)
    return found


def added(notes: Sequence[Note], more: Sequence[Note]) -> list[Note]:
    """*notes* and those of *more* that say something else."""
    found = list(notes)
    found += [one for one in more if not any(is_same(one, kept) for kept in notes)]
    return keyed(found)


def is_same(one: Note, other: Note) -> bool:
    """Whether both say the same, of the same owner where both name one."""
    if one.kind is not other.kind or (one.owner and other.owner and one.owner != other.owner):
        return False
    first, second = pieces(one.text), pieces(other.text)
    least = min(len(first), len(second))
    return one.text == other.text or (least > 0 and len(first & second) / least >= SAME)


def of_kind(notes: Sequence[Note], kind: NoteKind) -> list[Note]:
    return [one for one in notes if one.kind is kind]


def bounded(notes: Sequence[Note]) -> list[Note]:
    """*notes* without the oldest of a kind that has too many."""
    kept = {id(one) for kind in NoteKind for one in of_kind(notes, kind)[-MOST_OF_A_KIND:]}
    return [one for one in notes if id(one) in kept]


def decisions_in(notes: Sequence[Note]) -> list[Decision]:
    return [Decision(one.text, one.segment_ids) for one in of_kind(notes, NoteKind.DECISION)]


def items_in(notes: Sequence[Note]) -> list[ActionItem]:
    return [
        ActionItem(one.text, one.owner, one.due, one.segment_ids)
        for one in of_kind(notes, NoteKind.ACTION_ITEM)
    ]


def questions_in(notes: Sequence[Note]) -> list[Question]:
    """Those that nobody answered."""
    asked = of_kind(notes, NoteKind.QUESTION)
    return [Question(one.text, one.segment_ids) for one in asked if one.is_open]


def chapters_in(notes: Sequence[Note], heard: Mapping[str, Line]) -> list[Chapter]:
    return [
        Chapter(one.text, heard[one.segment_ids[0]].start_seconds, one.segment_ids)
        for one in of_kind(notes, NoteKind.CHAPTER)
    ]
