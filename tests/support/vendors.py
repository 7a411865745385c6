"""An environment with a vendor's plugin, made as operators make one, and what it is asked."""

import json
import shutil
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bots.engines.recognition import RecogniserConfig

LIBRARY = Path(__file__).with_name("vendor_library")
KEY = "stand-in-key"


@dataclass(frozen=True)
class VendorPlace:
    """The environment at *folder* and the *notes* of its plugin."""

    folder: Path
    notes: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    def config(
        self,
        *,
        hears: Mapping[str, Any] = MappingProxyType({}),
        options: Mapping[str, Any] = MappingProxyType({}),
        **changes: Any,
    ) -> RecogniserConfig:
        """*hears* is what the stand-in does, *options* whatever else it is made with."""
        made_with = {"notes": str(self.notes), "hears": dict(hears), **options}
        fields: dict[str, Any] = {
            "engine": "vendor",
            "vendor": "standin",
            "vendor_python": str(self.python),
            "vendor_options": json.dumps(made_with),
            "token": KEY,
            "deadline_seconds": 10.0,
            "vendor_pace": 20.0,
        }
        return RecogniserConfig(Path(), **fields | changes)

    def told(self, name: str) -> Sequence[Any]:
        """What the plugin wrote down under *name*, in order."""
        lines = self.notes.read_text().splitlines() if self.notes.exists() else []
        return [note[name] for line in lines if name in (note := json.loads(line))]


def vendor_place(folder: Path) -> VendorPlace:
    """A fresh environment that has the stand-in's plugin and nothing else."""
    home = folder / "vendors"
    venv.create(home, symlinks=True, with_pip=False)
    (packages,) = home.glob("lib/python3*/site-packages")
    shutil.copytree(LIBRARY / "livekit", packages / "livekit")
    return VendorPlace(home, folder / "notes.jsonl")
