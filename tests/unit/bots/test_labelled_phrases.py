"""The labelled phrases are found as well as they were when the benchmark's figures were written."""

import pytest

from benchmarks.keywords import SETS, cases_of, figures_of

FLOORS = [
    ("phrases", "all", 0.98, 0.98),
    ("phrases", "without arguable", 0.99, 0.99),
    ("end_phrases", "all", 0.90, 0.90),
    ("end_phrases", "without arguable", 0.99, 0.94),
]


@pytest.mark.parametrize(("name", "group", "precision", "recall"), FLOORS)
def test_labelled_phrases_are_found_and_near_misses_are_not(
    name: str, group: str, precision: float, recall: float
) -> None:
    score = figures_of(cases_of(SETS[name]))[group]
    assert score["precision"] >= precision
    assert score["recall"] >= recall
