"""What every service stands on: its database, the bus, leases, relay and sweepers, wired once."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from google.protobuf.message import Message
from grpc import aio
from nats.aio.client import Client

from common import bus, db, idempotency, outbox, rpc, run, shared, telemetry
from common.capabilities import Look, nothing
from common.config import ServiceSettings
from common.consuming import Consumer, Reaction
from common.db import Database
from common.leases import Leases, hold
from common.timers import Firings, Timers

log = structlog.get_logger()

SWEEP_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class House:
    """One running service's connections. Build use cases on it, then ``serve``."""

    settings: ServiceSettings
    service: str
    db: Database
    nats: Client
    leases: Leases
    caller: rpc.Caller
    channels: AsyncExitStack

    @property
    def key(self) -> bytes:
        return self.settings.internal_key.get_secret_value().encode()

    async def channel(self, address: str) -> aio.Channel:
        """A channel to another service that closes with the house."""
        return await self.channels.enter_async_context(rpc.channel(address))

    async def consumer(
        self, source: str, address: str, reactions: Mapping[type[Message], Reaction]
    ) -> Coroutine[Any, Any, None]:
        """A loop that reads *source*'s facts on whichever replica holds the reading."""
        facts = shared.FactsClient(await self.channel(address), self.caller)
        consumer = Consumer(self.db, self.nats, source, reactions, facts)
        return hold(self.leases, f"consumer {consumer.name}", lambda _: consumer.run())

    async def serve(
        self,
        stopping: asyncio.Event,
        listen: str,
        servicers: Sequence[rpc.Servicer],
        *forever: Coroutine[Any, Any, None],
        firings: Firings | None = None,
        look: Look = nothing,
    ) -> None:
        """Serve gRPC on *listen*, run relay, reconciler, sweeper, timers and *forever*.

        *look* tells what the service can do in this installation.
        """
        everything = [*servicers, *shared.servicers(self.db, look)]
        reconciler = outbox.Reconciler(self.db, self.nats, replicas=self.settings.nats_replicas)
        loops = [
            outbox.Relay(self.db, self.nats).run(),
            reconciler.run(),
            self._sweep(reconciler),
            *forever,
        ]
        if firings:
            loops.append(Timers(self.db, firings).run())
        async with rpc.serving(listen, everything, key=self.key) as (port, checks):
            log.info("serving", port=port)
            await run.until_stopped(stopping, rpc.watch_health(checks, self._probe), *loops)

    async def _probe(self) -> None:
        await self.db.probe()
        await self.nats.flush(timeout=2)

    async def _sweep(self, reconciler: outbox.Reconciler) -> None:
        while True:
            try:
                await idempotency.forget_old(self.db)
                await reconciler.forget_old()
            except Exception as error:
                log.warning("sweep failed", error=str(error) or type(error).__name__)
            await asyncio.sleep(SWEEP_SECONDS)


@asynccontextmanager
async def standing(
    settings: ServiceSettings, service: str, database_url: str, *, listen: str
) -> AsyncIterator[House]:
    """Connect *service* to what it needs; waits for the bus and declares its stream."""
    telemetry.set_up(
        service,
        replica=settings.replica,
        otlp_endpoint=settings.otlp_endpoint,
        ratio=settings.trace_ratio,
        metrics=settings.metrics_port,
    )
    async with (
        db.connected(database_url, service) as database,
        bus.connected(settings.nats_url.get_secret_value(), service) as nats,
        AsyncExitStack() as channels,
    ):
        await bus.wait_for_server(nats)
        bus.refuse_old_server(nats)
        await bus.declare_stream(nats.jetstream(), service, settings.nats_replicas)
        yield House(
            settings,
            service,
            database,
            nats,
            Leases(database, settings.replica, settings.advertised(listen)),
            rpc.Caller(settings.internal_key.get_secret_value().encode(), service),
            channels,
        )
