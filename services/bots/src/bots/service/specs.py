"""What a meeting wants of the bots of its sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class BotSpec:
    """A bot to be brought: its *config* is as it was written: nothing of it has been checked."""

    kind: str
    config: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wishes:
    """*specs* are the bots to be brought; a *language_model* may be given what is said, or not."""

    specs: Sequence[BotSpec] = ()
    agenda: str = ""
    tags: Sequence[str] = ()
    language_model: bool = True
