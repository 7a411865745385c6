"""What the node must still know after a crash: small JSON files, replaced in one step."""

import json
import os
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger()


def save(path: Path, content: Any) -> None:
    """Write *content* so that a reader finds the old or the new, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(content, sort_keys=True))
    os.replace(draft, path)


def load(path: Path) -> Any:
    """What was saved at *path*; an empty mapping when nothing readable is there."""
    if not path.exists():
        return {}
    try:
        return json.loads(path.read_text())
    except ValueError as error:
        # Only a machine that lost power leaves one; the room is then as good as new.
        log.error("journal not readable", path=str(path), error=str(error))
        return {}


def forget(path: Path) -> None:
    path.unlink(missing_ok=True)
