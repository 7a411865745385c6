"""How well the embedded engine tells how labelled lines sound, beside the plain VADER lexicon.

`--wrong tuned` also prints what was judged wrongly in the half that may be looked at.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import yaml
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from bots.domain.moods import MoodLabel
from bots.engines.moods import LexiconMoods

FOLDER = Path(__file__).parent
LINES = FOLDER / "sentiment" / "lines.yaml"
RESULT = FOLDER / "results" / "sentiment.json"
HALVES = ("tuned", "held out")
# Where VADER's authors draw the line.
PLAIN_THRESHOLD = 0.05


@dataclass(frozen=True)
class Line:
    """A line, how it sounds, and how an engine took it."""

    id: str
    label: str
    text: str
    judged: str = ""

    @property
    def half(self) -> str:
        """One of two halves, by a hash of the id: the lexicon is tuned with sight of one."""
        return HALVES[sha256(self.id.encode()).digest()[0] % 2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=RESULT)
    parser.add_argument("--wrong", choices=HALVES)
    arguments = parser.parse_args()
    lines = [Line(*one) for one in yaml.safe_load(LINES.read_text())]
    engines = {"lexicon": asyncio.run(judged(lines)), "plain VADER": judged_plainly(lines)}
    figures = {name: figures_of(found) for name, found in engines.items()}
    for name, groups in figures.items():
        for group, score in groups.items():
            print(f"{name:12} {group:10} " + "  ".join(f"{k} {v}" for k, v in score.items()))
    for line in engines["lexicon"]:
        if line.half == arguments.wrong and line.judged != line.label:
            print(f"{line.id} is {line.label}, judged {line.judged}: {line.text}")
    arguments.json.write_text(json.dumps(figures, indent=1) + "\n")


async def judged(lines: Sequence[Line]) -> Sequence[Line]:
    moods = await LexiconMoods().judge([line.text for line in lines], "en")
    return [
        Line(line.id, line.label, line.text, mood.label.value.lower())
        for line, mood in zip(lines, moods, strict=True)
    ]


def judged_plainly(lines: Sequence[Line]) -> Sequence[Line]:
    analyzer = SentimentIntensityAnalyzer()
    return [
        Line(
            line.id, line.label, line.text, _plain(analyzer.polarity_scores(line.text)["compound"])
        )
        for line in lines
    ]


def _plain(compound: float) -> str:
    if compound >= PLAIN_THRESHOLD:
        return "positive"
    return "negative" if compound <= -PLAIN_THRESHOLD else "neutral"


def figures_of(lines: Sequence[Line]) -> dict[str, dict[str, float]]:
    """Scores of all lines and of each half."""
    groups = {"all": lines}
    groups |= {half: [line for line in lines if line.half == half] for half in HALVES}
    return {name: score_of(some) for name, some in groups.items()}


def score_of(lines: Sequence[Line]) -> dict[str, float]:
    """Accuracy, the mean of the labels' F1, and how often a mood was told as its opposite."""
    right = sum(line.judged == line.label for line in lines)
    opposite = sum({line.judged, line.label} == {"positive", "negative"} for line in lines)
    each = [_f1(lines, label.value.lower()) for label in MoodLabel]
    return {
        "lines": len(lines),
        "accuracy": round(right / len(lines), 3),
        "macro_f1": round(sum(each) / len(each), 3),
        "told_as_opposite": opposite,
    }


def _f1(lines: Sequence[Line], label: str) -> float:
    both = sum(line.label == label == line.judged for line in lines)
    either = sum(line.label == label for line in lines) + sum(
        line.judged == label for line in lines
    )
    return 2 * both / either if either else 1.0


if __name__ == "__main__":
    main()
