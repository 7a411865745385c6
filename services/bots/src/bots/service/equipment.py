"""What this installation has for its bots, asked anew each time: weights come and go."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bots.domain.kind import Availability, Equipment, Readiness
from bots.domain.translation import Translation, pairs_of
from bots.engines import diarising, meanings, model_moods, translating
from bots.engines.model_moods import LEXICON, MODEL
from bots.engines.models import ModelDamaged, ModelMissing, find_whisper
from bots.engines.recognition import RecogniserConfig
from bots.engines.speech import TextToSpeech
from bots.engines.transcriptions import complaint_now, complaint_of, shown
from common.capabilities import Capability, Standing, nothing
from common.capabilities import Look as OutsideLook

Look = Callable[[], Awaitable[Equipment]]


@dataclass(frozen=True, slots=True)
class Gear:
    """What is looked at: *ffmpeg* is a program's name or path."""

    recogniser: RecogniserConfig
    ffmpeg: str
    speech: TextToSpeech
    translations: Sequence[Translation]
    meanings_model: str = ""
    # Looks at the language model.
    llm: OutsideLook = nothing
    diariser: str = ""
    sentiment_engine: str = LEXICON

    async def look(self) -> Equipment:
        """How all of it stands now.

        The server of a recogniser is not asked: one that is away for a moment keeps no bot out.
        """
        model = await _llm(self.llm)
        return Equipment(
            recogniser=await asyncio.to_thread(_recogniser, self.recogniser),
            studio=await asyncio.to_thread(_studio, self.ffmpeg),
            speech=await asyncio.to_thread(self.speech.readiness),
            translation=translating.readiness_of(self.translations),
            meanings=await asyncio.to_thread(
                meanings.readiness_of, self.meanings_model, self.recogniser.models_dir
            ),
            moods=model_moods.readiness_of(self.sentiment_engine, model),
            llm=model,
            pairs=pairs_of(self.translations),
            plain_pairs=pairs_of([one for one in self.translations if not one.asks_model]),
            diariser=diarising.readiness_of(self.diariser),
        )

    async def capabilities(self) -> Sequence[Capability]:
        """The same for operators, after a look at whether the recogniser's server answers."""
        equipment, config = await self.look(), self.recogniser
        details = {
            "recogniser": config.engine,
            "speech": self.speech.name,
            "translation": translating.shown(self.translations),
            "diariser": self.diariser,
            "sentiment": _JUDGES[self.sentiment_engine],
            "meanings": "topics are told apart by a sentence model",
            "llm": "a language model takes notes",
            "recordings": "made into files by ffmpeg",
        }
        if config.engine == REMOTE and not equipment.recogniser.remedy:
            details["recogniser"] = shown(config)
            if complaint := await complaint_now(config):
                away = Readiness(Availability.MISCONFIGURED, complaint)
                equipment = replace(equipment, recogniser=away)
        return [
            Capability(name, _STANDINGS[one.availability], one.remedy or details[name])
            for name, one in equipment.capabilities.items()
        ]


# The engine that is a server.
REMOTE: Final = "openai"
_JUDGES: Final = {LEXICON: "by a lexicon, English only", MODEL: "by the language model"}
_STANDINGS: Final = {
    Availability.CONFIGURED: Standing.CONFIGURED,
    Availability.NOT_CONFIGURED: Standing.NOT_CONFIGURED,
    Availability.MISCONFIGURED: Standing.MISCONFIGURED,
}

_AVAILABILITIES: Final = {standing: availability for availability, standing in _STANDINGS.items()}


async def _llm(look: OutsideLook) -> Readiness:
    for one in await look():
        return Readiness(_AVAILABILITIES[one.standing], one.detail)
    return Readiness(Availability.NOT_CONFIGURED)


def _recogniser(config: RecogniserConfig) -> Readiness:
    if config.engine == REMOTE:
        complaint = complaint_of(config)
        return Readiness(Availability.MISCONFIGURED, complaint) if complaint else Readiness()
    try:
        find_whisper(config.model, config.models_dir)
    except ModelMissing as missing:
        return Readiness(Availability.NOT_CONFIGURED, str(missing))
    except ModelDamaged as damaged:
        return Readiness(Availability.MISCONFIGURED, str(damaged))
    return Readiness()


def _studio(ffmpeg: str) -> Readiness:
    if shutil.which(ffmpeg):
        return Readiness()
    remedy = (
        f"no program {ffmpeg!r} is found, and recordings are made into files with it; "
        "install ffmpeg (`apt install ffmpeg`) or name it with CONVENE_FFMPEG"
    )
    return Readiness(Availability.NOT_CONFIGURED, remedy)
