"""``python -m bots``: the composition root. Reads settings, wires, runs."""

import asyncio
from contextlib import AsyncExitStack, aclosing

import aiohttp
import structlog

from bots.clients import EarClient, LiveFeed, SessionHands
from bots.config import Settings
from bots.consumers import Consumers
from bots.domain.reading import Engines
from bots.engines import recogniser_from
from bots.engines.diarisers import diariser_from
from bots.engines.meanings import meanings_from
from bots.engines.model_moods import LEXICON, moods_from
from bots.engines.remote_speech import RemoteSpeech
from bots.engines.sounds import Sounds
from bots.engines.speech import Espeak, Piper, TextToSpeech
from bots.engines.translating import translations_from
from bots.engines.vad import SileroVad
from bots.rpc import BotsRpc
from bots.rpc.policies import PolicyRpc
from bots.service.bots import Bots
from bots.service.chatting import Chatting
from bots.service.commands import Commands
from bots.service.crews import Crews, Tools
from bots.service.equipment import Gear
from bots.service.feelings import Feelings
from bots.service.hands import AllHands
from bots.service.nudges import Nudges
from bots.service.policies import Policies
from bots.service.recorders import Recorders
from bots.service.recordings import Recordings
from bots.service.sessions import Sessions
from bots.service.speaking import Speaking, Throat
from bots.service.trying import Trying
from bots.store import Store
from common import house, receiver, rpc
from common.blobs import Blobs
from common.llm import standing
from common.run import run
from convene.bots.v1.bots_pb2_grpc import add_BotsServiceServicer_to_server
from convene.bots.v1.policies_pb2_grpc import add_PolicyServiceServicer_to_server
from convene.session.v1.session_pb2_grpc import SessionServiceStub

log = structlog.get_logger()

SERVICE = "convene.bots.v1.BotsService"
POLICY_SERVICE = "convene.bots.v1.PolicyService"
# A sound that a bot plays is there within these.
FETCH_SECONDS = 20.0


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
        engine = await speech_of(settings, home.channels)
        strangers = await home.channels.enter_async_context(
            receiver.opened(settings.address_rules(), FETCH_SECONDS)
        )
        throat = Throat(engine, Sounds(strangers), ears)
        translations = translations_from(settings.apertium_modes, model.llm)
        for translation in translations:
            home.channels.push_async_callback(translation.aclose)
        gear = Gear(
            config,
            settings.ffmpeg,
            engine,
            translations,
            settings.meanings_model,
            model.look,
            settings.telling_apart(),
            settings.sentiment_engine,
        )
        engines = Engines(
            moods=moods_from(settings.sentiment_engine, model.llm),
            plain_moods=moods_from(LEXICON, None),
            meanings=await asyncio.to_thread(
                meanings_from, settings.meanings_model, config.models_dir
            ),
            translations=translations,
            llm=model.llm,
        )
        bots = Bots(store, nudges, gear.look, settings.limits())
        hands = AllHands(bots, SessionHands(SessionServiceStub(channel), home.caller))
        diariser = diariser_from(settings.telling_apart())
        if diariser is not None:
            home.channels.push_async_callback(diariser.aclose)
        tools = Tools(
            ears,
            recogniser,
            SileroVad,
            LiveFeed(home.nats),
            hands,
            engines,
            diariser=diariser,
        )
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
        servicer = BotsRpc(bots, Commands(store, nudges, gear.look), Feelings(store))
        speaking = Speaking(store, home.leases, throat, settings.max_sessions)
        consumers = Consumers(
            Sessions(store, nudges, settings.limits(), gear.look),
            speaking,
            Recordings(store, recording_nudges),
            Chatting(store, nudges, gear.look),
        )
        for one in await gear.capabilities():
            log.info("capability", name=one.name, standing=one.standing.value, detail=one.detail)
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(
                    add_BotsServiceServicer_to_server,
                    servicer,
                    SERVICE,
                ),
                rpc.Servicer(
                    add_PolicyServiceServicer_to_server,
                    PolicyRpc(Policies(store), Trying(store, engines)),
                    POLICY_SERVICE,
                ),
            ],
            await home.consumer("session", settings.session_address, consumers.reactions()),
            crews.run(),
            speaking.run(),
            recorders.run(),
            look=gear.capabilities,
        )


async def speech_of(settings: Settings, stack: AsyncExitStack) -> TextToSpeech:
    """What reads aloud: the server that is named, else Piper's voice, else espeak-ng."""
    if server := settings.speech_server():
        return RemoteSpeech(server, await stack.enter_async_context(aiohttp.ClientSession()))
    if settings.piper_voice is not None:
        return Piper(settings.piper, settings.piper_voice)
    return Espeak(settings.espeak)


if __name__ == "__main__":
    run(main)
