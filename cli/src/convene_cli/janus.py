"""The embedded media server: a real Janus, its ways in on loopback, run as nobody in particular."""

import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from convene_cli import janus_config, janus_install, media_interface, secrets
from convene_cli.accounts import Account, unprivileged
from convene_cli.children import Child
from convene_cli.errors import CannotStart
from convene_cli.janus_config import ADMIN_PATH, JanusPorts, JanusSecrets
from convene_cli.janus_install import JanusInstall, JanusMissing
from convene_cli.loopback import LOOPBACK, free_port, free_udp_ports
from convene_cli.supervise import Supervisor, supervising

NAME = "janus"
# A connection takes one port, a person in a browser two connections.
MEDIA_PORTS = 200

_START_SECONDS = 20
_PING_SECONDS = 2


@dataclass(frozen=True)
class JanusPlan:
    """Which Janus to run, and the interface on which it takes media."""

    install: JanusInstall
    interface: str


@dataclass(frozen=True)
class JanusServer:
    """A running Janus. Whoever holds *secrets* may do anything with it."""

    name: str
    url: str
    admin_url: str
    media_ports: range
    secrets: JanusSecrets


def planned(interface: str | None = None) -> JanusPlan:
    """What would run on this machine; *interface* None chooses one.

    Raises JanusMissing when it cannot run here, CannotStart when *interface* will not do.
    """
    install = janus_install.found()
    chosen = media_interface.chosen(interface)
    if chosen is None:
        raise JanusMissing(
            "Janus leaves loopback out and this machine has no other network; "
            "run the command in scripts/media-net"
        )
    return JanusPlan(install, chosen)


async def started(
    supervisor: Supervisor,
    folder: Path,
    home: Path,
    plan: JanusPlan,
    name: str = NAME,
    media_ports: range | None = None,
) -> JanusServer:
    """Start Janus *name* under *supervisor*, which also stops it and starts it again.

    Its secrets are those kept in data folder *folder*; its configuration is written to
    *home*/*name*, so an unprivileged account must be allowed into *home*. *media_ports* are UDP
    ports of its own, free ones when not given. Raises ChildNotReady.
    """
    kept = secrets.opened(folder).janus
    ports = JanusPorts(free_port(), free_port(), media_ports or free_udp_ports(MEDIA_PORTS))
    account = unprivileged()
    configuration = _configured(home / name, account)
    janus_config.write(
        configuration, janus_config.files(name, plan.install, kept, ports, plan.interface)
    )
    _hand_over(configuration, account)
    server = JanusServer(
        name,
        f"ws://{LOOPBACK}:{ports.api}",
        f"http://{LOOPBACK}:{ports.admin}{ADMIN_PATH}",
        ports.media,
        kept,
    )
    child = Child(
        name=name,
        argv=(str(plan.install.program), "--configs-folder", str(configuration)),
        probe=lambda: _answers(server, ports.api),
        account=account,
    )
    await supervisor.start(child, deadline=_START_SECONDS)
    return server


@asynccontextmanager
async def running(folder: Path, interface: str | None = None) -> AsyncIterator[JanusServer]:
    """A Janus with its secrets in data folder *folder* while the block runs."""
    async with supervising(folder / "logs") as supervisor:
        yield await started(supervisor, folder, folder, planned(interface))


def _configured(folder: Path, account: Account | None) -> Path:
    """The folder for the configuration, empty, which nobody but its owner will enter."""
    if account is not None and not account.can_enter(folder.parent):
        raise CannotStart(
            f"Janus must not run as root and uid {account.uid} may not enter {folder.parent}; "
            "choose a --data folder other users may enter, or run as another user"
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    return folder.resolve()


def _hand_over(folder: Path, account: Account | None) -> None:
    if account is not None:
        for path in (*folder.iterdir(), folder):
            os.chown(path, account.uid, account.gid)


async def _answers(server: JanusServer, api_port: int) -> bool:
    """Whether the admin API says so and the API is listened on."""
    question = {
        "janus": "ping",
        "transaction": "probe",
        "admin_secret": server.secrets.admin,
    }
    timeout = aiohttp.ClientTimeout(total=_PING_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        try:
            async with client.post(server.admin_url, json=question) as answer:
                pong: object = (await answer.json(content_type=None)).get("janus")
        except aiohttp.ClientError:
            return False
    return pong == "pong" and _is_open(api_port)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0
