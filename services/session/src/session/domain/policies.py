"""How a session behaves where its meeting says nothing else."""

from dataclasses import dataclass
from enum import Enum

# What a room of the media server is made for at the most, and a policy may ask.
MOST_PLACES = 250


class ScheduledEnd(Enum):
    NONE = "NONE"
    SOFT = "SOFT"
    HARD = "HARD"


@dataclass(frozen=True, slots=True)
class Policy:
    """The effective policy of a session; 0 switches ``host_absent`` and ``solo`` off."""

    no_show_seconds: int = 300
    all_left_seconds: int = 60
    reconnect_grace_seconds: int = 20
    host_absent_seconds: int = 0
    solo_seconds: int = 0
    scheduled_end: ScheduledEnd = ScheduledEnd.SOFT
    max_duration_seconds: int = 86_400
    drain_seconds: int = 30
    early_join_seconds: int = 600
    wait_for_host: bool = False
    start_on_first_join: bool = False
    allow_unmute: bool = False
    catch_up_seconds: int = 300
    lobby: bool = False
    max_participants: int = 200
    auto_record: bool = False

    @property
    def places(self) -> int:
        """How many people may be in; one that was kept before the limit was lower has no more."""
        return min(self.max_participants, MOST_PLACES)
