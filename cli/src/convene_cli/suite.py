"""The embedded default: PostgreSQL, NATS and every service, supervised on one machine."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import aiohttp

from common.migrate import migrate
from convene_cli import equipment, lock, media_nodes, nats, postgres, secrets, traces
from convene_cli.children import Child
from convene_cli.loopback import LOOPBACK, free_port
from convene_cli.media_nodes import MediaNodes, MediaOptions, MediaPlan
from convene_cli.nats import NatsServer
from convene_cli.postgres import PostgresServer
from convene_cli.secrets import SERVICES, DevSecrets
from convene_cli.supervise import Supervisor, supervising
from convene_cli.traces import Traces

STATUS = "up.json"
# Where mails are written while no mail server is named.
MAILS = "mails"
MAIL_URL = "SCHEDULER_MAIL_URL"
LLM_URL = "CONVENE_LLM_URL"
READY_SECONDS = 60.0
SESSION = "session"


@dataclass(frozen=True)
class Ports:
    """One loopback port per gRPC server, and the REST port."""

    rest: int
    grpc: Mapping[str, int]
    # The names under which session runs: one, or several that share the sessions.
    sessions: Sequence[str]

    def listen(self, name: str) -> str:
        return f"{LOOPBACK}:{self.grpc[name]}"

    def address(self, service: str) -> str:
        """Where the service is called, on whichever replica."""
        if service != SESSION or len(self.sessions) == 1:
            return self.listen(service)
        return "ipv4:" + ",".join(self.listen(name) for name in self.sessions)


@dataclass(frozen=True)
class Suite:
    """A running suite and the ways into it."""

    base_url: str
    api_key: str
    test_key: str
    grpc: Mapping[str, str]
    nats_url: str
    database_url: Mapping[str, str]
    media_plane: str
    # Where mails are written; empty when a server takes them.
    mail_folder: str
    not_configured: Sequence[str]
    ready_seconds: float

    def as_json(self) -> str:
        """The line that ``convene up --json`` prints."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Installation:
    """A running suite, what its spans say, and who keeps its processes running."""

    suite: Suite
    traces: Traces
    supervisor: Supervisor


@asynccontextmanager
async def running(
    folder: Path,
    port: int | None = None,
    *,
    sessions: int = 1,
    media: MediaOptions | None = None,
) -> AsyncIterator[Installation]:
    """The suite on data folder *folder* while the block runs; REST listens on *port*.

    *sessions* is how many replicas of session share the live ones.

    Raises CannotStart when the folder is in use or a part does not become ready.
    """
    started = asyncio.get_running_loop().time()
    media = media or MediaOptions()
    plan = media_nodes.planned(media)
    with lock.held(folder):
        async with traces.receiving(folder) as sink, supervising(folder / "logs") as supervisor:
            kept = secrets.opened(folder)
            database, broker = await _backends(supervisor, folder)
            # The account that PostgreSQL runs under may enter that folder, and Janus has the same.
            home = database.cluster.parent
            nodes = await media_nodes.started(supervisor, folder, home, plan, media.nodes)
            ports = _ports(port, sessions, nodes)
            shared = _shared(folder, kept, broker, ports, sink.endpoint)
            children = _children(shared, database, ports, nodes)
            await supervisor.start(*children, deadline=READY_SECONDS)
            took = asyncio.get_running_loop().time() - started
            suite = _suite(kept, database, broker, ports, plan, _mail_folder(folder))
            suite = replace(suite, ready_seconds=round(took, 2))
            status = folder / STATUS
            status.write_text(suite.as_json())
            status.chmod(0o600)
            try:
                yield Installation(suite, sink.traces, supervisor)
            finally:
                status.unlink(missing_ok=True)


async def _backends(supervisor: Supervisor, folder: Path) -> tuple[PostgresServer, NatsServer]:
    """PostgreSQL with every database migrated, and NATS."""
    broker = asyncio.create_task(nats.started(supervisor, folder))
    database = await postgres.started(supervisor, folder)
    await asyncio.gather(
        *(
            postgres.bootstrap(database.admin_url, service, database.kept.roles(service))
            for service in SERVICES
        )
    )
    # One after the other: Alembic keeps the migration under way in a global.
    for service in SERVICES:
        owner = database.url_for(f"convene_{service}", f"{service}_owner")
        await migrate(_driven(owner), service)
    return database, await broker


def _ports(rest: int | None, sessions: int, nodes: MediaNodes) -> Ports:
    replicas = [SESSION, *(f"{SESSION}-{number}" for number in range(2, sessions + 1))]
    grpc = {name: free_port() for name in (*SERVICES, *replicas[1:])}
    grpc |= {ear.name: ear.port for ear in nodes.ears}
    return Ports(rest or free_port(), grpc, replicas)


