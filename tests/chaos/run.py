"""``python -m tests.chaos.run --seconds N --seed S``: a long run, written to benchmarks/results."""

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
from tests.chaos.monkey import Verdict, a_stage, play
from tests.support.servers import Templates
from tests.support.services import PREPARATIONS

RESULT = Path(__file__).resolve().parents[2] / "benchmarks/results/chaos.json"
SERVICE = "scheduler"


async def run(folder: Path, seconds: float, seed: int) -> Verdict:
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
        return await play(a_stage(source, target, broker.url), seconds, seed)


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
    asked = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with server_folder() as folder:
        verdict = asyncio.run(run(folder, asked.seconds, asked.seed))
    report = asdict(verdict) | {
        "machine": f"{os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(report, indent=2) + "\n")
    sys.stdout.write(RESULT.read_text())
    return 1 if verdict.faults else 0


if __name__ == "__main__":
    sys.exit(main())
