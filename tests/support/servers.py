"""Fixtures: one PostgreSQL and one NATS for the test session, a fresh database for each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import pytest

from convene_cli import nats, postgres
from convene_cli.nats import NatsServer
from convene_cli.postgres import PostgresOptions, PostgresServer
from tests.support.background import in_background

Prepare = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Database:
    """A database of one test's own; both URLs start with `postgresql://`."""

    name: str
    app_url: str
    owner_url: str


MakeDatabase = Callable[..., Awaitable[Database]]


@dataclass
class Templates:
    """Databases that tests are given copies of; made once, on first use."""

    server: PostgresServer
    copies: int = 0
    ready: dict[tuple[str, Prepare | None], str] = field(default_factory=dict)

    async def copied(
        self, admin: asyncpg.Connection, service: str, prepare: Prepare | None
    ) -> Database:
        key = (service, prepare)
        if key not in self.ready:
            self.ready[key] = await self._made(admin, service, prepare)
        return await self._copy(admin, self.ready[key], service)

    async def _made(self, admin: asyncpg.Connection, service: str, prepare: Prepare | None) -> str:
        if prepare is None:
            await postgres.bootstrap(
                self.server.admin_url, service, self.server.kept.roles(service)
            )
            return f"convene_{service}"
        template = await self.copied(admin, service, None)
        await prepare(template.owner_url)
        return template.name

    async def _copy(self, admin: asyncpg.Connection, template: str, service: str) -> Database:
        self.copies += 1
        name = f"copy_{self.copies}_of_{service}"
        await admin.execute(
            f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{service}_owner"'
        )
        return Database(
            name=name,
            app_url=self.server.url_for(name, service),
            owner_url=self.server.url_for(name, f"{service}_owner"),
        )


@contextmanager
def data_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="convene-test-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        # A process that ends late may still write, which is no failure of a test.
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A data folder that an unprivileged server may enter; pytest's own are closed to it."""
    with data_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL without a database of ours in it; what it holds is not flushed to disk."""
    with (
        data_folder() as folder,
        in_background(lambda: postgres.running(folder, PostgresOptions(durable=False))) as server,
    ):
        yield server


@pytest.fixture(scope="session")
def nats_server() -> Iterator[NatsServer]:
    """A real JetStream broker shared by the session: streams are the test's to name and delete."""
    with data_folder() as folder, in_background(lambda: nats.running(folder)) as server:
        yield server


@pytest.fixture
async def own_nats_server(server_folder: Path) -> AsyncIterator[NatsServer]:
    """A broker of the test's own, empty; it starts in some 30 ms."""
    async with nats.running(server_folder) as server:
        yield server


@pytest.fixture(scope="session")
def templates(postgres_server: PostgresServer) -> Templates:
    return Templates(postgres_server)


@pytest.fixture
async def database(templates: Templates) -> AsyncIterator[MakeDatabase]:
    """`await database("scheduler", prepare)` gives a fresh database with the service's roles.

    *prepare* takes the owner's URL of the template, typically to run the migrations; it runs once
    a session and must have closed its connections when it returns.
    """
    admin = await asyncpg.connect(templates.server.admin_url)
    made: list[Database] = []

    async def make(service: str, prepare: Prepare | None = None) -> Database:
        made.append(await templates.copied(admin, service, prepare))
        return made[-1]

    yield make
    for copy in made:
        await admin.execute(f'DROP DATABASE "{copy.name}" WITH (FORCE)')
    await admin.close()
