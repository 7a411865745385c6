"""One run of a rival's timers, in a process and on servers of its own."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from benchmarks.timer_rows import Kept, Row, measured
from convene_cli import nats, postgres
from tests.support.servers import data_folder

# What it may take to set its timers, to fire them and to be waited for.
LONGEST_SECONDS = 200.0


async def rival(row: Row) -> list[Kept] | str:
    """The run, or why there was none."""
    load = os.getloadavg()[0]
    with data_folder() as folder:
        async with _servers(row.server, folder) as urls:
            told, complaint, code = await _asked(
                row.module, {"pending": row.pending, "due": row.due, "urls": urls}
            )
    if code:
        return complaint.strip().splitlines()[-1] if complaint.strip() else f"ended with {code}"
    answer = json.loads(told.splitlines()[-1])
    if not answer["lateness"]:
        return "nothing fired"
    return [measured(answer["lateness"], load) | {"set_a_second": answer["set_a_second"]}]


async def _asked(module: str, asked: dict[str, object]) -> tuple[str, str, int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"benchmarks.timer_peers.{module}", json.dumps(asked)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            told, complaint = await process.communicate()
    except TimeoutError:
        # With all that it has started itself.
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        return "", f"not done in {LONGEST_SECONDS:.0f} s", 1
    return told.decode(), complaint.decode(), process.returncode or 0


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
