"""How well the rules find action items and decisions in written dialogues.

An item counts when its owner is right and its text names the task; precision and recall are per
dialogue. `--json FILE` also writes the figures.
"""

import argparse
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from minutes.model import ActionItem, Line
from minutes.quoting.rules import Rules

DIALOGUES = Path(__file__).parent / "dialogues"
SECONDS_PER_TURN = 6.0


@dataclass(frozen=True)
class Score:
    """Figures of one dialogue, as shares from 0 to 1."""

    dialogue: str
    items_expected: int
    items_precision: float
    items_recall: float
    due_right: float
    decisions_expected: int
    decisions_precision: float
    decisions_recall: float
    missed: list[str]
    wrong: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    scores = [scored(path) for path in sorted(DIALOGUES.glob("*.yaml"))]
    for score in scores:
        print(
            f"{score.dialogue:14} items {score.items_expected:2}  "
            f"P {score.items_precision:.2f}  R {score.items_recall:.2f}  "
            f"due {score.due_right:.2f}   decisions {score.decisions_expected}  "
            f"P {score.decisions_precision:.2f}  R {score.decisions_recall:.2f}"
        )
        for line in score.missed:
            print(f"    missed  {line}")
        for line in score.wrong:
            print(f"    wrong   {line}")
    if arguments.json:
        arguments.json.write_text(json.dumps([vars(one) for one in scores], indent=1) + "\n")


def scored(path: Path) -> Score:
    """The score of the dialogue in *path*."""
    dialogue = yaml.safe_load(path.read_text())
    summary = Rules().summarise(lines_of(dialogue))
    left = list(summary.action_items)
    missed, due_right, hits = [], 0, 0
    for wanted in dialogue["items"]:
        found = next((one for one in left if _is(one, wanted)), None)
        if found is None:
            missed.append(f"{wanted['owner']}: {wanted['text']}")
            continue
        left.remove(found)
        hits += 1
        due_right += found.due == wanted["due"]
    said = [one.text.lower() for one in summary.decisions]
    settled = [one for one in dialogue["decisions"] if any(one.lower() in text for text in said)]
    return Score(
        dialogue=path.stem,
        items_expected=len(dialogue["items"]),
        items_precision=_share(hits, len(summary.action_items)),
        items_recall=_share(hits, len(dialogue["items"])),
        due_right=_share(due_right, hits),
        decisions_expected=len(dialogue["decisions"]),
        decisions_precision=_share(len(settled), len(said)),
        decisions_recall=_share(len(settled), len(dialogue["decisions"])),
        missed=missed,
        wrong=[f"{one.owner}: {one.text} ({one.due})" for one in left],
    )


def lines_of(dialogue: dict[str, Any]) -> list[Line]:
    return [
        Line(f"seg_{n}", name, text, n * SECONDS_PER_TURN, n * SECONDS_PER_TURN + 5, said_on)
        for said_on in [dialogue["said_on"]]
        for n, (name, text) in enumerate(dialogue["turns"], 1)
    ]


def _is(item: ActionItem, wanted: dict[str, str]) -> bool:
    named = re.search(wanted["text"], item.text, re.IGNORECASE)
    return item.owner == wanted["owner"] and named is not None


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


if __name__ == "__main__":
    main()
