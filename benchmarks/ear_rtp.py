"""What a hundred people who come by RTP cost the ear; writes results/ear_rtp.json.

Real Opus speech goes by plain UDP over loopback into one ear for half a minute. The sender is a
process of its own. The ear runs once without hearing speech (receive, order, keep on disk), and
once as it is, so that telling who speaks is measured apart. Costs are CPU seconds of the ear's
process in percent of one core per stream.
"""

import argparse
import asyncio
import json
import os
import socket
import struct
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from grpc import aio

from convene.session.v1 import ear_pb2 as pb
from session.media import node
from session.media.talk import Talks
from tests.support.ear_node import (
    Ear,
    FakeSessions,
    ear_settings,
    served_sessions,
)
from tests.support.rtp import FRAME, speech

RESULTS = Path(__file__).parent / "results" / "ear_rtp.json"
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
STREAMS = 100
SECONDS = 30
PACKET_SECONDS = 0.02


class DeafTalks(Talks):
    """Totals of nobody: the ear without telling speech."""

    def follow(self, *_: object) -> None:
        """Hears nothing."""


def send(port: int, streams: int, seconds: float) -> None:
    """Send speech as SSRC 1, 2, … in real time; streams take turns within each 20 ms."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    line.connect(("127.0.0.1", port))
    packets, header = speech(), struct.Struct("!BBHII")
    print("sending", flush=True)
    begun, latest = time.monotonic(), 0.0
    for number in range(round(seconds / PACKET_SECONDS)):
        for ssrc in range(1, streams + 1):
            payload = packets[(number + 37 * ssrc) % len(packets)]
            stamp = number * FRAME & 0xFFFFFFFF
            line.send(header.pack(0x80, 111, number & 0xFFFF, stamp, ssrc) + payload)
            if ssrc % 10 == 0:
                wait = begun + (number + ssrc / streams) * PACKET_SECONDS - time.monotonic()
                latest = max(latest, -wait)
                if wait > 0.001:
                    time.sleep(wait)
    print(f"{latest:.2f}", flush=True)


def cpu_seconds(pid: int) -> float:
    """The CPU time that the process *pid* has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def resident_megabytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)


def drops(port: int) -> int:
    """How many datagrams for *port* the kernel had no room for."""
    rows = [row.split() for row in Path("/proc/net/udp").read_text().splitlines()[1:]]
    return sum(int(row[-1]) for row in rows if row[1].endswith(f":{port:04X}"))


async def kept(ear: Ear, number: int) -> tuple[int, int]:
    """How many packets and samples of gaps there are on a track that is over."""
    packets = gap = 0
    for one in await ear.listen(f"prt_{number}"):
        packets += len(one.audio.packets)
        if one.marker.kind == pb.MARKER_KIND_GAP:
            gap += one.marker.to_sample - one.marker.from_sample
    return packets, gap


async def measure(ear: Ear, pid: int) -> dict[str, object]:
    for number in range(1, STREAMS + 1):
        seat = await ear.seat(number, participant_id=f"prt_{number}")
    sending = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.ear_rtp", "--send-to", str(seat.port)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert sending.stdout is not None
    await asyncio.wait_for(sending.stdout.readline(), 60)
    before = cpu_seconds(pid)
    latest = float(await asyncio.wait_for(sending.stdout.readline(), 3 * SECONDS))
    await asyncio.sleep(0.5)
    used, memory, overflowed = cpu_seconds(pid) - before, resident_megabytes(pid), drops(seat.port)
    await sending.wait()
    for number in range(1, STREAMS + 1):
        await ear.unseat(f"prt_{number}")
    found = [await kept(ear, number) for number in range(1, STREAMS + 1)]
    sent = STREAMS * round(SECONDS / PACKET_SECONDS)
    return {
        "cpu_percent_per_stream": round(100 * used / SECONDS / STREAMS, 3),
        "resident_megabytes": memory,
        "packets_sent": sent,
        "packets_lost": sent - sum(packets for packets, _ in found),
        "dropped_by_the_kernel": overflowed,
        "sender_late_by_seconds": latest,
        "gap_seconds": round(sum(gap for _, gap in found) / 48_000, 2),
    }


@asynccontextmanager
async def an_ear(folder: Path, sessions: str, kind: str) -> AsyncIterator[tuple[str, int]]:
    """An ear in a process of its own, by address; *kind* is ``deaf`` or ``whole``."""
    ear = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.ear_rtp", "--ear", kind, str(folder / kind), sessions),
        stdout=asyncio.subprocess.PIPE,
    )
    assert ear.stdout is not None
    try:
        port = int(await asyncio.wait_for(ear.stdout.readline(), 60))
        yield f"127.0.0.1:{port}", ear.pid
    finally:
        ear.terminate()
        await ear.wait()


async def be_an_ear(kind: str, folder: str, sessions: str) -> None:
    talks = DeafTalks if kind == "deaf" else Talks
    async with node.hearing(ear_settings(Path(folder), sessions), talks) as port:
        print(port, flush=True)
        await asyncio.sleep(2 * SECONDS + 60)


async def compare(folder: Path) -> dict[str, object]:
    sessions = FakeSessions()  # type: ignore[abstract]  # nobody asks it
    async with served_sessions(sessions) as address:
        async with an_ear(folder, address, "deaf") as (ear, pid), aio.insecure_channel(ear) as line:
            deaf = await measure(Ear(line), pid)
        async with (
            an_ear(folder, address, "whole") as (ear, pid),
            aio.insecure_channel(ear) as line,
        ):
            heard = await measure(Ear(line), pid)
    return {"receive_and_keep": deaf, "and_tell_speech": heard}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--send-to", type=int)
    arguments.add_argument("--ear", nargs=3)
    chosen = arguments.parse_args()
    if chosen.send_to:
        send(chosen.send_to, STREAMS, SECONDS)
        return
    if chosen.ear:
        asyncio.run(be_an_ear(*chosen.ear))
        return
    with tempfile.TemporaryDirectory() as folder:
        result = {
            "measured": datetime.now(UTC).isoformat(timespec="seconds"),
            "machine": {"cpus": os.cpu_count()},
            "load_average": os.getloadavg()[0],
            "streams": STREAMS,
            "seconds": SECONDS,
            **asyncio.run(compare(Path(folder))),
        }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
