"""How long the embedded suite takes until every `/readyz` says 200: first start, then warm."""

import asyncio
import json
import os
import platform
import shutil
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from convene_cli import suite

RESULT = Path(__file__).parent / "results/startup.json"
WARM_RUNS = 5
# What the demo has to keep on an idle machine.
WARM_BOUND_SECONDS = 8.0


async def started(folder: Path) -> float:
    async with suite.running(folder) as installed:
        return installed.suite.ready_seconds


@contextmanager
def data_folder() -> Iterator[Path]:
    """A folder that an unprivileged PostgreSQL may enter."""
    folder = Path(tempfile.mkdtemp(prefix="convene-startup-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


async def measured() -> dict[str, object]:
    with data_folder() as folder:
        first = await started(folder)
        warm = [await started(folder) for _ in range(WARM_RUNS)]
    return {
        "first_seconds": first,
        "warm_seconds": warm,
        "warm_median_seconds": statistics.median(warm),
        "warm_bound_seconds": WARM_BOUND_SECONDS,
        "load_average": os.getloadavg()[0],
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    outcome = asyncio.run(measured())
    RESULT.write_text(json.dumps(outcome, indent=1) + "\n")
    print(json.dumps(outcome, indent=1))
