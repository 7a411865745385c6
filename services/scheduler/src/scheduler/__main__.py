"""``python -m scheduler``: the composition root. Reads settings, wires, runs."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

from common import house, rpc
from common.house import House
from common.run import run
from convene.scheduler.v1.custom_fields_pb2_grpc import (
    add_CustomFieldsServiceServicer_to_server,
)
from convene.scheduler.v1.scheduler_pb2_grpc import add_SchedulerServiceServicer_to_server
from convene.scheduler.v1.templates_pb2_grpc import add_TemplateServiceServicer_to_server
from scheduler.channels.equipment import MailSettings, Post, post_of
from scheduler.channels.rendering import Renderer
from scheduler.clients import SessionClient
from scheduler.config import Settings
from scheduler.consumers import Consumers
from scheduler.domain.notices import Channel
from scheduler.domain.zones import packaged_zones
from scheduler.rpc import SchedulerRpc
from scheduler.rpc.custom_fields import CustomFieldsRpc
from scheduler.rpc.templates import TemplateRpc
from scheduler.service.announcing import Announcer
from scheduler.service.custom_fields import CustomFields
from scheduler.service.due import Due
from scheduler.service.meetings import Scheduler
from scheduler.service.occurrences import Occurrences
from scheduler.service.planner import Planner
from scheduler.service.runs import Runs
from scheduler.service.search import Search
from scheduler.service.sending import Sending
from scheduler.service.splitting import Splitting
from scheduler.service.templates import Templates
from scheduler.store import Store
from scheduler.store.sending import Limits, NoticeQueue, SendingStore

log = structlog.get_logger()

Loop = Coroutine[Any, Any, None]

SERVICE = "convene.scheduler.v1.SchedulerService"
CUSTOM_FIELDS = "convene.scheduler.v1.CustomFieldsService"
TEMPLATES = "convene.scheduler.v1.TemplateService"


def post(settings: Settings) -> Post:
    """Email, as the settings have it."""
    mail = MailSettings(
        settings.mail_url.get_secret_value(),
        settings.mail_from,
        settings.mail_reply_to,
        settings.send_timeout_seconds,
    )
    return post_of(mail, Renderer(packaged_zones()))


def tellings(home: House, settings: Settings, by: Post, due: asyncio.Event) -> list[Loop]:
    """The loops that send messages to people, one for each channel."""
    limits = Limits(settings.workspace_send_width, settings.mails_per_hour, settings.mails_per_day)
    queue = NoticeQueue(home.db, Channel.EMAIL, limits, lease_seconds=settings.lease_seconds)
    store = SendingStore(home.db)
    return [Sending(queue, store, by.sender, width=settings.send_width, due=due).run()]


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
        by, told = post(settings), asyncio.Event()
        log.info(
            "capability",
            name=by.capability.name,
            standing=by.capability.standing.value,
            detail=by.capability.detail,
        )
        consumers = Consumers(Runs(store, planner))
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(add_SchedulerServiceServicer_to_server, servicer, SERVICE),
                rpc.Servicer(
                    add_CustomFieldsServiceServicer_to_server,
                    CustomFieldsRpc(CustomFields(store)),
                    CUSTOM_FIELDS,
                ),
                rpc.Servicer(
                    add_TemplateServiceServicer_to_server, TemplateRpc(Templates(store)), TEMPLATES
                ),
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            *tellings(home, settings, by, told),
            firings=due.firings(),
        )


if __name__ == "__main__":
    run(main)
