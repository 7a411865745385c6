"""What this installation has for its bots, asked anew each time: weights come and go."""

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from bots.domain.kind import Availability, Equipment, Readiness
from bots.engines.meanings import readiness_of
from bots.engines.models import ModelDamaged, ModelMissing, find_whisper
from bots.engines.recognition import RecogniserConfig
from common.capabilities import Capability, Look, Standing, nothing

_STANDINGS: Final = {
    Availability.CONFIGURED: Standing.CONFIGURED,
    Availability.NOT_CONFIGURED: Standing.NOT_CONFIGURED,
    Availability.MISCONFIGURED: Standing.MISCONFIGURED,
}

_AVAILABILITIES: Final = {standing: availability for availability, standing in _STANDINGS.items()}


async def equipment_of(
    config: RecogniserConfig, ffmpeg: str, meanings_model: str = "", look: Look = nothing
) -> Equipment:
    """Look whether the recogniser that *config* describes has its weights, and for the rest.

    *look* looks at the language model.
    """
    return Equipment(
        recogniser=await asyncio.to_thread(_recogniser, config),
        studio=await asyncio.to_thread(_studio, ffmpeg),
        meanings=await asyncio.to_thread(readiness_of, meanings_model, config.models_dir),
        llm=await _llm(look),
    )


def capabilities_of(equipment: Equipment) -> Sequence[Capability]:
    """The same for whoever runs this installation."""
    return [
        _capability("recognition", equipment.recogniser, "speech is recognised on this machine"),
        _capability("recordings", equipment.studio, "recordings are made into files by ffmpeg"),
        _capability("sentiment", equipment.moods, "by a lexicon, English only"),
        _capability("meanings", equipment.meanings, "topics are told apart by a sentence model"),
        _capability("llm", equipment.llm, "a language model takes notes"),
    ]


def _capability(name: str, readiness: Readiness, detail: str) -> Capability:
    standing = _STANDINGS[readiness.availability]
    return Capability(name, standing, readiness.remedy or detail)


async def _llm(look: Look) -> Readiness:
    for one in await look():
        return Readiness(_AVAILABILITIES[one.standing], one.detail)
    return Readiness(Availability.NOT_CONFIGURED)


def _recogniser(config: RecogniserConfig) -> Readiness:
    try:
        find_whisper(config.model, Path(config.models_dir))
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
