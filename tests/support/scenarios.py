"""Scenarios for tests: scripts, tones as wav files, and the zips that hold them."""

import io
import wave
import zipfile
from pathlib import Path

import numpy as np
import yaml

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def a_tone(seconds: float, *, rate: int = 16_000, pitch: float = 440.0) -> bytes:
    """A wav file: one tone, mono, 16 bit."""
    times = np.arange(round(seconds * rate)) / rate
    samples = (np.sin(2 * np.pi * pitch * times) * 12_000).astype("<i2")
    held = io.BytesIO()
    with wave.open(held, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return held.getvalue()


def a_person(**changes: object) -> dict[str, object]:
    fields: dict[str, object] = {"name": "Ada", "role": "host", "joins": "0s"}
    return {name: value for name, value in (fields | changes).items() if value is not None}


def a_script(*people: dict[str, object], **changes: object) -> dict[str, object]:
    fields: dict[str, object] = {"title": "A test", "seed": 7, "engine": "recognise"}
    return fields | {"people": list(people or (a_person(),))} | changes


def a_zip(script: object = None, **files: bytes) -> bytes:
    """A scenario's zip; *files* are named without their ``.wav``."""
    written = script if isinstance(script, bytes) else yaml.safe_dump(script or a_script()).encode()
    return zipped({"scenario.yaml": written} | {f"{name}.wav": files[name] for name in files})


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of *files* under exactly those names."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()
