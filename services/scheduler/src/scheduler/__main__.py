"""``python -m scheduler``: the composition root. Reads settings, wires, runs."""

import asyncio

import structlog

from common import house, rpc
from common.run import run
from convene.scheduler.v1.invitations_pb2_grpc import add_InvitationServiceServicer_to_server
from convene.scheduler.v1.scheduler_pb2_grpc import add_SchedulerServiceServicer_to_server
from scheduler.clients import ArtifactsClient, SessionClient
from scheduler.config import Settings
from scheduler.consumers import Consumers
from scheduler.domain.zones import packaged_zones
from scheduler.rpc import SchedulerRpc
from scheduler.rpc.invitations import InvitationsRpc
from scheduler.service.announcing import Announcer
from scheduler.service.due import Due
from scheduler.service.feeds import Feeds
from scheduler.service.invitations import Invitations
from scheduler.service.meetings import Scheduler
from scheduler.service.occurrences import Occurrences
from scheduler.service.planner import Planner
from scheduler.service.reminding import Reminding
from scheduler.service.replying import Replying
from scheduler.service.runs import Runs
from scheduler.service.sheets import Sheets
from scheduler.service.splitting import Splitting
from scheduler.service.telling import Teller
from scheduler.store import Store

log = structlog.get_logger()

SERVICE = "convene.scheduler.v1.SchedulerService"
INVITATION_SERVICE = "convene.scheduler.v1.InvitationService"


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    async with house.standing(settings, "scheduler", url, listen=settings.listen) as home:
        sessions = SessionClient(await home.channel(settings.session_address), home.caller)
        store, planner = Store(home.db), Planner(packaged_zones())
        announcer = Announcer(settings.links())
        sheets = Sheets(
            planner.zones,
            settings.links(),
            settings.link_key.get_secret_value().encode(),
            settings.public_url,
            settings.mail_from,
        )
        teller = Teller(sheets)
        servicer = SchedulerRpc(
            Scheduler(store, sessions, planner, announcer, teller),
            Occurrences(store, planner, announcer, teller),
            Splitting(store, planner, announcer, teller),
        )
        invitations = InvitationsRpc(
            Invitations(store, planner, announcer, teller, sheets),
            Replying(store, sheets),
            Feeds(store, sheets),
        )
        artifacts = ArtifactsClient(await home.channel(settings.artifacts_address), home.caller)
        reminding = Reminding(store, sheets, sessions, artifacts)
        due = Due(store, planner, announcer, teller)
        renewed = await due.renew_zones()
        log.info("zones", release=planner.zones.release, meetings_to_renew=renewed)
        consumers = Consumers(Runs(store, planner), reminding)
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(add_SchedulerServiceServicer_to_server, servicer, SERVICE),
                rpc.Servicer(
                    add_InvitationServiceServicer_to_server, invitations, INVITATION_SERVICE
                ),
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            await home.consumer("artifacts", settings.artifacts_address, consumers.of_artifacts()),
            firings={**due.firings(), **reminding.firings()},
        )


if __name__ == "__main__":
    run(main)
