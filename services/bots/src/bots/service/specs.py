"""A bot that a meeting wants to be brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class BotSpec:
    """Its *config* is as it was written: nothing of it has been checked."""

    kind: str
    config: Mapping[str, Any]
