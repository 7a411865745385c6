"""``python -m scheduler``: the composition root. Reads settings, wires, runs."""

import asyncio

from common import house, rpc
from common.run import run
from convene.scheduler.v1.scheduler_pb2_grpc import add_SchedulerServiceServicer_to_server
from scheduler.clients import SessionClient
from scheduler.config import Settings
from scheduler.consumers import Consumers
from scheduler.rpc import SchedulerRpc
from scheduler.service import Scheduler
from scheduler.store import Store

SERVICE = "convene.scheduler.v1.SchedulerService"


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    async with house.standing(settings, "scheduler", url, listen=settings.listen) as home:
        sessions = SessionClient(await home.channel(settings.session_address), home.caller)
        scheduler = Scheduler(Store(home.db), sessions, settings.links())
        consumers = Consumers(scheduler)
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(
                    add_SchedulerServiceServicer_to_server, SchedulerRpc(scheduler), SERVICE
                )
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            firings=scheduler.firings(),
        )


if __name__ == "__main__":
    run(main)
