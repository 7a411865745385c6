"""``python -m bots``: the composition root. Reads settings, wires, runs."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial

import structlog

from bots.clients import EarClient, LiveFeed, SessionHands
from bots.config import Settings
from bots.consumers import Consumers
from bots.domain.kind import Equipment
from bots.domain.reading import Engines
from bots.engines import recogniser_from
from bots.engines.meanings import meanings_from
from bots.engines.moods import LexiconMoods
from bots.engines.speech import Espeak
from bots.engines.vad import SileroVad
from bots.rpc import BotsRpc
from bots.service.bots import Bots
from bots.service.commands import Commands
from bots.service.crews import Crews, Tools
from bots.service.equipment import capabilities_of, equipment_of
from bots.service.feelings import Feelings
from bots.service.nudges import Nudges
from bots.service.recorders import Recorders
from bots.service.recordings import Recordings
from bots.service.sessions import Sessions
from bots.service.speaking import Speaking
from bots.store import Store
from common import house, rpc
from common.blobs import Blobs
from common.capabilities import Capability
from common.llm import standing
from common.run import run
from convene.bots.v1.bots_pb2_grpc import add_BotsServiceServicer_to_server
from convene.session.v1.session_pb2_grpc import SessionServiceStub

SERVICE = "convene.bots.v1.BotsService"

log = structlog.get_logger()


async def capabilities(look: Callable[[], Awaitable[Equipment]]) -> Sequence[Capability]:
    """How everything that bots need stands right now."""
    return capabilities_of(await look())


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    config = settings.recogniser()
    async with (
        aclosing(recogniser_from(config)) as recogniser,
        house.standing(settings, "bots", url, listen=settings.listen) as home,
        standing.standing(settings.llm()) as model,
    ):
        store, nudges = Store(home.db), Nudges()
        ears = EarClient(home.caller, home.channels)
        channel = await home.channel(settings.session_address)
        hands = SessionHands(SessionServiceStub(channel), home.caller)
        engines = Engines(
            moods=LexiconMoods(),
            meanings=await asyncio.to_thread(
                meanings_from, settings.meanings_model, config.models_dir
            ),
            llm=model.llm,
        )
        tools = Tools(ears, recogniser, SileroVad, LiveFeed(home.nats), hands, engines)
        recording_nudges = Nudges()
        recorders = Recorders(
            store,
            home.leases,
            recording_nudges,
            ears,
            Blobs(settings.store_url),
            capacity=settings.max_recordings,
        )
        crews = Crews(store, home.leases, nudges, tools, settings.max_sessions)
        look = partial(equipment_of, config, settings.ffmpeg, settings.meanings_model, model.look)
        bots = Bots(store, nudges, look, settings.limits())
        servicer = BotsRpc(bots, Commands(store, nudges), Feelings(store))
        engine = Espeak(settings.espeak)
        speaking = Speaking(store, home.leases, engine, ears, settings.max_sessions)
        consumers = Consumers(
            Sessions(store, nudges, settings.limits()),
            speaking,
            Recordings(store, recording_nudges),
        )
        for one in await capabilities(look):
            log.info("capability", name=one.name, standing=one.standing.value, detail=one.detail)
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(
                    add_BotsServiceServicer_to_server,
                    servicer,
                    SERVICE,
                )
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            crews.run(),
            speaking.run(),
            recorders.run(),
            look=lambda: capabilities(look),
        )


if __name__ == "__main__":
    run(main)
