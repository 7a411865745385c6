"""The rows of the timers' table: what is measured, how one is chosen, kept and written."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.measures import percentile

ONCE = "exactly once"
HEAD = (
    "| what | promise | due | p50 ms | p99 ms | max ms | runs | load |\n"
    "|---|---|---|---:|---:|---:|---:|---:|"
)
OF_ONES_OWN, OF_OTHERS = "ours", "rivals"

Kept = dict[str, Any]


@dataclass(frozen=True)
class Row:
    """One line of the table: *due* of *pending* timers are due within a second."""

    name: str
    promise: str
    pending: int
    due: int
    module: str = ""
    server: str = ""
    manner: str = ""
    replicas: int = 1

    @property
    def label(self) -> str:
        return f"{self.name}: {self.due} of {self.pending} pending"

    def is_asked(self, words: Sequence[str]) -> bool:
        """Whether it is of a group, or has a label, that one of *words* says; none say all."""
        group = OF_OTHERS if self.module else OF_ONES_OWN
        label = self.label.lower()
        return not words or any(word.lower() == group or word.lower() in label for word in words)


def _ours(pending: int, due: int, replicas: int, manner: str = "together") -> Row:
    name = f"convene, {manner}, {replicas} replica{'s'[: replicas - 1]}"
    return Row(name, ONCE, pending, due, manner=manner, replicas=replicas)


# Those after one another that differ in what is due alone share their replicas.
OURS = tuple(
    _ours(pending, due, replicas, manner)
    for pending, replicas, manner in (
        (100_000, 1, "together"),
        (100_000, 3, "together"),
        (100_000, 1, "alone"),
        (1_000_000, 1, "together"),
        (1_000_000, 3, "together"),
    )
    for due in (1_000, 10_000)
)
RIVALS = (
    Row("SKIP LOCKED poller, 20 ms", ONCE, 100_000, 1_000, "skip_locked", "postgres"),
    Row("SKIP LOCKED poller, 20 ms", ONCE, 100_000, 10_000, "skip_locked", "postgres"),
    Row("NATS schedules", "at least once, no effect", 100_000, 1_000, "nats_schedules", "nats"),
    Row("APScheduler, memory", "lost with its process", 100_000, 1_000, "in_apscheduler"),
    Row("APScheduler, PostgreSQL", "at most once", 6_000, 1_000, "in_apscheduler", "postgres"),
    Row("Celery eta, Redis", "at least once, no effect", 20_000, 1_000, "in_celery"),
    Row("Temporal dev server", "at least once, no effect", 300, 300, "in_temporal"),
)


def measured(lateness: Sequence[float], load: float) -> Kept:
    """One run as it is kept; *lateness* in seconds."""
    milliseconds = [1000 * one for one in lateness]
    return {
        "fired": len(lateness),
        "p50_ms": round(percentile(milliseconds, 0.5), 2),
        "p99_ms": round(percentile(milliseconds, 0.99), 2),
        "max_ms": round(max(milliseconds), 2),
        "load_average": round(load, 1),
    }


def kept(row: Row, runs: Sequence[Kept] | str, when: Mapping[str, str]) -> Kept:
    """*row* with its runs, or with why there are none, and *when* and of what it was measured."""
    said = {"missing": runs} if isinstance(runs, str) else {"runs": list(runs)}
    return asdict(row) | said | dict(when)


def merged(before: Sequence[Kept], fresh: Sequence[Kept]) -> Iterator[Kept]:
    """The rows of the table in its order: the *fresh* ones, else what was kept *before*."""
    found = {_name(one): one for one in (*before, *fresh)}
    for row in (*OURS, *RIVALS):
        if one := found.get(_name(asdict(row))):
            yield one


def line(one: Kept) -> str:
    """A kept row as a line of the table: medians of its runs."""
    head = f"| {one['name']} | {one['promise']} | {one['due']:,} of {one['pending']:,} |"
    runs = one.get("runs")
    if not runs:
        return f"{head} {one['missing']} | | | | |"
    figures = [
        statistics.median(run[name] for run in runs)
        for name in ("p50_ms", "p99_ms", "max_ms", "load_average")
    ]
    lost = one["due"] - min(run["fired"] for run in runs)
    cells = "".join(f" {value:,.1f} |" for value in figures[:3])
    return f"{head}{cells} {len(runs)}{f', {lost} not fired' if lost else ''} | {figures[3]:.1f} |"


def _name(one: Kept) -> tuple[str, int, int]:
    return one["name"], one["pending"], one["due"]
