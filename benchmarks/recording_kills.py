"""Kills a recorder again and again while people speak; writes results/recording_kills.json.

People speak in real time into an ear that keeps what they said; the recorder is a process of its
own, killed with SIGKILL and started again. At the end every packet must be in the object store
exactly once, and the composite must last as long as the recording and sound where they spoke.
"""

import argparse
import asyncio
import hashlib
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from artifacts.domain.recordings import Recording
from artifacts.exports.ffmpeg import Ffmpeg
from artifacts.service.filming import Filming
from benchmarks.measures import machine
from bots.clients import EarClient
from bots.service.nudges import Nudges
from bots.service.recorders import Recorders
from bots.store import Store
from common import db, rpc
from common.blobs import Blobs
from common.leases import Leases
from convene.bots.v1 import events_pb2 as facts
from convene.bots.v1 import recording_pb2 as pb
from convene.session.v1 import events_pb2 as session_facts
from convene.session.v1 import session_pb2
from convene_cli import postgres
from convene_cli.postgres import PostgresOptions
from tests.support.crews import KEY, MEETING, SESSION, Stage, migrated, staged
from tests.support.ear import listening
from tests.support.eventually import eventually
from tests.support.footage import beeps, opus
from tests.support.servers import Templates, data_folder
from tests.support.services import sqlalchemy_url

RESULTS = Path(__file__).parent / "results" / "recording_kills.json"
PEOPLE = 3
PACKETS_PER_STEP = 5
STEP_SECONDS = 0.1
SLOT_SAMPLES = 960
CAPTURED_WITHIN = 120.0
RECORDING = "rec_1"


async def record(name: str, database_url: str, objects: str) -> None:
    """The child: a replica that only records."""
    async with (
        db.connected(sqlalchemy_url(database_url), "bots") as database,
        AsyncExitStack() as channels,
    ):
        ears = EarClient(rpc.Caller(KEY, "bots"), channels)
        leases = Leases(database, name)
        store, blobs = Store(database), Blobs(objects)
        await Recorders(store, leases, Nudges(), ears, blobs, capacity=5).run()


async def measure(
    stage: Stage, database_url: str, seconds: float, every: float
) -> dict[str, object]:
    """Record *seconds* of speech with a kill *every* so many seconds; answers what was found."""
    spoken = {f"prt_{n}": _speech(seconds, n) for n in range(PEOPLE)}
    await stage.begins()
    for person in spoken:
        await stage.joins(person)
    opened = time.time()
    await _tell(stage, session_facts.RecordingStarted, opened, 0)
    speaking = asyncio.create_task(_speak(stage, spoken))
    kills = await _kill_until(speaking, database_url, stage.objects, every)
    async with _child(database_url, stage.objects, "last"):
        length = len(next(iter(spoken.values()))) * SLOT_SAMPLES / 48_000
        await _tell(stage, session_facts.RecordingStopped, opened, length)
        stopped = time.monotonic()
        told = await _captured(stage)
    found = await _found(stage, told, spoken)
    film = await _filmed(stage, told)
    return {
        "seconds": length,
        "people": PEOPLE,
        "kills": kills,
        "captured_seconds_after_stop": round(time.monotonic() - stopped, 1),
        **found,
        **film,
    }


def _speech(seconds: float, number: int) -> Sequence[bytes]:
    """A beep every two seconds, each person at another time and pitch."""
    at = [second + 0.3 + 0.5 * number for second in range(0, int(seconds) - 2, 2)]
    return opus(beeps(seconds, *at, pitch=400.0 + 300 * number))


async def _speak(stage: Stage, spoken: dict[str, Sequence[bytes]]) -> None:
    """Say it in real time, then leave."""
    begun, steps = time.monotonic(), len(next(iter(spoken.values()))) // PACKETS_PER_STEP
    for step in range(steps + 1):
        first = step * PACKETS_PER_STEP
        for person, packets in spoken.items():
            await stage.ear.say(person, packets[first : first + PACKETS_PER_STEP])
        await asyncio.sleep(max(begun + (step + 1) * STEP_SECONDS - time.monotonic(), 0))
    for person in spoken:
        await stage.ear.end(person)


