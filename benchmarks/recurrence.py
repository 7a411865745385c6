"""Ten thousand random rules by three readers, and their cost; writes results/recurrence.json."""

import argparse
import json
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from types import FrameType

from dateutil.rrule import rrulestr

from benchmarks.measures import machine, percentile, revision, versions
from scheduler.domain.calendar import civil_times
from scheduler.domain.rules import rule_of
from tests.support.random_rules import (
    Sample,
    a_sample,
    by_dateutil,
    by_rulebook,
    dateutil_differs_by,
    ours,
)

RESULT = Path(__file__).parent / "results" / "recurrence.json"
# Rules without any time: the work of finding that out is what a stranger can ask for.
EMPTY = ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30")
# The most CPU that dateutil gets for one rule; all of what is looked at takes it some 10 ms.
BOUND_SECONDS = 0.04
# Times shown of a rule that is read otherwise.
SHOWN = 4


def timed(
    read: Callable[[Sample], Sequence[datetime]], sample: Sample
) -> tuple[Sequence[datetime], float]:
    began = process_time()
    found = read(sample)
    return found, process_time() - began


class OutOfTime(Exception):
    """The reader has gone far beyond what it was asked about."""


def bounded_dateutil(sample: Sample) -> Sequence[datetime]:
    """What dateutil reads within the bound; a rule that has no time has it search for ever.

    It finds times in their order, and the bound is many times what all of the days that are looked
    at take: what it has not found by then is not there.
    """

    def give_up(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    found: list[datetime] = []
    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, BOUND_SECONDS)
    try:
        for one in rrulestr(sample.text, dtstart=sample.start):
            if one.date() > sample.last:
                break
            found.append(one)
    except (OutOfTime, ValueError):
        # It refuses some rules whose hours never come; others it searches for ever.
        return found
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return found


@dataclass
class Part:
    """The rules with a part that dateutil reads otherwise."""

    rules: int = 0
    differ: int = 0
    example: dict[str, object] = field(default_factory=dict)

    def add(self, sample: Sample, found: Sequence[datetime]) -> None:
        theirs = bounded_dateutil(sample)
        self.rules += 1
        if theirs == found:
            return
        self.differ += 1
        if not self.example or len(sample.text) < len(str(self.example["rule"])):
            self.example = {
                "rule": sample.text,
                "start": sample.start.isoformat(),
                "convene": [one.isoformat() for one in found[:SHOWN]],
                "dateutil": [one.isoformat() for one in theirs[:SHOWN]],
            }


def compared(rules: int) -> dict[str, object]:
    """How many rules were read alike; a difference that is not known is raised with its rule."""
    costs: dict[str, list[float]] = {"convene": [], "dateutil": []}
    left: list[tuple[Sample, Sequence[datetime]]] = []
    for sample in map(a_sample, range(rules)):
        found, seconds = timed(ours, sample)
        if found != by_rulebook(sample):
            raise SystemExit(f"the rulebook reads {sample} otherwise")
        if not found or dateutil_differs_by(sample):
            left.append((sample, found))
            continue
        theirs, their_seconds = timed(by_dateutil, sample)
        if theirs != found:
            raise SystemExit(f"dateutil reads {sample} otherwise")
        costs["convene"].append(seconds * 1000)
        costs["dateutil"].append(their_seconds * 1000)
    known: dict[str, Part] = {"BYSETPOS": Part(), "BYWEEKNO": Part(), "BYDAY": Part()}
    without_time = 0
    for sample, found in left:
        if part := dateutil_differs_by(sample):
            known[part].add(sample, found)
        elif bounded_dateutil(sample):
            raise SystemExit(f"dateutil finds times of {sample}")
        else:
            without_time += 1
    return {
        "rules": rules,
        "alike_by_rulebook": rules,
        "alike_by_dateutil": {
            "with_times": len(costs["dateutil"]),
            "without_any": without_time,
        },
        "read_otherwise_by_dateutil": {name: asdict(one) for name, one in known.items()},
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
