"""What happens in a session, as rules see it: who was concerned, when, and what was heard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from bots.domain.moods import Mood
from bots.domain.reading import Event, Said
from bots.kinds.matching.listening import Listening
from bots.kinds.matching.rules import compiled

# Everybody who has been seen, as JSON: ``name``, ``role``, and whether they are ``here``.
People = Mapping[str, Mapping[str, Any]]
# What one rule remembers, as JSON.
Memory = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moment:
    """One *event* of the session at *seconds* of its time line, which is *now*.

    *listening* has the words; *is_chat* says that they were written. *unfinished* has what people
    are in the middle of saying, as far as it has been seen.
    """

    event: Event
    now: datetime
    seconds: float
    people: People
    listening: Listening | None = None
    is_chat: bool = False
    # How it sounds, where a rule asks and an engine can say.
    mood: Mood | None = None
    unfinished: Sequence[Listening] = ()

    @property
    def is_final(self) -> bool:
        return not isinstance(self.event, Said) or self.event.final

    @property
    def speech(self) -> Said | None:
        return self.event if isinstance(self.event, Said) else None

    @property
    def person_id(self) -> str:
        """Whom it is of; empty when it is of nobody."""
        if isinstance(self.event, Said):
            return self.event.segment.speaker_id
        return self.event.participant_id

    @property
    def people_here(self) -> int:
        return sum(bool(one["here"]) for one in self.people.values())


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a rule's condition was met: by whom, in which words, and where they stand.

    One that is *lasting* may turn out to be wrong later; it is made again then, *withdrawn*.
    """

    text: str
    start_seconds: float
    end_seconds: float
    participant_id: str = ""
    segment_ids: Sequence[str] = ()
    matched: str = ""
    match: str = ""
    confidence: float = 1.0
    lasting: bool = False
    withdrawn: bool = False


class Condition(Protocol):
    """When a rule fires. It remembers nothing itself: *memory* is what it answered last."""

    @property
    def concerns_somebody(self) -> bool:
        """Whether there is somebody who did it, so that they can be muted."""

    def met(self, moment: Moment, memory: Memory) -> tuple[Sequence[Evidence], Memory]:
        """What shows that it is met at *moment*, and what to remember."""

    def due(self, memory: Memory) -> datetime | None:
        """When it wants to be asked even if nothing happens."""


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a rule is about: everybody, or those of some roles whose name matches."""

    roles: Sequence[str] = ()
    name: str = ""

    def is_meant(self, person_id: str, people: People) -> bool:
        if not self.roles and not self.name:
            return True
        person = people.get(person_id)
        if person is None or (self.roles and person["role"] not in self.roles):
            return False
        return not self.name or compiled(self.name).search(person["name"]) is not None
