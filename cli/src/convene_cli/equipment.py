"""What this machine has for recordings and voices, and what goes without it."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
_ENDINGS = ("*.ttf", "*.otf", "*.ttc", "*.pfb")


def lacking(folders: Sequence[str] = _FONTS) -> Sequence[str]:
    """A line for each thing that is not there; fonts are looked for in *folders*."""
    found = []
    ffmpeg = os.environ.get("CONVENE_FFMPEG", "ffmpeg")
    if shutil.which(ffmpeg) is None:
        found.append(
            f"recordings: no program {ffmpeg!r} makes files of them; apt-get install ffmpeg"
        )
    if not has_font(folders):
        found.append(
            "names in recordings: no font is found, so that composites show people without their "
            "names; apt-get install fonts-dejavu-core"
        )
    return found


def has_font(folders: Sequence[str]) -> bool:
    """Whether any font lies in *folders*."""
    return any(
        next(Path(folder).expanduser().rglob(ending), None) is not None
        for folder in folders
        for ending in _ENDINGS
    )
