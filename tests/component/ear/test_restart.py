"""An ear that is killed comes back where it was: what it heard is kept, what it missed is told."""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest
from grpc import aio

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
from tests.support.scenarios import a_person, a_script, a_tone, a_zip
from tests.support.services import KEY, metadata


@dataclass
class Process:
    process: asyncio.subprocess.Process
    ear: Ear

    async def kill(self) -> None:
        self.process.kill()
        await asyncio.wait_for(self.process.wait(), 10)


@asynccontextmanager
async def an_ear(folder: Path, sessions: str) -> AsyncIterator[Process]:
    """The ear as its own process, serving when it is yielded, gone afterwards."""
    settings = {
        # Compiled once and kept: a start takes half a second instead of five.
        "PYTHONDONTWRITEBYTECODE": "",
        "CONVENE_ENV": "dev",
        "CONVENE_INTERNAL_KEY": KEY.decode(),
        "CONVENE_SESSION_ADDRESS": sessions,
        "SESSION_EAR_LISTEN": "127.0.0.1:0",
        "SESSION_SPOOL_DIR": str(folder),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "session", "--role", "ear"),
        env=os.environ | settings,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        port = await asyncio.wait_for(_port(process), 20)
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


async def test_speaking_time_outlives_a_crash(tmp_path: Path, sessions: FakeSessions) -> None:
    says = [{"at": "1s", "text": "one two three four"}, {"at": "100s", "text": "five six"}]
    scenario = a_zip(a_script(a_person(says=says, leaves="120s"), engine="script"))
    async with served_sessions(sessions) as address:
        async with an_ear(tmp_path, address) as before:
            await before.ear.perform(scenario, speed=20)
            spoken = await eventually(lambda: _spoken(before.ear))
            await before.kill()

        async with an_ear(tmp_path, address) as after:
            assert await eventually(lambda: _spoken(after.ear)) == pytest.approx(spoken)


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

    assert took < 3
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
