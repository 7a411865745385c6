"""What a service says and does while its database or a safe broker is away."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from grpc import StatusCode, aio
from grpc_health.v1 import health_pb2, health_pb2_grpc
from nats.aio.client import Client

from common import bus, db, outbox, rpc
from common.db import Database, Transaction
from common.timers import Timer, Timers
from tests.support.eventually import eventually
from tests.support.facts import announce, running, sequences, stored
from tests.support.fault_proxy import FaultProxy, proxy_to
from tests.support.probe import a_probe, ask
from tests.support.servers import MakeDatabase
from tests.support.services import KEY, PREPARATIONS, a_caller, served, sqlalchemy_url

Answer = health_pb2.HealthCheckResponse


@pytest.fixture
async def proxy(database: MakeDatabase) -> AsyncIterator[tuple[FaultProxy, str]]:
    """A way to a service's database that can be shut, and the URL through it."""
    made = await database("scheduler", PREPARATIONS["scheduler"])
    async with proxy_to(made.app_url) as between:
        yield between, sqlalchemy_url(between.url(made.app_url))


@pytest.fixture
async def shaky(proxy: tuple[FaultProxy, str]) -> AsyncIterator[Database]:
    async with db.connected(proxy[1], "scheduler") as opened:
        yield opened


def shut(proxy: FaultProxy) -> None:
    proxy.refuse = True
    proxy.cut()


async def test_health_says_when_the_database_is_away_and_liveness_does_not(
    proxy: tuple[FaultProxy, str], shaky: Database
) -> None:
    async with (
        rpc.serving("127.0.0.1:0", [], key=KEY) as (port, checks),
        aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        running(lambda: rpc.watch_health(checks, shaky.probe)),
    ):
        check: Any = health_pb2_grpc.HealthStub(channel).Check  # type: ignore[attr-defined]

        async def says(name: str, wanted: int) -> bool:
            return bool((await check(health_pb2.HealthCheckRequest(service=name))).status == wanted)

        await eventually(lambda: says("", Answer.SERVING))
        shut(proxy[0])
        await eventually(lambda: says("", Answer.NOT_SERVING))
        assert await says(rpc.LIVE, Answer.SERVING)
        proxy[0].refuse = False
        await eventually(lambda: says("", Answer.SERVING))


async def test_a_caller_is_told_to_try_again_while_the_database_is_away(
    proxy: tuple[FaultProxy, str], shaky: Database
) -> None:
    async def write(words: str) -> str:
        async with shaky.begin(a_caller(), Transaction) as tx:
            await tx.run("select 1")
        return words

    async with served(a_probe(write)) as channel:
        assert await ask(channel, "Open") == "hello"
        shut(proxy[0])
        with pytest.raises(aio.AioRpcError) as refused:
            await ask(channel, "Open")
        proxy[0].refuse = False
        assert await ask(channel, "Open") == "hello"

    assert refused.value.code() is StatusCode.UNAVAILABLE


async def test_relay_and_timers_go_on_when_the_database_is_back(
    proxy: tuple[FaultProxy, str], shaky: Database, nats: Client
) -> None:
    rung: list[str] = []

    async def ring(_: object, timer: Timer) -> None:
        rung.append(timer.key)

    loops = outbox.Relay(shaky, nats), Timers(shaky, {"bell": ring})
    async with running(*(loop.run for loop in loops)):
        await announce(shaky, "mtg_1", "before")
        await eventually(lambda: _stored(nats, 1))
        shut(proxy[0])
        await asyncio.sleep(0.5)
        proxy[0].refuse = False
        await announce(shaky, "mtg_1", "after")
        async with shaky.begin(a_caller(), Transaction) as tx:
            await tx.arm("bell", "k", tx.now)
        await eventually(lambda: _stored(nats, 2))
        await eventually(lambda: rung == ["k"])

    assert sequences(await stored(nats)) == {"mtg_1": [1, 2]}


async def _stored(nats: Client, wanted: int) -> bool:
    return len(await stored(nats)) == wanted


async def test_a_broker_that_is_too_old_is_refused(tmp_path: Path) -> None:
    for version, is_refused in (("2.15.0", True), ("2.14.9", True), ("2.15.1", False)):
        async with _saying(version) as url, bus.connected(url, "test") as client:
            if not is_refused:
                bus.refuse_old_server(client)
                continue
            with pytest.raises(bus.UnsafeBus, match=rf"{version} is too old; run 2\.15\.1"):
                bus.refuse_old_server(client)


@asynccontextmanager
async def _saying(version: str) -> AsyncIterator[str]:
    """Something that greets as a broker of *version* does."""

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        about = {"server_id": "x", "version": version, "max_payload": 1000, "proto": 1}
        writer.write(f"INFO {json.dumps(about)}\r\n".encode())
        while line := await reader.readline():
            if line.startswith(b"PING"):
                writer.write(b"PONG\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    try:
        yield f"nats://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
