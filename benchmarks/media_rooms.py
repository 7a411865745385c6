"""What rooms full of people cost Janus, ear and session's plane; writes results/media_rooms.json.

Run in `scripts/media-net`. A hundred people publish real Opus speech as RTP, in one room and in ten
rooms of ten; a Chromium that plays nothing listens to the first room; every track is forwarded to
an ear. First Janus does so alone, with an ear that only counts packets; then a real ear, in a
process of its own, keeps the tracks, once without telling speech and once as it is, and the plane
looks at every room each second, as session does. Costs are CPU seconds in percent of one core per
stream.
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
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from grpc import aio

from benchmarks.ear_rtp import an_ear, cpu_seconds, drops, resident_megabytes
from benchmarks.listeners import listening
from convene.session.v1 import ear_pb2 as pb
from convene.session.v1.ear_pb2_grpc import EarServiceStub
from session.domain.rooms import Room, Seat
from session.domain.sessions import SessionId
from session.media.janus.plane import JanusPlane
from session.media.janus.videoroom import VOICE_SSRC
from tests.support.ear_node import SUITE, FakeSessions, served_sessions
from tests.support.held_plane import HeldPlane, a_held_plane
from tests.support.janus import a_janus
from tests.support.rtp import FRAME, speech
from tests.support.services import metadata
from tests.support.written_node import a_written_node

RESULTS = Path(__file__).parent / "results" / "media_rooms.json"
SECONDS = 30
PACKET_SECONDS = 0.02
WORKSPACE = "wsp_1"


@dataclass(frozen=True)
class Shape:
    rooms: int
    people: int

    @property
    def packets(self) -> int:
        return self.rooms * self.people * round(SECONDS / PACKET_SECONDS)


SHAPES = {"one_room_of_100": Shape(1, 100), "ten_rooms_of_10": Shape(10, 10)}


def send(ports: Sequence[int], seconds: float) -> None:
    """Send speech to each of *ports* in real time; they take turns within each 20 ms."""
    line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    packets, header = speech(), struct.Struct("!BBHII")
    print("sending", flush=True)
    begun, latest = time.monotonic(), 0.0
    for number in range(round(seconds / PACKET_SECONDS)):
        for turn, port in enumerate(ports):
            payload = packets[(number + 37 * turn) % len(packets)]
            stamp = number * FRAME & 0xFFFFFFFF
            sound = header.pack(0x80, 111, number & 0xFFFF, stamp, VOICE_SSRC) + payload
            line.sendto(sound, ("127.0.0.1", port))
            if turn % 10 == 0:
                wait = begun + (number + turn / len(ports)) * PACKET_SECONDS - time.monotonic()
                latest = max(latest, -wait)
                if wait > 0.001:
                    time.sleep(wait)
    print(f"{latest:.2f}", flush=True)


def a_room(address: str, number: int) -> Room:
    return Room(address, SessionId(f"ses_{number}"), WORKSPACE, True)


async def look(plane: JanusPlane, rooms: Sequence[Room]) -> None:
    """As the owners of *rooms* do."""
    while True:
        for room in rooms:
            await plane.occupancy(room)
        await asyncio.sleep(1)


async def run(
    plane: HeldPlane, address: str, shape: Shape, folder: Path, **pids: int
) -> dict[str, object]:
    """Fill the rooms and let everybody speak; *pids* names the processes that are measured."""
    rooms = [a_room(address, number) for number in range(shape.rooms)]
    ports: list[int] = []
    for room in rooms:
        await plane.open(room)
        for number in range(shape.people):
            publisher = await plane.publisher(room, f"prt_{number}")
            await plane.forward(room, publisher, publisher.ear)
            ports.append(publisher.port)
    peer = await plane.connect(rooms[0], Seat("prt_listener", 1, "Listener"))
    async with listening(peer, folder) as listener:
        await listener.ready(shape.people)
        looking = asyncio.create_task(look(plane, rooms))
        sending = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.media_rooms", "--send-to", *map(str, ports)),
            stdout=asyncio.subprocess.PIPE,
        )
        assert sending.stdout is not None
        await asyncio.wait_for(sending.stdout.readline(), 60)
        before = {name: cpu_seconds(pid) for name, pid in pids.items()}
        latest = float(await asyncio.wait_for(sending.stdout.readline(), 3 * SECONDS))
        await asyncio.sleep(0.5)
        used = {name: cpu_seconds(pids[name]) - at for name, at in before.items()}
        heard = await listener.received()
        assert not looking.done(), "the plane did not look at its rooms all the time"
        looking.cancel()
        await sending.wait()
    memory = {f"{name}_megabytes": resident_megabytes(pid) for name, pid in pids.items()}
    overflowed = drops(publisher.ear[1])
    for room in rooms:
        await plane.close(room)
    streams = len(ports)
    return {
        "cpu_percent_per_stream": {
            name: round(100 * one / SECONDS / streams, 3) for name, one in used.items()
        },
        **memory,
        "listener_heard_people": heard.people,
        "listener_packets_sent": shape.packets // shape.rooms,
        "listener_packets_received": heard.packets,
        "dropped_by_the_kernel_before_the_ear": overflowed,
        "sender_late_by_seconds": latest,
        "load_average": os.getloadavg()[0],
    }


async def alone(folder: Path, shape: Shape) -> dict[str, object]:
    """Janus by itself: the packets that should be kept are counted and forgotten."""
    async with (
        a_janus(folder) as janus,
        a_written_node() as (node, address),
        a_held_plane(janus, address) as plane,
    ):
        found = await run(plane, address, shape, folder, janus=janus.pid)
        return found | lost(shape, sum(node.packets.counted.values()))


async def together(folder: Path, shape: Shape, kind: str) -> dict[str, object]:
    async with AsyncExitStack() as stack:
        janus = await stack.enter_async_context(a_janus(folder))
        sessions = FakeSessions()  # type: ignore[abstract]  # nobody asks it
        address = await stack.enter_async_context(served_sessions(sessions))
        ear, pid = await stack.enter_async_context(an_ear(folder, address, kind))
        plane = await stack.enter_async_context(a_held_plane(janus, ear))
        pids = {"janus": janus.pid, "ear": pid, "session": os.getpid()}
        found = await run(plane, ear, shape, folder, **pids)
        return found | lost(shape, await arrived(ear, shape))


def lost(shape: Shape, came: int) -> dict[str, int]:
    return {"packets_sent": shape.packets, "packets_lost": shape.packets - came}


async def arrived(ear: str, shape: Shape) -> int:
    """How many packets the ear kept of everybody."""
    packets = 0
    async with aio.insecure_channel(ear) as channel:
        for room in range(shape.rooms):
            for number in range(shape.people):
                request = pb.ListenRequest(
                    session_id=f"ses_{room}", participant_id=f"prt_{number}", epoch=1
                )
                async for told in EarServiceStub(channel).Listen(request, metadata=metadata(SUITE)):
                    packets += len(told.audio.packets)
    return packets


async def measure() -> dict[str, object]:
    result: dict[str, object] = {}
    for name, shape in SHAPES.items():
        for how in ("alone", "deaf", "whole"):
            with tempfile.TemporaryDirectory() as folder:
                place = Path(folder)
                took = alone(place, shape) if how == "alone" else together(place, shape, how)
                result[f"{name}_{how}"] = await took
                print(name, how, json.dumps(result[f"{name}_{how}"]), file=sys.stderr)
    return result


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--send-to", nargs="+", type=int)
    chosen = arguments.parse_args()
    if chosen.send_to:
        send(chosen.send_to, SECONDS)
        return
    result = {
        "measured": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count()},
        "seconds": SECONDS,
        **asyncio.run(measure()),
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
