"""What `POST /v1/meetings/create` costs, part by part, beside the least that each part can cost.

Every row is real processes on loopback and a PostgreSQL that flushes each commit to the disk. The
rows take turns, several rounds of them, so that a busy machine slows them all alike; what counts
is CPU time per request and process. Writes results/create_meeting.json.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import uvloop

from benchmarks.http_load import load, post
from benchmarks.measures import (
    cpu_seconds,
    machine,
    percentile,
    revision,
    tree_cpu_seconds,
    versions,
)
from benchmarks.samples import API_KEY, KEY, PATH, PLANNED, body
from common import migrate
from convene_cli import nats, postgres
from convene_cli.children import Child
from convene_cli.loopback import LOOPBACK, free_port
from convene_cli.postgres import PostgresServer
from convene_cli.supervise import Supervisor, supervising
from tests.support.servers import data_folder

RESULTS = Path(__file__).parent / "results" / "create_meeting.json"
WIDTH = 16
WARM_UP = 100
DRAIN_SECONDS = 30.0
WAITING = "select count(*) from outbox where published_at is null"
PACKAGES = ("grpcio", "protobuf", "uvicorn", "uvloop", "asyncpg", "sqlalchemy", "opentelemetry-sdk")


@dataclass(frozen=True)
class Row:
    """One line of the table: which processes, and which requests."""

    name: str
    meaning: str
    app: str
    service: str = ""
    planned: bool = False
    keyed: bool = False
    bound: bool = False


BARE = "bare-app-calling"

ROWS = (
    Row("bare route", "an ASGI app that answers a canned body", "bare-app", bound=True),
    Row("route", "the edge, answered by nobody", "edge-canned"),
    Row("bare hop", "an ASGI app, a bare grpc.aio call", BARE, "bare-grpc", bound=True),
    Row("+ hop", "the edge, a canned answer behind our gate", "edge", "gated"),
    Row("bare insert", "bare hop, one statement by asyncpg", BARE, "one-statement", bound=True),
    Row("+ insert", "the edge, the scheduler's use case", "edge", "scheduler"),
    Row("+ key", "with an Idempotency-Key", "edge", "scheduler", keyed=True),
    Row("+ schedule", "with a start: three timers", "edge", "scheduler", planned=True),
    Row("+ relay", "the whole scheduler: facts reach NATS", "edge", "whole"),
)


@dataclass
class Pids:
    """The processes that one row is charged for, by the name of the column."""

    port: int
    edge: int
    service: int | None = None
    postgres: int | None = None
    nats: int | None = None

    def cpu_seconds(self) -> dict[str, float]:
        """CPU seconds so far, by column."""
        spent = {"edge": cpu_seconds(self.edge)}
        spent |= {"scheduler": cpu_seconds(self.service)} if self.service else {}
        spent |= {"postgres": tree_cpu_seconds(self.postgres)} if self.postgres else {}
        return spent | ({"nats": tree_cpu_seconds(self.nats)} if self.nats else {})


@dataclass
class Taken:
    """What the rounds of one row brought; CPU in µs a request, latencies in ms."""

    cpu: list[dict[str, float]] = field(default_factory=list)
    cpu_alone: list[float] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    sent: int = 0

    def summary(self) -> dict[str, object]:
        columns = self.cpu[0]
        totals = [sum(one.values()) for one in self.cpu]
        return {
            "cpu_us": {name: round(self._median(name), 1) for name in columns},
            "cpu_us_total": round(statistics.median(totals), 1),
            "cpu_us_total_of_each_run": [round(total, 1) for total in totals],
            "cpu_us_total_one_at_a_time": round(statistics.median(self.cpu_alone), 1),
            "p50_ms": round(percentile(self.latencies, 0.5), 2),
            "p99_ms": round(percentile(self.latencies, 0.99), 2),
            "requests_per_second": round(statistics.median(self.rates)),
        }

    def _median(self, column: str) -> float:
        return statistics.median(one[column] for one in self.cpu)


@dataclass(frozen=True)
class Plan:
    """How much to ask for: *requests* at `WIDTH` and *alone* one at a time, in every round."""

    rounds: int
    requests: int
    alone: int
    rows: Sequence[Row]


class Stage:
    """Starts the processes of the rows, each once."""

    def __init__(self, supervisor: Supervisor, database: PostgresServer) -> None:
        self._supervisor = supervisor
        self._database = database
        self._whole: dict[str, str] = {}
        self._whole_roots: tuple[int, int] = (0, 0)
        self._started: dict[tuple[str, str], Pids] = {}

    def has_whole(self, database: PostgresServer, nats_url: str, roots: tuple[int, int]) -> None:
        """Give the whole scheduler servers of its own: its loops are not to disturb the others."""
        self._whole = {"DATABASE": _app_url(database), "NATS": nats_url}
        self._whole_roots = roots

    async def pids(self, row: Row) -> Pids:
        """The processes of *row*, serving."""
        key = (row.app, row.service)
        if key not in self._started:
            self._started[key] = await self._start(row)
        return self._started[key]

    async def _start(self, row: Row) -> Pids:
        service = await self._start_service(row.service) if row.service else None
        name = f"{row.app} {row.service}".strip()
        port = free_port()
        backend = f"{LOOPBACK}:{service[0]}" if service else ""
        edge = await self._run(name, row.app, port, {"BACKEND": backend})
        pids = Pids(port, edge, service[1] if service else None)
        if row.service == "whole":
            pids.postgres, pids.nats = self._whole_roots
        elif row.service in {"scheduler", "one-statement"}:
            pids.postgres = postmaster(self._database)
        return pids

    async def _start_service(self, service: str) -> tuple[int, int]:
        port = free_port()
        if service == "whole":
            return port, await self._run_whole(port)
        url = _app_url(self._database)
        if service == "one-statement":
            # Row-level security would need a second statement; a superuser is above it.
            url = self._database.url_for("convene_scheduler", postgres.SUPERUSER)
        return port, await self._run(f"serve {service}", service, port, {"DATABASE_URL": url})

    async def _run(self, name: str, stand: str, port: int, env: Mapping[str, str]) -> int:
        argv = (sys.executable, "-m", "benchmarks.stands", stand)
        child = Child(name, argv, {"PORT": str(port), **env}, lambda: listens(port))
        await self._supervisor.start(child)
        return self._supervisor.pids()[name]

    async def _run_whole(self, port: int) -> int:
        env = {
            "CONVENE_ENV": "dev",
            "CONVENE_INTERNAL_KEY": KEY.decode(),
            "CONVENE_LINK_KEY": KEY.decode(),
            "CONVENE_NATS_URL": self._whole["NATS"],
            "CONVENE_SESSION_ADDRESS": f"{LOOPBACK}:1",
            "SCHEDULER_LISTEN": f"{LOOPBACK}:{port}",
            "SCHEDULER_DATABASE_URL": self._whole["DATABASE"],
        }
        argv = (sys.executable, "-m", "scheduler")
        await self._supervisor.start(Child("whole", argv, env, lambda: listens(port)))
        return self._supervisor.pids()["whole"]


async def measure(plan: Plan) -> dict[str, Taken]:
    """Every row in turn, round after round."""
    taken = {row.name: Taken() for row in plan.rows}
    with data_folder() as folder, data_folder() as other:
        async with AsyncExitStack() as stack:
            database = await stack.enter_async_context(durable(folder))
            supervisor = await stack.enter_async_context(supervising(folder / "logs"))
            stage = Stage(supervisor, database)
            whole = None
            if any(row.service == "whole" for row in plan.rows):
                whole = await stack.enter_async_context(durable(other))
                bus = await stack.enter_async_context(supervising(other / "bus"))
                broker = await nats.started(bus, other)
                stage.has_whole(whole, broker.url, (postmaster(whole), bus.pids()[nats.NAME]))
            for round_ in range(plan.rounds):
                for row in plan.rows:
                    pids = await stage.pids(row)
                    if round_ == 0:
                        await ask(row, pids, WARM_UP, WIDTH, taken[row.name])
                    await turn(row, pids, plan, taken[row.name], whole)
                print(f"round {round_ + 1} of {plan.rounds}", file=sys.stderr)
            await check_rows(plan, taken, database, whole)
    return taken


async def turn(
    row: Row, pids: Pids, plan: Plan, taken: Taken, whole: PostgresServer | None
) -> None:
    """One round of one row: many at a time for the cost, one at a time for the latency."""
    drain = whole if row.service == "whole" else None
    before = pids.cpu_seconds()
    rate, _ = await ask(row, pids, plan.requests, WIDTH, taken)
    await drained(drain)
    taken.cpu.append(_spent(before, pids.cpu_seconds(), plan.requests))
    taken.rates.append(rate)
    before = pids.cpu_seconds()
    _, latencies = await ask(row, pids, plan.alone, 1, taken)
    await drained(drain)
    taken.cpu_alone.append(sum(_spent(before, pids.cpu_seconds(), plan.alone).values()))
    taken.latencies += latencies


async def ask(
    row: Row, pids: Pids, count: int, width: int, taken: Taken
) -> tuple[float, list[float]]:
    """Requests a second, and each one's latency in ms."""
    draft = body(**PLANNED) if row.planned else body()
    headers = {"authorization": f"Bearer {API_KEY}"}
    numbers = itertools.count(taken.sent)
    requests = [
        post(PATH, draft, headers | ({"idempotency-key": f"k{n}"} if row.keyed else {}))
        for n in itertools.islice(numbers, count)
    ]
    taken.sent += count
    answered = await load(pids.port, requests, width)
    return count / answered.seconds, [1000 * one for one in answered.latencies]


