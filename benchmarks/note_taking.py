"""How well notes are taken of the labelled meetings in `benchmarks/notes`, by rules or a model.

A note counts when it cites a turn that its label cites, names the same owner, and both texts share
words. `--half read` shows what is missed and wrong in the half that the rules were mended with; the
other half was never looked into. `--llm URL --model NAME` has a language model write instead, any
that speaks OpenAI's chat completions; `--kept FILE` goes on where an earlier run of it ended.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks.scribed import costs, scribed
from bots.engines.meanings import MiniLm
from bots.engines.models import find_minilm
from common.llm.config import LlmConfig
from minutes.checking import LEAST_SUPPORT
from minutes.evidence import support
from minutes.model import Line, Summary
from minutes.quoting.acts import Listener
from minutes.writing import RulesAlone
from scripts.fetch_models import default_folder

MEETINGS = Path(__file__).parent / "notes"
RESULT = Path(__file__).parent / "results" / "note_taking.json"
BY_MODEL = RESULT.with_name("note_taking_llm.json")
SCRIBED = RESULT.with_name("note_taking_scribed.json")
Meetings = Mapping[str, dict[str, Any]]
SECONDS_PER_TURN = 6.0
# The half that was read when the rules were mended.
READ = (
    "adviser-review",
    "cocina-nueva",
    "hiring-panel",
    "payments-standup",
    "release-retro",
    "support-escalation",
    "ward-handover",
)
LEAST_SHARED = 0.3
FOREIGN_PER_LABEL = 40


@dataclass
class Tally:
    """Counts over meetings: of labels, of notes found, and of those that agree."""

    expected: int = 0
    found: int = 0
    right: int = 0
    # Items whose task is right, whoever owns them, and right ones whose day is right.
    right_tasks: int = 0
    right_days: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        return {
            "expected": self.expected,
            "found": self.found,
            "precision": _share(self.right, self.found),
            "recall": _share(self.right, self.expected),
            "task_recall": _share(self.right_tasks, self.expected),
            "day_right": _share(self.right_days, self.right),
        }


@dataclass(frozen=True)
class Said:
    """A note or a label: what is compared of it."""

    text: str
    turns: frozenset[int]
    owner: str = ""
    due: str = ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--half", choices=("read", "held_out"))
    parser.add_argument("--llm", metavar="URL")
    parser.add_argument("--model", default="model")
    parser.add_argument("--kept", type=Path, default=SCRIBED)
    parser.add_argument("--seconds", type=float, default=330.0, help="for one meeting")
    parser.add_argument("--meetings", nargs="+", help="with a model: these, in this order")
    arguments = parser.parse_args()
    meetings = {path.stem: yaml.safe_load(path.read_text()) for path in MEETINGS.glob("*.yaml")}
    if arguments.llm:
        config = LlmConfig(arguments.llm, arguments.model, seconds=arguments.seconds, width=1)
        chosen = {name: meetings[name] for name in arguments.meetings or sorted(meetings)}
        results = asyncio.run(_by_model(config, chosen, arguments.kept))
    else:
        listener = Listener(MiniLm(find_minilm("", default_folder())))
        results = {
            "rules": asyncio.run(_by_rules(meetings, "", None)),
            "rules_and_acts": asyncio.run(_by_rules(meetings, arguments.half or "", listener)),
        }
    path = arguments.json or (BY_MODEL if arguments.llm else RESULT)
    path.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


async def _by_rules(meetings: Meetings, shown: str, listener: Listener | None) -> dict[str, Any]:
    """The figures of both halves and of all, and of the citation check."""
    rules = RulesAlone(listener)
    summaries = {
        name: await rules.summarise(lines_of(meeting)) for name, meeting in meetings.items()
    }
    return {
        "engine": _engines(list(summaries.values())),
        **_figures(meetings, summaries, shown),
        "citation_check": _citation_check([meetings[name] for name in sorted(meetings)]),
    }


async def _by_model(config: LlmConfig, meetings: Meetings, kept: Path) -> dict[str, Any]:
    """The figures of the *meetings* read so far, and what that cost."""
    lines = {name: lines_of(meeting) for name, meeting in meetings.items()}
    done = await scribed(config, lines, kept)
    summaries = {name: one.summary(config.model) for name, one in done.items()}
    read = {name: meetings[name] for name in done}
    return {"engine": config.model, **_figures(read, summaries), "costs": costs(done)}


def _figures(
    meetings: Meetings, summaries: Mapping[str, Summary], shown: str = ""
) -> dict[str, Any]:
    halves = {
        "read": [name for name in sorted(meetings) if name in READ],
        "held_out": [name for name in sorted(meetings) if name not in READ],
        "all": sorted(meetings),
    }
    figures = {}
    for half, names in halves.items():
        tallies = _tallied([(meetings[name], summaries[name]) for name in names])
        figures[half] = {kind: tally.figures() for kind, tally in tallies.items()}
        if half == shown:
            _show(tallies)
    return figures


def lines_of(meeting: dict[str, Any]) -> list[Line]:
    return [
        Line(str(n), name, text, n * SECONDS_PER_TURN, n * SECONDS_PER_TURN + 5, meeting["said_on"])
        for n, (name, text) in enumerate(meeting["turns"])
    ]


def _tallied(pairs: Sequence[tuple[dict[str, Any], Summary]]) -> dict[str, Tally]:
    tallies = {kind: Tally() for kind in ("action_items", "decisions", "questions_open")}
    for meeting, summary in pairs:
        notes = {
            "action_items": [
                Said(one.text, _turns(one.segment_ids), one.owner, one.due)
                for one in summary.action_items
            ],
            "decisions": [Said(one.text, _turns(one.segment_ids)) for one in summary.decisions],
            "questions_open": [
                Said(one.text, _turns(one.segment_ids)) for one in summary.questions
            ],
        }
        for kind, tally in tallies.items():
            labels = [
                Said(
                    one["text"],
                    frozenset(one["turns"]),
                    one.get("owner", ""),
                    str(one.get("due", "")),
                )
                for one in meeting.get(kind) or ()
            ]
            _compare(tally, labels, notes[kind])
    return tallies


def _compare(tally: Tally, labels: Sequence[Said], notes: Sequence[Said]) -> None:
    tally.expected += len(labels)
    tally.found += len(notes)
    tally.right_tasks += sum(any(_is_about(note, label) for note in notes) for label in labels)
    left = list(notes)
    for label in labels:
        fitting = [one for one in left if one.owner == label.owner and _is_about(one, label)]
        if not fitting:
            tally.missed.append(f"{label.owner}: {label.text} ({label.due})")
            continue
        best = max(fitting, key=lambda one: support(label.text, [one.text]))
        left.remove(best)
        tally.right += 1
        tally.right_days += best.due == label.due
    tally.wrong += [f"{one.owner}: {one.text} ({one.due})" for one in left]


def _is_about(note: Said, label: Said) -> bool:
    shared = max(support(label.text, [note.text]), support(note.text, [label.text]))
    return bool(note.turns & label.turns) and shared >= LEAST_SHARED


def _citation_check(meetings: Sequence[dict[str, Any]]) -> dict[str, float]:
    """How many labels the check drops with the turns they cite, and keeps with other turns."""
    dice = random.Random(1)
    own, foreign = [], []
    for meeting in meetings:
        turns = [f"{name} {text}" for name, text in meeting["turns"]]
        for label in _labels(meeting):
            cited = set(label["turns"])
            own.append(support(label["text"], [turns[n] for n in cited]))
            others = [text for n, text in enumerate(turns) if n not in cited]
            for _ in range(FOREIGN_PER_LABEL):
                drawn = dice.sample(others, min(len(cited), len(others)))
                foreign.append(support(label["text"], drawn))
    return {
        "labels": len(own),
        "least_support": LEAST_SUPPORT,
        "own_dropped": _share(sum(one < LEAST_SUPPORT for one in own), len(own)),
        "foreign_kept": _share(sum(one >= LEAST_SUPPORT for one in foreign), len(foreign)),
    }


def _labels(meeting: dict[str, Any]) -> list[dict[str, Any]]:
    kinds = ("action_items", "decisions", "questions_open")
    return [label for kind in kinds for label in meeting.get(kind) or ()]


def _engines(summaries: Sequence[Summary]) -> list[str]:
    return sorted({f"{one.engine} {one.model}".strip() for one in summaries})


def _turns(segment_ids: Sequence[str]) -> frozenset[int]:
    return frozenset(int(one) for one in segment_ids)


def _show(tallies: dict[str, Tally]) -> None:
    for kind, tally in tallies.items():
        print(kind)
        for line in tally.missed:
            print(f"    missed  {line}")
        for line in tally.wrong:
            print(f"    wrong   {line}")


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


if __name__ == "__main__":
    main()
