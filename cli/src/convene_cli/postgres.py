"""The embedded database: a real PostgreSQL on loopback, its files in the data folder."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import asyncpg

from convene_cli import secrets, sql_script
from convene_cli.accounts import Account, unprivileged
from convene_cli.children import Child
from convene_cli.errors import CannotStart
from convene_cli.loopback import LOOPBACK, free_port
from convene_cli.postgres_install import REFUGE, Programs, cluster_in, programs_for
from convene_cli.supervise import Supervisor, supervising

NAME = "postgres"
SUPERUSER = "postgres"

_INITDB_SECONDS = 120
_START_SECONDS = 60
_ORPHAN_SECONDS = 30
_SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# For servers that live as long as one test run; nothing they hold is worth a disk flush.
_FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True)
class PostgresOptions:
    """*port* None takes a free one; *durable* False trades the data for speed, in tests only."""

    port: int | None = None
    durable: bool = True
    refuge: Path = REFUGE
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PostgresServer:
    """A running server and the way into it."""

    port: int
    cluster: Path
    kept: secrets.DevSecrets

    @property
    def admin_url(self) -> str:
        return self._url(SUPERUSER, self.kept.postgres_password, "postgres")

    def url_for(self, database: str, user: str) -> str:
        """A `postgresql://` URL; *user* is the superuser or a service's app or owner role."""
        if user == SUPERUSER:
            return self._url(user, self.kept.postgres_password, database)
        roles = self.kept.roles(user.removesuffix("_owner"))
        password = roles.owner if user.endswith("_owner") else roles.app
        return self._url(user, password, database)

    def _url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{password}@{LOOPBACK}:{self.port}/{database}"


async def started(
    supervisor: Supervisor, folder: Path, options: PostgresOptions | None = None
) -> PostgresServer:
    """Start the server of data folder *folder* under *supervisor*, which also stops it.

    Creates the cluster on first use. Raises CannotStart, or ChildNotReady with the log's end.
    """
    options = options or PostgresOptions()
    kept = secrets.opened(folder)
    account = unprivileged()
    cluster = cluster_in(folder, account, options.refuge)
    programs = programs_for(cluster, account)
    if cluster.exists():
        await _retire_orphan(cluster)
    else:
        await _create(cluster, programs, account, kept.postgres_password, options.durable)
    server = PostgresServer(options.port or free_port(), cluster, kept)
    child = Child(
        name=NAME,
        argv=_command(programs, server, options),
        probe=lambda: _answers(server),
        # SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for every client to leave.
        stop_signal=signal.SIGINT,
        account=account,
    )
    await supervisor.start(child, deadline=_START_SECONDS)
    return server


@asynccontextmanager
async def running(
    folder: Path, options: PostgresOptions | None = None
) -> AsyncIterator[PostgresServer]:
    """The server of data folder *folder* while the block runs."""
    async with supervising(folder / "logs") as supervisor:
        yield await started(supervisor, folder, options)


async def bootstrap(admin_url: str, service: str, passwords: secrets.RolePasswords) -> None:
    """Make database convene_<service> and its roles, or bring them up to date.

    *admin_url* is a `postgresql://` URL of a role that may create roles and databases.
    """
    script = resources.files("convene_cli").joinpath("bootstrap.sql").read_text()
    environment = {
        "SERVICE": service,
        "APP_PASSWORD": passwords.app,
        "OWNER_PASSWORD": passwords.owner,
    }
    await sql_script.run(admin_url, script, environment)


def _command(
    programs: Programs, server: PostgresServer, options: PostgresOptions
) -> tuple[str, ...]:
    settings = {**_SETTINGS, "port": str(server.port)}
    settings |= {} if options.durable else _FORGETFUL
    settings |= options.settings
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    return (str(programs.postgres), "-D", str(server.cluster), *flags)


async def _answers(server: PostgresServer) -> bool:
    try:
        connection = await asyncpg.connect(server.admin_url, timeout=2)
    except asyncpg.CannotConnectNowError:
        return False
    except asyncpg.InvalidPasswordError:
        raise CannotStart(
            f"the password in {secrets.FILE} does not open {server.cluster}; restore the "
            f"{secrets.FILE} it was made with, or choose an empty --data folder"
        ) from None
    await connection.close()
    return True


async def _create(
    cluster: Path, programs: Programs, account: Account | None, password: str, durable: bool
) -> None:
    """Make the cluster aside and rename it, so a half-made one is never taken for a cluster."""
    draft = cluster.with_name(f"{cluster.name}.new")
    password_file = cluster.with_name("postgres.password")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    if account is not None:
        for path in (draft, password_file):
            os.chown(path, account.uid, account.gid)
    as_account = ("setpriv", *account.setpriv_options(), "--") if account is not None else ()
    command = [
        *as_account,
        *(str(programs.initdb), "-D", str(draft), "-U", SUPERUSER, "-A", "scram-sha-256"),
        *(f"--pwfile={password_file}", "-E", "UTF8", "--locale=C"),
        *(() if durable else ("--no-sync",)),
    ]
    try:
        await _finished(command)
    finally:
        password_file.unlink()
    draft.rename(cluster)


async def _finished(command: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd="/"
    )
    try:
        async with asyncio.timeout(_INITDB_SECONDS):
            output, _ = await process.communicate()
    except TimeoutError:
        raise CannotStart(f"initdb did not finish within {_INITDB_SECONDS} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        raise CannotStart(f"initdb failed: {output.decode(errors='replace').strip()}")


async def _retire_orphan(cluster: Path) -> None:
    """Stop a server whose supervisor was killed; forget one that was killed itself.

    PostgreSQL takes a postmaster.pid whose number some other program has by now for its own.
    """
    path = cluster / "postmaster.pid"
    try:
        pid = int(path.read_text().splitlines()[0])
    except (FileNotFoundError, ValueError, IndexError):
        return
    until = time.monotonic() + _ORPHAN_SECONDS
    while _serves(pid, cluster):
        if time.monotonic() > until:
            raise CannotStart(f"an earlier PostgreSQL (pid {pid}) on {cluster} does not stop")
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        await asyncio.sleep(0.05)
    if sys.platform == "linux":
        path.unlink(missing_ok=True)


def _serves(pid: int, cluster: Path) -> bool:
    """Whether process *pid* is the server of *cluster*, which is the folder it works in."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve()
    except OSError:
        return False
