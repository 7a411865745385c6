"""What the ear costs per person: silent, speaking, listened to; writes results/ear.json.

Everybody speaks without a pause, from files that are encoded once, so what is measured is what a
media node with real people would do too: keep the track, decode it, tell speech, serve it. Costs
are CPU seconds of the ear's process in percent of one core per person, and making the Opus of a
scenario, which only the sandbox does, apart.
"""

import asyncio
import json
import os
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from convene.session.v1 import ear_pb2 as pb
from session.media.sound import encoded
from tests.component.ear.test_restart import Process, an_ear
from tests.support.ear_node import SESSION, SUITE, FakeSessions, served_sessions
from tests.support.eventually import eventually
from tests.support.scenarios import SCENARIOS, zipped
from tests.support.services import metadata

RESULTS = Path(__file__).parent / "results" / "ear.json"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PEOPLE = 10
SILENT_SECONDS = 20
SPEAKING_SECONDS = 60
CLIP = "ada-1.flac"
CLIP_SECONDS = 7.1


def a_scenario() -> bytes:
    """Everybody silent, then everybody speaking for twice the measured time."""
    lines = round(2 * SPEAKING_SECONDS / CLIP_SECONDS) + 3
    says = [{"at": f"{SILENT_SECONDS + 2}s", "audio": CLIP} for _ in range(lines)]
    people = [{"name": f"P{number}", "says": says, "leaves": "1h"} for number in range(PEOPLE)]
    # JSON is YAML, and has no aliases for what is there ten times.
    script = json.dumps({"people": people})
    clip = (SCENARIOS / "kick-off" / CLIP).read_bytes()
    return zipped({"scenario.yaml": script.encode(), CLIP: clip})


async def cost(pid: int, seconds: float) -> float:
    """Percent of one core per person over *seconds* from now."""
    before, begun = cpu_seconds(pid), time.monotonic()
    await asyncio.sleep(seconds)
    used, passed = cpu_seconds(pid) - before, time.monotonic() - begun
    return round(100 * used / passed / PEOPLE, 2)


def cpu_seconds(pid: int) -> float:
    """The CPU time that the process *pid* has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def resident_bytes(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


async def listen(ear: Process, number: int) -> None:
    request = pb.ListenRequest(
        session_id=SESSION,
        participant_id=f"prt_P{number}",
        epoch=1,
        from_sample=48_000 * (SILENT_SECONDS + SPEAKING_SECONDS),
    )
    async for _ in ear.ear.ear.Listen(request, metadata=metadata(SUITE)):
        pass


async def everybody(ear: Process) -> bool:
    return len((await ear.ear.roster()).connections) == PEOPLE


def encoding_cost() -> float:
    clip = (SCENARIOS / "kick-off" / CLIP).read_bytes()
    begun = time.process_time()
    packets = sum(1 for _ in encoded(clip))
    return round(100 * (time.process_time() - begun) / (packets / 50), 2)


async def measure(folder: Path) -> dict[str, object]:
    sessions = FakeSessions()  # type: ignore[abstract]  # only one call of many is asked for
    async with served_sessions(sessions) as address, an_ear(folder, address) as ear:
        await ear.ear.perform(a_scenario(), PEOPLE)
        await eventually(lambda: everybody(ear), 10)
        silent = await cost(ear.process.pid, SILENT_SECONDS - 2)
        await asyncio.sleep(4)
        speaking = await cost(ear.process.pid, SPEAKING_SECONDS - 4)
        listeners = [asyncio.create_task(listen(ear, number)) for number in range(PEOPLE)]
        await asyncio.sleep(2)
        heard = await cost(ear.process.pid, SPEAKING_SECONDS - 4)
        memory = resident_bytes(ear.process.pid)
        for listener in listeners:
            listener.cancel()
    return {
        "silent_cpu_percent_per_person": silent,
        "speaking_cpu_percent_per_person": speaking,
        "speaking_and_listened_to_cpu_percent_per_person": heard,
        "resident_megabytes": round(memory / 1e6),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "measured": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cpus": os.cpu_count()},
            "load_average": os.getloadavg()[0],
            "people": PEOPLE,
            "encoding_cpu_percent_per_person": encoding_cost(),
            **asyncio.run(measure(Path(folder))),
        }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
