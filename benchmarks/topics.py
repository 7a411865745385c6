"""How well the topics bot finds where topics begin, and what of an agenda comes up.

In labelled meetings, with their agenda and without, and in whole meetings strung together. Each
turn takes six seconds; each engine is asked.
"""

import argparse
import asyncio
import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from bots.domain.meanings import Meanings
from bots.domain.reading import Engines, Finding, Happened, Reading, Said, What
from bots.domain.transcript import Segment, SegmentId, Word
from bots.engines.meanings import WordMeanings, meanings_from
from bots.kinds.topics import Topics
from scripts.fetch_models import default_folder

FOLDER = Path(__file__).parent
LABELS = FOLDER / "topics" / "boundaries.yaml"
RESULT = FOLDER / "results" / "topics.json"
SECONDS_PER_TURN = 6.0
# Topics of labelled meetings last half a minute; a row is read as nobody has configured it.
FINE, COARSE = 10, 20
NEAR = 1
NEAR_IN_ROWS = 3
ROWS, MEETINGS_IN_ROW = 10, 5
NOW = datetime(2026, 11, 22, tzinfo=UTC)
# In languages that the embedded engines do not know.
FOREIGN = {"agencia-de-viagens", "cocina-nueva"}


@dataclass(frozen=True)
class Found:
    """What was found in one text: turns where topics begin, and the items that came up."""

    starts: Sequence[int]
    covered: Sequence[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT)
    parser.add_argument("--show", help="print what is found in this tuned meeting")
    arguments = parser.parse_args()
    engines = (WordMeanings(), meanings_from("", default_folder()))
    figures = {engine.name: asyncio.run(figures_of(engine)) for engine in engines}
    for name, groups in figures.items():
        for group, score in groups.items():
            print(f"{name:16} {group:22} " + "  ".join(f"{k} {v}" for k, v in score.items()))
    if arguments.show:
        asyncio.run(show(arguments.show, engines[-1]))
    arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


async def figures_of(engine: Meanings) -> Mapping[str, Mapping[str, float]]:
    labels = yaml.safe_load(LABELS.read_text())
    figures = {}
    for half in ("tuned", "held out"):
        scores = [await labelled(name, one, engine) for name, one in labels.items()
                  if one["half"] == half]  # fmt: skip
        figures[f"topics, {half}"] = mean([boundaries for boundaries, _ in scores])
        bare = [await labelled(name, {**one, "agenda": []}, engine) for name, one in labels.items()
                if one["half"] == half]  # fmt: skip
        figures[f"no agenda, {half}"] = mean([boundaries for boundaries, _ in bare])
        figures[f"agenda, {half}"] = summed([coverage for _, coverage in scores])
    figures["meetings in a row"] = mean([await of_row(seed, engine) for seed in range(ROWS)])
    return figures


