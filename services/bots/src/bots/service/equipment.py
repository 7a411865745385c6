"""What this installation has for its bots, asked anew each time: weights come and go."""

import asyncio

from bots.domain.kind import Availability, Equipment, Readiness
from bots.engines.models import ModelDamaged, ModelMissing, find_whisper
from bots.engines.recognition import RecogniserConfig


async def equipment_of(config: RecogniserConfig) -> Equipment:
    """Look whether the recogniser that *config* describes has its weights."""
    try:
        await asyncio.to_thread(find_whisper, config.model, config.models_dir)
    except ModelMissing as missing:
        return Equipment(Readiness(Availability.NOT_CONFIGURED, str(missing)))
    except ModelDamaged as damaged:
        return Equipment(Readiness(Availability.MISCONFIGURED, str(damaged)))
    return Equipment(Readiness())
