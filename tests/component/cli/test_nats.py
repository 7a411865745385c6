"""The embedded broker: its acknowledgements are durable, and it lets in only who knows the key."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import nats

from convene_cli import nats as broker
from convene_cli.nats import NatsServer


async def _jetstream(server: NatsServer) -> dict[str, Any]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{server.monitor_url}/jsz?config=true") as answer,
    ):
        state: dict[str, Any] = await answer.json()
        return state


async def test_an_acknowledged_event_is_on_the_disk(own_nats_server: NatsServer) -> None:
    config = (await _jetstream(own_nats_server))["config"]

    assert config["sync_always"] is True


async def test_events_outlive_the_broker(server_folder: Path) -> None:
    async with broker.running(server_folder) as server:
        connection = await nats.connect(server.url)
        stream = connection.jetstream()
        await stream.add_stream(name="facts", subjects=["facts.>"])
        await stream.publish("facts.a", b"kept")
        await connection.close()

    async with broker.running(server_folder) as server:
        connection = await nats.connect(server.url)
        kept = await connection.jetstream().get_msg("facts", 1)
        await connection.close()

    assert kept.data == b"kept"


async def test_a_client_without_the_password_is_refused(own_nats_server: NatsServer) -> None:
    port = int(own_nats_server.url.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)

    await reader.readline()
    writer.write(b"CONNECT {}\r\nPING\r\n")
    answer = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert answer == b"-ERR 'Authorization Violation'\r\n"


async def test_the_configuration_with_the_password_is_its_owners_alone(server_folder: Path) -> None:
    async with broker.running(server_folder):
        mode = (server_folder / "nats.conf").stat().st_mode & 0o777

    assert mode == 0o600
