"""What lies below a folder that somebody else changes meanwhile."""

import os
from pathlib import Path


def files_below(folder: Path) -> list[Path]:
    """The files below *folder*, by path.

    A folder that goes while it is looked into counts as empty, where `Path.rglob` raises.
    """
    return sorted(Path(where, name) for where, _, names in os.walk(folder) for name in names)
