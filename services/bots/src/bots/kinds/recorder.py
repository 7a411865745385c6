"""The recorder: keeps what is heard and seen, so that files can be made of it."""

from bots.domain.kind import BotKind, Equipment, Readiness
from bots.kinds.config import Table


class Recorder(BotKind):
    description = "Records everybody's sound and video; comes and goes with a recording."
    needs_words = False
    comes_with_recording = True

    @property
    def table(self) -> Table:
        return Table({}, {})

    def readiness(self, equipment: Equipment) -> Readiness:
        return equipment.studio
