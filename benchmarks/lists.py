"""How long a page of each list takes among many meetings, beside a page by the bare primary key.

100,000 meetings of one workspace and as many of others, in a real PostgreSQL under the service's
own role and row-level security. Every query is asked from its beginning and from a place within,
in turns. Writes results/lists.json.
"""

import argparse
import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from benchmarks.measures import machine, percentile, revision, versions
from common import db, migrate
from common.db import Database
from common.ids import new_id
from common.principal import Kind, Principal
from convene_cli import postgres
from convene_cli.postgres import SUPERUSER
from scheduler.store import Store
from scheduler.store.search import PLANNED_FOR_PAGES, Query
from tests.support.many_meetings import fill, queries
from tests.support.servers import data_folder

RESULT = Path(__file__).parent / "results" / "lists.json"
SERVICE = "scheduler"
WARM_UP = 3
BOUND = "bound: a page by the primary key"


def every_query() -> dict[str, Query]:
    bare = "select * from meetings where id > :id order by id limit 51"
    return {BOUND: Query(bare, {"id": "mtg_000000600"})} | queries()


async def measured(
    opened: Database, workspace: str, rounds: int
) -> tuple[dict[str, list[float]], dict[str, int]]:
    """The milliseconds of each query's statement, and how many rows it finds.

    The transaction and its settings are left out.
    """
    caller = Principal(workspace, Kind.API_KEY, "key_1")
    taken: dict[str, list[float]] = {name: [] for name in every_query()}
    found: dict[str, int] = {}
    for turn in range(WARM_UP + rounds):
        for name, query in every_query().items():
            async with Store(opened).begin(caller) as tx:
                await tx.run(PLANNED_FOR_PAGES)
                began = perf_counter()
                rows = (await tx.run(query.sql, **query.values)).all()
                if turn >= WARM_UP:
                    taken[name].append((perf_counter() - began) * 1000)
            found[name] = len(rows)
    return taken, found


async def plans(opened: Database, workspace: str) -> list[str]:
    """The queries whose plan has a sequential scan."""
    caller = Principal(workspace, Kind.API_KEY, "key_1")
    found = []
    async with Store(opened).begin(caller) as tx:
        await tx.run(PLANNED_FOR_PAGES)
        for name, query in every_query().items():
            rows = await tx.run(f"explain {query.sql}", **query.values)
            if any("Seq Scan" in row[0] for row in rows):
                found.append(name)
    return found


async def measure(meetings: int, rounds: int) -> dict[str, object]:
    workspace = new_id("wsp")
    with data_folder() as folder:
        async with postgres.running(folder) as server:
            await postgres.bootstrap(server.admin_url, SERVICE, server.kept.roles(SERVICE))
            name = f"convene_{SERVICE}"
            await migrate.migrate(_driver(server.url_for(name, f"{SERVICE}_owner")), SERVICE)
            await fill(server.url_for(name, SUPERUSER), workspace, 2 * meetings, others=2)
            async with db.connected(_driver(server.url_for(name, SERVICE)), SERVICE) as opened:
                taken, found = await measured(opened, workspace, rounds)
                scans = await plans(opened, workspace)
    return {
        "meetings_of_the_workspace": meetings,
        "meetings_of_others": meetings,
        "rounds": rounds,
        "page_size": 50,
        "plans_with_a_sequential_scan": scans,
        "milliseconds": {
            name: {
                "p50": round(percentile(values, 0.5), 2),
                "p99": round(percentile(values, 0.99), 2),
                "rows": found[name],
            }
            for name, values in taken.items()
        },
    }


def _driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meetings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=100)
    given = parser.parse_args()
    result = {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        "versions": versions("asyncpg"),
        **asyncio.run(measure(given.meetings, given.rounds)),
    }
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result["milliseconds"], indent=1))


if __name__ == "__main__":
    main()
