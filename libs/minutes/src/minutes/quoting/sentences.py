"""Turns and sentences: what a segment says, cut where people stop and joined where they go on."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from minutes.model import Line

# A longer pause begins a new turn, even of the same speaker.
LONGEST_PAUSE_SECONDS = 3.0

_END = re.compile(r"(?<=[.!?…])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|No|vs|etc|e\.g|i\.e|approx)\.$", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of one speaker. *turn* counts turns; *segment_ids* are where it was said."""

    text: str
    speaker: str
    segment_ids: Sequence[str]
    turn: int
    at_seconds: float
    said_on: date

    @property
    def is_question(self) -> bool:
        return self.text.endswith("?")


def sentences_of(lines: Sequence[Line]) -> list[Sentence]:
    """Every sentence in the order in which it was said."""
    found: list[Sentence] = []
    for number, turn in enumerate(_turns(lines)):
        found.extend(_cut(turn, number))
    return found


def _turns(lines: Sequence[Line]) -> Iterator[list[Line]]:
    if not lines:
        return
    turn = [lines[0]]
    for before, line in pairwise(lines):
        pause = line.start_seconds - before.end_seconds
        if line.speaker != before.speaker or pause > LONGEST_PAUSE_SECONDS:
            yield turn
            turn = []
        turn.append(line)
    yield turn


def _cut(turn: Sequence[Line], number: int) -> Iterator[Sentence]:
    whole, ends = "", []
    for line in turn:
        whole = f"{whole} {_SPACE.sub(' ', line.text).strip()}".strip()
        ends.append(len(whole))
    for first, last in _spans(whole):
        here = [
            line
            for line, start, end in zip(turn, [0, *ends], ends, strict=False)
            if start < last and end > first
        ]
        yield Sentence(
            whole[first:last],
            here[0].speaker,
            tuple(line.segment_id for line in here),
            number,
            here[0].start_seconds,
            here[0].said_on,
        )


def _spans(whole: str) -> Iterator[tuple[int, int]]:
    first = 0
    for cut in _END.finditer(whole):
        if _ABBREVIATION.search(whole[first : cut.start()]):
            continue
        yield first, cut.start()
        first = cut.end()
    if first < len(whole):
        yield first, len(whole)
