"""Trains the classifier of what sentences do, and tells by cross-validation how good it is.

    python -m scripts.train_acts

Reads `benchmarks/acts/lines.yaml`, writes `libs/minutes/src/minutes/quoting/acts.json` and
`benchmarks/results/acts.json`. The same lines give the same weights.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from bots.engines.meanings import MiniLm
from bots.engines.models import find_minilm
from minutes.quoting.acts import PROBE, Act, runs_of, wording_of
from scripts.fetch_models import default_folder

ROOT: Final = Path(__file__).resolve().parents[1]
LINES: Final = ROOT / "benchmarks" / "acts" / "lines.yaml"
WEIGHTS: Final = ROOT / "libs" / "minutes" / "src" / "minutes" / "quoting" / "acts.json"
RESULT: Final = ROOT / "benchmarks" / "results" / "acts.json"
# A run of words in fewer lines tells of those lines alone.
FEWEST_LINES: Final = 6
# What a number of the vector weighs against a cue, and how dear weights are: by cross-validation.
VECTOR_SCALE: Final = 4.0
COST: Final = 0.006
STEPS: Final = 400
MOMENTUM: Final = 0.9
FOLDS: Final = 10

Numbers = NDArray[np.float64]


def main() -> None:
    lines: dict[str, list[str]] = yaml.safe_load(LINES.read_text())
    texts = [text for act in Act for text in lines[act.value]]
    labels = np.array([place for place, act in enumerate(Act) for _ in lines[act.value]])
    model = MiniLm(find_minilm("", default_folder()))
    vectors = np.array(asyncio.run(model.vectors([*texts, PROBE])))
    figures = cross_validated(texts, vectors[:-1], labels)
    RESULT.write_text(json.dumps(figures, indent=1) + "\n")
    print(json.dumps(figures, indent=1))
    vocabulary = vocabulary_of(texts)
    matrix = fitted(features_of(texts, vectors[:-1], vocabulary), labels)
    matrix[: vectors.shape[1]] *= VECTOR_SCALE
    rows = ",\n".join(json.dumps([round(float(x), 3) for x in row]) for row in matrix)
    WEIGHTS.write_text(
        f'{{"vocabulary": {json.dumps(vocabulary)},\n"probe": {json.dumps(vectors[-1].tolist())},\n'
        f'"matrix": [\n{rows}\n]}}\n'
    )


def vocabulary_of(texts: Sequence[str]) -> list[str]:
    """The runs of words that enough of *texts* have."""
    counts = Counter(run for text in texts for run in runs_of(text))
    return sorted(run for run, count in counts.items() if count >= FEWEST_LINES)


def features_of(texts: Sequence[str], vectors: Numbers, vocabulary: Sequence[str]) -> Numbers:
    wording = np.array([wording_of(text, vocabulary) for text in texts])
    return np.hstack([vectors * VECTOR_SCALE, wording, np.ones((len(texts), 1))])


def fitted(features: Numbers, labels: NDArray[np.int64]) -> Numbers:
    """The weights that tell *labels* from *features*: logistic regression by gradient descent."""
    count, acts = len(labels), len(Act)
    wanted = np.eye(acts)[labels]
    rarity = 1 / np.sqrt(np.maximum(np.bincount(labels, minlength=acts), 1))
    importance = (rarity[labels] / rarity[labels].mean())[:, None]
    steepest = np.linalg.norm(features, 2) ** 2 / count / 2 + COST
    weights, speed = np.zeros((features.shape[1], acts)), np.zeros((features.shape[1], acts))
    for _ in range(STEPS):
        gradient = features.T @ ((shares_of(features, weights) - wanted) * importance) / count
        gradient[:-1] += COST * weights[:-1]
        speed = MOMENTUM * speed - gradient / steepest
        weights = weights + speed
    return weights


def shares_of(features: Numbers, weights: Numbers) -> Numbers:
    sums = features @ weights
    raised = np.exp(sums - sums.max(axis=1, keepdims=True))
    shares: Numbers = raised / raised.sum(axis=1, keepdims=True)
    return shares


def cross_validated(
    texts: Sequence[str], vectors: Numbers, labels: NDArray[np.int64]
) -> dict[str, Any]:
    """How well each tenth of the lines is told by what the others teach, their words too."""
    fold = np.random.default_rng(0).integers(0, FOLDS, len(labels))
    told = np.zeros_like(labels)
    for number in range(FOLDS):
        rest = [text for text, place in zip(texts, fold, strict=True) if place != number]
        features = features_of(texts, vectors, vocabulary_of(rest))
        weights = fitted(features[fold != number], labels[fold != number])
        told[fold == number] = shares_of(features[fold == number], weights).argmax(axis=1)
    figures: dict[str, Any] = {"lines": len(texts), "right": _share(told == labels)}
    for place, act in enumerate(Act):
        figures[act.value] = {
            "lines": int((labels == place).sum()),
            "precision": _share(labels[told == place] == place),
            "recall": _share(told[labels == place] == place),
        }
    return figures


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 3) if len(right) else 1.0


if __name__ == "__main__":
    main()
