"""What this installation has for its bots, asked anew each time: weights come and go."""

import asyncio
import shutil

from bots.domain.kind import Availability, Equipment, Readiness
from bots.engines.models import ModelDamaged, ModelMissing, find_whisper
from bots.engines.recognition import RecogniserConfig


async def equipment_of(config: RecogniserConfig, ffmpeg: str) -> Equipment:
    """Look whether the recogniser that *config* describes has its weights, and for *ffmpeg*."""
    studio = await asyncio.to_thread(_studio, ffmpeg)
    try:
        await asyncio.to_thread(find_whisper, config.model, config.models_dir)
    except ModelMissing as missing:
        return Equipment(Readiness(Availability.NOT_CONFIGURED, str(missing)), studio)
    except ModelDamaged as damaged:
        return Equipment(Readiness(Availability.MISCONFIGURED, str(damaged)), studio)
    return Equipment(Readiness(), studio)


def _studio(ffmpeg: str) -> Readiness:
    if shutil.which(ffmpeg):
        return Readiness()
    remedy = (
        f"no program {ffmpeg!r} is found, and recordings are made into files with it; "
        "install ffmpeg (`apt install ffmpeg`) or name it with CONVENE_FFMPEG"
    )
    return Readiness(Availability.NOT_CONFIGURED, remedy)