@asynccontextmanager
async def durable(folder: Path) -> AsyncIterator[PostgresServer]:
    """A PostgreSQL that flushes every commit, with the scheduler's tables in it."""
    async with postgres.running(folder) as server:
        await postgres.bootstrap(server.admin_url, "scheduler", server.kept.roles("scheduler"))
        owner = server.url_for("convene_scheduler", "scheduler_owner")
        await migrate.migrate(_driven(owner), "scheduler")
        yield server


async def drained(server: PostgresServer | None) -> None:
    """Wait until every fact has reached the stream."""
    if server is None:
        return
    async with asyncio.timeout(DRAIN_SECONDS):
        # The rows belong to another process, so there is no event to wait for.
        while await count(server, WAITING):  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def check_rows(
    plan: Plan, taken: Mapping[str, Taken], database: PostgresServer, whole: PostgresServer | None
) -> None:
    """Raise when a meeting that was answered, or its event, is not there."""
    for server, services in ((database, {"scheduler", "one-statement"}), (whole, {"whole"})):
        sent = sum(taken[row.name].sent for row in plan.rows if row.service in services)
        for table in ("meetings", "outbox"):
            found = await count(server, f"select count(*) from {table}") if server else 0
            if found != sent:
                raise AssertionError(f"{sent} meetings were created, {table} has {found} rows")


