"""A real Janus for tests: its configuration, its ports, its end."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.eventually import eventually

PLUGINS = "/usr/lib/x86_64-linux-gnu/janus"
# Where the media namespace has its one address that Janus gathers.
INTERFACE = "med0"

CORE = """
general: {{
    configs_folder = "{folder}"
    plugins_folder = "{plugins}/plugins"
    transports_folder = "{plugins}/transports"
    events_folder = "{plugins}/events"
    loggers_folder = "{plugins}/loggers"
    debug_level = 4
    debug_timestamps = true
    debug_colors = false
    api_secret = "{api}"
    admin_secret = "{admin}"
    server_name = "janus-test"
    session_timeout = 30
    reclaim_session_timeout = 20
    candidates_timeout = 45
    event_loops = 2
    event_handlers = false
}}
certificates: {{ }}
media: {{ ipv6 = false, rtp_port_range = "20000-21999", no_media_timer = 2, twcc_period = 100 }}
nat: {{ full_trickle = true, ice_lite = false, ice_enforce_list = "{interface}", ice_tcp = false }}
plugins: {{ disable = "{unused_plugins}" }}
transports: {{ disable = "{unused_transports}" }}
loggers: {{ disable = "libjanus_jsonlog.so" }}
events: {{ broadcast = false }}
"""
WEBSOCKETS = """
general: {{ json = "compact", ws = true, ws_port = {port}, ws_ip = "127.0.0.1", wss = false }}
admin: {{ admin_ws = false }}
"""
HTTP = """
general: {{ json = "compact", base_path = "/janus", http = false, https = false }}
admin: {{ admin_base_path = "/admin", admin_http = true, admin_port = {port},
    admin_ip = "127.0.0.1", admin_https = false }}
"""
VIDEOROOM = """
general: {{ admin_key = "{key}", lock_rtp_forward = true, events = false, string_ids = true }}
"""


def _unused(kind: str, wanted: tuple[str, ...]) -> str:
    found = sorted(path.name for path in Path(PLUGINS, kind).glob("*.so"))
    return ",".join(name for name in found if name not in wanted)


def a_free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    with socket.socket(type=kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Janus:
    """One Janus process that can be killed and started again on its ports."""

    folder: Path
    port: int = field(default_factory=a_free_port)
    admin_port: int = field(default_factory=a_free_port)
    api_secret: str = field(default_factory=secrets.token_hex)
    admin_secret: str = field(default_factory=secrets.token_hex)
    room_key: str = field(default_factory=secrets.token_hex)
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    @property
    def admin_url(self) -> str:
        return f"http://127.0.0.1:{self.admin_port}/admin"

    async def start(self) -> None:
        self._configure()
        log = (self.folder / "out.log").open("ab")
        with log:
            self.process = await asyncio.create_subprocess_exec(
                "/usr/bin/janus", "-F", str(self.folder), "-N", stdout=log, stderr=log
            )
        await eventually(lambda: _answers(self.port))
        await eventually(lambda: _answers(self.admin_port))

    async def kill(self) -> None:
        """End it at once, with all it remembers."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()

    def open_files(self) -> int:
        assert self.process is not None
        return len(list(Path(f"/proc/{self.process.pid}/fd").iterdir()))

    def _configure(self) -> None:
        write = self.folder.joinpath
        write("janus.jcfg").write_text(
            CORE.format(
                folder=self.folder,
                plugins=PLUGINS,
                api=self.api_secret,
                admin=self.admin_secret,
                interface=INTERFACE,
                unused_plugins=_unused("plugins", ("libjanus_videoroom.so",)),
                unused_transports=_unused(
                    "transports", ("libjanus_websockets.so", "libjanus_http.so")
                ),
            )
        )
        write("janus.transport.websockets.jcfg").write_text(WEBSOCKETS.format(port=self.port))
        write("janus.transport.http.jcfg").write_text(HTTP.format(port=self.admin_port))
        write("janus.plugin.videoroom.jcfg").write_text(VIDEOROOM.format(key=self.room_key))


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
