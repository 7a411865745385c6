"""The Janus that `convene up` runs: closed to the network, unprivileged, back when it is killed."""

import os
import signal
import stat
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from convene_cli import janus
from convene_cli.accounts import unprivileged
from convene_cli.janus import JanusServer
from convene_cli.supervise import Supervisor, supervising
from tests.support.eventually import eventually

Json = dict[str, object]


@dataclass
class Stand:
    supervisor: Supervisor
    server: JanusServer

    @property
    def pid(self) -> int | None:
        return self.supervisor.pids().get(self.server.name)


@asynccontextmanager
async def a_stand(folder: Path) -> AsyncIterator[Stand]:
    async with supervising(folder / "logs") as supervisor:
        server = await janus.started(supervisor, folder, folder, janus.planned())
        yield Stand(supervisor, server)


@pytest.fixture
async def stand(server_folder: Path) -> AsyncIterator[Stand]:
    async with a_stand(server_folder) as standing:
        yield standing


async def told(server: JanusServer, **request: object) -> Json:
    """What the admin API answers; refused connections are an empty answer."""
    question = {"transaction": "t", "admin_secret": server.secrets.admin} | request
    try:
        async with (
            aiohttp.ClientSession() as client,
            client.post(server.admin_url, json=question) as answer,
        ):
            body: Json = await answer.json(content_type=None)
            return body
    except aiohttp.ClientConnectionError:
        return {}


def listening_on(pid: int) -> set[str]:
    """The local addresses, as the kernel writes them, of the TCP ports that *pid* listens on."""
    held, found = set(), set()
    for one in Path(f"/proc/{pid}/fd").iterdir():
        # It may be closed after it was listed.
        with suppress(FileNotFoundError):
            held.add(os.readlink(one))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in held:
                found.add(fields[1].split(":")[0])
    return found


async def test_it_listens_on_loopback_alone(stand: Stand) -> None:
    assert stand.pid is not None

    assert listening_on(stand.pid) == {"0100007F"}


async def test_it_never_runs_as_root_and_only_it_may_read_its_secrets(
    stand: Stand, server_folder: Path
) -> None:
    account = unprivileged()
    expected = os.geteuid() if account is None else account.uid

    files = [server_folder / "janus", *(server_folder / "janus").iterdir()]

    assert os.stat(f"/proc/{stand.pid}").st_uid == expected != 0
    assert len(files) == 5
    for path in files:
        assert path.stat().st_uid == expected
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0


async def test_killed_it_is_back_on_the_same_ports(stand: Stand) -> None:
    first = stand.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)

    async def answers_again() -> bool:
        if stand.pid in (first, None):
            return False
        return (await told(stand.server, janus="ping")).get("janus") == "pong"

    await eventually(answers_again)


async def test_it_has_video_rooms_with_ids_of_letters_and_nothing_else(stand: Stand) -> None:
    url, secret = stand.server.url, stand.server.secrets
    async with (
        aiohttp.ClientSession() as client,
        client.ws_connect(url, protocols=["janus-protocol"]) as api,
    ):

        async def ask(**request: object) -> Json:
            await api.send_json({"transaction": "t", "apisecret": secret.api} | request)
            answer: Json = await api.receive_json(timeout=5)
            return answer

        refused = await ask(janus="create", apisecret="guessed")
        made = await ask(janus="create")
        session = made["data"]["id"]  # type: ignore[index]
        other = await ask(janus="attach", session_id=session, plugin="janus.plugin.echotest")
        attached = await ask(janus="attach", session_id=session, plugin="janus.plugin.videoroom")
        room = {"request": "create", "room": "a-room", "admin_key": secret.rooms}
        opened = await ask(
            janus="message",
            session_id=session,
            handle_id=attached["data"]["id"],  # type: ignore[index]
            body=room,
        )

    assert refused["error"]["code"] == 403  # type: ignore[index]
    assert other["janus"] == "error"
    assert opened["plugindata"]["data"]["room"] == "a-room"  # type: ignore[index]


async def test_its_secrets_stay_the_same_from_start_to_start(server_folder: Path) -> None:
    kept = []
    for _ in range(2):
        async with a_stand(server_folder) as standing:
            kept.append(standing.server.secrets)

    assert kept[0] == kept[1]


async def test_media_is_taken_on_the_interface_made_for_it(server_folder: Path) -> None:
    async with a_stand(server_folder):
        written = (server_folder / "janus" / "janus.jcfg").read_text()

    assert 'ice_enforce_list = "med0"' in written
