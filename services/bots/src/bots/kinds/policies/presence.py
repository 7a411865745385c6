"""The conditions of rules about people: somebody comes or goes, and how many are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.domain.reading import Happened, What
from bots.kinds.policies.moments import Evidence, Memory, Moment, Who


@dataclass(frozen=True, slots=True)
class Passage:
    """Somebody of those meant joins or leaves."""

    what: What
    who: Who

    concerns_somebody = True

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        event = moment.event
        if not isinstance(event, Happened) or event.what is not self.what:
            return (), memory
        person = moment.people.get(event.participant_id)
        if person is None or not self.who.is_meant(event.participant_id, moment.people):
            return (), memory
        text = f"{person['name']} {self.what.value.lower()}"
        return [Evidence(text, moment.seconds, moment.seconds, event.participant_id)], memory

    def due(self, memory: Memory) -> datetime | None:
        return None


@dataclass(frozen=True, slots=True)
class Headcount:
    """So many people are there; told when it becomes true."""

    at_least: int | None = None
    at_most: int | None = None

    concerns_somebody = False

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        if not isinstance(moment.event, Happened):
            return (), memory
        count = moment.people_here
        is_met = self._is_met(count)
        # A session begins with few people: that is no fall.
        was_met = memory.get("is_met", self.at_most is not None)
        told = [Evidence(f"people here: {count}", moment.seconds, moment.seconds)]
        return told if is_met and not was_met else (), {"is_met": is_met}

    def due(self, memory: Memory) -> datetime | None:
        return None

    def _is_met(self, count: int) -> bool:
        if self.at_least is not None:
            return count >= self.at_least
        return self.at_most is not None and count <= self.at_most
