"""Models of sherpa-onnx on this machine: which child holds one."""

import os
import sys

from bots.domain.kind import Availability, Readiness
from bots.engines.child import Child
from bots.engines.child_recogniser import ChildRecogniser
from bots.engines.models import ModelMissing
from bots.engines.recognition import Recogniser, RecogniserConfig
from bots.engines.sherpa_models import find_sherpa
from bots.engines.side_by_side import side_by_side


def sherpa_recogniser(config: RecogniserConfig) -> Recogniser:
    """Return *workers* recognisers as one; ``ModelMissing`` comes with the first request."""
    return side_by_side(lambda: ChildRecogniser(config, child_of), config.workers)


def child_of(config: RecogniserConfig) -> Child:
    """Raises ``ModelMissing``."""
    find_sherpa(config.model, config.model_kind)
    threads = str(config.cpu_threads)
    worker = "bots.engines.sherpa_worker"
    return Child(
        (sys.executable, "-m", worker, config.model, config.model_kind, threads),
        {**os.environ, "OMP_NUM_THREADS": threads},
    )


def readiness_of(config: RecogniserConfig) -> Readiness:
    """Whether the model's files are there."""
    try:
        find_sherpa(config.model, config.model_kind)
    except ModelMissing as missing:
        wrong = Availability.MISCONFIGURED if config.model else Availability.NOT_CONFIGURED
        return Readiness(wrong, str(missing))
    return Readiness()


def shown(config: RecogniserConfig) -> str:
    """How it is configured, for people."""
    return f"{config.model} by sherpa-onnx"
