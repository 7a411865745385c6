"""Notes that a language model takes of written meetings, kept in a file from run to run.

A meeting on a small machine takes minutes: whoever is cut off goes on where the file ends.
"""

import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.errors import DomainError
from common.llm.chat import ChatLlm, connected
from common.llm.config import LlmConfig
from minutes.model import Line, Summary
from minutes.notes import (
    NoteKind,
    decisions_in,
    items_in,
    note_from,
    of_kind,
    questions_in,
)
from minutes.scribe import ENGINE, Scribe

# No meeting is begun after so many seconds of a run.
LAST_BEGIN_SECONDS = 150.0


@dataclass(frozen=True)
class Scribed:
    """What a model made of one meeting; *failure* says why it made nothing."""

    seconds: float
    notes: Sequence[Mapping[str, Any]]
    dropped: Mapping[str, int]
    failure: str = ""

    def summary(self, model: str) -> Summary:
        notes = [note_from(one) for one in self.notes]
        points = of_kind(notes, NoteKind.POINT)
        return Summary(
            text="\n".join(one.text for one in points),
            segment_ids=tuple(dict.fromkeys(id for one in points for id in one.segment_ids)),
            decisions=decisions_in(notes),
            action_items=items_in(notes),
            questions=questions_in(notes),
            engine=ENGINE,
            model=model,
            version="",
            dropped=sum(self.dropped.values()),
            remark=self.failure,
        )


async def scribed(
    config: LlmConfig, meetings: Mapping[str, Sequence[Line]], path: Path
) -> dict[str, Scribed]:
    """The notes of *meetings*, those in *path* as they are there; each is written there at once."""
    done = _kept(path)
    began = time.monotonic()
    async with connected(config) as client:
        scribe = Scribe(ChatLlm(config, client))
        for name, lines in meetings.items():
            if name in done or time.monotonic() - began > LAST_BEGIN_SECONDS:
                continue
            done[name] = await _one(scribe, lines)
            _keep(done, path)
    return {name: one for name, one in done.items() if name in meetings}


def costs(done: Mapping[str, Scribed]) -> dict[str, Any]:
    """How long it took, and what did not stand."""
    seconds = sorted(one.seconds for one in done.values())
    dropped = sum((Counter(one.dropped) for one in done.values()), Counter())
    return {
        "meetings": sorted(done),
        "failed": {name: one.failure for name, one in sorted(done.items()) if one.failure},
        "seconds_per_meeting": {"median": seconds[len(seconds) // 2], "most": seconds[-1]},
        "notes_kept": sum(len(one.notes) for one in done.values()),
        "claims_dropped": dict(sorted(dropped.items())),
    }


async def _one(scribe: Scribe, lines: Sequence[Line]) -> Scribed:
    began = time.monotonic()
    try:
        taking = await scribe.take((), lines, len(lines))
    except DomainError as error:
        return Scribed(_since(began), (), {}, f"{type(error).__name__}: {error}")
    said = {line.segment_id for line in lines}
    for note in taking.notes:
        assert note.segment_ids, f"{note.text!r} cites nothing"
        assert said.issuperset(note.segment_ids), f"{note.text!r} cites what was not said"
    return Scribed(_since(began), [one.as_json() for one in taking.notes], dict(taking.dropped))


def _since(began: float) -> float:
    return round(time.monotonic() - began, 1)


def _keep(done: Mapping[str, Scribed], path: Path) -> None:
    path.write_text(json.dumps({name: vars(one) for name, one in done.items()}, indent=1) + "\n")


def _kept(path: Path) -> dict[str, Scribed]:
    if not path.exists():
        return {}
    return {name: Scribed(**one) for name, one in json.loads(path.read_text()).items()}
