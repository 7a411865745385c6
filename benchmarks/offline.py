"""The bare engine on whole files, as its manual shows it; what it heard is kept, for it is slow."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from faster_whisper import WhisperModel

from benchmarks.spoken import CACHE, Utterance
from bots.engines.models import find_whisper
from scripts.fetch_models import default_folder

HOW: Final[dict[str, Any]] = {"language": "en", "beam_size": 5, "temperature": 0}
KEPT: Final = "offline.json"


def heard_offline(utterances: Sequence[Utterance]) -> list[str]:
    """What the engine makes of each utterance, with its full window and all its beams."""
    path = CACHE / KEPT
    kept: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
    if fresh := [one for one in utterances if _key(one) not in kept]:
        folder = find_whisper("", default_folder())
        model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
        for one in fresh:
            kept[_key(one)] = _text(model, one.pcm)
            _keep(path, kept)
    return [kept[_key(one)] for one in utterances]


def _text(model: WhisperModel, pcm: bytes) -> str:
    samples = np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)
    segments, _ = model.transcribe(samples, **HOW)
    return "".join(segment.text for segment in segments).strip()


def _key(one: Utterance) -> str:
    return hashlib.sha256(one.pcm + json.dumps(HOW).encode()).hexdigest()[:24]


def _keep(path: Path, kept: dict[str, str]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(kept))
    fresh.replace(path)
