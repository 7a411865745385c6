"""The lateness of timers as bars, by ``python -m benchmarks.timer_plot results.json``."""

import json
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

# Rivals were not run at more.
MOST_PENDING = 100_000


def bars(report: dict[str, Any]) -> Iterator[tuple[str, float, float]]:
    """Name, p50 and p99, in ms, of the rows that were run with few enough timers."""
    for row in report["rows"]:
        if row.get("runs") and row["pending"] <= MOST_PENDING:
            p50, p99 = (
                statistics.median(one[name] for one in row["runs"]) for name in ("p50_ms", "p99_ms")
            )
            yield f"{row['name']} ({row['due']:,} of {row['pending']:,})", p50, p99


def draw(source: Path) -> Path:
    """Draw what *source* says into the SVG beside it."""
    # The same figures make the same file.
    matplotlib.rcParams["svg.hashsalt"] = "convene"
    ordered = sorted(bars(json.loads(source.read_text())), key=lambda one: -one[2])
    figure = Figure(figsize=(9, 0.4 * len(ordered) + 1), layout="constrained")
    axes = figure.add_subplot()
    places = range(len(ordered))
    axes.barh(places, [one[2] for one in ordered], color="#c9d6ea", label="p99")
    axes.barh(places, [one[1] for one in ordered], color="#2f5d9b", height=0.45, label="p50")
    axes.set_yticks(list(places), [one[0] for one in ordered])
    axes.set_xscale("log")
    axes.set_xlabel("ms from due to committed effect (some rivals: to callback or message)")
    axes.legend(loc="lower right")
    plot = source.with_suffix(".svg")
    figure.savefig(plot, metadata={"Date": None})
    return plot


if __name__ == "__main__":
    print(f"drawn to {draw(Path(sys.argv[1]))}")
