"""Whisper on this machine, by CTranslate2: which child holds its weights."""

import os
import sys

from bots.domain.kind import Availability, Readiness
from bots.engines.child import Child
from bots.engines.child_recogniser import ChildRecogniser
from bots.engines.models import ModelDamaged, ModelMissing, find_whisper
from bots.engines.recognition import Recogniser, RecogniserConfig
from bots.engines.side_by_side import side_by_side


def whisper_recogniser(config: RecogniserConfig) -> Recogniser:
    """Return *workers* recognisers as one; ``ModelMissing`` comes with the first request."""
    return side_by_side(lambda: one_whisper(config), config.workers)


def one_whisper(config: RecogniserConfig) -> ChildRecogniser:
    """Return a recogniser with one child that holds Whisper's weights."""
    return ChildRecogniser(config, child_of)


def child_of(config: RecogniserConfig) -> Child:
    """Raises ``ModelMissing`` or ``ModelDamaged``."""
    folder = find_whisper(config.model, config.models_dir)
    threads = str(config.cpu_threads)
    return Child(
        (sys.executable, "-m", "bots.engines.whisper_worker", str(folder), threads),
        {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": threads},
    )


def readiness_of(config: RecogniserConfig) -> Readiness:
    """Whether its weights are there, and whole."""
    try:
        find_whisper(config.model, config.models_dir)
    except ModelMissing as missing:
        return Readiness(Availability.NOT_CONFIGURED, str(missing))
    except ModelDamaged as damaged:
        return Readiness(Availability.MISCONFIGURED, str(damaged))
    return Readiness()


def shown(config: RecogniserConfig) -> str:
    """How it is configured, for people."""
    return config.engine