def _driven(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://")


def _shared(
    folder: Path, kept: DevSecrets, broker: NatsServer, ports: Ports, otlp: str
) -> dict[str, str]:
    """What every service's environment has."""
    return {
        "CONVENE_ENV": "dev",
        "CONVENE_NATS_URL": broker.url,
        "CONVENE_INTERNAL_KEY": kept.signing_key,
        "CONVENE_LINK_KEY": kept.link_key,
        "CONVENE_PUBLIC_URL": f"http://{LOOPBACK}:{ports.rest}",
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp,
        "ARTIFACTS_STORE_URL": f"file://{folder}/objects",
        **_telling(folder, kept),
        "GATEWAY_HTTP_LISTEN": f"{LOOPBACK}:{ports.rest}",
        "GATEWAY_ALLOW_PRIVATE_ENDPOINTS": "true",
        "GATEWAY_BOOTSTRAP_KEY": kept.api_key,
        "GATEWAY_BOOTSTRAP_TEST_KEY": kept.test_key,
        # The recogniser brings its own threads; the rest of the suite needs none of them.
        "OMP_NUM_THREADS": "1",
    } | {f"CONVENE_{service.upper()}_ADDRESS": ports.address(service) for service in SERVICES}


def _mail_folder(folder: Path) -> Path | None:
    """Where mails are written, unless the environment names a server, which services inherit."""
    return None if MAIL_URL in os.environ or f"{MAIL_URL}_FILE" in os.environ else folder / MAILS


def _telling(folder: Path, kept: DevSecrets) -> dict[str, str]:
    """How people are told."""
    told = {
        "SCHEDULER_VAPID_PRIVATE_KEY": kept.push_key,
        "SCHEDULER_VAPID_SUBJECT": "mailto:operator@convene.localhost",
        "SCHEDULER_ALLOW_PRIVATE_ADDRESSES": "true",
    }
    if mails := _mail_folder(folder):
        told[MAIL_URL] = mails.as_uri()
        told["SCHEDULER_MAIL_FROM"] = "Convene <meetings@convene.localhost>"
    return told


def _children(
    shared: Mapping[str, str], database: PostgresServer, ports: Ports, nodes: MediaNodes
) -> Sequence[Child]:
    async def ready() -> bool:
        async with (
            aiohttp.ClientSession() as client,
            client.get(f"http://{LOOPBACK}:{ports.rest}/readyz") as answer,
        ):
            return answer.status == 200

    def child(name: str, service: str, own: Mapping[str, str], *arguments: str) -> Child:
        url = _driven(database.url_for(f"convene_{service}", service))
        env = {
            **shared,
            "CONVENE_REPLICA": name,
            f"{service.upper()}_LISTEN": ports.listen(name),
            f"{service.upper()}_DATABASE_URL": url,
            **own,
        }
        argv = (sys.executable, "-m", service, *arguments)
        return Child(name, argv, env, ready if name == "gateway" else None)

    others = [service for service in SERVICES if service != SESSION]
    return [
        *(child(service, service, {}) for service in others),
        *(child(name, SESSION, nodes.session_environment) for name in ports.sessions),
        *(child(ear.name, SESSION, ear.environment, "--role", "ear") for ear in nodes.ears),
    ]


def _suite(
    kept: DevSecrets,
    database: PostgresServer,
    broker: NatsServer,
    ports: Ports,
    plan: MediaPlan,
    mails: Path | None,
) -> Suite:
    return Suite(
        base_url=f"http://{LOOPBACK}:{ports.rest}",
        api_key=kept.api_key,
        test_key=kept.test_key,
        grpc={name: ports.listen(name) for name in ports.grpc},
        nats_url=broker.url,
        database_url={
            service: database.url_for(f"convene_{service}", service) for service in SERVICES
        },
        media_plane=plan.shown,
        mail_folder=str(mails or ""),
        not_configured=_not_configured(plan, mails),
        ready_seconds=0,
    )


def _not_configured(plan: MediaPlan, mails: Path | None) -> Sequence[str]:
    """What a whole installation has and this one does not, with what it would take."""
    without = []
    if not any(f"{LLM_URL}{suffix}" in os.environ for suffix in ("", "_FILE")):
        without.append(f"language model: rules take notes and write summaries; set {LLM_URL}")
    if mails is not None:
        without.insert(0, f"mail server: mails are written to {mails}; set {MAIL_URL}")
    if plan.janus is None:
        without.append(f"media plane: sessions run on the sandbox plane; {plan.why_not}")
    return (*without, *equipment.lacking())
