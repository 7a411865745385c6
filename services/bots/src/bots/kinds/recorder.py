"""The recorder: keeps what is heard and seen, so that files can be made of it."""

from collections.abc import Mapping
from typing import Any

from bots.domain.kind import BotKind, Equipment, Readiness
from bots.kinds.config import strictly


class Recorder(BotKind):
    description = "Records everybody's sound and video; comes and goes with a recording."
    needs_words = False
    comes_with_recording = True

    def checked(self, config: Mapping[str, Any]) -> Mapping[str, Any]:
        return strictly(config, {}, {})

    def readiness(self, equipment: Equipment) -> Readiness:
        return equipment.studio