async def labelled(
    name: str, label: Mapping[str, Any], engine: Meanings
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    turns = turns_of(label["folder"], name)
    found = await found_in(turns, engine, FINE, label["agenda"])
    coverage = {
        "right": len(set(found.covered) & set(label["covered"])),
        "told": len(found.covered),
        "come_up": len(label["covered"]),
    }
    return score_of(label["starts"], found.starts, len(turns), NEAR), coverage


async def of_row(seed: int, engine: Meanings) -> Mapping[str, float]:
    """The score of some meetings after one another, each taken as one topic."""
    names = [(folder, path.stem) for folder in ("dialogues", "notes")
             for path in sorted((FOLDER / folder).glob("*.yaml"))
             if path.stem not in FOREIGN]  # fmt: skip
    random.Random(seed).shuffle(names)
    turns: list[str] = []
    starts = []
    for folder, name in names[:MEETINGS_IN_ROW]:
        starts.append(len(turns))
        turns += turns_of(folder, name)
    found = await found_in(turns, engine, COARSE, [])
    return score_of(starts[1:], found.starts, len(turns), NEAR_IN_ROWS)


async def found_in(
    turns: Sequence[str], engine: Meanings, block_words: int, agenda: Sequence[str]
) -> Found:
    kind = Topics()
    config = kind.checked(
        {"block_words": block_words, "agenda": list(agenda), "covered_after_seconds": 6}
    )
    reader = kind.reader(config, Engines(meanings=engine))
    readings = [Reading(reader.state)]
    for place, text in enumerate(turns):
        said = Said(segment_of(place, text))
        readings.append(await reader.read(said, readings[-1].state, NOW))
    readings.append(
        await reader.read(Happened(What.CLOSING, source="end"), readings[-1].state, NOW)
    )
    findings = [one for reading in readings for one in reading.findings]
    starts = [round((one.start_seconds or 0) / SECONDS_PER_TURN) for one in findings
              if one.kind == "topic"]  # fmt: skip
    return Found(starts[1:], [one.text for one in findings if _is_covered(one)])


def _is_covered(finding: Finding) -> bool:
    return finding.kind == "agenda" and finding.details["covered"]


async def show(name: str, engine: Meanings) -> None:
    """Print a tuned meeting with what was found in it."""
    label = yaml.safe_load(LABELS.read_text())[name]
    assert label["half"] == "tuned", "the other half is not looked at"
    turns = turns_of(label["folder"], name)
    found = await found_in(turns, engine, FINE, label["agenda"])
    for place, text in enumerate(turns):
        mark = ("=" if place in label["starts"] else " ") + (">" if place in found.starts else " ")
        print(f"{mark} {place:3} {text}")
    print("covered:", found.covered)


def segment_of(place: int, text: str) -> Segment:
    at = place * SECONDS_PER_TURN
    words = text.split()
    step = (SECONDS_PER_TURN - 1) / max(len(words), 1)
    return Segment(
        id=SegmentId(f"seg_{place}"),
        speaker_id="prt_1",
        speaker_name="Somebody",
        start_seconds=at,
        end_seconds=at + SECONDS_PER_TURN - 1,
        text=text,
        words=[Word(one, at + n * step, at + (n + 1) * step, 1.0) for n, one in enumerate(words)],
    )


def turns_of(folder: str, name: str) -> list[str]:
    written = yaml.safe_load((FOLDER / folder / f"{name}.yaml").read_text())
    return [text for _, text in written["turns"]]


def score_of(
    wanted: Sequence[int], found: Sequence[int], turns: int, near: int
) -> Mapping[str, float]:
    """Shares from 0 to 1; Pk is how often two turns are wrongly told together or apart."""
    left = list(wanted)
    hits = 0
    for start in found:
        if match := [one for one in left if abs(one - start) <= near]:
            left.remove(min(match, key=lambda one: abs(one - start)))
            hits += 1
    return {
        "precision": _share(hits, len(found)),
        "recall": _share(hits, len(wanted)),
        "f1": _share(2 * hits, len(found) + len(wanted)),
        "pk": pk(wanted, found, turns),
        "pk_of_none": pk(wanted, [], turns),
        "found": len(found),
        "wanted": len(wanted),
    }


def pk(wanted: Sequence[int], found: Sequence[int], turns: int) -> float:
    width = max(round(turns / (len(wanted) + 1) / 2), 1)

    def apart(starts: Sequence[int], place: int) -> bool:
        return any(place < start <= place + width for start in starts)

    places = range(turns - width)
    return _share(sum(apart(wanted, one) != apart(found, one) for one in places), len(places))


def mean(scores: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    return {name: round(sum(one[name] for one in scores) / len(scores), 3) for name in scores[0]}


def summed(scores: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    total = {name: sum(one[name] for one in scores) for name in scores[0]}
    return {
        "precision": _share(total["right"], total["told"]),
        "recall": _share(total["right"], total["come_up"]),
        **total,
    }


def _share(part: float, whole: float) -> float:
    return round(part / whole, 3) if whole else 0.0


if __name__ == "__main__":
    main()
