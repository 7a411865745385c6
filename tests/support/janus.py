"""A real Janus for tests, configured as ``convene up`` does: its ports, its secrets, its end."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from convene_cli import janus_config, janus_install, media_interface
from convene_cli.janus_config import ADMIN_PATH, JanusPorts, JanusSecrets
from convene_cli.loopback import free_port, free_udp_ports
from tests.support.eventually import eventually

MEDIA_PORTS = 100


class Janus:
    """One Janus that can be killed, and started again on its ports."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "janus"
        self._ports = JanusPorts(free_port(), free_port(), free_udp_ports(MEDIA_PORTS))
        self._process: asyncio.subprocess.Process | None = None
        self.secrets = JanusSecrets(*(secrets.token_hex() for _ in range(3)))
        self.url = f"ws://127.0.0.1:{self._ports.api}"
        self.admin_url = f"http://127.0.0.1:{self._ports.admin}{ADMIN_PATH}"

    async def start(self) -> None:
        install = janus_install.found()
        interface = media_interface.chosen()
        assert interface is not None, "run the tests in scripts/media-net"
        self._folder.mkdir(exist_ok=True)
        janus_config.write(
            self._folder,
            janus_config.files("janus", install, self.secrets, self._ports, interface),
        )
        with (self._folder / "log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                install.program, "--configs-folder", self._folder, stdout=log, stderr=log
            )
        await eventually(lambda: _answers(self._ports.api) and _answers(self._ports.admin))

    async def kill(self) -> None:
        """End it at once, with all it remembers."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@asynccontextmanager
async def a_janus(folder: Path) -> AsyncIterator[Janus]:
    """A Janus of its own while the block runs."""
    janus = Janus(folder)
    await janus.start()
    try:
        yield janus
    finally:
        await janus.kill()
