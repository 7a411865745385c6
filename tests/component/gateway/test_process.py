"""The real process: migrated, bootstrapped, serving REST over its own core, sending webhooks."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

from common import keys
from common.migrate import migrate
from convene_cli.loopback import free_port
from convene_cli.nats import NatsServer
from tests.support.eventually import eventually
from tests.support.servers import MakeDatabase
from tests.support.services import sqlalchemy_url
from tests.support.webhook_receiver import WebhookReceiver

LIVE, TEST = keys.make_key(test=False), keys.make_key(test=True)
# Seconds; a start on a busy machine.
START = 30


@pytest.fixture
async def environment(
    database: MakeDatabase, own_nats_server: NatsServer, tmp_path: Path
) -> Mapping[str, str]:
    made = await database("gateway")
    key_file = tmp_path / "key"
    key_file.write_text(LIVE + "\n")
    core, http = free_port(), free_port()
    return {
        "PATH": os.environ["PATH"],
        "CONVENE_ENV": "dev",
        "CONVENE_NATS_URL": own_nats_server.url,
        "CONVENE_INTERNAL_KEY": "k" * 40,
        "CONVENE_LINK_KEY": "l" * 40,
        "CONVENE_GATEWAY_ADDRESS": f"127.0.0.1:{core}",
        "GATEWAY_LISTEN": f"127.0.0.1:{core}",
        "GATEWAY_HTTP_LISTEN": f"127.0.0.1:{http}",
        "GATEWAY_DATABASE_URL": sqlalchemy_url(made.app_url),
        "GATEWAY_OWNER_DATABASE_URL": sqlalchemy_url(made.owner_url),
        "GATEWAY_ALLOW_PRIVATE_ENDPOINTS": "true",
        "GATEWAY_BOOTSTRAP_KEY_FILE": str(key_file),
        "GATEWAY_BOOTSTRAP_TEST_KEY": TEST,
    }


async def gateway(environment: Mapping[str, str], *args: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "gateway", *args),
        env=environment,
        stderr=asyncio.subprocess.DEVNULL,
    )


async def migrated(environment: Mapping[str, str]) -> None:
    await migrate(environment["GATEWAY_OWNER_DATABASE_URL"], "gateway")


@asynccontextmanager
async def running(environment: Mapping[str, str], *args: str) -> AsyncIterator[None]:
    process = await gateway(environment, *args)
    try:
        yield
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(START):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_fresh_gateway_serves_its_first_keys_and_sends_a_test_webhook(
    environment: Mapping[str, str], hooks: WebhookReceiver
) -> None:
    await migrated(environment)
    assert await (await gateway(environment, "--bootstrap")).wait() == 0
    url = f"http://{environment['GATEWAY_HTTP_LISTEN']}"

    async with running(environment), httpx.AsyncClient(base_url=url, timeout=START) as client:

        async def answers() -> bool:
            try:
                me = await client.get("/v1/me", headers={"authorization": f"Bearer {LIVE}"})
            except httpx.TransportError:
                return False
            return me.status_code == 200

        await eventually(answers, ceiling=START)
        as_test = {"authorization": f"Bearer {TEST}"}
        me = (await client.get("/v1/me", headers=as_test)).json()
        made = await client.post("/v1/webhooks/endpoints", json={"url": hooks.url}, headers=as_test)
        tested = await client.post(
            f"/v1/webhooks/endpoints/{made.json()['id']}/test", headers=as_test
        )
        await eventually(lambda: hooks.received, ceiling=START)

    assert me["test"] is True
    assert (made.status_code, tested.status_code) == (201, 200)
    assert hooks.ids == [tested.json()["event_id"]]


async def test_a_part_alone_starts_and_stops(environment: Mapping[str, str]) -> None:
    await migrated(environment)
    core = {**environment, "CONVENE_REPLICA": "core"}
    edge = {name: value for name, value in environment.items() if "DATABASE" not in name}
    delivery = {**environment, "GATEWAY_LISTEN": f"127.0.0.1:{free_port()}"}
    url = f"http://{environment['GATEWAY_HTTP_LISTEN']}"

    async with (
        running(core, "--role", "core"),
        running(delivery, "--role", "delivery"),
        running(edge, "--role", "edge"),
        httpx.AsyncClient(base_url=url, timeout=START) as client,
    ):

        async def answers() -> bool:
            try:
                me = await client.get("/v1/me", headers={"authorization": f"Bearer {LIVE}"})
            except httpx.TransportError:
                return False
            return me.status_code == 200

        assert await eventually(answers, ceiling=START)