async def count(server: PostgresServer, sql: str) -> int:
    connection = await asyncpg.connect(server.url_for("convene_scheduler", postgres.SUPERUSER))
    try:
        found: int = await connection.fetchval(sql)
        return found
    finally:
        await connection.close()


async def listens(port: int) -> bool:
    _, writer = await asyncio.open_connection(LOOPBACK, port)
    writer.close()
    return True


def postmaster(server: PostgresServer) -> int:
    return int((server.cluster / "postmaster.pid").read_text().splitlines()[0])


def _app_url(server: PostgresServer) -> str:
    return _driven(server.url_for("convene_scheduler", "scheduler"))


def _driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


def _spent(
    before: Mapping[str, float], after: Mapping[str, float], requests: int
) -> dict[str, float]:
    return {name: 1e6 * (after[name] - before[name]) / requests for name in after}


def table(rows: Sequence[Row], taken: Mapping[str, Taken]) -> str:
    """The figures for a terminal."""
    columns = ("edge", "scheduler", "postgres", "nats")
    names = (*columns, "total", "alone", "p50 ms", "p99 ms", "req/s")
    lines = [f"{'CPU µs a request':20}" + "".join(f"{name:>10}" for name in names)]
    for row in rows:
        found = taken[row.name]
        medians = [
            statistics.median(one[name] for one in found.cpu) if name in found.cpu[0] else None
            for name in columns
        ]
        total = statistics.median(sum(one.values()) for one in found.cpu)
        cells = [*medians, total, statistics.median(found.cpu_alone)]
        text = "".join(f"{cell:10.0f}" if cell is not None else f"{'-':>10}" for cell in cells)
        tail = [percentile(found.latencies, 0.5), percentile(found.latencies, 0.99)]
        text += (
            "".join(f"{cell:10.2f}" for cell in tail) + f"{statistics.median(found.rates):10.0f}"
        )
        lines.append(f"{row.name:20}{text}{'   (bound)' if row.bound else ''}")
    return "\n".join(lines)


def report(plan: Plan, taken: Mapping[str, Taken]) -> dict[str, object]:
    return {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "revision": revision(),
        "machine": machine(),
        "versions": versions(*PACKAGES),
        "runs": plan.rounds,
        "requests_of_a_run": {f"{WIDTH} at a time": plan.requests, "one at a time": plan.alone},
        "rows": {
            row.name: {"meaning": row.meaning, "bound": row.bound} | taken[row.name].summary()
            for row in plan.rows
        },
    }


def parsed() -> tuple[Plan, Path]:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.create_meeting", description=__doc__
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--requests", type=int, default=800, help=f"a round, {WIDTH} at a time")
    parser.add_argument("--alone", type=int, default=150, help="a round, one at a time")
    parser.add_argument("--rows", default="", help="only these, by name, with commas between")
    parser.add_argument("--output", type=Path, default=RESULTS)
    asked = parser.parse_args()
    wanted = [name.strip() for name in asked.rows.split(",") if name.strip()]
    if unknown := set(wanted) - {row.name for row in ROWS}:
        parser.error(f"no row {', '.join(unknown)}; there are {', '.join(r.name for r in ROWS)}")
    rows = [row for row in ROWS if not wanted or row.name in wanted]
    return Plan(asked.rounds, asked.requests, asked.alone, rows), asked.output


def main() -> None:
    plan, output = parsed()
    start: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=start) as runner:
        taken = runner.run(measure(plan))
    print(table(plan.rows, taken))
    output.parent.mkdir(exist_ok=True)
    output.write_text(json.dumps(report(plan, taken), indent=1, ensure_ascii=False) + "\n")
    print(f"written to {output}")


if __name__ == "__main__":
    main()
