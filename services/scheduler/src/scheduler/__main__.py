"""``python -m scheduler``: the composition root. Reads settings, wires, runs."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

import structlog

from common import house, receiver, rpc
from common.bells import Bells
from common.capabilities import Capability
from common.house import House
from common.run import run
from convene.scheduler.v1.availability_pb2_grpc import (
    add_AvailabilityServiceServicer_to_server,
)
from convene.scheduler.v1.channels_pb2_grpc import add_ChannelServiceServicer_to_server
from convene.scheduler.v1.custom_fields_pb2_grpc import (
    add_CustomFieldsServiceServicer_to_server,
)
from convene.scheduler.v1.invitations_pb2_grpc import add_InvitationServiceServicer_to_server
from convene.scheduler.v1.scheduler_pb2_grpc import add_SchedulerServiceServicer_to_server
from convene.scheduler.v1.templates_pb2_grpc import add_TemplateServiceServicer_to_server
from scheduler.channels.equipment import Equipment, Strangers, equipped, looked_at
from scheduler.channels.rendering import Renderer
from scheduler.channels.subscriptions import FETCH_SECONDS, Subscriptions
from scheduler.clients import ArtifactsClient, BotsClient, SessionClient
from scheduler.config import Settings
from scheduler.consumers import Consumers
from scheduler.domain.notices import Channel
from scheduler.domain.zones import packaged_zones
from scheduler.rpc import SchedulerRpc
from scheduler.rpc.availability import AvailabilityRpc
from scheduler.rpc.channels import ChannelsRpc
from scheduler.rpc.custom_fields import CustomFieldsRpc
from scheduler.rpc.invitations import InvitationsRpc
from scheduler.rpc.templates import TemplateRpc
from scheduler.service.announcing import Announcer
from scheduler.service.availability import Availability
from scheduler.service.calendars import Calendars
from scheduler.service.channels import Channels
from scheduler.service.custom_fields import CustomFields
from scheduler.service.due import Due
from scheduler.service.feeds import Feeds
from scheduler.service.invitations import Invitations
from scheduler.service.meetings import Scheduler
from scheduler.service.occurrences import Occurrences
from scheduler.service.optouts import OptOuts
from scheduler.service.planner import Planner
from scheduler.service.pools import Pools
from scheduler.service.reminding import Reminding
from scheduler.service.replying import Replying
from scheduler.service.runs import Runs
from scheduler.service.search import Search
from scheduler.service.sending import Sending
from scheduler.service.sheets import Sheets
from scheduler.service.splitting import Splitting
from scheduler.service.starting import Starting
from scheduler.service.telling import Teller
from scheduler.service.templates import Templates
from scheduler.service.upkeep import Upkeep
from scheduler.service.waking import Waking
from scheduler.store import Store
from scheduler.store.sending import Limits, NoticeQueue, SendingStore
from scheduler.store.sweeping import NoticeSweep

log = structlog.get_logger()

# A mail server that is slow to answer does not hold the start up for long.
FIRST_LOOK_SECONDS = 2.0
LOOK_SECONDS = 8.0
# More than anything begins in a day.
UNBOUNDED = 2**31 - 1

SERVICE = "convene.scheduler.v1.SchedulerService"
AVAILABILITY = "convene.scheduler.v1.AvailabilityService"
CUSTOM_FIELDS = "convene.scheduler.v1.CustomFieldsService"
TEMPLATES = "convene.scheduler.v1.TemplateService"
INVITATION_SERVICE = "convene.scheduler.v1.InvitationService"
CHANNELS = "convene.scheduler.v1.ChannelService"


def tellings(home: House, settings: Settings, equipment: Equipment) -> Mapping[Channel, Sending]:
    """Those that send messages to people, one for each channel."""
    mails = Limits(settings.workspace_send_width, settings.mails_per_hour, settings.mails_per_day)
    others = Limits(settings.workspace_send_width, UNBOUNDED, UNBOUNDED)
    store = SendingStore(home.db)
    return {
        channel: Sending(
            NoticeQueue(
                home.db,
                channel,
                mails if channel is Channel.EMAIL else others,
                lease_seconds=settings.lease_seconds,
            ),
            store,
            sender,
            width=settings.send_width,
        )
        for channel, sender in equipment.senders.items()
    }


async def look(settings: Settings, seconds: float) -> Sequence[Capability]:
    """How every channel stands; a mail server has *seconds* to answer."""
    mail = replace(settings.mail, seconds=min(settings.send_timeout_seconds, seconds))
    return await looked_at(mail, settings.push, Renderer(packaged_zones()))


@asynccontextmanager
async def equipment_of(settings: Settings) -> AsyncIterator[Equipment]:
    """The channels while the block runs."""
    rules, key = settings.address_rules, settings.link_secret
    async with receiver.opened(rules, settings.send_timeout_seconds) as receiving:
        strangers = Strangers(receiving, rules, key)
        equipment = equipped(settings.mail, settings.push, strangers, Renderer(packaged_zones()))
        yield equipment
        equipment.close()


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    async with (
        equipment_of(settings) as equipment,
        receiver.opened(settings.address_rules, FETCH_SECONDS) as fetching,
        house.standing(settings, "scheduler", url, listen=settings.listen) as home,
    ):
        sessions = SessionClient(await home.channel(settings.session_address), home.caller)
        store, planner = Store(home.db), Planner(packaged_zones())
        announcer = Announcer(settings.links())
        sheets = Sheets(
            planner.zones,
            settings.links(),
            settings.link_secret,
            settings.public_url,
            settings.mail_from,
        )
        calendars = Calendars(store, Subscriptions(fetching, settings.address_rules))
        templates = Templates(store, settings.address_rules)
        teller = Teller(sheets, settings.address_rules)
        bots = BotsClient(await home.channel(settings.bots_address), home.caller)
        servicer = SchedulerRpc(
            Scheduler(store, sessions, planner, announcer, teller),
            Search(store),
            Occurrences(store, planner, announcer, teller),
            Splitting(store, planner, announcer, teller),
            bots,
        )
        invitations = InvitationsRpc(
            Invitations(store, planner, announcer, teller, sheets),
            Replying(store, sheets, planner.zones),
            Feeds(store, sheets),
            OptOuts(store, sheets),
        )
        artifacts = ArtifactsClient(await home.channel(settings.artifacts_address), home.caller)
        reminding = Reminding(store, sheets, sessions, artifacts, settings.live_grace)
        due = Due(store, planner, announcer, teller)
        renewed = await due.renew_zones()
        for one in await look(settings, FIRST_LOOK_SECONDS):
            log.info("capability", name=one.name, standing=one.standing.value, detail=one.detail)
        log.info("zones", release=planner.zones.release, meetings_to_renew=renewed)
        consumers = Consumers(Runs(store, planner), reminding)
        sendings = tellings(home, settings, equipment)
        waking = Waking(Bells(home.nats, "scheduler"), sendings, settings.replica)
        home.db.bell = waking.ring
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(add_SchedulerServiceServicer_to_server, servicer, SERVICE),
                rpc.Servicer(
                    add_AvailabilityServiceServicer_to_server,
                    AvailabilityRpc(Availability(store, planner.zones), calendars, Pools(store)),
                    AVAILABILITY,
                ),
                rpc.Servicer(
                    add_CustomFieldsServiceServicer_to_server,
                    CustomFieldsRpc(CustomFields(store)),
                    CUSTOM_FIELDS,
                ),
                rpc.Servicer(
                    add_TemplateServiceServicer_to_server,
                    TemplateRpc(templates, bots),
                    TEMPLATES,
                ),
                rpc.Servicer(
                    add_InvitationServiceServicer_to_server, invitations, INVITATION_SERVICE
                ),
                rpc.Servicer(
                    add_ChannelServiceServicer_to_server,
                    ChannelsRpc(Channels(store, settings.link_secret, equipment.web_push_key)),
                    CHANNELS,
                ),
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            await home.consumer("artifacts", settings.artifacts_address, consumers.of_artifacts()),
            *(one.run() for one in sendings.values()),
            waking.run(),
            Upkeep(store, NoticeSweep(home.db), sheets.host, settings.notices_kept).run(),
            firings={
                **Starting(store).firings(),
                **due.firings(),
                **reminding.firings(),
                **calendars.firings(),
            },
            look=lambda: look(settings, LOOK_SECONDS),
        )


if __name__ == "__main__":
    run(main)
