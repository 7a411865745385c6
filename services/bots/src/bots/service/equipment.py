"""What this installation has for its bots, asked anew each time: weights come and go."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bots.domain.kind import Availability, Equipment, Readiness
from bots.domain.translation import Translation, pairs_of
from bots.engines import diarisers, engine_of, meanings, model_moods, translating
from bots.engines.diarising import DiariserConfig
from bots.engines.model_moods import LEXICON, MODEL
from bots.engines.recognition import RecogniserConfig
from bots.engines.speech import TextToSpeech
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
    diariser: DiariserConfig = field(default_factory=DiariserConfig)
    sentiment_engine: str = LEXICON

    async def look(self) -> Equipment:
        """How all of it stands now.

        Who is asked for the words is not asked now: one that is away for a moment keeps no bot out.
        """
        model = await _llm(self.llm)
        return Equipment(
            recogniser=await asyncio.to_thread(
                engine_of(self.recogniser).readiness, self.recogniser
            ),
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
            diariser=await asyncio.to_thread(diarisers.readiness_of, self.diariser),
        )

    async def capabilities(self) -> Sequence[Capability]:
        """The same for operators, after a look at whether the recogniser answers."""
        equipment, config = await self.look(), self.recogniser
        engine = engine_of(config)
        details = {
            "recogniser": engine.shown(config),
            "speech": self.speech.name,
            "translation": translating.shown(self.translations),
            "diariser": diarisers.shown(self.diariser),
            "sentiment": _JUDGES[self.sentiment_engine],
            "meanings": "a sentence model tells topics apart and helps the rules that take notes",
            "llm": "a language model takes notes",
            "recordings": "made into files by ffmpeg",
        }
        if not equipment.recogniser.remedy and (complaint := await engine.complaint(config)):
            away = Readiness(Availability.MISCONFIGURED, complaint)
            equipment = replace(equipment, recogniser=away)
        return [
            Capability(name, _STANDINGS[one.availability], one.remedy or details[name])
            for name, one in equipment.capabilities.items()
        ]


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


def _studio(ffmpeg: str) -> Readiness:
    if shutil.which(ffmpeg):
        return Readiness()
    remedy = (
        f"no program {ffmpeg!r} is found, and recordings are made into files with it; "
        "install ffmpeg (`apt install ffmpeg`) or name it with CONVENE_FFMPEG"
    )
    return Readiness(Availability.NOT_CONFIGURED, remedy)
