"""The ear's process: a simulated media node and the ear that hears it, without database or bus."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import structlog

from common import rpc, telemetry
from convene.session.v1.ear_pb2_grpc import (
    add_EarServiceServicer_to_server,
    add_SandboxNodeServiceServicer_to_server,
)
from session.media.ear import EarRpc
from session.media.house import House
from session.media.joining import Joining
from session.media.receiving import receiving
from session.media.sandbox_node import SandboxNodeRpc
from session.media.seating import Seating
from session.media.sending import Outlets
from session.media.settings import EarSettings
from session.media.speaking import Speaking
from session.media.spool import Spool
from session.media.talk import Talks

log = structlog.get_logger()

EAR = "convene.session.v1.EarService"
NODE = "convene.session.v1.SandboxNodeService"


async def main(stopping: asyncio.Event) -> None:
    """Run until *stopping*; what is played goes on when the process is started again."""
    settings = EarSettings()
    telemetry.set_up(
        "ear",
        replica=settings.replica,
        otlp_endpoint=settings.otlp_endpoint,
        ratio=settings.trace_ratio,
        metrics=settings.metrics_port,
    )
    async with hearing(settings) as port:
        log.info("serving", port=port)
        await stopping.wait()


@asynccontextmanager
async def hearing(settings: EarSettings, talks_of: type[Talks] = Talks) -> AsyncIterator[int]:
    """Serve, hear and play while the block runs; yields the port."""
    settings.spool_dir.mkdir(parents=True, exist_ok=True)
    key = settings.internal_key.get_secret_value().encode()
    spool = Spool(settings.spool_dir, settings.spool_bytes)
    talks = talks_of(spool, settings.spool_dir)
    async with (
        rpc.channel(settings.session_address) as channel,
        talks.running(),
        receiving(settings.rtp_listen) as receiver,
    ):
        joining = Joining(channel, rpc.Caller(key, "ear"))
        seating = Seating(receiver, spool, talks)
        outlets = Outlets()
        speaking = Speaking(seating, outlets, talks)
        house = House(settings.spool_dir, spool, talks, joining, speaking)
        ear = EarRpc(spool, talks, house, seating, speaking)
        servicers = [
            rpc.Servicer(add_EarServiceServicer_to_server, ear, EAR),
            rpc.Servicer(add_SandboxNodeServiceServicer_to_server, SandboxNodeRpc(house), NODE),
        ]
        async with (
            outlets.running(),
            house.running(),
            rpc.serving(settings.listen, servicers, key=key) as (port, checks),
            asyncio.TaskGroup() as tasks,
        ):
            watching = tasks.create_task(rpc.watch_health(checks, partial(probe, settings)))
            try:
                yield port
            finally:
                watching.cancel()
                house.send_away()


async def probe(settings: EarSettings) -> None:
    """The ear is well when its disk takes what it hears."""
    (settings.spool_dir / "probe").write_bytes(b"")
