"""Vendors of recognition, by their plugins for LiveKit Agents, in an environment of its own."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from google.protobuf import json_format

from bots.domain.kind import Availability, Readiness
from bots.engines.child import Child, Wire, Worker, WorkerLate, WorkerLost
from bots.engines.child_recogniser import ChildRecogniser
from bots.engines.recognition import RecogniserConfig, RecogniserFailed
from convene.bots.v1.worker_pb2 import VendorOpening

PLUGINS_VERSION: Final = "1.8.9"
# What the child needs beyond the deadline to say itself that it has passed.
SPARE_SECONDS: Final = 5.0
# A plugin takes some seconds to load.
CHECK_SECONDS: Final = 12.0
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")
_SCRIPT: Final = Path(__file__).with_name("vendor_worker.py")
# Besides what begins with the vendor's name: a stranger's process is given no secret of ours.
_PASSED_ON: Final = re.compile(
    r"PATH|HOME|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_(FILE|DIR)|(https?|all|no)_proxy", re.IGNORECASE
)


def vendor_recogniser(config: RecogniserConfig) -> ChildRecogniser:
    """Return a recogniser that asks the vendor *config* names."""
    return ChildRecogniser(
        config, child_of, abreast=config.max_pending, partials=config.remote_partials
    )


def child_of(config: RecogniserConfig) -> Child:
    """Raises ``RecogniserFailed`` with the remedy when there is nothing to start."""
    if complaint := complaint_of(config):
        raise RecogniserFailed(complaint)
    opening = VendorOpening(
        vendor=config.vendor,
        options=json.dumps(_options(config)),
        seconds=config.deadline_seconds,
        pace=config.vendor_pace,
    )
    return Child(
        # Isolated: of our own packages, whose versions it may not stand, it sees none.
        (str(_python(config)), "-I", str(_SCRIPT)),
        {name: value for name, value in os.environ.items() if _is_passed_on(name, config.vendor)},
        Wire.JSON,
        json_format.MessageToJson(opening, indent=None).encode(),
        spare_seconds=SPARE_SECONDS,
    )


def readiness_of(config: RecogniserConfig) -> Readiness:
    """How the vendor is written down, and whether its plugin is there; it is not started."""
    complaint = complaint_of(config)
    return Readiness(Availability.MISCONFIGURED, complaint) if complaint else Readiness()


async def complaint_now(config: RecogniserConfig) -> str:
    """What is wrong as the plugin sees it, or nothing. The vendor is sent no speech."""
    try:
        worker = await Worker.start(child_of(config), CHECK_SECONDS)
    except WorkerLate:
        # A machine that is busy is no fault of the vendor's.
        return ""
    except (RecogniserFailed, WorkerLost) as error:
        return f"{shown(config)}: {error}"
    await worker.stop()
    return ""


def complaint_of(config: RecogniserConfig) -> str:
    """What is wrong with how the vendor is written down, or nothing."""
    name, python = config.vendor, _python(config)
    if not _NAME.fullmatch(name):
        return (
            "BOTS_ASR_ENGINE=vendor needs BOTS_ASR_VENDOR: a plugin's name, as `deepgram` of "
            "livekit-plugins-deepgram"
        )
    if not config.vendor_python:
        return f"BOTS_ASR_VENDOR_PYTHON names no Python; make one with `{_remedy(config)}`"
    if not os.access(python, os.X_OK) or not python.is_file():
        return f"BOTS_ASR_VENDOR_PYTHON: there is no program {python}; `{_remedy(config)}`"
    if not any(_environment(config).glob(f"lib*/python3*/site-packages/livekit/plugins/{name}")):
        return (
            f"{_environment(config)} has no livekit-plugins-{_package(name)}; `{_remedy(config)}`"
        )
    try:
        _options(config)
    except ValueError:
        return 'BOTS_ASR_VENDOR_OPTIONS is no JSON object such as {"model": "nova-3"}'
    return ""


def shown(config: RecogniserConfig) -> str:
    """How it is configured, for people."""
    return f"{config.vendor} by {_python(config)}"


def _options(config: RecogniserConfig) -> Mapping[str, Any]:
    """What the plugin is made with; raises ``ValueError``."""
    options = json.loads(config.vendor_options or "{}")
    if not isinstance(options, dict):
        raise ValueError("the options are no object")
    named = {"model": config.model, "api_key": config.token, "base_url": config.url}
    return {name: value for name, value in named.items() if value} | options


def _python(config: RecogniserConfig) -> Path:
    return Path(config.vendor_python).expanduser()


def _environment(config: RecogniserConfig) -> Path:
    return _python(config).parent.parent


def _remedy(config: RecogniserConfig) -> str:
    folder = _environment(config) if config.vendor_python else Path("/opt/vendors")
    return (
        f"python3 -m venv {folder} && {folder}/bin/pip install "
        f"livekit-agents=={PLUGINS_VERSION} "
        f"livekit-plugins-{_package(config.vendor)}=={PLUGINS_VERSION}"
    )


def _package(vendor: str) -> str:
    return vendor.replace("_", "-")


def _is_passed_on(name: str, vendor: str) -> bool:
    return name.startswith(f"{vendor.upper()}_") or _PASSED_ON.fullmatch(name) is not None
