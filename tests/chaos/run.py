"""``python -m tests.chaos.run --seconds N --seed S``: long runs, written to benchmarks/results.

First facts and timers on replicas of a test's own, with cut connections (`chaos.json`), then
schedulers that start occurrences, with wrong clocks (`chaos_occurrences.json`), then bots of every
kind in a meeting of six that is really heard (`chaos_crew.json`).
"""

import argparse
import asyncio
import json
import logging
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import asyncpg
import structlog

from convene_cli import nats, postgres
from tests.chaos.crew import CrewVerdict, play_crew, quickly_hearing
from tests.chaos.monkey import Verdict, a_stage, play
from tests.chaos.occurrences import Starts, play_starts
from tests.support.servers import Templates, data_folder
from tests.support.services import PREPARATIONS

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks/results"
SERVICE = "scheduler"
SCENES = ("facts", "occurrences", "crew")
OCCURRENCES_A_SECOND = 334
# A crew is killed again once it has come back and something was said.
SECONDS_A_KILL = 25


async def run(scene: str, folder: Path, asked: argparse.Namespace) -> Verdict | Starts:
    """One of the scenes that stand on two databases and a broker."""
    async with (
        postgres.running(folder / "postgres") as database,
        nats.running(folder / "nats") as broker,
    ):
        admin = await asyncpg.connect(database.admin_url)
        templates = Templates(database)
        source, target = [
            await templates.copied(admin, SERVICE, PREPARATIONS[SERVICE]) for _ in range(2)
        ]
        await admin.close()
        if scene == "facts":
            return await play(a_stage(source, target, broker.url), asked.seconds, asked.seed)
        return await play_starts(
            source,
            database.url_for(source.name, postgres.SUPERUSER),
            broker.url,
            occurrences=asked.occurrences or int(asked.seconds * OCCURRENCES_A_SECOND),
            seconds=asked.seconds,
            seed=asked.seed,
        )


async def run_crew(asked: argparse.Namespace) -> CrewVerdict:
    """The scene that stands on the whole suite."""
    kills = int(asked.seconds / SECONDS_A_KILL)
    with data_folder() as folder:
        async with quickly_hearing(folder) as installed:
            return await play_crew(
                installed, folder, seconds=asked.seconds, kills=kills, seed=asked.seed
            )


@contextmanager
def server_folder() -> Iterator[Path]:
    """A folder that an unprivileged server may enter."""
    folder = Path(tempfile.mkdtemp(prefix="convene-chaos-"))
    folder.chmod(0o755)
    for name in ("postgres", "nats"):
        (folder / name).mkdir(mode=0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long faults are made")
    parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same faults")
    parser.add_argument("--only", choices=SCENES, help="one of the three")
    parser.add_argument(
        "--occurrences", type=int, help=f"how many are due; else {OCCURRENCES_A_SECOND} a second"
    )
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    faults = [_played(one, asked) for one in SCENES if asked.only in (one, None)]
    return 1 if any(faults) else 0


def _played(scene: str, asked: argparse.Namespace) -> dict[str, int]:
    verdict: Verdict | Starts | CrewVerdict
    if scene == "crew":
        verdict = asyncio.run(run_crew(asked))
    else:
        with server_folder() as folder:
            verdict = asyncio.run(run(scene, folder, asked))
    report = asdict(verdict) | {
        "machine": f"{os.cpu_count()} cores, {platform.system()}",
        "load_average_after": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
    }
    result = RESULTS / ("chaos.json" if scene == "facts" else f"chaos_{scene}.json")
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text(json.dumps(report, indent=2) + "\n")
    sys.stdout.write(result.read_text())
    return verdict.faults


if __name__ == "__main__":
    sys.exit(main())
