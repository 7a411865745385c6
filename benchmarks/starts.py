"""How late meetings start of which ten thousand are due within one second.

Schedulers as they are deployed, on a database that flushes every commit; each start opens its
occurrence and announces that a session is due, among twenty workspaces. A start is late by when its
fact was written, and published when the stream has that of the last. Writes results/starts.json.
"""

import argparse
import asyncio
import json
import os
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import uvloop

from benchmarks.measures import machine, revision
from convene_cli import nats, postgres
from tests.chaos.occurrences import scheduler
from tests.chaos.troop import REPLICAS
from tests.support.copied_starts import STARTS, STARTS_LEFT, copy_starts, plan_one
from tests.support.servers import Templates, data_folder
from tests.support.services import PREPARATIONS

RESULTS = Path(__file__).parent / "results" / "starts.json"
WORKSPACES = 20
# On a machine with other work.
READY_SECONDS = 25.0
COPIED_A_SECOND = 2500
LONGEST_SECONDS = 120.0
_UNPUBLISHED = "select count(*) from outbox where published_at is null"
_PUBLISHED = """
    select extract(epoch from max(published_at) - (
        select max(start_time) from occurrences where id like 'occ_copy_%')) from outbox"""


async def measure(count: int, replicas: int) -> dict[str, object]:
    """One run on servers of its own; raises ``AssertionError`` unless each started once."""
    async with AsyncExitStack() as stack:
        folders = [stack.enter_context(data_folder()) for _ in range(2)]
        server = await stack.enter_async_context(postgres.running(folders[0]))
        broker = await stack.enter_async_context(nats.running(folders[1]))
        admin = await asyncpg.connect(server.admin_url)
        made = await Templates(server).copied(admin, "scheduler", PREPARATIONS["scheduler"])
        await admin.close()
        owner = await asyncpg.connect(server.url_for(made.name, postgres.SUPERUSER))
        stack.push_async_callback(owner.close)
        await plan_one(made)
        for number in range(replicas):
            # Whoever is born with a multiple of this number has a clock that is right.
            await stack.enter_async_context(scheduler(REPLICAS * number, made, broker.url))
        await asyncio.sleep(READY_SECONDS)
        ahead = 3 + count / COPIED_A_SECOND
        await copy_starts(owner, count, workspaces=WORKSPACES, ahead=ahead, seconds=1)
        load = os.getloadavg()[0]
        for left in (STARTS_LEFT, _UNPUBLISHED):
            async with asyncio.timeout(LONGEST_SECONDS):
                # The rows belong to other processes, so there is no event to wait for.
                while await owner.fetchval(left):  # noqa: ASYNC110
                    await asyncio.sleep(0.2)
        return await _judged(owner, replicas, load)


async def _judged(owner: asyncpg.Connection, replicas: int, load: float) -> dict[str, object]:
    found = await owner.fetchrow(STARTS)
    faults = {name: int(found[name]) for name in ("missed", "doubled", "early", "not_open")}
    if any(faults.values()):
        raise AssertionError(f"not every one started once and in time: {faults}")
    return {
        "replicas": replicas,
        "p50_seconds": round(float(found["p50"]), 2),
        "p99_seconds": round(float(found["p99"]), 2),
        "max_seconds": round(float(found["latest"]), 2),
        "published_seconds": round(float(await owner.fetchval(_PUBLISHED)), 2),
        "load_average": round(load, 1),
    }


async def _run(asked: argparse.Namespace) -> None:
    runs = []
    for replicas in (1, REPLICAS):
        runs.append(await measure(asked.count, replicas))
        print(json.dumps(runs[-1]), flush=True)
    report = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        "starts_in_one_second": asked.count,
        "runs": runs,
    }
    asked.output.write_text(json.dumps(report, indent=1) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.starts", description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(asked))


if __name__ == "__main__":
    main()
