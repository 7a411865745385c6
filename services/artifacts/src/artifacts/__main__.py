"""``python -m artifacts``: the composition root. Reads settings, wires, runs."""

import asyncio

import structlog

from artifacts.clients import BotsClient, SessionClient
from artifacts.config import Settings
from artifacts.consumers import BotsFacts, SessionFacts
from artifacts.exports.ffmpeg import Ffmpeg
from artifacts.rpc import ArtifactsRpc, RecordingsRpc
from artifacts.service.filming import Filming
from artifacts.service.intake import Intake
from artifacts.service.making import Maker
from artifacts.service.reading import Reading
from artifacts.service.recordings import RecordingIntake, RecordingReading
from artifacts.service.renewing import Renewing
from artifacts.service.studio import Studio
from artifacts.service.workshop import Workshop
from artifacts.store import Store
from common import house, rpc
from common.blobs import Blobs
from common.llm import standing
from common.run import run
from convene.artifacts.v1.artifacts_pb2_grpc import add_ArtifactsServiceServicer_to_server
from convene.artifacts.v1.recordings_pb2_grpc import add_RecordingsServiceServicer_to_server
from minutes.writing import ModelFirst, RulesAlone

log = structlog.get_logger()

SERVICE = "convene.artifacts.v1.ArtifactsService"
RECORDINGS = "convene.artifacts.v1.RecordingsService"


async def main(stopping: asyncio.Event) -> None:
    settings = Settings()
    url = settings.database_url.get_secret_value()
    async with (
        house.standing(settings, "artifacts", url, listen=settings.listen) as home,
        standing.standing(settings.llm()) as model,
    ):
        store, work, filming = Store(home.db), asyncio.Event(), asyncio.Event()
        blobs = Blobs(settings.store_url)
        sessions = SessionClient(await home.channel(settings.session_address), home.caller)
        bots = BotsClient(await home.channel(settings.bots_address), home.caller)
        maker = Maker(blobs, sessions, ModelFirst(model.llm) if model.llm else RulesAlone())
        intake, recorded = Intake(store, work), RecordingIntake(store, filming)
        reading = RecordingReading(store, settings.downloads(), filming)
        studio = Studio(store, blobs, Filming(blobs, Ffmpeg(settings.ffmpeg)), filming)
        for one in await model.look():
            log.info("capability", name=one.name, standing=one.standing.value, detail=one.detail)
        await home.serve(
            stopping,
            settings.listen,
            [
                rpc.Servicer(
                    add_ArtifactsServiceServicer_to_server,
                    ArtifactsRpc(Reading(store), Renewing(store, work)),
                    SERVICE,
                ),
                rpc.Servicer(
                    add_RecordingsServiceServicer_to_server,
                    RecordingsRpc(reading, blobs, sessions),
                    RECORDINGS,
                ),
            ],
            await home.consumer(
                "session", settings.session_address, SessionFacts(intake, recorded).reactions()
            ),
            await home.consumer(
                "bots", settings.bots_address, BotsFacts(intake, recorded).reactions()
            ),
            Workshop(store, maker, bots, work).run(),
            studio.run(),
            look=model.look,
        )


if __name__ == "__main__":
    run(main)
