"""``python -m gateway --role edge|core|delivery|all``: the composition root."""

import argparse
import asyncio
from collections.abc import Coroutine
from functools import partial
from typing import Any

from common import bus, db, house, receiver, rpc, telemetry
from common.config import UnsafeSetting
from common.house import House
from common.run import run
from convene.gateway.v1.access_pb2_grpc import add_AccessServiceServicer_to_server
from convene.gateway.v1.webhooks_pb2_grpc import add_WebhookServiceServicer_to_server
from gateway.clients.clocks import Clocks
from gateway.clients.live import LivePartials
from gateway.clients.meetings import Meetings
from gateway.config import Settings
from gateway.consumers import SOURCES, Consumers
from gateway.domain.catalogue import EVENT_TYPES
from gateway.edge.serve import serve as serve_edge
from gateway.rpc import ACCESS, WEBHOOKS, AccessRpc, WebhookRpc, scopes_of_contracts
from gateway.service.access import Access
from gateway.service.bootstrap import bootstrap
from gateway.service.feed import Feed
from gateway.service.log import EventLog
from gateway.service.sender import Sender
from gateway.service.webhooks import Webhooks
from gateway.store.access import AccessStore
from gateway.store.deliveries import DeliveryStore
from gateway.store.log import LogStore
from gateway.store.queue import DeliveryQueue

ROLES = ("all", "edge", "core", "delivery")

Loop = Coroutine[Any, Any, None]


def addresses(settings: Settings) -> dict[str, str]:
    return {
        "scheduler": settings.scheduler_address,
        "session": settings.session_address,
        "bots": settings.bots_address,
        "artifacts": settings.artifacts_address,
        "gateway": settings.gateway_address,
    }


def database_url(settings: Settings) -> str:
    if settings.database_url is None:
        raise UnsafeSetting("set GATEWAY_DATABASE_URL; only --role edge does without")
    return settings.database_url.get_secret_value()


async def bootstrap_first(settings: Settings, store: AccessStore) -> None:
    given = (settings.bootstrap_key, settings.bootstrap_test_key)
    live, test = (key.get_secret_value() if key else None for key in given)
    if live or test:
        await bootstrap(store, live, test)


async def core(
    home: House, settings: Settings, due: asyncio.Event
) -> tuple[list[rpc.Servicer], list[Loop]]:
    """What the core serves, and the loops that it runs."""
    await bootstrap_first(settings, AccessStore(home.db))
    where = addresses(settings)
    others = {name: await home.channel(where[name]) for name in where if name != "gateway"}
    access = Access(AccessStore(home.db), Clocks(others, home.caller), scopes_of_contracts())
    store = LogStore(home.db)
    partials = LivePartials(partial(bus.subscribe_live, home.nats))
    meetings = Meetings(others["scheduler"], home.caller)
    feed = Feed(store, partials, meetings, most=settings.most_watchers)
    log = EventLog(store, feed, due)
    webhooks = Webhooks(store, settings.address_rules, EVENT_TYPES, due)
    consumers = Consumers(log)
    servicers = [
        rpc.Servicer(add_AccessServiceServicer_to_server, AccessRpc(access), ACCESS),
        rpc.Servicer(add_WebhookServiceServicer_to_server, WebhookRpc(webhooks, feed), WEBHOOKS),
    ]
    reading = [
        await home.consumer(source, where[source], consumers.reactions(source))
        for source in SOURCES
    ]
    return servicers, [feed.run(), log.sweep(), *reading]


def delivery(
    home: House, settings: Settings, receiving: receiver.Receiver, due: asyncio.Event
) -> Loop:
    """The loop that sends webhooks."""
    queue = DeliveryQueue(
        home.db, cap=settings.endpoint_width, lease_seconds=settings.delivery_lease_seconds
    )
    return Sender(
        queue, DeliveryStore(home.db), receiving, width=settings.delivery_width, due=due
    ).run()


async def serve_house(role: str, settings: Settings, stopping: asyncio.Event) -> None:
    due = asyncio.Event()
    async with (
        house.standing(settings, "gateway", database_url(settings), listen=settings.listen) as home,
        receiver.opened(settings.address_rules, settings.delivery_timeout_seconds) as receiving,
    ):
        servicers: list[rpc.Servicer] = []
        loops: list[Loop] = []
        if role != "delivery":
            servicers, loops = await core(home, settings, due)
        if role != "core":
            loops.append(delivery(home, settings, receiving, due))
        await home.serve(stopping, settings.listen, servicers, *loops)


async def main(role: str, stopping: asyncio.Event) -> None:
    settings = Settings()
    key = settings.internal_key.get_secret_value().encode()
    if role == "edge":
        telemetry.set_up(
            "gateway-edge",
            replica=settings.replica,
            otlp_endpoint=settings.otlp_endpoint,
            ratio=settings.trace_ratio,
            metrics=settings.metrics_port,
        )
    async with asyncio.TaskGroup() as tasks:
        if role != "edge":
            tasks.create_task(serve_house(role, settings, stopping))
        if role in {"all", "edge"}:
            where = addresses(settings)
            tasks.create_task(
                serve_edge(
                    stopping,
                    settings.http_listen,
                    where,
                    key,
                    settings.public_url,
                    settings.trusted_proxies,
                )
            )


async def bootstrap_only() -> None:
    settings = Settings()
    if not (settings.bootstrap_key or settings.bootstrap_test_key):
        raise UnsafeSetting("set GATEWAY_BOOTSTRAP_KEY or GATEWAY_BOOTSTRAP_TEST_KEY, or …_FILE")
    async with db.connected(database_url(settings), "gateway") as database:
        await bootstrap_first(settings, AccessStore(database))


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m gateway", description=__doc__)
    parser.add_argument("--role", choices=ROLES, default="all", help="which part to run")
    parser.add_argument(
        "--bootstrap", action="store_true", help="make the first workspace and the given keys"
    )
    return parser.parse_args()


if __name__ == "__main__":
    asked = parse()
    if asked.bootstrap:
        asyncio.run(bootstrap_only())
    else:
        run(partial(main, asked.role))
