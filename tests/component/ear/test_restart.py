"""An ear that is killed comes back where it was: what it heard is kept, what it missed is told."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from grpc import aio

from common import rpc
from convene.session.v1 import ear_pb2 as pb
from session.media.node import hearing
from tests.support.ear_node import (
    SESSION,
    SUITE,
    Ear,
    FakeSessions,
    ear_settings,
    packets,
    served_sessions,
    stretches,
)
from tests.support.eventually import eventually
from tests.support.rtp import FRAME, RtpSender
from tests.support.scenarios import a_person, a_script, a_tone, a_zip
from tests.support.services import KEY, metadata

# A busy machine takes long to start a process.
START_SECONDS = 60.0
# Two of them are started in a test.
pytestmark = pytest.mark.timeout(240)


@dataclass
class Process:
    process: asyncio.subprocess.Process
    ear: Ear

    async def kill(self) -> None:
        self.process.kill()
        await asyncio.wait_for(self.process.wait(), START_SECONDS)


@asynccontextmanager
async def an_ear(
    folder: Path, sessions: str, rtp: tuple[str, int] = ("127.0.0.1", 0)
) -> AsyncIterator[Process]:
    """The ear as its own process, serving when it is yielded, gone afterwards."""
    settings = {
        # Compiled once and kept: a start takes half a second instead of five.
        "PYTHONDONTWRITEBYTECODE": "",
        "CONVENE_ENV": "dev",
        "CONVENE_INTERNAL_KEY": KEY.decode(),
        "CONVENE_SESSION_ADDRESS": sessions,
        "SESSION_EAR_LISTEN": "127.0.0.1:0",
        "SESSION_EAR_RTP_LISTEN": f"{rtp[0]}:{rtp[1]}",
        "SESSION_SPOOL_DIR": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "session", "--role", "ear"),
        env=os.environ | settings,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        port = await asyncio.wait_for(_port(process), START_SECONDS)
        async with aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield Process(process, Ear(channel))
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_an_ear_that_was_killed_goes_on_and_tells_exactly_what_was_lost(
    tmp_path: Path, sessions: FakeSessions
) -> None:
    person = a_person(says=[{"at": "0s", "audio": "ada.wav"}], leaves="60s")
    async with served_sessions(sessions) as address:
        async with an_ear(tmp_path, address) as before:
            await before.ear.perform(a_zip(a_script(person), ada=a_tone(50)))
            first = await eventually(lambda: _connection(before.ear))
            call = before.ear.ear.Listen(a_request(), metadata=metadata(SUITE))
            heard = [await anext(aiter(call)) for _ in range(12)]
            await before.kill()

        async with an_ear(tmp_path, address) as after:
            again = await eventually(lambda: _connection(after.ear))
            kept = await after.ear.listen("prt_Ada")
            live = after.ear.ear.Listen(a_request(epoch=2), metadata=metadata(SUITE))
            following = [await anext(aiter(live)) for _ in range(3)]

    assert (first.epoch, again.epoch, sessions.codes) == (1, 2, ["0"])
    assert packets(heard).items() <= packets(kept).items()
    audio, gap, end = stretches(kept)
    assert (audio[0], gap[0], end[0]) == ("AUDIO", "GAP", "END")
    assert gap[2] == pytest.approx(again.offset_seconds - first.offset_seconds)
    assert stretches(following)[0][:2] == ("AUDIO", 0)


async def test_who_comes_by_rtp_is_heard_again_after_a_crash_behind_one_gap(
    tmp_path: Path, sessions: FakeSessions
) -> None:
    rtp = ("127.0.0.1", free_udp_port())
    # Each packet says which one it is; the first byte is that of Opus with 20 ms.
    spoken = [bytes([0x48]) + number.to_bytes(4, "big") for number in range(3000)]
    async with served_sessions(sessions) as address, playing(rtp, spoken):
        async with an_ear(tmp_path, address, rtp) as before:
            await before.ear.seat()
            call = before.ear.ear.Listen(
                a_request(participant_id="prt_1"), metadata=metadata(SUITE)
            )
            heard = [await anext(aiter(call)) for _ in range(12)]
            await before.kill()

        async with an_ear(tmp_path, address, rtp) as after:
            again = await eventually(lambda: _connection(after.ear))
            live = after.ear.ear.Listen(a_request(participant_id="prt_1"), metadata=metadata(SUITE))
            kept = await _until_sound_after_a_gap(live)

    assert (again.epoch, again.scripted) == (1, False)
    assert packets(heard).items() <= packets(kept).items()
    assert [one[0] for one in stretches(kept)] == ["SILENCE", "AUDIO", "GAP", "AUDIO"]
    places = [
        sample // FRAME - int.from_bytes(packet[1:], "big")
        for sample, packet in packets(kept).items()
    ]
    assert places[-1] == pytest.approx(places[0], abs=10)


async def test_speaking_time_outlives_a_crash(tmp_path: Path, sessions: FakeSessions) -> None:
    says = [{"at": "1s", "text": "one two three four"}, {"at": "100s", "text": "five six"}]
    scenario = a_zip(a_script(a_person(says=says, leaves="120s"), engine="script"))
    async with served_sessions(sessions) as address:
        async with an_ear(tmp_path, address) as before:
            await before.ear.perform(scenario, speed=20)
            spoken = await eventually(lambda: _spoken(before.ear))
            count = (await before.ear.heard()).count
            await before.kill()

        async with an_ear(tmp_path, address) as after:
            assert await eventually(lambda: _spoken(after.ear)) == pytest.approx(spoken)
            assert (await after.ear.heard()).count == count


async def test_an_ear_that_lost_its_disk_begins_another_count(
    tmp_path: Path, sessions: FakeSessions
) -> None:
    counts = []
    async with served_sessions(sessions) as address:
        for disk in ("one", "two"):
            async with here(tmp_path / disk, address) as ear:
                assert not (await ear.heard()).count
                await ear.seat()
                counts.append((await ear.heard()).count)

    assert all(counts)
    assert len(set(counts)) == 2


async def test_an_ear_that_stops_sends_its_readers_away_and_goes_on_later(
    tmp_path: Path, sessions: FakeSessions
) -> None:
    async with served_sessions(sessions) as address, AsyncExitStack() as ours:
        async with hearing(ear_settings(tmp_path, address)) as port:
            channel = aio.insecure_channel(f"127.0.0.1:{port}")
            before = Ear(await ours.enter_async_context(channel))
            await before.perform(a_zip(a_script(a_person(leaves="60s"))))
            await eventually(lambda: _connection(before))
            call = before.ear.Listen(a_request(), metadata=metadata(SUITE))
            await anext(aiter(call))
            begun = time.monotonic()
        took = time.monotonic() - begun
        with pytest.raises(aio.AioRpcError, match="stopping"):
            await _all(call)

        async with here(tmp_path, address) as after:
            again = await eventually(lambda: _connection(after))
            performed = (await after.roster()).performed

    assert took < rpc.DRAIN_SECONDS
    assert (again.epoch, performed) == (2, False)


async def test_what_was_over_is_not_played_again_by_the_next_process(
    tmp_path: Path, sessions: FakeSessions
) -> None:
    scenario = a_zip(a_script(a_person(leaves="5s"), engine="script"))
    async with served_sessions(sessions) as address:
        async with here(tmp_path, address) as before:
            watching = await before.watch()
            await before.perform(scenario, speed=20)
            await watching

        async with here(tmp_path, address) as after:
            await after.perform(scenario, speed=20)
            roster = await after.roster()

    assert (roster.performed, len(roster.connections), sessions.codes) == (True, 0, ["0"])


@asynccontextmanager
async def here(folder: Path, sessions: str) -> AsyncIterator[Ear]:
    """An ear in this process."""
    async with (
        hearing(ear_settings(folder, sessions)) as port,
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
    ):
        yield Ear(channel)


async def _all(call: AsyncIterable[pb.ListenResponse]) -> list[pb.ListenResponse]:
    return [response async for response in call]


def a_request(**changes: object) -> pb.ListenRequest:
    fields: dict[str, object] = {"session_id": SESSION, "participant_id": "prt_Ada", "epoch": 1}
    return pb.ListenRequest(**(fields | changes))  # type: ignore[arg-type]


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@asynccontextmanager
async def playing(address: tuple[str, int], payloads: list[bytes]) -> AsyncIterator[None]:
    """Send *payloads* by RTP while the block runs."""
    sender = RtpSender(address)
    task = asyncio.create_task(sender.play(payloads))
    try:
        yield
    finally:
        task.cancel()
        sender.close()


async def _until_sound_after_a_gap(
    call: AsyncIterable[pb.ListenResponse],
) -> list[pb.ListenResponse]:
    kept = []
    async for response in call:
        kept.append(response)
        if response.HasField("audio") and any(
            one.marker.kind == pb.MARKER_KIND_GAP for one in kept
        ):
            break
    return kept


async def _connection(ear: Ear) -> pb.Connection:
    connections = (await ear.roster()).connections
    assert connections
    return connections[0]


async def _spoken(ear: Ear) -> float:
    talk = (await ear.talk()).get("prt_Ada")
    return talk.speaking_seconds if talk else 0.0


async def _port(process: asyncio.subprocess.Process) -> int:
    assert process.stderr is not None
    async for line in process.stderr:
        if line.startswith(b"{") and (found := orjson.loads(line)).get("event") == "serving":
            return int(found["port"])
    raise AssertionError("the ear ended before it served")