async def _kill_until(
    speaking: "asyncio.Task[None]", database_url: str, objects: str, every: float
) -> int:
    kills = 0
    while not speaking.done():
        async with _child(database_url, objects, f"replica-{kills}"):
            await asyncio.wait([speaking], timeout=every)
        kills += 1
    await speaking
    return kills


@asynccontextmanager
async def _child(database_url: str, objects: str, name: str) -> AsyncIterator[None]:
    """A recorder's process, killed without a word when the block ends."""
    command = (sys.executable, "-m", "benchmarks.recording_kills", "--record")
    child = await asyncio.create_subprocess_exec(*command, name, database_url, objects)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(child.pid, signal.SIGKILL)
        await child.wait()


async def _tell(
    stage: Stage,
    fact: "type[session_facts.RecordingStarted] | type[session_facts.RecordingStopped]",
    opened: float,
    end: float,
) -> None:
    one = session_pb2.Recording(
        id=RECORDING,
        meeting_id=MEETING,
        session_id=SESSION,
        layout=session_pb2.RECORDING_LAYOUT_AUDIO_ONLY,
        spans=[session_pb2.Span(start_seconds=0, end_seconds=end)],
    )
    one.room_open_time.FromDatetime(datetime.fromtimestamp(opened, UTC))
    await stage.tell(fact(recording=one))


async def _captured(stage: Stage) -> facts.RecordingCaptured:
    async def there() -> facts.RecordingCaptured | None:
        found = await stage.facts(facts.RecordingCaptured)
        return found[0] if found else None

    told = await eventually(there, CAPTURED_WITHIN)
    assert told is not None
    return told


async def _found(
    stage: Stage, told: facts.RecordingCaptured, spoken: dict[str, Sequence[bytes]]
) -> dict[str, object]:
    """How much of what was said is there, and how often."""
    manifest = pb.RecordingManifest.FromString(await stage.blobs.get(told.manifest_key))
    kept: dict[str, Counter[tuple[int, bytes]]] = {person: Counter() for person in spoken}
    for proof in manifest.fragments:
        content = await stage.blobs.get(proof.key)
        assert hashlib.sha256(content).hexdigest() == proof.sha256
        for track in pb.RecordingFragment.FromString(content).tracks:
            kept[track.participant_id].update((one.sample, one.payload) for one in track.packets)
    wanted = {
        person: Counter((n * SLOT_SAMPLES, packet) for n, packet in enumerate(packets))
        for person, packets in spoken.items()
    }
    return {
        "windows": len(manifest.fragments),
        "packets_said": sum(sum(one.values()) for one in wanted.values()),
        "packets_missing": sum((wanted[one] - kept[one]).total() for one in wanted),
        "packets_doubled_or_strange": sum((kept[one] - wanted[one]).total() for one in wanted),
    }


async def _filmed(stage: Stage, told: facts.RecordingCaptured) -> dict[str, object]:
    """The files, each decoded whole."""
    now = datetime.now(UTC)
    one = Recording(RECORDING, MEETING, SESSION, "AUDIO_ONLY", now, manifest_key=told.manifest_key)
    files = await Filming(stage.blobs, Ffmpeg("ffmpeg")).make("wsp_1", one, lambda _: None)
    return {"files": len(files), "composite_seconds": files[0].duration_seconds}


async def kill_for(seconds: float, every: float) -> dict[str, object]:
    """All of it, on a PostgreSQL of its own."""
    with data_folder() as folder:
        async with postgres.running(folder, PostgresOptions(durable=False)) as server:
            admin = await asyncpg.connect(server.admin_url)
            copy = await Templates(server).copied(admin, "bots", migrated)
            await admin.close()
            async with listening(KEY) as ear, staged(copy.app_url, ear) as stage:
                return await measure(stage, copy.app_url, seconds, every)


def main() -> None:
    """Record five minutes with a kill every 20 s, or be the child."""
    asking = argparse.ArgumentParser(description=__doc__)
    asking.add_argument("--seconds", type=float, default=300)
    asking.add_argument("--every", type=float, default=20)
    asking.add_argument("--record", nargs=3, metavar=("NAME", "DATABASE", "OBJECTS"))
    asked = asking.parse_args()
    if asked.record:
        asyncio.run(record(*asked.record))
        return
    found = asyncio.run(kill_for(asked.seconds, asked.every))
    result = {"machine": machine(), "kill_every_seconds": asked.every, **found}
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
