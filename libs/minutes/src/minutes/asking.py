"""Answers questions about what was said: by a model that cites, else by the places that fit."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from common.llm import Llm
from minutes.checking import Checker
from minutes.evidence import pieces
from minutes.guarding import without_orders
from minutes.model import Line
from minutes.notes import Note
from minutes.shapes import SaidAnswer

SEARCH: Final = "search"
MOST_FOUND: Final = 5
# What fits less than half as well as the best does not fit.
SHARE_OF_BEST: Final = 0.5
# What a model is given to answer from.
MOST_READ: Final = 40
INSTRUCTION: Final = (
    "Answer `question` from `segments` alone, which is what was said in a meeting, in one to three "
    "sentences, in the language of the question and close to the words of the segments. Cite in "
    "`cites` the ids of the segments that show it. When they do not answer it, leave both empty."
)


@dataclass(frozen=True, slots=True)
class Reply:
    """*engine* is ``search`` where *text* is only quotations; *lines* bear it out."""

    text: str
    lines: Sequence[Line]
    engine: str
    model: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            "answer": self.text,
            "engine": self.engine,
            "model": self.model,
            "segments": [
                {
                    "id": one.segment_id,
                    "speaker": one.speaker,
                    "text": one.text,
                    "start_seconds": one.start_seconds,
                }
                for one in self.lines
            ],
        }


def searched(question: str, heard: Sequence[Line], most: int = MOST_FOUND) -> list[Line]:
    """The lines that have most in common with *question*, in the order in which they were said."""
    wanted = pieces(question)
    kept = [(line, wanted & pieces(line.text)) for line in heard]
    spread = Counter(piece for _, shared in kept for piece in shared)
    scores = {
        place: sum(math.log(1 + len(heard) / spread[piece]) for piece in shared)
        for place, (_, shared) in enumerate(kept)
        if shared
    }
    enough = SHARE_OF_BEST * max(scores.values(), default=0.0)
    fitting = [place for place, score in scores.items() if score >= enough]
    best = sorted(fitting, key=lambda place: (-scores[place], place))[:most]
    return [heard[place] for place in sorted(best)]


def quoted(question: str, heard: Sequence[Line]) -> Reply:
    """What was said that fits *question* best, as it was said."""
    found = searched(question, heard)
    return Reply("\n".join(f"{one.speaker}: {one.text}" for one in found), found, SEARCH)


async def answered(
    llm: Llm, question: str, heard: Sequence[Line], notes: Sequence[Note], seconds: float
) -> Reply | None:
    """What *llm* answers; nothing when no words bear it out. Raises what an ``Llm`` raises."""
    lines = _fitting(question, without_orders(heard), notes)
    named = {f"s{number}": line for number, line in enumerate(lines, 1)}
    material: Mapping[str, Any] = {
        "question": question,
        "segments": [
            {"id": id, "speaker": line.speaker, "text": line.text} for id, line in named.items()
        ],
    }
    said = await llm.write(INSTRUCTION, material, SaidAnswer, seconds=seconds)
    checker = Checker(named, sorted({line.speaker for line in heard if line.speaker}))
    evidence = checker.evidence(said.answer, said.cites)
    return Reply(evidence.text, evidence.lines, "llm", llm.model) if evidence else None


def _fitting(question: str, heard: Sequence[Line], notes: Sequence[Note]) -> list[Line]:
    """Those that fit the question, and those that the notes cite, in order."""
    chosen = {line.segment_id for line in searched(question, heard, MOST_READ // 2)}
    noted = [id for note in reversed(notes) for id in note.segment_ids]
    chosen |= set(noted[: MOST_READ - len(chosen)])
    return [line for line in heard if line.segment_id in chosen]
