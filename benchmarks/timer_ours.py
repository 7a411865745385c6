"""Our own timers, measured: a scheduler's database with many that wait, and replicas on it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from benchmarks.timer_rows import Kept, Row, measured
from convene_cli import postgres
from tests.support.replica import EFFECTS
from tests.support.servers import Database, Templates, data_folder
from tests.support.services import PREPARATIONS, sqlalchemy_url

READY_SECONDS = 4.0
AHEAD_SECONDS = 4
LONGEST_SECONDS = 120.0

Replicas = Sequence[asyncio.subprocess.Process]


class Ours:
    """The replicas of the row before go on where only what is due differs."""

    def __init__(self, made: Database, owner: asyncpg.Connection) -> None:
        self._made = made
        self._owner = owner
        self._filled = 0
        self._manned: tuple[str, int, int] = ("", 0, 0)
        self._replicas: Replicas = ()

    async def run(self, row: Row) -> Kept:
        """Raises ``AssertionError`` unless every timer had its effect once, and none too early."""
        await self._man(row)
        return await self._once(row)

    async def leave(self) -> None:
        for process in self._replicas:
            process.terminate()
            await process.wait()
        self._replicas = ()

    async def _man(self, row: Row) -> None:
        if self._manned == (row.manner, row.pending, row.replicas):
            return
        await self.leave()
        if row.pending != self._filled:
            await self._fill(row.pending)
        self._replicas = [await self._replica(row.manner) for _ in range(row.replicas)]
        self._manned = row.manner, row.pending, row.replicas
        await asyncio.sleep(READY_SECONDS)

    async def _fill(self, pending: int) -> None:
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

    async def _once(self, row: Row) -> Kept:
        load = os.getloadavg()[0]
        await self._owner.execute("truncate effects")
        await self._owner.execute(
            """
            insert into timers (workspace_id, key, kind, due_at)
            select 'wsp_bench', 'near ' || n, 'bell',
                now() + make_interval(secs => $2::float + n::float / $1::int)
            from generate_series(0, $1::int - 1) n""",
            *(row.due, AHEAD_SECONDS),
        )
        async with asyncio.timeout(LONGEST_SECONDS):
            # The rows belong to other processes, so there is no event to wait for.
            while await self._owner.fetchval("select count(*) from effects") < row.due:  # noqa: ASYNC110
                await asyncio.sleep(0.5)
        await asyncio.sleep(0.5)
        lateness: list[float] = []
        for process in self._replicas:
            process.send_signal(signal.SIGUSR1)
            assert process.stdout is not None
            lateness += json.loads(await process.stdout.readline())
        await self._check(row)
        return measured(lateness, load)

    async def _check(self, row: Row) -> None:
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


@asynccontextmanager
async def ours() -> AsyncIterator[Ours]:
    """A server of its own while the block runs."""
    with data_folder() as folder:
        async with postgres.running(folder) as server:
            admin = await asyncpg.connect(server.admin_url)
            made = await Templates(server).copied(admin, "scheduler", PREPARATIONS["scheduler"])
            await admin.close()
            maker = await asyncpg.connect(made.owner_url)
            await maker.execute(EFFECTS)
            await maker.close()
            owner = await asyncpg.connect(server.url_for(made.name, postgres.SUPERUSER))
            stand = Ours(made, owner)
            try:
                yield stand
            finally:
                await stand.leave()
                await owner.close()
