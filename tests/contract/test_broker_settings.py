"""What the broker's settings promise, checked on a real server started from the deployed files."""

import asyncio
import json
import re
import shutil
import sysconfig
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.js.api import RetentionPolicy, StreamConfig

from tests.support.eventually import CEILING_SECONDS

KUBERNETES = Path(__file__).resolve().parents[2] / "deploy/k8s"
SERVER = Path(sysconfig.get_path("scripts")) / "nats-server"
LISTENING = re.compile(rb"Listening for client connections on ([\d.]+:\d+)")
SERVICES = ("scheduler", "session", "bots", "artifacts", "gateway")

Connect = Callable[[str], Awaitable[tuple[Client, asyncio.Queue[str]]]]


def laid_out(folder: Path, cluster: Path) -> Path:
    """The files as a pod mounts them; the path of the main one."""
    shutil.copytree(KUBERNETES / "base/nats", folder, dirs_exist_ok=True)
    shutil.copy(cluster, folder / "cluster.conf")
    main = folder / "nats.conf"
    main.write_text(main.read_text().replace("/var/lib/nats", str(folder / "store")))
    (folder / "passwords").mkdir()
    shutil.copy(KUBERNETES / "overlays/dev/nats/passwords.conf", folder / "passwords")
    return main


async def listening_on(log: asyncio.StreamReader) -> str:
    """The server's host:port, once it says that it is ready; fails with its log if it ends."""
    said = b""
    async for line in log:
        said += line
        if b"Server is ready" in line and (found := LISTENING.search(said)):
            return found[1].decode()
    pytest.fail(said.decode())


@pytest.fixture
async def address(tmp_path: Path) -> AsyncIterator[str]:
    """host:port of a server with the settings of dev, on a free port of loopback."""
    settings = laid_out(tmp_path / "etc", KUBERNETES / "overlays/dev/nats/cluster.conf")
    process = await asyncio.create_subprocess_exec(
        *(SERVER, "--config", settings, "-a", "127.0.0.1", "-p", "-1", "-m", "-1"),
        env={"POD_NAME": "nats-0"},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stderr is not None
        async with asyncio.timeout(CEILING_SECONDS):
            found = await listening_on(process.stderr)
        yield found
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


@pytest.fixture
async def connect(address: str) -> AsyncIterator[Connect]:
    """`await connect("bots")` gives a client of that service, and what it is refused."""
    async with AsyncExitStack() as clients:

        async def connected(service: str) -> tuple[Client, asyncio.Queue[str]]:
            refusals: asyncio.Queue[str] = asyncio.Queue()

            async def refused(error: Exception) -> None:
                await refusals.put(str(error))

            url = f"nats://{service}:sample-{service}@{address}"
            client = await nats.connect(url, error_cb=refused, allow_reconnect=False)
            clients.push_async_callback(client.close)
            return client, refusals

        yield connected


async def test_the_three_node_settings_of_production_are_valid(tmp_path: Path) -> None:
    settings = laid_out(tmp_path / "etc", KUBERNETES / "base/nats/cluster.conf")

    check = await asyncio.create_subprocess_exec(
        *(SERVER, "--config", settings, "-t"),
        env={"POD_NAME": "nats-0"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await check.communicate()

    assert check.returncode == 0, said.decode()


async def test_an_acknowledged_fact_is_on_the_disk() -> None:
    assert "sync_interval: always" in (KUBERNETES / "base/nats/nats.conf").read_text()


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_announces_its_own_facts_and_reads_those_of_others(
    connect: Connect, service: str
) -> None:
    announcer, _ = await connect(service)
    reader, _ = await connect("gateway" if service != "gateway" else "bots")
    subject = f"convene.{service}.v1.SomethingHappened.p00.wrk_1.agg_1"
    facts = StreamConfig(
        name=service, subjects=[f"convene.{service}.v1.>"], retention=RetentionPolicy.LIMITS
    )
    await announcer.jetstream(timeout=CEILING_SECONDS).add_stream(facts)
    await announcer.jetstream(timeout=CEILING_SECONDS).publish(subject, b"fact")

    subscription = await reader.jetstream(timeout=CEILING_SECONDS).subscribe(
        subject, durable="reader", stream=service
    )
    fact = await subscription.next_msg(timeout=CEILING_SECONDS)
    await fact.ack_sync(timeout=CEILING_SECONDS)

    assert fact.data == b"fact"


@pytest.mark.parametrize("victim", [name for name in SERVICES if name != "bots"])
async def test_a_service_cannot_announce_a_fact_of_another(connect: Connect, victim: str) -> None:
    forger, refusals = await connect("bots")

    await forger.publish(f"convene.{victim}.v1.SomethingHappened.p00.wrk_1.agg_1", b"forged")

    async with asyncio.timeout(CEILING_SECONDS):
        assert "permissions violation" in (await refusals.get()).lower()


async def test_nobody_is_let_in_without_a_password(address: str) -> None:
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    greeting = await reader.readline()

    writer.close()
    await writer.wait_closed()
    assert json.loads(greeting.removeprefix(b"INFO "))["auth_required"] is True
