"""``python -m session``: the composition root. Reads settings, wires, runs one role."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from common import house, rpc
from common.bells import Bells
from common.run import run
from convene.session.v1.sandbox_pb2_grpc import add_SandboxServiceServicer_to_server
from convene.session.v1.session_pb2_grpc import add_SessionServiceServicer_to_server
from convene.session.v1.signal_pb2 import IceServer
from convene.session.v1.signal_pb2_grpc import add_SignalServiceServicer_to_server
from session.clients import Replicas, SchedulerClient
from session.config import Settings
from session.consumers import Consumers
from session.domain.tokens import JoinTokens
from session.media import MediaPlane, node
from session.media.janus.plane import JanusNode, JanusPlane, JanusSecrets
from session.media.sandbox import SandboxPlane
from session.rpc import SandboxRpc, SessionRpc, SignalRpc
from session.rpc.insight import Insights
from session.service.charge import Ground, Waits
from session.service.checklists import Checklists
from session.service.commanding import Commanding
from session.service.joining import Joining
from session.service.metrics import Measuring
from session.service.owners import Owners
from session.service.recordings import Recordings
from session.service.scenarios import Scenarios
from session.service.sessions import Sessions
from session.service.signalling.audience import Audiences
from session.service.signalling.desk import Desk
from session.service.signalling.orders import Orders
from session.service.signalling.visits import Means
from session.service.timing import Timing
from session.store import Store

SESSION = "convene.session.v1.SessionService"
SIGNAL = "convene.session.v1.SignalService"
SANDBOX = "convene.session.v1.SandboxService"


@asynccontextmanager
async def carrying(settings: Settings, home: house.House) -> AsyncIterator[MediaPlane]:
    """The media plane that the settings name, connected while the block runs."""
    channels = {address: await home.channel(address) for address in settings.nodes}
    if settings.media_plane == "sandbox":
        yield SandboxPlane(channels, home.caller)
        return
    urls = zip(settings.nodes, settings.janus, settings.janus_admin, strict=True)
    nodes = {address: JanusNode(url, admin_url) for address, url, admin_url in urls}
    secrets = JanusSecrets(
        settings.janus_secret.get_secret_value(),
        settings.janus_admin_secret.get_secret_value(),
        settings.janus_room_key.get_secret_value(),
    )
    plane = JanusPlane(nodes, secrets, channels, home.caller)
    async with plane.running():
        yield plane


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    signer = settings.links()
    async with (
        house.standing(settings, "session", url, listen=settings.listen) as home,
        carrying(settings, home) as plane,
    ):
        store = Store(home.db)
        scheduler = SchedulerClient(await home.channel(settings.scheduler_address), home.caller)
        audiences = Audiences()
        owners = Owners(
            Ground(
                store,
                plane,
                signer,
                settings.nodes,
                Waits(metrics_seconds=settings.metrics_seconds),
            ),
            home.leases,
            Bells(home.nats, "session"),
            audiences,
            capacity=settings.capacity,
        )
        tokens = JoinTokens(home.key)
        sessions = Sessions(store, settings.nodes, owners.wake)
        joining = Joining(store, scheduler, signer, tokens, owners.wake)
        commanding = Commanding(store, owners.wake)
        insights = Insights(Measuring(store, plane), Checklists(store, scheduler, owners.wake))
        recordings = Recordings(store, owners.wake)
        means = Means(tokens, Orders(commanding, sessions, recordings), _ice_servers(settings))
        replicas = Replicas(home.caller)
        home.channels.push_async_callback(replicas.close)
        desk = Desk(store, home.leases, audiences, means, replicas, owners.wake)
        consumers = Consumers(sessions, joining)
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(
                    add_SessionServiceServicer_to_server,
                    SessionRpc(sessions, commanding, joining, signer, insights, recordings),
                    SESSION,
                ),
                rpc.Servicer(add_SignalServiceServicer_to_server, SignalRpc(desk), SIGNAL),
                rpc.Servicer(
                    add_SandboxServiceServicer_to_server,
                    SandboxRpc(Scenarios(store, scheduler)),
                    SANDBOX,
                ),
            ],
            owners.run(),
            await home.consumer("scheduler", settings.scheduler_address, consumers.of_scheduler()),
            await home.consumer("bots", settings.bots_address, consumers.of_bots()),
            firings=Timing(store, plane, settings.nodes, owners.wake, owners.warn).firings(),
        )


def _ice_servers(settings: Settings) -> list[IceServer]:
    return [
        IceServer(
            urls=one.urls,
            username=one.username,
            credential=one.credential.get_secret_value(),
        )
        for one in settings.ice_servers
    ]


if __name__ == "__main__":
    if sys.argv[1:] == ["--role", "ear"]:
        run(node.main)
    else:
        run(main)
