"""Costs of a window after many have come and gone; writes results/recording_churn.json.

One person stays and is silent, the others have said a word and left. The recorder, the ear that it
asks and the reading of facts are one process here, which is measured while windows are shipped.
"""

import argparse
import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from benchmarks.measures import machine, revision
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2
from convene_cli import postgres
from convene_cli.postgres import PostgresOptions
from tests.support.crews import KEY, MEETING, SESSION, Stage, migrated, staged
from tests.support.ear import listening
from tests.support.eventually import eventually
from tests.support.servers import Templates, data_folder

RESULTS = Path(__file__).parent / "results" / "recording_churn.json"
SILENCE = b"\xf8\xff\xfe"
SETTLING = 15.0


async def churn(stage: Stage, gone: int, seconds: float) -> dict[str, float]:
    """Let *gone* people come and go, then watch for *seconds*."""
    await stage.begins()
    await stage.joins("stays")
    for number in range(gone):
        await stage.ear.say(f"guest{number}", [SILENCE] * 5)
        await stage.ear.end(f"guest{number}")
        await stage.joins(f"guest{number}")
    one = session_pb2.Recording(
        id="rec_1",
        meeting_id=MEETING,
        session_id=SESSION,
        layout=session_pb2.RECORDING_LAYOUT_GRID,
        spans=[session_pb2.Span(start_seconds=0)],
    )
    one.room_open_time.FromDatetime(datetime.now(UTC))
    await stage.tell(session_facts.RecordingStarted(recording=one))
    stage.new_recorder("recorder").start()
    await eventually(lambda: _windows(stage), 60)
    await asyncio.sleep(SETTLING)
    return await _watched(stage, seconds)


async def _watched(stage: Stage, seconds: float) -> dict[str, float]:
    asked, windows = len(stage.ear.asked), await _windows(stage)
    began, used = time.monotonic(), time.process_time()
    await asyncio.sleep(seconds)
    passed, used = time.monotonic() - began, time.process_time() - used
    shipped = await _windows(stage) - windows
    return {
        "windows": shipped,
        "cpu_milliseconds_per_window": round(used / shipped * 1000, 1),
        "asked_per_second": round((len(stage.ear.asked) - asked) / passed, 1),
        "tasks": len(asyncio.all_tasks()),
    }


async def _windows(stage: Stage) -> int:
    async with stage.database.begin_system() as connection:
        found = await connection.execute("select count(*) from recording_fragments", {})
        count: int = found.scalar_one()
        return count


async def measured(gone: int, seconds: float) -> dict[str, float]:
    """All of it, on a PostgreSQL of its own."""
    with data_folder() as folder:
        async with postgres.running(folder, PostgresOptions(durable=False)) as server:
            admin = await asyncpg.connect(server.admin_url)
            copy = await Templates(server).copied(admin, "bots", migrated)
            await admin.close()
            async with listening(KEY) as ear, staged(copy.app_url, ear) as stage:
                return await churn(stage, gone, seconds)


def main() -> None:
    """Nobody gone, then two hundred."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--gone", type=int, nargs="+", default=[0, 200])
    asking.add_argument("--seconds", type=float, default=20)
    asking.add_argument("--into", type=Path, default=RESULTS)
    asked = asking.parse_args()
    found = {f"{gone} gone": asyncio.run(measured(gone, asked.seconds)) for gone in asked.gone}
    result = {"machine": machine(), "revision": revision(), **found}
    asked.into.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
