"""``python -m scheduler``: the composition root. Reads settings, wires, runs."""

import asyncio

import structlog

from common import house, rpc
from common.run import run
from convene.scheduler.v1.scheduler_pb2_grpc import add_SchedulerServiceServicer_to_server
from convene.scheduler.v1.templates_pb2_grpc import add_TemplateServiceServicer_to_server
from scheduler.clients import SessionClient
from scheduler.config import Settings
from scheduler.consumers import Consumers
from scheduler.domain.zones import packaged_zones
from scheduler.rpc import SchedulerRpc
from scheduler.rpc.templates import TemplateRpc
from scheduler.service.announcing import Announcer
from scheduler.service.due import Due
from scheduler.service.meetings import Scheduler
from scheduler.service.occurrences import Occurrences
from scheduler.service.planner import Planner
from scheduler.service.runs import Runs
from scheduler.service.search import Search
from scheduler.service.splitting import Splitting
from scheduler.service.templates import Templates
from scheduler.store import Store

log = structlog.get_logger()

SERVICE = "convene.scheduler.v1.SchedulerService"
TEMPLATES = "convene.scheduler.v1.TemplateService"


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    async with house.standing(settings, "scheduler", url, listen=settings.listen) as home:
        sessions = SessionClient(await home.channel(settings.session_address), home.caller)
        store, planner = Store(home.db), Planner(packaged_zones())
        announcer = Announcer(settings.links())
        servicer = SchedulerRpc(
            Scheduler(store, sessions, planner, announcer),
            Search(store),
            Occurrences(store, planner, announcer),
            Splitting(store, planner, announcer),
        )
        due = Due(store, planner, announcer)
        renewed = await due.renew_zones()
        log.info("zones", release=planner.zones.release, meetings_to_renew=renewed)
        consumers = Consumers(Runs(store, planner))
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(add_SchedulerServiceServicer_to_server, servicer, SERVICE),
                rpc.Servicer(
                    add_TemplateServiceServicer_to_server, TemplateRpc(Templates(store)), TEMPLATES
                ),
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            firings=due.firings(),
        )


if __name__ == "__main__":
    run(main)
