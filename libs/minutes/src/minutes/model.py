"""What is said, and what minutes are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """A segment as a summariser reads it. *said_on* is the day, where the meeting is."""

    segment_id: str
    speaker: str
    text: str
    start_seconds: float
    end_seconds: float
    said_on: date


@dataclass(frozen=True, slots=True)
class Decision:
    text: str
    segment_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class ActionItem:
    """*due* is a date as ``2026-12-04``, or the words used when no date can be told."""

    text: str
    owner: str
    due: str
    segment_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Question:
    """Asked, and not answered when the meeting ended."""

    text: str
    segment_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chapter:
    """What was talked about from the first of *segment_ids* on."""

    title: str
    start_seconds: float
    segment_ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Summary:
    """*segment_ids* are the segments that *text* was taken from.

    *dropped* is how many claims of a model were left out because nothing that was said bears
    them out; *remark* says why it is not the engine that was wanted, where it is not.
    """

    text: str
    segment_ids: Sequence[str]
    decisions: Sequence[Decision]
    action_items: Sequence[ActionItem]
    engine: str
    model: str
    version: str
    questions: Sequence[Question] = ()
    chapters: Sequence[Chapter] = ()
    dropped: int = 0
    remark: str = ""
