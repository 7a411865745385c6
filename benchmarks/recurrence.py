"""Ten thousand random rules by three readers, and their cost; writes results/recurrence.json."""

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from benchmarks.measures import machine, percentile, revision, versions
from scheduler.domain.calendar import civil_times
from scheduler.domain.rules import rule_of
from tests.support.random_rules import (
    Sample,
    a_sample,
    by_dateutil,
    by_rulebook,
    is_read_otherwise_by_dateutil,
    ours,
)

RESULT = Path(__file__).parent / "results" / "recurrence.json"
# Rules without any time: the work of finding that out is what a stranger can ask for.
EMPTY = ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")


def timed(read: Callable[[Sample], Sequence[datetime]], sample: Sample) -> tuple[object, float]:
    began = process_time()
    found = read(sample)
    return found, process_time() - began


def compared(rules: int) -> dict[str, object]:
    """How many rules were read alike; a difference is raised with its rule."""
    costs: dict[str, list[float]] = {"convene": [], "dateutil": []}
    by_both = 0
    for sample in map(a_sample, range(rules)):
        found, seconds = timed(ours, sample)
        if found != by_rulebook(sample):
            raise SystemExit(f"the rulebook reads {sample} otherwise")
        if not found or is_read_otherwise_by_dateutil(sample):
            continue
        theirs, their_seconds = timed(by_dateutil, sample)
        if theirs != found:
            raise SystemExit(f"dateutil reads {sample} otherwise")
        by_both += 1
        costs["convene"].append(seconds * 1000)
        costs["dateutil"].append(their_seconds * 1000)
    return {
        "rules": rules,
        "alike_by_rulebook": rules,
        "alike_by_dateutil": by_both,
        "cpu_milliseconds": {
            name: {
                "p50": round(percentile(taken, 0.5), 3),
                "p99": round(percentile(taken, 0.99), 3),
            }
            for name, taken in costs.items()
        },
    }


def refusals() -> dict[str, float]:
    """The milliseconds until a rule without any time is known to have none."""
    start = datetime.fromisoformat("2026-12-01T09:00:00")
    costs = {}
    for text in EMPTY:
        began = process_time()
        found = list(civil_times(rule_of(text), start, start, start.date().replace(year=2126)))
        assert found == []
        costs[text] = round((process_time() - began) * 1000, 1)
    return costs


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rules", type=int, default=10_000)
    rules = parser.parse_args().rules
    result = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        "versions": versions("python-dateutil", "tzdata"),
        "comparison": compared(rules),
        "milliseconds_to_refuse": refusals(),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result["comparison"], indent=1))


if __name__ == "__main__":
    main()
