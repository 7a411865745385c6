"""How well phrases are found in labelled text, per mode and language, and the halves of old.

`--wrong phrases` also prints what was missed or wrongly found in a set that may be looked at.
"""

import argparse
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from bots.kinds.matching.rules import Phrase, Spoken

FOLDER = Path(__file__).parent
SEEN = {
    "phrases": FOLDER / "keywords" / "phrases.yaml",
    "end_phrases": FOLDER / "triggers" / "end_phrases.yaml",
    # Unseen when it came, and mended by since.
    "unseen": FOLDER / "keywords" / "unseen.yaml",
}
# Written by somebody who had not seen the matcher; nobody mends by it.
BLIND = FOLDER / "keywords" / "third.yaml"
SETS = SEEN | ({"third": BLIND} if BLIND.exists() else {})
RESULT = FOLDER / "results" / "keywords.json"
_ID = re.compile(r"\b[a-z]+(?:-[a-z0-9]+)*-(?:hit|miss)-\d+\b")
_LANGUAGES = ("en", "es", "pt", "de", "fr", "it")
HALVES = ("tuned", "held out")


@dataclass(frozen=True)
class Case:
    """One phrase, one segment, and whether the phrase is said in it."""

    id: str
    phrase: str
    text: str
    hit: bool
    mode: str
    arguable: bool

    @property
    def language(self) -> str:
        """What the id begins with; end phrases are not told apart by language."""
        return next((part for part in self.id.split("-") if part in _LANGUAGES), "en")

    @property
    def half(self) -> str:
        """One of two halves, by a hash of the id: the matcher was first mended by one of them."""
        return HALVES[sha256(self.id.encode()).digest()[0] % 2]

    @cached_property
    def found(self) -> bool:
        """Whether the matcher finds the phrase; a case of no mode is read as inflected."""
        phrase = Phrase(
            self.phrase,
            inflected=self.mode != "exact",
            fuzzy=self.mode == "fuzzy",
            language=self.language,
        )
        return any(phrase.hits(Spoken(self.text.split())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT)
    parser.add_argument("--wrong", choices=SEEN)
    arguments = parser.parse_args()
    figures = {name: figures_of(cases_of(path)) for name, path in SETS.items()}
    for name, groups in figures.items():
        for group, score in groups.items():
            print(f"{name:12} {group:22} " + "  ".join(f"{k} {v}" for k, v in score.items()))
    if arguments.wrong:
        print_wrong(arguments.wrong)
    arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


def print_wrong(name: str) -> None:
    """What the matcher got wrong in the set *name*."""
    for case in cases_of(SEEN[name]):
        if case.found != case.hit:
            mark = "missed" if case.hit else "wrong "
            print(f"{mark} {case.id} [{case.mode or '-'}] {case.phrase!r}: {case.text}")


@cache
def cases_of(path: Path) -> Sequence[Case]:
    """The cases of one set; those that the file's header names are arguable."""
    text = path.read_text()
    arguable = set(_ID.findall("\n".join(line for line in text.splitlines() if line[:1] == "#")))
    return [
        Case(
            one["id"],
            one["phrase"],
            one["text"],
            one["hit"],
            one.get("mode", ""),
            one["id"] in arguable,
        )
        for one in yaml.safe_load(text)
    ]


def figures_of(cases: Sequence[Case]) -> Mapping[str, Mapping[str, Any]]:
    """Scores of all cases, of the unarguable ones, and of these per half, mode and language."""
    clear = [case for case in cases if not case.arguable]
    groups = {"all": cases, "without arguable": clear}
    groups |= _grouped(clear, "half", lambda case: case.half)
    groups |= _grouped(cases, "all of half", lambda case: case.half)
    for name, some in (("", clear), ("all of ", cases)):
        groups |= _grouped(some, f"{name}mode", lambda case: case.mode or "none")
        groups |= _grouped(some, f"{name}language", lambda case: case.language)
    return {name: score_of(some) for name, some in groups.items()}


def _grouped(
    cases: Iterable[Case], name: str, key: Callable[[Case], str]
) -> dict[str, Sequence[Case]]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(f"{name} {key(case)}", []).append(case)
    return dict(sorted(groups.items()))


def score_of(cases: Sequence[Case]) -> Mapping[str, Any]:
    """Counts, and precision, recall and F1 as shares from 0 to 1."""
    hits = sum(case.hit for case in cases)
    found = sum(case.found for case in cases)
    right = sum(case.hit and case.found for case in cases)
    return {
        "hits": hits,
        "near_misses": len(cases) - hits,
        "precision": _share(right, found),
        "recall": _share(right, hits),
        "f1": _share(2 * right, hits + found),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


if __name__ == "__main__":
    main()
