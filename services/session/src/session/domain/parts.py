"""The parts of a scenario, as plain values: people, what they say and do, and when."""

from dataclasses import dataclass

RECOGNISE = "recognise"
SCRIPTED = "script"


@dataclass(frozen=True, slots=True)
class Line:
    """Something said. *seconds* is the length of its audio, 0 without; times are in seconds."""

    at: float
    audio: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Stretch:
    """From *at* until before *until*: a mute, or a lost connection."""

    at: float
    until: float


@dataclass(frozen=True, slots=True)
class Person:
    """*leaves* is None for who stays until everything is said."""

    name: str
    role: str
    joins: float
    says: tuple[Line, ...]
    mutes: tuple[Stretch, ...]
    drops: tuple[Stretch, ...]
    leaves: float | None


@dataclass(frozen=True, slots=True)
class ChatLine:
    at: float
    person: int
    text: str


@dataclass(frozen=True, slots=True)
class Scenario:
    title: str
    seed: int
    engine: str
    people: tuple[Person, ...]
    chat: tuple[ChatLine, ...]
    # Until the last person has gone.
    duration_seconds: float = 0.0
